"""Do layers compute what PyTorch's compute? Random shapes and settings, float64, the same weights.

    python -m benchmarks.parity
    python -m benchmarks.parity --cases 1000 --kernels numpy

For each layer: how many cases, and the largest difference of outputs, input gradients and parameter gradients, relative
to the largest number of each (or 1). The shapes include odd lengths, lengths of one, windows larger than the input
where padding allows them, strides larger than windows, dilation, and both kinds of padding with names.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np

import minnet as mn

LIMIT = 1e-10
Case = tuple[mn.Layer, tuple[int, ...], Callable[..., Any]]
"""A layer, the shape of a sample, and the same function of torch tensors: x (n, *sample), and parameters by name."""


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.parity", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=200, help="for each layer (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    parser.add_argument("--kernels", choices=("compiled", "numpy"), default="compiled", help="(%(default)s)")
    options = parser.parse_args()
    print(f"{'layer':18} {'cases':>6} {'outputs':>9} {'by inputs':>10} {'by parameters':>14}   largest difference")
    worst = 0.0
    with mn.use_kernels(options.kernels):
        for name, cases in LAYERS.items():
            rng = np.random.default_rng(options.seed)
            found = np.zeros(3)
            for _ in range(options.cases):
                found = np.maximum(found, differences(*next(cases(rng)), rng))
            print(f"{name:18} {options.cases:6} {found[0]:9.1e} {found[1]:10.1e} {found[2]:14.1e}")
            worst = max(worst, found.max())
    print(f"largest of all {worst:.1e}, limit {LIMIT:.0e}")
    return int(worst > LIMIT)


def differences(
    layer: mn.Layer, sample: tuple[int, ...], reference: Callable[..., Any], rng: np.random.Generator
) -> tuple[float, float, float]:
    """Of outputs, of gradients by inputs, and of gradients by parameters; in training."""
    import torch

    net = mn.Network([layer], input_shape=sample, rng=rng)
    net.theta = rng.standard_normal(net.theta.size)
    for _ in range(20):
        net.update_buffers()  # power iterations of SpectralNorm
    x = rng.standard_normal((int(rng.integers(2, 5)), *sample))
    y = net.forward(x[np.newaxis], mn.Pass(training=True))[0]
    dy = rng.standard_normal(y.shape)
    dx = net.sweep_back(dy[np.newaxis])[0]
    net.gradient()
    inputs = torch.tensor(x, requires_grad=True)
    parameters = {name: torch.tensor(getattr(layer, name), requires_grad=True) for name in layer.shapes}
    outputs = reference(inputs, **parameters)
    outputs.backward(torch.tensor(dy))
    ours = [getattr(layer, f"d{name}") for name in layer.shapes]
    theirs = [tensor.grad for tensor in parameters.values()]
    return (
        relative(y, outputs),
        relative(dx, inputs.grad),
        max((relative(*pair) for pair in zip(ours, theirs, strict=True)), default=0.0),
    )


def relative(ours: Any, theirs: Any) -> float:
    """Largest difference, relative to the largest number, or to 1 where that is less."""
    expected = theirs.detach().numpy()
    assert ours.shape == expected.shape, (ours.shape, expected.shape)
    return float(np.abs(ours - expected).max(initial=0) / max(1.0, np.abs(expected).max(initial=0)))


def channels_first(x: Any) -> Any:
    return x.movedim(-1, 1)


def channels_last(x: Any) -> Any:
    return x.movedim(1, -1)


def convolutions(axes: int) -> Callable[[np.random.Generator], Iterator[Case]]:
    """Cases of `Conv1d` or `Conv2d`; windows that do not fit are drawn again."""

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        from torch.nn import functional

        kind = (mn.Conv1d, mn.Conv2d)[axes - 1]
        convolve = (functional.conv1d, functional.conv2d)[axes - 1]
        while True:
            layer, lengths, outputs = drawn(kind, axes, rng)
            before, after = paddings(layer, lengths, outputs)
            if layer.padding == "circular" and any(
                max(b, a) > n for b, a, n in zip(before, after, lengths, strict=True)
            ):
                continue  # PyTorch goes around the circle only once

            def reference(x: Any, W: Any, b: Any, layer: Any = layer, before: Any = before, after: Any = after) -> Any:
                mode = "circular" if layer.padding == "circular" else "constant"
                pads = [count for pair in zip(reversed(before), reversed(after), strict=True) for count in pair]
                padded = functional.pad(channels_first(x), pads, mode=mode)
                W = W.movedim((-1, -2), (0, 1))
                return channels_last(convolve(padded, W, b, stride=layer.stride, dilation=layer.dilation))

            yield layer, (*lengths, layer.channels_in), reference

    return cases


def transposed(axes: int) -> Callable[[np.random.Generator], Iterator[Case]]:
    """Cases of `ConvTranspose1d` or `ConvTranspose2d`."""

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        from torch.nn import functional

        kind = (mn.ConvTranspose1d, mn.ConvTranspose2d)[axes - 1]
        convolve = (functional.conv_transpose1d, functional.conv_transpose2d)[axes - 1]
        while True:
            layer, lengths, outputs = drawn(kind, axes, rng)
            before, _ = paddings(layer, outputs, lengths)

            def reference(
                x: Any, W: Any, b: Any, layer: Any = layer, before: Any = before, outputs: Any = outputs
            ) -> Any:
                """All places, of which those before the first one and after the last are cut off, or wound around."""
                W = W.movedim((-2, -1), (0, 1)).contiguous()
                y = convolve(channels_first(x), W, stride=layer.stride, dilation=layer.dilation)
                for axis, (start, length) in enumerate(zip(before, outputs, strict=True)):
                    places = np.arange(y.shape[2 + axis]) - start
                    fitted = y.new_zeros((*y.shape[: 2 + axis], length, *y.shape[3 + axis :]))
                    used = (
                        np.ones(len(places), bool) if layer.padding == "circular" else (places >= 0) & (places < length)
                    )
                    y = fitted.index_add(
                        2 + axis, index(places[used] % length), y.index_select(2 + axis, index(*used.nonzero()))
                    )
                return channels_last(y) + b

            yield layer, (*lengths, layer.channels_in), reference

    return cases


def index(places: Any) -> Any:
    import torch

    return torch.tensor(places, dtype=torch.int64)


def drawn(kind: Any, axes: int, rng: np.random.Generator) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
    """A layer with random settings, lengths of a sample, and those of its output; what does not fit is drawn again."""
    while True:
        channels = rng.integers(1, 20, 2).tolist()
        size, stride, dilation = (tuple(rng.integers(1, 5, axes).tolist()) for _ in range(3))
        padding = ("same", "circular", *[tuple(rng.integers(0, 4, axes).tolist())] * 2)[rng.integers(4)]
        extra: list[Any] = []
        if kind in (mn.ConvTranspose1d, mn.ConvTranspose2d) and not isinstance(padding, str):
            extra.append(tuple(int(rng.integers(0, max(pair))) for pair in zip(stride, dilation, strict=True)))
        lengths = tuple(rng.choice([1, 2, 3, 5, 8, 13, 16], axes).tolist())
        layer = kind(*channels, size, stride, padding, dilation, *extra)
        with suppress(mn.errors.ShapeError):
            return layer, lengths, layer.output_shape((*lengths, layer.channels_in))[:-1]


def paddings(layer: Any, inputs: Any, outputs: Any) -> tuple[list[int], list[int]]:
    """Places before and after the inputs of a convolution that its windows reach to."""
    before, after = [], []
    for axis, (length, count) in enumerate(zip(inputs, outputs, strict=True)):
        reach = (count - 1) * layer.stride[axis] + (layer.kernel_size[axis] - 1) * layer.dilation[axis] + 1
        named = isinstance(layer.padding, str)
        before.append(max(0, reach - length) // 2 if named else layer.padding[axis])
        after.append(max(0, reach - length - before[-1]))
    return before, after


def pooling(kind: Any) -> Callable[[np.random.Generator], Iterator[Case]]:
    """Cases of `MaxPool` and `AveragePool`, for series and pictures."""

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        from torch.nn import functional

        axes = int(rng.integers(1, 3))
        name = {mn.MaxPool: "max_pool", mn.AveragePool: "avg_pool"}[kind]
        size, stride = (tuple(rng.integers(1, 5, axes).tolist()) for _ in range(2))
        lengths = tuple(int(length + rng.integers(0, 9)) for length in size)

        def reference(x: Any) -> Any:
            return channels_last(getattr(functional, f"{name}{axes}d")(channels_first(x), size, stride))

        yield kind((1, *size)[-2:], (1, *stride)[-2:]), (*lengths, int(rng.integers(1, 9))), reference

    return cases


def upsampling(rng: np.random.Generator) -> Iterator[Case]:
    from torch.nn import functional

    axes = int(rng.integers(1, 3))
    factor = tuple(rng.integers(1, 5, axes).tolist())

    def reference(x: Any) -> Any:
        return channels_last(functional.interpolate(channels_first(x), scale_factor=factor, mode="nearest"))

    yield mn.UpSample((1, *factor)[-2:]), (*rng.integers(1, 9, axes).tolist(), int(rng.integers(1, 9))), reference


def batch_norm(rng: np.random.Generator) -> Iterator[Case]:
    from torch.nn import functional

    sample = tuple(rng.integers(1, 9, rng.integers(1, 4)).tolist())

    def reference(x: Any, gamma: Any, beta: Any) -> Any:
        return channels_last(functional.batch_norm(channels_first(x), None, None, gamma, beta, training=True))

    yield mn.BatchNorm(), sample, reference


def layer_norm(rng: np.random.Generator) -> Iterator[Case]:
    from torch.nn import functional

    sample = tuple(rng.integers(1, 9, rng.integers(1, 4)).tolist())

    def reference(x: Any, gamma: Any, beta: Any) -> Any:
        return functional.layer_norm(x, x.shape[-1:], gamma, beta)

    yield mn.LayerNorm(), sample, reference


def spectral_norm(rng: np.random.Generator) -> Iterator[Case]:
    """PyTorch's module, with the vectors of the power iteration carried over."""
    import torch
    from torch.nn import functional

    i, o = rng.integers(2, 9, 2).tolist()
    layer = mn.SpectralNorm(mn.Dense(i, o))

    def reference(x: Any, W: Any, b: Any) -> Any:
        module: Any = torch.nn.Linear(i, o, bias=False, dtype=torch.float64)
        torch.nn.utils.parametrizations.spectral_norm(module)
        module.eval()  # no iteration
        norm = module.parametrizations.weight[0]
        u = torch.tensor(layer.u)
        v = (W @ u).detach()
        norm._u.copy_(u)
        norm._v.copy_(v / v.norm())
        return functional.linear(x, norm(W.T), b)

    yield layer, (i,), reference


LAYERS: dict[str, Callable[[np.random.Generator], Iterator[Case]]] = {
    "Conv1d": convolutions(1),
    "Conv2d": convolutions(2),
    "ConvTranspose1d": transposed(1),
    "ConvTranspose2d": transposed(2),
    "MaxPool": pooling(mn.MaxPool),
    "AveragePool": pooling(mn.AveragePool),
    "UpSample": upsampling,
    "BatchNorm": batch_norm,
    "LayerNorm": layer_norm,
    "SpectralNorm": spectral_norm,
}

if __name__ == "__main__":
    raise SystemExit(main())
