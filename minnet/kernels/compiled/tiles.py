"""A tile of samples through a whole network and back, while its arrays are in cache.

A network is a table with one row for each layer: what it is, how many features go in and out, and where its
parameters begin in `theta`. Activations stand there by the addresses of their loops, so that these functions serve
every network.
"""

from minnet.kernels.compiled import dense
from minnet.kernels.compiled.cache import inner
from minnet.kernels.compiled.calls import beyond, call, pointer


@inner
def gather(data, epoch, start, N, inputs, workspace):
    """Copy the samples of a tile: inputs with their derivatives by themselves, targets, masks and weights."""
    (n, I), (K, _, O), order = data.x.shape, data.target.shape, data.shuffles
    rows = (epoch * n + start if order.size else start), N
    _copy_rows(pointer(data.x), order, rows, I, inputs)
    for k in range(K):
        _copy_rows(
            beyond(pointer(data.target), k * n * O), order, rows, O, beyond(pointer(workspace.targets), k * N * O)
        )
        if data.mask.size:
            _copy_rows(
                beyond(pointer(data.mask), k * n * O), order, rows, O, beyond(pointer(workspace.masks), k * N * O)
            )
    if data.weight.size:
        _copy_rows(pointer(data.weight), order, rows, 1, pointer(workspace.weights))
    for k in range(1, K):
        slopes = beyond(inputs, k * N * I)
        for m in range(N):
            for i in range(I):
                slopes[m * I + i] = data.seeds[i] if i == k - 1 else 0


@inner
def _copy_rows(source, shuffles, rows, F, copy):
    """Copy so many rows of F numbers from the first on: as they stand, or as the shuffles number them there."""
    first, N = rows
    if shuffles.size:
        samples = beyond(pointer(shuffles), first)
        for f in range(F):
            for m in range(N):
                copy[m * F + f] = source[samples[m] * F + f]
    else:
        begin = beyond(source, first * F)
        for m in range(N * F):
            copy[m] = begin[m]


@inner
def forward(table, theta, workspace, K, N, order):
    """All layers forward."""
    layers, settings, offsets, arrays = table.layers, table.settings, workspace.offsets, pointer(workspace.arrays)
    for l in range(len(layers)):
        I, O, at, loop = layers[l, 0], layers[l, 1], layers[l, 2], layers[l, 3]
        x, y = beyond(arrays, offsets[l]), beyond(arrays, offsets[l + 1])
        if loop == 0:
            W = beyond(pointer(theta), at)
            dense.forward(x, W, beyond(W, I * O), (K, N, I, O), y)
        elif order == 0:
            call(loop, (settings[l], N * I, x, y))
        else:
            f = pointer(workspace.derivatives)
            call(table.jets[0], (loop, layers[l, 5], settings[l], order, K, N * I, x, f, y))


@inner
def backward(table, theta, grad, workspace, K, N, order, fresh):
    """All layers backward from the cotangents in the first spare array; the gradient is written or added to."""
    layers, settings, offsets, arrays = table.layers, table.settings, workspace.offsets, pointer(workspace.arrays)
    spare = len(layers) + 1
    current = 0  # which of the spare arrays has the cotangents dy of a layer's outputs; dx goes into the other
    for l in range(len(layers) - 1, -1, -1):
        I, O, at, loop = layers[l, 0], layers[l, 1], layers[l, 2], layers[l, 4]
        x, y = beyond(arrays, offsets[l]), beyond(arrays, offsets[l + 1])
        dy, dx = beyond(arrays, offsets[spare + current]), beyond(arrays, offsets[spare + 1 - current])
        if loop == 0:
            current = 1 - current
            shape, dW = (K, N, I, O), beyond(grad, at)
            dense.gradient(x, dy, shape, dW, beyond(dW, I * O), fresh)
            if l > 0:
                dense.backward(dy, beyond(pointer(theta), at), shape, pointer(workspace.transposed), dx)
        elif order == 0:
            call(loop, (settings[l], N * I, x, y, dy))
        else:
            f = pointer(workspace.derivatives)
            call(table.jets[1], (layers[l, 5], settings[l], order, K, N * I, x, y, f, dy))
