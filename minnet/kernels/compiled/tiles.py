"""A tile of samples through a whole network and back, while its arrays are in cache.

A network is a table with one row for each layer: what it is, how many features go in and out, and where its
parameters begin in `theta`. Activations are chosen by an integer, so that these functions serve every network.
"""

from typing import Any, NamedTuple

import numpy as np

from minnet.kernels.compiled import dense
from minnet.kernels.compiled.activations import STRIP, carry_backward, carry_forward
from minnet.kernels.compiled.cache import inner
from minnet.kernels.compiled.dense import transposed_size
from minnet.kernels.compiled.simd import VECTOR_BYTES
from minnet.kernels.compiled.views import view
from minnet.kernels.memory import aligned_zeros

DENSE = -1


class Table(NamedTuple):
    """A network.

    Attributes
    ----------
    layers : int array (l, 4)
        Of each layer: code of its activation or `DENSE`, inputs, outputs, first parameter.
    settings : array (l,)
        Parameters of the activations.
    """

    layers: Any
    settings: Any


class Data(NamedTuple):
    """What is trained on.

    Attributes
    ----------
    x : array (n, i)
    target : array (k, n, o)
    mask : bool array (k, n, o), or empty
        Which targets count.
    weight : array (n,), or empty
    shuffles : int array (epochs, n), or empty
        The numbers of the samples in the order of each epoch; empty: as they stand.
    """

    x: Any
    target: Any
    mask: Any
    weight: Any
    shuffles: Any


class Workspace(NamedTuple):
    """Memory that a thread works in.

    Attributes
    ----------
    arrays : array
        The inputs of each layer, the outputs of the last, and two spare ones, for one tile: cotangents of a layer's
        outputs and inputs, which change places from layer to layer.
    offsets : int array
        Where in `arrays` each of them begins.
    targets, masks, weights : arrays
        Of one tile, as in `Data`; the last two may be empty.
    transposed, derivatives : array
        Scratch memory of `dense.backward`, and of jets in `activations.py`.
    """

    arrays: Any
    offsets: Any
    targets: Any
    masks: Any
    weights: Any
    transposed: Any
    derivatives: Any


def workspace_for(table: Table, data: Data, tile: int) -> Workspace:
    """Memory for tiles of so many samples."""
    K, _, O = data.target.shape
    dtype = data.x.dtype
    L = VECTOR_BYTES // dtype.itemsize
    widths = [*table.layers[:, 1], table.layers[-1, 2]]
    lengths = [-(-K * tile * width // L) * L for width in widths]  # so that each begins with a whole vector
    lengths += 2 * [max(lengths)]
    dense = [transposed_size(I, O, dtype) for code, I, O, _ in table.layers if code == DENSE]
    return Workspace(
        arrays=aligned_zeros(sum(lengths), dtype),
        offsets=np.cumsum([0, *lengths[:-1]]),
        targets=np.empty(K * tile * O, dtype),
        masks=np.empty(K * tile * O if data.mask.size else 0, np.bool_),
        weights=np.empty(tile if data.weight.size else 0, dtype),
        transposed=aligned_zeros(max(dense, default=0), dtype),
        derivatives=np.empty((3, STRIP), dtype),
    )


@inner
def gather(data, epoch, start, inputs, targets, masks, weights):
    """Copy the samples of a tile: inputs with their derivatives by themselves, targets, masks and weights."""
    K, N, I = inputs.shape
    O, n, shuffled = targets.shape[2], len(data.x), data.shuffles.size > 0
    _copy_rows(data.x, 0, data.shuffles, shuffled, epoch, start, inputs, 0, N, I)
    for k in range(K):
        _copy_rows(data.target, k * n, data.shuffles, shuffled, epoch, start, targets, k * N, N, O)
    for k in range(len(masks)):
        _copy_rows(data.mask, k * n, data.shuffles, shuffled, epoch, start, masks, k * N, N, O)
    if weights.size:
        _copy_rows(data.weight, 0, data.shuffles, shuffled, epoch, start, weights, 0, N, 1)
    for k in range(1, K):
        for m in range(N):
            for i in range(I):
                inputs[k, m, i] = 1 if i == k - 1 else 0


@inner
def _copy_rows(source, skipped, shuffles, shuffled, epoch, start, copy, before, N, F):
    """Copy N rows of F numbers; `skipped` rows come before the first sample's in the source, `before` in the copy."""
    source, copy = view(source, skipped * F, (source.size,)), view(copy, before * F, (N * F,))
    if shuffled:
        for f in range(F):
            for m in range(N):
                copy[m * F + f] = source[shuffles[epoch, start + m] * F + f]
    else:
        for m in range(N * F):
            copy[m] = source[start * F + m]


@inner
def forward(table, theta, workspace, K, N, order):
    """All layers forward."""
    layers, settings = table.layers, table.settings
    for l in range(len(layers)):
        code, I, O, at = layers[l, 0], layers[l, 1], layers[l, 2], layers[l, 3]
        x, y = (
            view(workspace.arrays, workspace.offsets[l], (K, N, I)),
            view(workspace.arrays, workspace.offsets[l + 1], (K, N, O)),
        )
        if code == DENSE:
            dense.forward(x, view(theta, at, (I, O)), view(theta, at + I * O, (O,)), y)
            continue
        rows = view(x, 0, (K, N * I)), workspace.derivatives, view(y, 0, (K, N * O))
        carry_forward(code, settings[l], order, *rows)


@inner
def backward(table, theta, grad, workspace, K, N, order, fresh):
    """All layers backward from the cotangents in the first spare array; the gradient is written or added to."""
    layers, settings, spare = table.layers, table.settings, len(table.layers) + 1
    current = 0  # which of the spare arrays has the cotangents dy of a layer's outputs; dx goes into the other
    for l in range(len(layers) - 1, -1, -1):
        code, I, O, at = layers[l, 0], layers[l, 1], layers[l, 2], layers[l, 3]
        x, y = (
            view(workspace.arrays, workspace.offsets[l], (K, N, I)),
            view(workspace.arrays, workspace.offsets[l + 1], (K, N, O)),
        )
        dy = view(workspace.arrays, workspace.offsets[spare + current], (K, N, O))
        dx = view(workspace.arrays, workspace.offsets[spare + 1 - current], (K, N, I))
        current = 1 - current
        if code == DENSE:
            dense.gradient(x, dy, view(grad, at, (I, O)), view(grad, at + I * O, (O,)), fresh)
            if l > 0:
                dense.backward(dy, view(theta, at, (I, O)), workspace.transposed, dx)
            continue
        rows = view(x, 0, (K, N * I)), view(y, 0, (K, N * I)), view(dy, 0, (K, N * I))
        carry_backward(code, settings[l], order, *rows, workspace.derivatives, view(dx, 0, (K, N * I)))
