"""From layers of minnet to layers of Keras, which has channels last too."""

from typing import Any

import keras
import numpy as np

import minnet.interop.keras_layers as own
from minnet import activations, layers
from minnet.interop.translation import Untranslatable, each, layers_of
from minnet.interop.windows import pair, reach
from minnet.layers.standardize import Unstandardize
from minnet.network import Network
from minnet.types import Array, Shape

Made = list[tuple[Any, list[Array]]]
"""Layers of Keras, and the values of their weights."""


def model_of(net: Network) -> Any:
    """See `minnet.interop.to_keras`."""
    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy(str(net.dtype))  # a Sequential itself has no option for it
    try:
        made = [one for several in each("to_keras", TABLE, layers_of(net)) for one in several]
        model = keras.Sequential([keras.Input(net.input_shape, dtype=str(net.dtype)), *(layer for layer, _ in made)])
        model.build((None, *net.input_shape))
    finally:
        keras.config.set_dtype_policy(usual)
    for layer, values in made:
        if values:
            layer.set_weights(values)
    return model


def dense(layer: layers.Dense, shape: Shape) -> Made:
    return [(keras.layers.Dense(layer.n_outputs), [layer.W, layer.b])]


def convolution(layer: Any, shape: Shape) -> Made:
    """Zeros at the ends are added by a layer of their own."""
    kinds = (keras.layers.Conv1D, keras.layers.Conv2D)
    ends = [] if isinstance(layer.padding, str) else [(places, places) for places in layer.padding]
    return [*around("ZeroPadding", ends), (windowed(kinds, layer), [layer.W, layer.b])]


def transposed(layer: Any, shape: Shape) -> Made:
    """Without padding, Keras gives ``n s + max(0, R - s)`` outputs, of which the ends are cut off."""
    kinds = (keras.layers.Conv1DTranspose, keras.layers.Conv2DTranspose)
    ends = []
    for axis, stride in enumerate(() if isinstance(layer.padding, str) else layer.stride):
        before = layer.padding[axis]
        after = before - layer.output_padding[axis] + max(0, stride - reach(layer, axis))
        ends.append((before, after))
        if after < 0:
            raise Untranslatable(f"Keras gives no places beyond the last window, and output_padding needs {-after}")
    made = windowed(kinds, layer)
    return [(made, [layer.W.swapaxes(-1, -2), layer.b]), *around("Cropping", ends)]


def windowed(kinds: tuple[Any, Any], layer: Any) -> Any:
    """Of two kinds of layers, that for as many axes, with the windows of a layer of minnet."""
    if layer.padding == "circular":
        raise Untranslatable("Keras has no circular padding")
    if max(layer.stride) > 1 and max(layer.dilation) > 1:
        raise Untranslatable("Keras has no windows with both a stride and a dilation")
    return kinds[layer.axes - 1](
        layer.channels_out, layer.kernel_size, strides=layer.stride, dilation_rate=layer.dilation,
        padding="same" if layer.padding == "same" else "valid",
    )  # fmt: skip


def around(what: str, ends: list[tuple[int, int]]) -> Made:
    """A layer that adds places at the ends, or cuts them off; none, where there is nothing to do."""
    if not np.any(ends):
        return []
    kind = getattr(keras.layers, f"{what}{len(ends)}D")
    return [(kind(ends[0] if len(ends) == 1 else tuple(ends)), [])]


def pool(layer: Any, shape: Shape) -> Made:
    axes = len(shape) - 1
    largest = (keras.layers.MaxPooling1D, keras.layers.MaxPooling2D)
    average = (keras.layers.AveragePooling1D, keras.layers.AveragePooling2D)
    kinds = largest if isinstance(layer, layers.MaxPool) else average
    return [(kinds[axes - 1](pair(layer.size, axes), pair(layer.stride, axes)), [])]


def up_sample(layer: layers.UpSample, shape: Shape) -> Made:
    if len(shape) == 2:
        return [(keras.layers.UpSampling1D(layer.factor[1]), [])]
    return [(keras.layers.UpSampling2D(layer.factor), [])]


def batch_norm(layer: layers.BatchNorm, shape: Shape) -> Made:
    made = keras.layers.BatchNormalization(momentum=layer.momentum, epsilon=layer.epsilon)
    return [(made, [layer.gamma, layer.beta, layer.mean, layer.variance])]


def layer_norm(layer: layers.LayerNorm, shape: Shape) -> Made:
    return [(keras.layers.LayerNormalization(epsilon=layer.epsilon), [layer.gamma, layer.beta])]


def spectral_norm(layer: layers.SpectralNorm, shape: Shape) -> Made:
    raise Untranslatable(
        "Keras's SpectralNormalization divides by another estimate of the largest singular value, and overwrites the "
        "weights with the result"
    )


def recurrent(layer: Any, shape: Shape) -> Made:
    """A GRU's gates stand in the order z, r, n there, and it has two biases."""
    kind = {
        layers.LSTM: keras.layers.LSTM, layers.GRU: keras.layers.GRU, layers.SimpleRNN: keras.layers.SimpleRNN
    }[type(layer)]  # fmt: skip
    cell = kind(layer.n_hidden, return_sequences=layer.return_sequences, go_backwards=layer.go_backwards)
    W, U, b, h = layer.W, layer.U, layer.b, layer.n_hidden
    if isinstance(layer, layers.GRU):
        b = np.stack([b[: 3 * h], np.concatenate([np.zeros(2 * h, b.dtype), b[3 * h :]])])
        W, U, b = (z_first(array, h) for array in (W, U, b))
    flip: Made = [(own.Flip(), [])] if layer.go_backwards and layer.return_sequences else []
    return [(cell, [W, U, b]), *flip]


def z_first(array: Array, h: int) -> Array:
    """Columns of the gates r, z, n in the order z, r, n, and the other way round."""
    return np.concatenate([array[..., h : 2 * h], array[..., :h], array[..., 2 * h :]], axis=-1)


def normalization(layer: Any, shape: Shape) -> Made:
    made = keras.layers.Normalization(mean=layer.mean, variance=layer.std**2, invert=isinstance(layer, Unstandardize))
    return [(made, [])]


def rescale(layer: layers.Rescale, shape: Shape) -> Made:
    width = layer.high - layer.low
    return [(keras.layers.Rescaling(2 / width, -(layer.high + layer.low) / width), [])]


def one(make: Any) -> Any:
    """The translation of a layer without weights: `make` takes the layer."""
    return lambda layer, shape: [(make(layer), [])]


def named(activation: str) -> Any:
    return one(lambda layer: keras.layers.Activation(activation))


TABLE: dict[type, Any] = {
    layers.Dense: dense,
    **dict.fromkeys((layers.Conv1d, layers.Conv2d), convolution),
    **dict.fromkeys((layers.ConvTranspose1d, layers.ConvTranspose2d), transposed),
    **dict.fromkeys((layers.MaxPool, layers.AveragePool), pool),
    layers.UpSample: up_sample,
    layers.Flatten: one(lambda layer: keras.layers.Flatten()),
    layers.Reshape: one(lambda layer: keras.layers.Reshape(layer.shape)),
    layers.BatchNorm: batch_norm,
    layers.LayerNorm: layer_norm,
    layers.SpectralNorm: spectral_norm,
    **dict.fromkeys((layers.LSTM, layers.GRU, layers.SimpleRNN), recurrent),
    layers.Dropout: one(lambda layer: keras.layers.Dropout(layer.rate)),
    layers.Softmax: one(lambda layer: keras.layers.Softmax()),
    layers.Rescale: rescale,
    **dict.fromkeys((layers.Standardize, Unstandardize), normalization),
    activations.Identity: one(lambda layer: keras.layers.Identity()),
    activations.ReLU: one(lambda layer: keras.layers.ReLU()),
    activations.LeakyReLU: one(lambda layer: keras.layers.LeakyReLU(layer.parameter)),
    activations.ELU: one(lambda layer: keras.layers.ELU(layer.parameter)),
    activations.Sigmoid: named("sigmoid"),
    activations.Tanh: named("tanh"),
    activations.Softplus: named("softplus"),
    activations.SiLU: named("silu"),
    activations.GELU: named("gelu"),
    activations.Sine: one(lambda layer: own.Sine(layer.parameter)),
    activations.Abs: one(lambda layer: own.Abs()),
    activations.SmoothAbs: one(lambda layer: own.SmoothAbs(layer.parameter)),
}
