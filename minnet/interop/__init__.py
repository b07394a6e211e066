"""Weights in and out: networks as modules of PyTorch, models of Keras, ONNX and safetensors files, and back.

Like `minnet`, all that is made here takes samples with channels last, and gives what ``net(x)`` gives, to rounding. The
other frameworks are imported only by the functions below, when they are called. What has no counterpart is an error
that names the layer and says why.

Files of this package that end in `_out` translate layers, those that end in `_in` make layers; each has a table of
classes at its end. `translation.py` goes through a network by such a table.
"""

import os
from collections.abc import Sequence
from typing import Any

from minnet.interop.translation import check_network, needed
from minnet.layers import Layer
from minnet.names import explained
from minnet.network import Network
from minnet.types import Shape

__all__ = [
    "from_keras", "from_pytorch", "load_safetensors", "save_safetensors", "to_keras", "to_onnx", "to_pytorch",
]  # fmt: skip


@explained("to_pytorch(net)")
def to_pytorch(net: Network) -> Any:
    """The network as an `nn.Sequential` of PyTorch, one module for each layer, with copies of its parameters.

    It takes what ``net(x)`` takes, as a tensor of the network's dtype: channels last, (n, time, feature) for series. It
    is in `eval` mode; after ``module.train()`` it trains on as the network would: running means of batch normalisation
    and the power iteration of `SpectralNorm` go on too, the latter by a step in every pass, before the weights move.

    Raises
    ------
    SettingError
        PyTorch is not installed, or a layer has no counterpart: one of your own.

    Examples
    --------
    >>> module = to_pytorch(net)  # doctest: +SKIP
    >>> module(torch.from_numpy(x)).numpy()  # doctest: +SKIP
    """
    check_network("to_pytorch", net)
    return needed("to_pytorch", "torch", "minnet.interop.pytorch_out").module_of(net)


@explained("from_pytorch(module)")
def from_pytorch(module: Any, *, input_shape: Shape | None = None) -> Network:
    """A network that computes what a module of PyTorch computes in `eval` mode, with copies of its parameters.

    PyTorch's own convolutions, pooling and batch normalisation take channels first, (n, channel, *places); the network
    takes them last, ``x.movedim(1, -1)``, and gives them last. Weights behind a `Flatten`, and before an `Unflatten`,
    are put into that order. A bias that the module does not have starts as 0, gains and offsets as 1 and 0, and
    training would change them.

    Parameters
    ----------
    module : nn.Sequential, also within another one, or a single module
    input_shape : tuple, optional
        The shape of one sample as in `Network`: channels last, None for a free axis. Needed where modules do not say
        it: for pictures that are flattened.

    Raises
    ------
    SettingError, ShapeError
        PyTorch is not installed; a module, or one of its settings, has no counterpart; shapes do not fit; parameters
        are of another dtype than float32 and float64.
    """
    return needed("from_pytorch", "torch", "minnet.interop.pytorch_in").network_of(module, input_shape)


@explained("to_keras(net)")
def to_keras(net: Network) -> Any:
    """The network as a `keras.Sequential` model, one layer or a few for each, with copies of its parameters.

    Keras 3, on the backend that is chosen there. It computes ``net(x)``, to float32: Keras multiplies in float32 also
    what is float64. (Its weights are those of the network in full, and `from_keras` gives them back.) When it trains
    on, Keras's batch normalisation weighs all steps alike from the first one on, and takes the biased variance of a
    batch.

    Raises
    ------
    SettingError
        Keras is not installed, or a layer has no counterpart: `SpectralNorm`, circular padding, windows with both a
        stride and a dilation, one of your own.
    """
    check_network("to_keras", net)
    return needed("to_keras", "keras", "minnet.interop.keras_out").model_of(net)


@explained("from_keras(model)")
def from_keras(model: Any) -> Network:
    """A network that computes what a `keras.Sequential` model computes, with copies of its weights.

    An activation that is an argument of a Keras layer becomes a layer of its own. A bias that a layer does not have
    starts as 0, gains and offsets as 1 and 0, and training would change them.

    Raises
    ------
    SettingError, ShapeError
        Keras is not installed; it is no sequential model, or not built; a layer, or one of its settings, has no
        counterpart; weights are of another dtype than float32 and float64.
    """
    return needed("from_keras", "keras", "minnet.interop.keras_in").network_of(model)


@explained("to_onnx(net, path)")
def to_onnx(net: Network, path: str | os.PathLike[str]) -> None:
    """Write the network to an ONNX file, from which runtimes and other tools evaluate it: what ``net(x)`` computes, not
    how it trains.

    The graph has one input `x` (n, *input_shape) and one output `y`, in float32, which all runtimes have; a float64
    network is rounded. The number of samples is free, and so are axes that are free in the network.

    Raises
    ------
    SettingError
        The package onnx is not installed (extra `interop`), or a layer has no counterpart: one of your own, circular
        padding along a free axis.
    DataError
        Parameters are too large for float32.
    OSError
        The file cannot be written.

    Examples
    --------
    >>> import onnx
    >>> import tempfile
    >>> import minnet as mn
    >>> net = mn.mlp([1, 5, 1], "tanh", rng=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     to_onnx(net, f"{folder}/net.onnx")
    ...     model = onnx.load(f"{folder}/net.onnx")
    >>> [node.op_type for node in model.graph.node]
    ['Gemm', 'Tanh', 'Gemm', 'Identity']
    """
    check_network("to_onnx", net)
    needed("to_onnx", "onnx", "minnet.interop.onnx_out").write(net, path)


@explained("save_safetensors(net, path)")
def save_safetensors(net: Network, path: str | os.PathLike[str]) -> None:
    """Write the network to a safetensors file: parameters and buffers as tensors `0.W`, `0.b`, `2.W`, ..., which other
    frameworks read too, and the layers in the file's metadata, for `load_safetensors`.

    Raises
    ------
    SettingError
        The package safetensors is not installed (extra `interop`).
    OSError
        The file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import minnet as mn
    >>> net = mn.mlp([1, 5, 1], "tanh", rng=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_safetensors(net, f"{folder}/net.safetensors")
    ...     again = load_safetensors(f"{folder}/net.safetensors")
    >>> bool((again.theta == net.theta).all())
    True
    """
    check_network("save_safetensors", net)
    needed("save_safetensors", "safetensors", "minnet.interop.safetensors_files").save(net, path)


@explained("load_safetensors(path)")
def load_safetensors(path: str | os.PathLike[str], *, layers: Sequence[type[Layer]] = ()) -> Network:
    """Read a network that `save_safetensors` wrote.

    Parameters
    ----------
    path : path
    layers : sequence of classes
        Layers of your own that the network uses.

    Raises
    ------
    SettingError
        The package safetensors is not installed (extra `interop`).
    FileNotFoundError, FileFormatError
        There is no such file; it is truncated, was not written by minnet, or its arrays do not fit its layers.
    """
    return needed("load_safetensors", "safetensors", "minnet.interop.safetensors_files").load(path, layers)
