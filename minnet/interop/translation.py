"""Translating part by part: a table from classes to functions, and errors that say which part, and why.

Every direction has such a table. A function of it takes one part, a layer of minnet or of another framework, and what
is known of the place where it stands. What has no counterpart raises `Untranslatable` with a reason; the name of the
part, and that of the function which the user called, are put in front of it here.
"""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from minnet.architecture import sample_shapes
from minnet.errors import SettingError, ShapeError
from minnet.layers import Layer
from minnet.network import Network
from minnet.types import Array, Shape

INSTALL = {
    "torch": "PyTorch: pip install torch",
    "keras": "Keras: pip install keras, and one of its backends",
    "onnx": "the package onnx: pip install 'minnet[interop]', or in a clone pip install -e '.[interop]'",
    "safetensors": "the package safetensors: pip install 'minnet[interop]', or in a clone pip install -e '.[interop]'",
}
Table = Mapping[type, Callable[..., Any]]


class Untranslatable(Exception):
    """A part has no counterpart; the message says why, and what can be done."""


def needed(owner: str, package: str, module: str) -> Any:
    """A module of minnet that imports another framework.

    Raises
    ------
    SettingError
        The framework is not installed.
    """
    try:
        import_module(package)
    except ImportError as error:
        raise SettingError(f"{owner} needs {INSTALL[package]} ({error})") from None
    return import_module(module)


def check_network(owner: str, net: Any) -> None:
    """Raise `SettingError` for what is no network of minnet."""
    if not isinstance(net, Network):
        raise SettingError(f"{owner} takes a network of minnet, not {net!r:.60}")


def translated(table: Table, kind: type, *arguments: Any) -> Any:
    """What the table makes of one part of this class, a layer within another one, say."""
    if kind not in table:
        known = ", ".join(sorted(known.__name__ for known in table))
        raise Untranslatable(f"{kind.__name__} is not among the classes that are known: {known}")
    return table[kind](*arguments)


def each(owner: str, table: Table, parts: Iterable[tuple[str, type, tuple[Any, ...]]]) -> list[Any]:
    """What the table makes of parts, each given as (what to call it, its class, arguments of the function).

    Raises
    ------
    SettingError, ShapeError
        A part has no counterpart, or does not take what the parts before it give; the message names it.
    """
    results = []
    for name, kind, arguments in parts:
        try:
            results.append(translated(table, kind, *arguments))
        except (Untranslatable, SettingError) as reason:
            raise SettingError(f"{owner}: {name}: {reason}") from None
        except ShapeError as reason:
            raise ShapeError(f"{owner}: {name}: {reason}") from None
    return results


def layers_of(net: Network, *place: Any) -> list[tuple[str, type, tuple[Any, ...]]]:
    """The layers of a network for `each`, with the shape of the samples that come to each, and what else is given."""
    return [
        (f"layer {index}, {layer}", type(layer), (layer, shape, *place))
        for index, (layer, shape) in enumerate(zip(net.layers, net.sample_shapes, strict=False))
    ]


def check_plain(part: Any, allowed: dict[str, tuple[Any, ...]]) -> None:
    """Raise unless settings have one of the values that minnet has."""
    for name, values in allowed.items():
        if getattr(part, name) not in values:
            raise Untranslatable(f"{name}={getattr(part, name)!r} is not to be had in minnet, only {values[0]!r}")


class Incoming:
    """Layers of minnet, as they are made one after the other from parts of another framework.

    Attributes
    ----------
    layers : list of Layer
    input_shape : tuple or None
        Of a sample, channels last; None as long as it is not known.
    shape : tuple or None
        The same behind the layers that there are.
    """

    def __init__(self, input_shape: Any) -> None:
        self.layers: list[Layer] = []
        self.input_shape: Shape | None
        self.shape: Shape | None
        self.input_shape = self.shape = None if input_shape is None else sample_shapes([], input_shape)[0]

    def put(self, layer: Layer, **values: Array) -> None:
        """Add a layer whose parameters and buffers have these values."""
        layer.initial = layer.initial | values
        self.assume(layer.input_shape)
        if self.shape is not None:
            self.shape = layer.output_shape(self.shape)
        self.layers.append(layer)

    def assume(self, shape: Shape | None) -> None:
        """Samples have this shape here, as long as nothing else is known."""
        if self.shape is None and shape is not None:
            self.input_shape = self.shape = shape

    def network(self, dtype: str) -> Network:
        return Network(self.layers, input_shape=self.input_shape, rng=0, dtype=dtype)
