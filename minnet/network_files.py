"""Reading a network from its file; `Network.save` writes it."""

import os
from collections.abc import Sequence
from typing import Any

from minnet import storage
from minnet.architecture import LAYERS, array_shapes, checked_dtype, layer_name, sample_shapes
from minnet.errors import FileFormatError, nearest
from minnet.layers import Layer
from minnet.names import explained
from minnet.network import Network
from minnet.types import Array


@explained("load(path)")
def load(path: str | os.PathLike[str], *, layers: Sequence[type[Layer]] = ()) -> Network:
    """Read a network that `Network.save` wrote.

    Parameters
    ----------
    path : path
    layers : sequence of classes
        Layers of your own that the network uses.

    Raises
    ------
    FileNotFoundError, FileFormatError, SettingError
        What is given is no path. There is no such file; it is truncated, foreign, or its arrays do not fit its layers.

    Examples
    --------
    >>> import tempfile
    >>> import minnet as mn
    >>> net = mn.mlp([1, 5, 1], "tanh", rng=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     net.save(f"{folder}/net.npz")
    ...     again = mn.load(f"{folder}/net.npz")
    >>> bool((again.theta == net.theta).all()), again
    (True, Network(Dense(1, 5), Tanh(), Dense(5, 1); 16 parameters, float64))
    """
    header, arrays = storage.read(path, "network")
    return restored(header, arrays, layers, path)


def restored(
    header: dict[str, Any], arrays: dict[str, Array], layers: Sequence[type[Layer]], path: str | os.PathLike[str]
) -> Network:
    """The network of a header and arrays that a file holds: those of `Network.header` and `Network.arrays`."""
    kinds = LAYERS | {layer_name(kind): kind for kind in layers}
    try:
        parts = [_layer(description, kinds, path) for description in header["layers"]]
        input_shape, dtype = tuple(header["input_shape"]), checked_dtype(header["dtype"])
        held = _taken(arrays, array_shapes(parts, sample_shapes(parts, input_shape)), dtype, path)
        net = Network(parts, input_shape=input_shape, rng=0, dtype=dtype)
    except FileFormatError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise FileFormatError(f"{path}: the header does not describe a network: {error}") from None
    for name, array in net.arrays().items():
        array[...] = held[name]
    return net


def _taken(
    arrays: dict[str, Array], shapes: list[tuple[dict[str, Any], ...]], dtype: Any, path: object
) -> dict[str, Array]:
    """All parameters and buffers of layers of these shapes: before a network takes memory, what it is said to hold is
    there."""
    held = {}
    for index, named in enumerate(shapes):
        for name, shape in {**named[0], **named[1]}.items():
            held[f"{index}.{name}"] = storage.take(arrays, f"{index}.{name}", shape, dtype, path)
    storage.finish(arrays, path)
    return held


def _layer(description: dict[str, Any], kinds: dict[str, type[Layer]], path: object) -> Layer:
    """The layer that `architecture.described` has described."""
    name = description["layer"]
    if name not in kinds:
        raise FileFormatError(
            f"{path}: unknown layer {name!r}; pass its class as load(path, layers=[...]). {nearest(name, kinds)}"
        )
    settings = {
        setting: _layer(value, kinds, path) if isinstance(value, dict) and "layer" in value else value
        for setting, value in description.items()
        if setting != "layer"
    }
    return kinds[name](**settings)
