"""From modules of PyTorch to layers of minnet.

Each function takes a module and the layers before it, to which it adds.
"""

from collections.abc import Iterator
from math import ceil
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parametrize

import minnet.interop.pytorch_modules as own
from minnet import activations, layers
from minnet.errors import SettingError
from minnet.interop.pytorch_channels import FromPyTorch, numbers
from minnet.interop.pytorch_windows_in import (
    PLACES,
    channels_last,
    convolution,
    first,
    own_convolution,
    weighted,
)
from minnet.interop.translation import Untranslatable, check_plain, each
from minnet.layers.standardize import Unstandardize
from minnet.network import Network
from minnet.types import Array, Shape

DTYPES = {torch.float32: "float32", torch.float64: "float64"}


def network_of(module: Any, input_shape: Shape | None) -> Network:
    """See `minnet.interop.from_pytorch`."""
    if not isinstance(module, nn.Module):
        raise SettingError(f"from_pytorch takes a module of PyTorch, such as nn.Sequential(...), not {module!r:.60}")
    incoming = FromPyTorch(input_shape)
    each("from_pytorch", TABLE, [(name, kind_of(part), (part, incoming)) for name, part in modules_in(module, "")])
    if incoming.order is not None:
        raise SettingError(
            "from_pytorch: the outputs are flattened samples with channels first, whose numbers have another order in "
            "minnet; leave out the last Flatten, or end with a Linear"
        )
    return incoming.network(dtype_of(module))


def kind_of(module: Any) -> type:
    """The class of a module, whose weights may be parametrized."""
    return parametrize.type_before_parametrizations(module)


def modules_in(module: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Modules one after the other, also of an nn.Sequential within another one, with what to call them."""
    if type(module) is not nn.Sequential:
        words = str(module) if "\n" not in str(module) else type(module).__name__
        yield f"module {path}, {words}" if path else words, module
        return
    for name, inner in module.named_children():
        yield from modules_in(inner, f"{path}.{name}" if path else name)


def dtype_of(module: Any) -> str:
    """That of all parameters and buffers that are no whole numbers; PyTorch's default where there are none."""
    arrays = [array for array in (*module.parameters(), *module.buffers()) if array.is_floating_point()]
    dtypes = {array.dtype for array in arrays} or {torch.get_default_dtype()}
    if len(dtypes) > 1 or not dtypes <= set(DTYPES):
        raise SettingError(
            f"from_pytorch: parameters are of {', '.join(sorted(map(str, dtypes)))}; minnet has float32 and float64, "
            "one for a whole network: module.float() or module.double()"
        )
    return DTYPES[dtypes.pop()]


def linear(module: Any, incoming: FromPyTorch) -> None:
    """A dense layer for flat samples; for series and pictures, where it works at each place, a window of one place."""
    if incoming.shape is None or len(incoming.shape) == 1:
        layer: Any = layers.Dense(module.in_features, module.out_features)
        axes = 0
    else:
        incoming.takes_channels("last")
        axes = len(incoming.shape) - 1
        if axes > 2:
            raise Untranslatable("it works along the last of more than three axes, for which minnet has no layer")
        layer = (layers.Conv1d, layers.Conv2d)[axes - 1](module.in_features, module.out_features, 1)
    layer, weight, values = weighted(module, 0, layer)
    W = weight.T if incoming.order is None else weight.T[incoming.order]
    incoming.order = None
    incoming.put(layer, W=W.reshape(*(1,) * axes, *W.shape), **values)


def flatten(module: Any, incoming: FromPyTorch) -> None:
    check_plain(module, {"start_dim": (1,), "end_dim": (-1,)})
    incoming.flatten()


def unflatten(module: Any, incoming: FromPyTorch) -> None:
    if module.dim not in (1, -1):
        raise Untranslatable(f"dim={module.dim}: minnet makes another shape of flat samples, dim=1")
    incoming.unflatten(tuple(module.unflattened_size))


def batch_norm(module: Any, incoming: FromPyTorch) -> None:
    """PyTorch's weighs all steps alike from the first one on, own.BatchNorm begins as minnet's does."""
    if module.running_mean is None or module.momentum is None:
        raise Untranslatable("track_running_stats=False and momentum=None are not to be had in minnet")
    incoming.assume((*(None,) * isinstance(module, nn.BatchNorm2d) * 2, module.num_features))
    momentum = 1 - module.momentum
    made = layers.BatchNorm(momentum, module.eps)
    alike = ceil(momentum / (1 - momentum) * (1 - 1e-9))  # so many steps are weighed alike
    if type(module) is own.BatchNorm:
        alike = min(alike, int(module.num_batches_tracked))
    if len(incoming.shape or ()) > 1:
        incoming.takes_channels("last" if type(module) is own.BatchNorm else "first")
    incoming.put(
        made, steps=np.array([float(alike)]),
        mean=incoming.features(module.running_mean), variance=incoming.features(module.running_var),
        **affine(module, incoming, module.running_mean),
    )  # fmt: skip


def layer_norm(module: Any, incoming: FromPyTorch) -> None:
    if len(module.normalized_shape) != 1:
        raise Untranslatable(f"normalized_shape={module.normalized_shape}: minnet normalises one axis, the features")
    incoming.assume(tuple(module.normalized_shape))
    if len(incoming.shape or ()) > 1:
        incoming.takes_channels("last")
    incoming.put(layers.LayerNorm(module.eps), **affine(module, incoming, torch.zeros(module.normalized_shape)))


def affine(module: Any, incoming: FromPyTorch, like: Any) -> dict[str, Array]:
    """Gains and offsets; without them, 1 and 0."""
    gamma = torch.ones_like(like) if module.weight is None else module.weight
    beta = torch.zeros_like(like) if module.bias is None else module.bias
    return {"gamma": incoming.features(gamma), "beta": incoming.features(beta)}


def recurrent(module: Any, incoming: FromPyTorch, return_sequences: bool = True, go_backwards: bool = False) -> None:
    """Of an nn.LSTM, nn.GRU or nn.RNN itself, the outputs; it has no states to begin with."""
    check_plain(module, {"batch_first": (True,), "bidirectional": (False,), "proj_size": (0,), "dropout": (0.0,)})
    if isinstance(module, nn.RNN):
        check_plain(module, {"nonlinearity": ("tanh",)})
    incoming.takes_channels("last")
    kind: Any = {nn.LSTM: layers.LSTM, nn.GRU: layers.GRU, nn.RNN: layers.SimpleRNN}[type(module)]
    h = module.hidden_size
    for number in range(module.num_layers):
        W, U = (numbers(getattr(module, f"weight_{part}_l{number}")).T for part in ("ih", "hh"))
        first, second = np.zeros((2, len(W.T)), W.dtype)
        if module.bias:
            first, second = (numbers(getattr(module, f"bias_{part}_l{number}")) for part in ("ih", "hh"))
        b = first + second
        if kind is layers.GRU:
            b = np.concatenate([b[: 2 * h], first[2 * h :], second[2 * h :]])
        layer = kind(len(W), h, return_sequences or number + 1 < module.num_layers, go_backwards)
        incoming.put(layer, W=W, U=U, b=b)


def softmax(module: Any, incoming: FromPyTorch) -> None:
    rank = len(incoming.shape or ())
    if rank > 1 and module.dim in (1, -1, rank):
        incoming.takes_channels("last" if module.dim in (-1, rank) else "first")
    elif module.dim not in (1, -1):
        raise Untranslatable(f"dim={module.dim!r} is not that of the channels, over which minnet's is")
    incoming.put(layers.Softmax())


def softplus(module: Any, incoming: FromPyTorch) -> None:
    check_plain(module, {"beta": (1, 1.0)})
    incoming.put(activations.Softplus())


def gelu(module: Any, incoming: FromPyTorch) -> None:
    check_plain(module, {"approximate": ("none",)})
    incoming.put(activations.GELU())


def plain(make: Any) -> Any:
    """The translation of a module without parameters, for samples of any shape."""
    return lambda module, incoming: incoming.put(make(module))


def standardize(module: Any, incoming: FromPyTorch) -> None:
    if len(incoming.shape or ()) > 1:
        incoming.takes_channels("last")
    kind: Any = {own.Standardize: layers.Standardize, own.Unstandardize: Unstandardize}[type(module)]
    incoming.put(kind(mean=incoming.features(module.mean), std=incoming.features(module.std)))


TABLE: dict[type, Any] = {
    nn.Linear: linear,
    **dict.fromkeys((nn.Conv1d, nn.Conv2d, nn.ConvTranspose1d, nn.ConvTranspose2d), convolution),
    **{kind: first(function) for kind, function in PLACES.items()},
    own.Convolution: own_convolution,
    own.ChannelsLast: channels_last,
    nn.Flatten: flatten,
    nn.Unflatten: unflatten,
    **dict.fromkeys((nn.BatchNorm1d, nn.BatchNorm2d, own.BatchNorm), batch_norm),
    nn.LayerNorm: layer_norm,
    **dict.fromkeys((nn.LSTM, nn.GRU, nn.RNN), recurrent),
    own.Series: lambda module, incoming: recurrent(module.cell, incoming, module.return_sequences, module.go_backwards),
    nn.Dropout: plain(lambda module: layers.Dropout(module.p)),
    nn.Softmax: softmax,
    own.Rescale: plain(lambda module: layers.Rescale(module.low, module.high)),
    **dict.fromkeys((own.Standardize, own.Unstandardize), standardize),
    nn.Identity: plain(lambda module: activations.Identity()),
    nn.ReLU: plain(lambda module: activations.ReLU()),
    nn.LeakyReLU: plain(lambda module: activations.LeakyReLU(module.negative_slope)),
    nn.ELU: plain(lambda module: activations.ELU(module.alpha)),
    nn.Sigmoid: plain(lambda module: activations.Sigmoid()),
    nn.Tanh: plain(lambda module: activations.Tanh()),
    nn.Softplus: softplus,
    nn.SiLU: plain(lambda module: activations.SiLU()),
    nn.GELU: gelu,
    own.Sine: plain(lambda module: activations.Sine(module.omega)),
    own.Abs: plain(lambda module: activations.Abs()),
    own.SmoothAbs: plain(lambda module: activations.SmoothAbs(module.epsilon)),
}
