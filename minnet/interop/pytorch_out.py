"""From layers of minnet to modules of PyTorch."""

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parametrize

import minnet.interop.pytorch_modules as own
from minnet import activations, layers
from minnet.interop.translation import each, layers_of, translated
from minnet.interop.windows import pair
from minnet.layers.standardize import Unstandardize
from minnet.network import Network
from minnet.types import Array, Shape

SOFTPLUS_THRESHOLD = 40.0  # from where on PyTorch takes x itself, which is 4e-18 less


def module_of(net: Network) -> Any:
    """See `minnet.interop.to_pytorch`."""
    modules = each("to_pytorch", TABLE, layers_of(net))
    return nn.Sequential(*modules).to(tensor(net.theta).dtype).eval()


def tensor(array: Array) -> Any:
    """A copy."""
    return torch.from_numpy(np.array(array, order="C"))


def filled(kind: Any, *settings: Any, values: dict[str, Array], **options: Any) -> Any:
    """A module with these parameters and buffers; nothing is drawn for it from PyTorch's generator."""
    tensors = {name: tensor(array) for name, array in values.items()}
    dtype = next(iter(tensors.values())).dtype
    module = kind(*settings, **options, dtype=dtype, device="meta").to_empty(device="cpu")
    module.load_state_dict(tensors)
    return module


def dense(layer: layers.Dense, shape: Shape) -> Any:
    return filled(nn.Linear, layer.n_inputs, layer.n_outputs, values={"weight": layer.W.T, "bias": layer.b})


def convolution(layer: Any, shape: Shape) -> Any:
    transposed = isinstance(layer, layers.ConvTranspose1d | layers.ConvTranspose2d)
    kinds = (nn.ConvTranspose1d, nn.ConvTranspose2d) if transposed else (nn.Conv1d, nn.Conv2d)
    W = np.moveaxis(layer.W, (-2, -1), (0, 1) if transposed else (1, 0))
    named = layer.padding if isinstance(layer.padding, str) else None
    options = {"output_padding": layer.output_padding} if transposed else {}
    inner = filled(
        kinds[layer.axes - 1], layer.channels_in, layer.channels_out, layer.kernel_size, layer.stride,
        0 if named else layer.padding, dilation=layer.dilation, **options, values={"weight": W, "bias": layer.b},
    )  # fmt: skip
    return own.Convolution(inner, named)


def pool(layer: Any, shape: Shape) -> Any:
    axes = len(shape) - 1
    largest = isinstance(layer, layers.MaxPool)
    kinds = (nn.MaxPool1d, nn.MaxPool2d) if largest else (nn.AvgPool1d, nn.AvgPool2d)
    return own.ChannelsLast(kinds[axes - 1](pair(layer.size, axes), pair(layer.stride, axes)))


def up_sample(layer: layers.UpSample, shape: Shape) -> Any:
    factors = tuple(map(float, pair(layer.factor, len(shape) - 1)))
    return own.ChannelsLast(nn.Upsample(scale_factor=factors, mode="nearest-exact"))


def reshape(layer: layers.Reshape, shape: Shape) -> Any:
    flat = nn.Flatten()
    return flat if len(layer.shape) == 1 else nn.Sequential(flat, nn.Unflatten(1, layer.shape))


def batch_norm(layer: layers.BatchNorm, shape: Shape) -> Any:
    values = {
        "weight": layer.gamma, "bias": layer.beta, "running_mean": layer.mean, "running_var": layer.variance,
        "num_batches_tracked": layer.steps.reshape(()),
    }  # fmt: skip
    return filled(own.BatchNorm, shape[-1], layer.epsilon, 1 - layer.momentum, values=values)


def layer_norm(layer: layers.LayerNorm, shape: Shape) -> Any:
    return filled(nn.LayerNorm, shape[-1], layer.epsilon, values={"weight": layer.gamma, "bias": layer.beta})


def spectral_norm(layer: layers.SpectralNorm, shape: Shape) -> Any:
    inner: Any = layer.wrapped
    for name in layer.shapes:
        setattr(inner, name, getattr(layer, name))
    module = translated(TABLE, type(inner), inner, shape)
    weighted = getattr(module, "inner", module).eval()  # or registering makes steps of the power iteration
    axis = 1 if getattr(weighted, "transposed", False) else 0
    parametrize.register_parametrization(weighted, "weight", own.Spectral(tensor(layer.u), axis))
    return module


def recurrent(layer: Any, shape: Shape) -> Any:
    """PyTorch has a second bias, of which the sum with the first one matters: it is 0, and is not learned. But in a GRU
    it is the only one for what the state contributes to n; see own.Series."""
    kind = {layers.LSTM: nn.LSTM, layers.GRU: nn.GRU, layers.SimpleRNN: nn.RNN}[type(layer)]
    h, width = layer.n_hidden, layer.U.shape[1]
    bias, second = layer.b[:width], np.zeros(width, layer.b.dtype)
    second[width - (layer.b.size - width) :] = layer.b[width:]
    values = {"weight_ih_l0": layer.W.T, "weight_hh_l0": layer.U.T, "bias_ih_l0": bias, "bias_hh_l0": second}
    cell = filled(kind, layer.n_inputs, h, batch_first=True, values=values)
    cell.bias_hh_l0.requires_grad_(kind is nn.GRU)
    return own.Series(cell, layer.return_sequences, layer.go_backwards)


TABLE: dict[type, Any] = {
    layers.Dense: dense,
    **dict.fromkeys((layers.Conv1d, layers.Conv2d, layers.ConvTranspose1d, layers.ConvTranspose2d), convolution),
    **dict.fromkeys((layers.MaxPool, layers.AveragePool), pool),
    layers.UpSample: up_sample,
    layers.Flatten: lambda layer, shape: nn.Flatten(),
    layers.Reshape: reshape,
    layers.BatchNorm: batch_norm,
    layers.LayerNorm: layer_norm,
    layers.SpectralNorm: spectral_norm,
    **dict.fromkeys((layers.LSTM, layers.GRU, layers.SimpleRNN), recurrent),
    layers.Dropout: lambda layer, shape: nn.Dropout(layer.rate),
    layers.Softmax: lambda layer, shape: nn.Softmax(dim=-1),
    layers.Rescale: lambda layer, shape: own.Rescale(layer.low, layer.high),
    layers.Standardize: lambda layer, shape: own.Standardize(layer.mean, layer.std),
    Unstandardize: lambda layer, shape: own.Unstandardize(layer.mean, layer.std),
    activations.Identity: lambda layer, shape: nn.Identity(),
    activations.ReLU: lambda layer, shape: nn.ReLU(),
    activations.LeakyReLU: lambda layer, shape: nn.LeakyReLU(layer.parameter),
    activations.ELU: lambda layer, shape: nn.ELU(layer.parameter),
    activations.Sigmoid: lambda layer, shape: nn.Sigmoid(),
    activations.Tanh: lambda layer, shape: nn.Tanh(),
    activations.Softplus: lambda layer, shape: nn.Softplus(threshold=SOFTPLUS_THRESHOLD),
    activations.SiLU: lambda layer, shape: nn.SiLU(),
    activations.GELU: lambda layer, shape: nn.GELU(),
    activations.Sine: lambda layer, shape: own.Sine(layer.parameter),
    activations.Abs: lambda layer, shape: own.Abs(),
    activations.SmoothAbs: lambda layer, shape: own.SmoothAbs(layer.parameter),
}
