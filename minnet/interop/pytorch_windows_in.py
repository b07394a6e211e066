"""From PyTorch's convolutions and pooling to layers of minnet: what has windows, and channels first.

Each function takes a module and the layers before it, to which it adds.
"""

from typing import Any

import numpy as np
from torch import nn
from torch.nn.utils import parametrize

import minnet.interop.pytorch_modules as own
from minnet import layers
from minnet.interop.pytorch_channels import FromPyTorch, numbers
from minnet.interop.translation import Untranslatable, check_plain, translated
from minnet.types import Array


def weighted(module: Any, axis: int, layer: Any) -> tuple[Any, Array, dict[str, Array]]:
    """A layer for a module with a weight, whose outputs are that axis: the layer, or one that normalises it; the
    weight; and what else it is to be given, the bias and buffers."""
    values = {}
    if parametrize.is_parametrized(module):  # asking for module.weight would be a pass
        (name, parts), *others = module.parametrizations.items()
        if others or name != "weight" or [type(part) for part in parts] != [own.Spectral]:
            raise Untranslatable(
                "its parameters are parametrized in a way that minnet does not have (of spectral norms, it has that of "
                "to_pytorch); torch.nn.utils.parametrize.remove_parametrizations makes plain parameters of them"
            )
        layer, weight, values = layers.SpectralNorm(layer), numbers(parts.original), {"u": numbers(parts[0].u)}
    else:
        weight = numbers(module.weight)
    return layer, weight, values | {"b": np.zeros(weight.shape[axis]) if module.bias is None else numbers(module.bias)}


def convolution(module: Any, incoming: FromPyTorch, padding: Any = None) -> None:
    """A convolution with channels first; or with channels last, and minnet's padding, in own.Convolution."""
    axes, transposed = len(module.kernel_size), module.transposed
    incoming.takes_channels("first" if padding is None else "last")
    if module.groups != 1:
        raise Untranslatable("minnet has no groups of channels: groups must be 1")
    padding = padding_of(module) if padding in (None, "numbers") else padding
    kinds: Any = (layers.ConvTranspose1d, layers.ConvTranspose2d) if transposed else (layers.Conv1d, layers.Conv2d)
    extra = {"output_padding": module.output_padding} if transposed and not isinstance(padding, str) else {}
    layer = kinds[axes - 1](
        module.in_channels, module.out_channels, module.kernel_size, module.stride, padding, module.dilation, **extra
    )
    layer, weight, values = weighted(module, 1 if transposed else 0, layer)
    incoming.put(layer, W=np.moveaxis(weight, (0, 1) if transposed else (1, 0), (-2, -1)), **values)


def padding_of(module: Any) -> Any:
    """What minnet calls a padding of PyTorch."""
    padding = (0,) * len(module.kernel_size) if module.padding == "valid" else module.padding
    if module.padding_mode == "zeros" or not any(padding):
        return padding
    reaches = own.reaches(module)
    keeps_length = padding == "same" or [reach - 1 for reach in reaches] == [2 * places for places in padding]
    if module.padding_mode == "circular" and keeps_length and set(module.stride) == {1}:
        return "circular"
    raise Untranslatable(
        f"padding={module.padding!r} with padding_mode={module.padding_mode!r}: minnet has zeros, and circular padding "
        "for as many outputs as inputs"
    )


def own_convolution(module: own.Convolution, incoming: FromPyTorch) -> None:
    convolution(module.inner, incoming, module.padding or "numbers")


def channels_last(module: own.ChannelsLast, incoming: FromPyTorch) -> None:
    incoming.takes_channels("last")
    for inner in module:
        translated(PLACES, type(inner), inner, incoming)


def first(function: Any) -> Any:
    """The translation of a module that has channels first."""

    def translation(module: Any, incoming: FromPyTorch) -> None:
        incoming.takes_channels("first")
        function(module, incoming)

    return translation


def pairs(value: Any) -> Any:
    """A setting that minnet takes as a number, or as a pair."""
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def pool(module: Any, incoming: FromPyTorch) -> None:
    largest = isinstance(module, nn.MaxPool1d | nn.MaxPool2d)
    plain: dict[str, Any] = {"padding": (0, (0,), (0, 0)), "ceil_mode": (False,)}
    plain |= {"dilation": (1, (1,), (1, 1)), "return_indices": (False,)} if largest else {}
    plain |= {"divisor_override": (None,)} if isinstance(module, nn.AvgPool2d) else {}
    check_plain(module, plain)
    kind = layers.MaxPool if largest else layers.AveragePool
    incoming.put(kind(pairs(module.kernel_size), pairs(module.stride)))


def up_sample(module: Any, incoming: FromPyTorch) -> None:
    check_plain(module, {"mode": ("nearest", "nearest-exact"), "size": (None,)})
    factors = module.scale_factor if isinstance(module.scale_factor, tuple) else (module.scale_factor,)
    if any(factor != int(factor) for factor in factors):
        raise Untranslatable(f"scale_factor={module.scale_factor!r}: minnet repeats places a whole number of times")
    whole = tuple(map(int, factors))
    incoming.put(layers.UpSample(whole if len(whole) == 2 else whole[0]))


PLACES: dict[type, Any] = {
    **dict.fromkeys((nn.MaxPool1d, nn.MaxPool2d, nn.AvgPool1d, nn.AvgPool2d), pool),
    **dict.fromkeys((nn.Upsample, nn.UpsamplingNearest2d), up_sample),
}
