"""Do recurrent layers compute what PyTorch's compute? Random shapes, lengths, directions and states, float64.

    python -m benchmarks.parity_recurrent
    python -m benchmarks.parity_recurrent --cases 1000 --kernels numpy

Weights are the same. For each layer: how many cases, and the largest difference of outputs (and last states), input
gradients and parameter gradients, relative to the largest number of each (or 1). Half of the cases are series of
unequal length, which PyTorch takes as packed sequences; half are read backwards, which in PyTorch is one half of a
bidirectional layer; half of the others begin with states. Single times, samples, features and units are among them.
"""

import argparse
from typing import Any

import numpy as np

import minnet as mn

LIMIT = 1e-10
LAYERS = ("LSTM", "GRU", "SimpleRNN")
Row = tuple[str, int, float, float, float]


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.parity_recurrent",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--cases", type=int, default=200, help="for each layer (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    parser.add_argument("--kernels", choices=("compiled", "numpy"), default="compiled", help="(%(default)s)")
    options = parser.parse_args()
    print(f"{'layer':18} {'cases':>6} {'outputs':>9} {'by inputs':>10} {'by parameters':>14}   largest difference")
    with mn.use_kernels(options.kernels):
        table = rows(options.cases, options.seed)
    for name, cases, *differences in table:
        print("{:18} {:6} {:9.1e} {:10.1e} {:14.1e}".format(name, cases, *differences))
    worst = max(max(row[2:]) for row in table)
    print(f"largest of all {worst:.1e}, limit {LIMIT:.0e}")
    return int(worst > LIMIT)


def rows(cases: int, seed: int) -> list[Row]:
    """For each layer: name, cases, and the largest differences of outputs, input and parameter gradients."""
    table: list[Row] = []
    for name in LAYERS:
        rng = np.random.default_rng(seed)
        largest = np.max([differences(name, rng) for _ in range(cases)], axis=0)
        table.append((name, cases, *map(float, largest)))
    return table


def differences(name: str, rng: np.random.Generator) -> tuple[float, float, float]:
    """One random case."""
    import torch

    i, h = (int(rng.choice([1, 2, 3, 5, 8, 17])) for _ in range(2))
    n, t = int(rng.integers(1, 40)), int(rng.choice([1, 2, 3, 7, 20]))
    backwards, sequences = bool(rng.integers(2)), bool(rng.integers(2))
    lengths = rng.integers(1, t + 1, n) if rng.integers(2) else np.full(n, t)
    layer = getattr(mn, name)(i, h, sequences, backwards)
    net = mn.Network([layer], rng=rng)
    net.theta = rng.standard_normal(net.theta.size)
    x, start = rng.standard_normal((n, t, i)), rng.standard_normal((2 if name == "LSTM" else 1, n, h))
    carried = not backwards and bool(rng.integers(2))
    y = net.forward(x[np.newaxis], mn.Pass(lengths=lengths, states={layer: start} if carried else None))[0]
    dy = rng.standard_normal(y.shape)
    dx = net.sweep_back(dy[np.newaxis])[0]
    net.gradient()

    theirs = getattr(torch.nn, name.removeprefix("Simple"))(i, h, batch_first=True, bidirectional=True).double()
    side = "_reverse" if backwards else ""
    parameters = {part: torch.tensor(getattr(layer, part), requires_grad=True) for part in layer.shapes}
    U = {"weight_hh": parameters["U"].T, "weight_ih": parameters["W"].T, **_biases(name, parameters["b"], h)}
    functional = {f"{key}_l0{side}": value for key, value in U.items()}
    inputs = torch.tensor(x, requires_grad=True)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        inputs, torch.tensor(lengths), batch_first=True, enforce_sorted=False
    )
    states = torch.tensor(np.concatenate([start, start], axis=1).reshape(len(start), 2, n, h) * carried)
    first = (states[0], states[1]) if name == "LSTM" else states[0]
    outputs, last = torch.func.functional_call(theirs, functional, (packed, first))
    padded, _ = torch.nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True, total_length=t)
    half = slice(h, 2 * h) if backwards else slice(0, h)
    last = torch.stack(last if name == "LSTM" else (last,))[:, int(backwards)]
    result = padded[..., half] if sequences else last[0]
    result.backward(torch.tensor(dy))
    return (
        max(_relative(y, result), _relative(net.states()[layer], last)),
        _relative(dx, inputs.grad),
        max(_relative(getattr(layer, f"d{part}"), tensor.grad) for part, tensor in parameters.items()),
    )


def _biases(name: str, b: Any, h: int) -> dict[str, Any]:
    """PyTorch has two biases, one beside each product; only of GRU's third gate do both matter."""
    import torch

    if name != "GRU":
        return {"bias_ih": b, "bias_hh": torch.zeros_like(b)}
    none = torch.zeros(2 * h, dtype=b.dtype)
    return {"bias_ih": b[: 3 * h], "bias_hh": torch.cat([none, b[3 * h :]])}


def _relative(ours: Any, theirs: Any) -> float:
    """Largest difference, relative to the largest number, or to 1 where that is less."""
    expected = theirs.detach().numpy()
    assert ours.shape == expected.shape, (ours.shape, expected.shape)
    return float(np.abs(ours - expected).max(initial=0) / max(1.0, np.abs(expected).max(initial=0)))


if __name__ == "__main__":
    raise SystemExit(main())
