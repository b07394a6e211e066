"""What a network is made of: which layers there are, and whether they fit together."""

import math
from collections.abc import Sequence
from functools import cache
from math import prod
from typing import Any

import numpy as np

from minnet import kernels
from minnet.activations import ACTIVATIONS
from minnet.checks import as_real, check_finite, convert
from minnet.errors import DerivativeError, SettingError, ShapeError, is_whole
from minnet.initializers import initial_values
from minnet.kernels.memory import aligned
from minnet.layers import (
    GRU,
    LSTM,
    AveragePool,
    BatchNorm,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    MaxPool,
    Rescale,
    Reshape,
    SimpleRNN,
    Softmax,
    SpectralNorm,
    Standardize,
    Unstandardize,
    UpSample,
)
from minnet.layers.base import filled_in
from minnet.types import Array, Shape

LAYERS: dict[str, type[Layer]] = {
    **{kind.__name__: kind for kind in (Dense, Softmax, Flatten, Reshape, Dropout)},
    **{kind.__name__: kind for kind in (Rescale, Standardize, Unstandardize)},
    **{kind.__name__: kind for kind in (BatchNorm, LayerNorm, SpectralNorm)},
    **{kind.__name__: kind for kind in (Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d)},
    **{kind.__name__: kind for kind in (MaxPool, AveragePool, UpSample)},
    **{kind.__name__: kind for kind in (LSTM, GRU, SimpleRNN)},
    **ACTIVATIONS,
}


PASS = 1 << 21  # numbers, 8 or 16 megabytes: enough for the calls of layers not to show


def layer_name(kind: type[Layer]) -> str:
    """The name of a class of layers in files; `own.` before those that are not minnet's."""
    name = kind.__name__
    return name if LAYERS.get(name) is kind else f"own.{name}"


def described(layer: Layer) -> dict[str, Any]:
    """A layer's class and settings, for files; a layer within it likewise."""
    settings = {
        name: described(value) if isinstance(value, Layer) else value for name, value in layer.settings().items()
    }
    return {"layer": layer_name(type(layer)), **settings}


def checked_layers(layers: Any) -> list[Any]:
    """The layers as a list, none of them in a network yet.

    Raises
    ------
    SettingError
        Not a list of layers, or one of them is used already.
    """
    if not isinstance(layers, list | tuple):
        raise SettingError(f"Network: the layers must be a list such as [Dense(1, 20), ...], not {layers!r}")
    for index, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            hint = f"; write {layer.__name__}()" if isinstance(layer, type) else ""
            raise SettingError(f"Network: layer {index} is {layer!r}, which is not a Layer{hint}")
        if layer.is_bound() or any(layer is other for other in layers[:index]):
            raise SettingError(f"Network: layer {index}, {layer}, already belongs to a network; make a new one")
    return list(layers)


def widening(shapes: Sequence[Shape]) -> float:
    """How many numbers the layers of a network hold for each that goes in; infinity, where samples are not flat: series
    and pictures are much work also where they are few."""
    if any(len(shape) > 1 for shape in shapes):
        return math.inf
    return sum(shape[-1] or 0 for shape in shapes) / (shapes[0][-1] or 1)


def sample_shapes(layers: Sequence[Layer], input_shape: Any = None) -> list[Shape]:
    """Shapes of a sample before the first layer, and after each.

    Without an `input_shape`, it is the one that the first layer takes which takes one only.

    Raises
    ------
    SettingError, ShapeError
        No layer says what it takes, or one does not take what comes to it.
    """
    if input_shape is None:
        fixed = [layer.input_shape for layer in layers if layer.input_shape is not None]
        if not fixed:
            raise SettingError(
                "Network: at least one layer must have a number of features, for example Dense(1, 20); or give the "
                "shape of a sample: Network(layers, input_shape=(8, 8, 3))"
            )
        input_shape = fixed[0]
    shapes: list[Shape] = [_checked_shape(input_shape)]
    for index, layer in enumerate(layers):
        try:
            shapes.append(layer.output_shape(shapes[-1]))
        except ShapeError as error:
            given = shapes[-1][0] if len(shapes[-1]) == 1 else shapes[-1]
            before = f"the layers before it give {given}" if index else f"samples are said to be {given}"
            reason = str(error).removeprefix(f"{layer} ")
            raise ShapeError(f"Network: layer {index}, {layer}, {reason}; {before}") from None
    return shapes


def _checked_shape(shape: Any) -> Shape:
    axes = (shape,) if is_whole(shape) else shape
    sequence = isinstance(axes, tuple | list) and len(axes) > 0
    if not sequence or not all(axis is None or (is_whole(axis) and axis >= 1) for axis in axes):
        raise SettingError(
            f"Network: input_shape must be the shape of one sample, such as (8, 8, 3) or (None, 3), not {shape!r}"
        )
    return tuple(None if axis is None else int(axis) for axis in axes)


def fits(shape: Shape, expected: Shape) -> bool:
    """Whether a sample's shape is the expected one, where that is not free."""
    return len(shape) == len(expected) and all(
        axis in (None, length) for length, axis in zip(shape, expected, strict=True)
    )


def as_samples(x: Any, layers: Sequence[Layer], input_shape: Shape, name: str = "x") -> Array:
    """Inputs (n, *input_shape) as they are, in any real dtype, or an error that says what is wrong with them."""
    x = as_real(x, name)
    if x.ndim == 1 and input_shape == (1,):
        x = x[:, np.newaxis]
    if not fits(x.shape[1:], input_shape) or x.ndim == 0:
        first = layers[0] if layers else "the network"
        wanted = f"(samples, {', '.join('any' if axis is None else str(axis) for axis in input_shape)})"
        hint = f"; one sample of {x.size} features is {name}[None, :]" if fits(x.shape, input_shape) else ""
        raise ShapeError(
            f"{name} has shape {x.shape}, but {first}, the first layer of the network, takes {wanted}{hint}"
        )
    return x


def array_shapes(layers: Sequence[Layer], sample_shapes: Sequence[Shape]) -> list[tuple[dict[str, Any], ...]]:
    """Shapes of each layer's parameters, and of its buffers."""
    features = [shape[-1] for shape in sample_shapes[:-1]]
    return [
        (filled_in(layer.shapes, width), filled_in(layer.buffer_shapes, width))
        for layer, width in zip(layers, features, strict=True)
    ]


def initial_vectors(
    layers: Sequence[Layer], shapes: Sequence[tuple[dict[str, Any], ...]], rng: np.random.Generator, dtype: Any
) -> tuple[Array, Array]:
    """All parameters, and all buffers, of layers whose arrays have these shapes, as they start.

    Raises
    ------
    SettingError, ShapeError, DataError
        An initializer is not known, or gives what does not fit.
    """
    vectors = [np.zeros(0, dtype)], [np.zeros(0, dtype)]  # parts, to be joined
    for index, layer in enumerate(layers):
        for vector, named in zip(vectors, shapes[index], strict=True):
            for name, shape in named.items():
                owner = f"layer {index} ({layer}), {name}"
                values = initial_values(layer.initial[name], shape, rng, owner)
                values = convert(np.asarray(values), dtype, f"{owner}: initial values")
                vector.append(np.broadcast_to(values.reshape(() if values.size == 1 else shape), shape).ravel())
    return aligned(vectors[0]), aligned(vectors[1])


def bind(layers: list[Layer], shapes: Sequence[Any], theta: Array, grad: Array, buffers: Array) -> None:
    """Make layers part of a network: each gets its parts of the vectors, with what `array_shapes` says of it."""
    p = b = 0
    for layer, (layer_shapes, buffer_shapes) in zip(layers, shapes, strict=True):
        layer.shapes, layer.buffer_shapes = layer_shapes, buffer_shapes
        stop_p, stop_b = p + layer.n_parameters, b + layer.n_buffers
        layer.bind(theta[p:stop_p], grad[p:stop_p], buffers[b:stop_b])
        p, b = stop_p, stop_b


@cache
def plain_inputs(dtype: np.dtype[Any], input_shape: Shape) -> tuple[dict[Any, Shape], int]:
    """Inputs that a network takes as they stand: NumPy's kernels, dtype, number of axes, and lengths of the axes behind
    the free ones, for each with the axes that are to be added; and the first axis that is not free. No function must be
    called to ask for them: so a debugger comes from ``net(x)`` to the layers in a few steps."""
    dtypes = [np.dtype(code) for code in np.typecodes["AllInteger"] + "?efd" if np.can_cast(code, dtype)]
    free = next((axis for axis, length in enumerate(input_shape) if length is not None), len(input_shape))
    shapes: dict[Any, Shape] = {(len(input_shape) + 1, input_shape[free:]): ()}
    if input_shape == (1,):
        shapes[1, ()] = (1,)
    return {(kernels.numpy, real, *shape): more for real in dtypes for shape, more in shapes.items()}, free + 1


def passes(shape: tuple[int, ...], sample_shapes: Sequence[Shape]) -> list[slice]:
    """Which samples (n, *input_shape) go through a network together, where all at once would take too much memory: so
    many that the arrays of all its layers have `PASS` numbers."""
    longest = max(shape[1:])  # free axes are no longer than that, as a rule
    numbers = sum(prod(longest if axis is None else axis for axis in sample) for sample in sample_shapes)
    size = max(1, PASS // max(1, numbers))
    return [slice(start, start + size) for start in range(0, max(1, shape[0]), size)]


def as_stacked(x: Any, input_shape: Shape, dtype: Any) -> Array:
    """Inputs (k, n, *sample) as a contiguous array of the network's dtype: kernels trust what they are handed.

    Raises
    ------
    ShapeError
        x is not shaped so.
    """
    x = np.ascontiguousarray(x, dtype)
    if x.ndim < 2 or not fits(x.shape[2:], input_shape):
        raise ShapeError(
            f"forward: x has shape {x.shape}, but the network takes (order, sample, *{input_shape}); of samples alone, "
            "x[np.newaxis]"
        )
    return x


def checked_dtype(dtype: Any) -> np.dtype[Any]:
    """float64 or float32."""
    try:
        checked = np.dtype(dtype)
    except TypeError:
        checked = None
    if checked not in (np.float32, np.float64):
        raise SettingError(f"Network: dtype must be 'float64' or 'float32', not {dtype!r}")
    return checked


def as_cotangents(dy: Array | None, last: Array | None, dtype: Any) -> Array:
    """Cotangents (k, n, *sample) that fit the outputs of the last evaluation."""
    if dy is None:
        raise ShapeError("gradient: call backward(dy) first; it belongs to the last evaluation of the network")
    if last is None:
        raise ShapeError(
            "backward: nothing has been evaluated yet, or a large memory map, of which nothing is remembered; call "
            "net(x) or net.jet(x) first"
        )
    if last.shape != np.shape(dy):
        raise ShapeError(
            f"backward: cotangents (order, sample, output) {np.shape(dy)} do not fit the last evaluation, {last.shape}"
        )
    return np.ascontiguousarray(dy, dtype)


def check_order(layers: Sequence[Layer], shapes: Sequence[Shape], order: int) -> None:
    """Raise unless every layer can carry derivatives of that order."""
    if not is_whole(order) or order not in (0, 1, 2):
        raise SettingError(f"order must be 1 or 2, not {order!r}")
    if order and not len(shapes[0]) == len(shapes[-1]) == 1:
        raise DerivativeError(
            "derivatives are taken along the features of flat samples; this network takes "
            f"{shapes[0]} and gives {shapes[-1]}"
        )
    check_layers_order(layers, order)


def check_layers_order(layers: Sequence[Layer], order: int) -> None:
    """The same for samples of any shape, and derivatives along a direction."""
    for index, layer in enumerate(layers):
        if layer.max_order < order:
            raise DerivativeError(_why_no_derivatives(index, layer, order))


def _why_no_derivatives(index: int, layer: Layer, order: int) -> str:
    """What to say of a layer that cannot carry derivatives of some order."""
    what = "derivatives" if order == 1 else "second derivatives"
    if layer.max_order == 1:
        reason = "it is piecewise linear: its second derivative is zero or does not exist"
        remedy = "use a smooth activation such as Tanh, or order=1"
    else:
        reason = "it couples features, times or samples, and has no rule for derivatives"
        remedy = "leave it out"
        if isinstance(layer, Softmax):
            remedy += "; classification losses take the scores (logits) themselves"
    return f"layer {index}, {layer}, cannot carry {what}: {reason}. Way out: {remedy}"


def checked_vector(values: Any, vector: Array, name: str) -> Array:
    """What is assigned to all parameters, or all buffers, of a network: as many finite numbers as there are."""
    values = as_real(values, name)
    if values.shape != vector.shape:
        raise ShapeError(
            f"Network: {name} has {vector.size} numbers, and cannot be an array of shape {values.shape}; {name}[:] = 0 "
            "sets them all"
        )
    check_finite(values, name)
    return convert(values, vector.dtype, name)
