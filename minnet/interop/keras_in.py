"""From layers of Keras to layers of minnet. Both have channels last."""

from collections.abc import Iterator
from math import ceil
from typing import Any

import keras
import numpy as np

import minnet.interop.keras_layers as own
from minnet import activations, layers
from minnet.errors import SettingError
from minnet.interop.keras_out import z_first
from minnet.interop.translation import Incoming, Untranslatable, check_plain, each
from minnet.interop.windows import reach
from minnet.layers.standardize import Unstandardize
from minnet.network import Network
from minnet.types import Array

K = keras.layers
ZEROS, CROPPING = (K.ZeroPadding1D, K.ZeroPadding2D), (K.Cropping1D, K.Cropping2D)
WINDOWS = (K.Conv1D, K.Conv2D)
TRANSPOSED = (K.Conv1DTranspose, K.Conv2DTranspose)
RECURRENT = (K.LSTM, K.GRU, K.SimpleRNN)
DTYPES = ("float32", "float64")


def network_of(model: Any) -> Network:
    """See `minnet.interop.from_keras`."""
    if not isinstance(model, keras.Sequential):
        raise SettingError(
            f"from_keras takes a keras.Sequential model, one layer after the other, not {type(model).__name__}"
        )
    if not model.built:
        raise SettingError(
            "from_keras: the model has no weights yet; give it a keras.Input, or call model.build(shape)"
        )
    incoming = Incoming(tuple(model.input_shape[1:]))
    groups = list(grouped(model.layers))
    each("from_keras", TABLE, [(f"layer {x.name}, {type(x).__name__}", type(x), (x, incoming, y)) for x, y in groups])
    return incoming.network(dtype_of(model))


def grouped(parts: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Layers, each with the one beside it, or None, that minnet has as a setting of it: zeros before a convolution,
    ends that are cut off after a transposed one, and series that are turned round after being read backwards."""
    rest = list(parts)
    while rest:
        part = rest.pop(0)
        following = rest[0] if rest else None
        cut = isinstance(part, TRANSPOSED) and isinstance(following, CROPPING)
        turned = isinstance(part, RECURRENT) and part.go_backwards and isinstance(following, own.Flip)
        if isinstance(part, ZEROS) and isinstance(following, WINDOWS):
            yield rest.pop(0), part
        else:
            yield part, rest.pop(0) if cut or turned else None


def dtype_of(model: Any) -> str:
    """That of all weights that are no whole numbers; of the layers, where there are none."""
    kinds = {str(weight.dtype) for weight in model.weights if str(weight.dtype).startswith(("float", "bfloat"))}
    kinds = kinds or {layer.compute_dtype for layer in model.layers}
    if len(kinds) != 1 or not kinds <= set(DTYPES):
        raise SettingError(
            f"from_keras: weights are of {', '.join(sorted(kinds))}; minnet has float32 and float64, one for a network"
        )
    return kinds.pop()


def numbers(weight: Any) -> Array:
    """A copy of a variable or tensor."""
    return np.array(keras.ops.convert_to_numpy(weight))


def bias_of(layer: Any, width: int) -> Array:
    return numbers(layer.bias) if layer.use_bias else np.zeros(width)


def activated(layer: Any, incoming: Incoming) -> None:
    """The activation of a layer of Keras, as a layer of its own; none for "linear"."""
    name = keras.activations.serialize(layer.activation)
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise Untranslatable(f"activation={name!r} is not among {', '.join(ACTIVATIONS)}")
    if name != "linear":
        incoming.put(ACTIVATIONS[name]())


def dense(layer: Any, incoming: Incoming, beside: None) -> None:
    """For series and pictures, where Keras's works at each place, a window of one place."""
    W, b = numbers(layer.kernel), bias_of(layer, layer.units)
    axes = len(incoming.shape or ()) - 1
    if axes > 2:
        raise Untranslatable("it works along the last of more than three axes, for which minnet has no layer")
    if axes == 0:
        incoming.put(layers.Dense(*W.shape), W=W, b=b)
    else:
        kinds: Any = (layers.Conv1d, layers.Conv2d)
        incoming.put(kinds[axes - 1](*W.shape, 1), W=W.reshape(*(1,) * axes, *W.shape), b=b)
    activated(layer, incoming)


def ends_of(beside: Any, name: str) -> list[tuple[int, int]]:
    """Places before and after along each axis, of zeros or of what is cut off."""
    ends = getattr(beside, name)
    return [ends] if isinstance(ends[0], int) else list(ends)


def convolution(layer: Any, incoming: Incoming, zeros: Any) -> None:
    check_plain(layer, {"data_format": ("channels_last",), "groups": (1,), "padding": ("valid", "same")})
    padding: Any = "same" if layer.padding == "same" else 0
    if zeros is not None:
        ends = ends_of(zeros, "padding")
        if padding == "same" or any(before != after for before, after in ends):
            raise Untranslatable("minnet adds as many zeros before as after, or those of padding='same'")
        padding = [before for before, _ in ends]
    W = numbers(layer.kernel)
    kind: Any = (layers.Conv1d, layers.Conv2d)[layer.rank - 1]
    made = kind(*W.shape[-2:], layer.kernel_size, layer.strides, padding, layer.dilation_rate)
    incoming.put(made, W=W, b=bias_of(layer, layer.filters))
    activated(layer, incoming)


def transposed(layer: Any, incoming: Incoming, cropping: Any) -> None:
    check_plain(layer, {"data_format": ("channels_last",), "padding": ("valid", "same"), "output_padding": (None,)})
    W = numbers(layer.kernel).swapaxes(-1, -2)
    kind: Any = (layers.ConvTranspose1d, layers.ConvTranspose2d)[layer.rank - 1]
    settings = *W.shape[-2:], layer.kernel_size, layer.strides
    made = kind(*settings, "same", layer.dilation_rate)
    if layer.padding == "valid" or cropping is not None:
        bent = keras.activations.serialize(layer.activation) != "linear"
        if cropping is not None and (layer.padding == "same" or bent):
            raise Untranslatable("what is cut off after padding='same' or an activation is not to be had in minnet")
        ends = [(0, 0)] * layer.rank if cropping is None else ends_of(cropping, "cropping")
        extra = [
            before - after + max(0, stride - reach(made, axis))
            for axis, ((before, after), stride) in enumerate(zip(ends, layer.strides, strict=True))
        ]
        limits = [max(pair) for pair in zip(layer.strides, layer.dilation_rate, strict=True)]
        if any(not 0 <= more < limit for more, limit in zip(extra, limits, strict=True)):
            raise Untranslatable(f"{cropping}: minnet cuts off as much before as after, less an output_padding")
        made = kind(*settings, [before for before, _ in ends], layer.dilation_rate, extra)
    incoming.put(made, W=W, b=bias_of(layer, layer.filters))
    activated(layer, incoming)


def pool(layer: Any, incoming: Incoming, beside: None) -> None:
    check_plain(layer, {"data_format": ("channels_last",), "padding": ("valid",)})
    kind = layers.MaxPool if isinstance(layer, K.MaxPooling1D | K.MaxPooling2D) else layers.AveragePool
    size, stride = (one if len(one) == 2 else one[0] for one in (layer.pool_size, layer.strides))
    incoming.put(kind(size, stride))


def up_sample(layer: Any, incoming: Incoming, beside: None) -> None:
    if isinstance(layer, K.UpSampling2D):
        check_plain(layer, {"data_format": ("channels_last",), "interpolation": ("nearest",)})
    incoming.put(layers.UpSample(layer.size if isinstance(layer.size, int) else tuple(layer.size)))


def check_last_axis(axis: Any, incoming: Incoming) -> None:
    axes = [axis] if isinstance(axis, int) else list(axis)
    if axes not in ([-1], [len(incoming.shape or ())]):
        raise Untranslatable(f"axis={axis!r}: minnet normalises along the last axis, the features")


def affine(layer: Any, width: int) -> dict[str, Array]:
    """Gains and offsets; without them, 1 and 0."""
    gamma, beta = layer.gamma, layer.beta
    return {
        "gamma": np.ones(width) if gamma is None else numbers(gamma),
        "beta": np.zeros(width) if beta is None else numbers(beta),
    }


def batch_norm(layer: Any, incoming: Incoming, beside: None) -> None:
    """Keras weighs all steps alike from the first one on."""
    check_last_axis(layer.axis, incoming)
    made = layers.BatchNorm(layer.momentum, layer.epsilon)
    mean, variance = numbers(layer.moving_mean), numbers(layer.moving_variance)
    steps = np.array([float(ceil(layer.momentum / (1 - layer.momentum)))])
    incoming.put(made, mean=mean, variance=variance, steps=steps, **affine(layer, mean.size))


def layer_norm(layer: Any, incoming: Incoming, beside: None) -> None:
    check_last_axis(layer.axis, incoming)
    width: Any = (incoming.shape or ())[-1]
    incoming.put(layers.LayerNorm(layer.epsilon), **affine(layer, width))


def recurrent(layer: Any, incoming: Incoming, flip: Any) -> None:
    check_plain(layer, {
        "return_state": (False,), "stateful": (False,), "dropout": (0, 0.0), "recurrent_dropout": (0, 0.0),
    })  # fmt: skip
    names = [keras.activations.serialize(layer.activation)]
    if not isinstance(layer, K.SimpleRNN):
        names.append(keras.activations.serialize(layer.recurrent_activation))
    if names not in (["tanh"], ["tanh", "sigmoid"]):
        raise Untranslatable(f"activations {', '.join(names)}: minnet's cells have tanh, and sigmoid for gates")
    if layer.go_backwards and layer.return_sequences != (flip is not None):
        raise Untranslatable(
            "with go_backwards=True, outputs of all times come from the end to the beginning; minnet's stay where they "
            "belong"
        )
    W, U = numbers(layer.cell.kernel), numbers(layer.cell.recurrent_kernel)
    h, gates = len(U), U.shape[1] // len(U)
    b = numbers(layer.cell.bias) if layer.use_bias else np.zeros(gates * h)
    kind: Any = {K.LSTM: layers.LSTM, K.GRU: layers.GRU, K.SimpleRNN: layers.SimpleRNN}[type(layer)]
    if kind is layers.GRU:
        check_plain(layer, {"reset_after": (True,)})
        W, U, b = (z_first(array, h) for array in (W, U, np.broadcast_to(b, (2, 3 * h))))
        b = np.concatenate([b[0, : 2 * h] + b[1, : 2 * h], b[0, 2 * h :], b[1, 2 * h :]])
    incoming.put(kind(len(W), h, layer.return_sequences, layer.go_backwards), W=W, U=U, b=b)


def normalization(layer: Any, incoming: Incoming, beside: None) -> None:
    check_last_axis(layer.axis, incoming)
    kind: Any = Unstandardize if layer.invert else layers.Standardize
    incoming.put(kind(mean=numbers(layer.mean).ravel(), std=np.sqrt(numbers(layer.variance)).ravel()))


def rescale(layer: Any, incoming: Incoming, beside: None) -> None:
    if np.ndim(layer.scale) or np.ndim(layer.offset) or layer.scale <= 0:
        raise Untranslatable("scale and offset must be single numbers, and scale positive, for minnet's Rescale")
    incoming.put(layers.Rescale((-1 - layer.offset) / layer.scale, (1 - layer.offset) / layer.scale))


def reshape(layer: Any, incoming: Incoming, beside: None) -> None:
    incoming.put(layers.Reshape(tuple(layer.compute_output_shape((None, *(incoming.shape or ()))))[1:]))


def relu(layer: Any, incoming: Incoming, beside: None) -> None:
    check_plain(layer, {"max_value": (None,), "threshold": (0, 0.0), "negative_slope": (0, 0.0)})
    incoming.put(activations.ReLU())


def dropout(layer: Any, incoming: Incoming, beside: None) -> None:
    check_plain(layer, {"noise_shape": (None,)})
    incoming.put(layers.Dropout(layer.rate))


def softmax(layer: Any, incoming: Incoming, beside: None) -> None:
    check_last_axis(layer.axis, incoming)
    incoming.put(layers.Softmax())


def plain(make: Any) -> Any:
    """The translation of a layer without weights, for samples of any shape."""
    return lambda layer, incoming, beside: incoming.put(make(layer))


ACTIVATIONS: dict[Any, Any] = {
    "linear": activations.Identity, "relu": activations.ReLU, "leaky_relu": lambda: activations.LeakyReLU(0.2),
    "elu": activations.ELU, "sigmoid": activations.Sigmoid, "tanh": activations.Tanh,
    "softplus": activations.Softplus, "silu": activations.SiLU, "gelu": activations.GELU, "softmax": layers.Softmax,
}  # fmt: skip
"""By their names in Keras, with their defaults there."""
TABLE: dict[type, Any] = {
    K.Dense: dense,
    **dict.fromkeys(WINDOWS, convolution),
    **dict.fromkeys(TRANSPOSED, transposed),
    **dict.fromkeys((K.MaxPooling1D, K.MaxPooling2D, K.AveragePooling1D, K.AveragePooling2D), pool),
    **dict.fromkeys((K.UpSampling1D, K.UpSampling2D), up_sample),
    K.Flatten: plain(lambda layer: layers.Flatten()),
    K.Reshape: reshape,
    K.BatchNormalization: batch_norm,
    K.LayerNormalization: layer_norm,
    **dict.fromkeys(RECURRENT, recurrent),
    K.Dropout: dropout,
    K.Softmax: softmax,
    K.Rescaling: rescale,
    K.Normalization: normalization,
    K.Identity: plain(lambda layer: activations.Identity()),
    K.Activation: lambda layer, incoming, beside: activated(layer, incoming),
    K.ReLU: relu,
    K.LeakyReLU: plain(lambda layer: activations.LeakyReLU(layer.negative_slope)),
    K.ELU: plain(lambda layer: activations.ELU(layer.alpha)),
    own.Sine: plain(lambda layer: activations.Sine(layer.omega)),
    own.Abs: plain(lambda layer: activations.Abs()),
    own.SmoothAbs: plain(lambda layer: activations.SmoothAbs(layer.epsilon)),
}
