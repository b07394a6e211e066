"""A tile of samples through a whole network and back, while its arrays are in cache.

A network is a table with one row for each layer: what it is, how many features go in and out, and where its
parameters begin in `theta`. Activations stand there by the addresses of their loops, so that these functions serve
every network.
"""

from minnet.kernels.compiled import dense
from minnet.kernels.compiled.cache import inner
from minnet.kernels.compiled.calls import beyond, call, pointer
from minnet.kernels.compiled.views import view


@inner
def gather(data, epoch, start, inputs, targets, masks, weights):
    """Copy the samples of a tile: inputs with their derivatives by themselves, targets, masks and weights."""
    K, N, I = inputs.shape
    O, n = targets.shape[2], len(data.x)
    order, rows = data.shuffles, (epoch * n + start, N)
    if data.shuffles.size == 0:
        rows = (start, N)
    _copy_rows(pointer(data.x), order, rows, I, pointer(inputs))
    for k in range(K):
        _copy_rows(beyond(pointer(data.target), k * n * O), order, rows, O, beyond(pointer(targets), k * N * O))
    for k in range(len(masks)):
        _copy_rows(beyond(pointer(data.mask), k * n * O), order, rows, O, beyond(pointer(masks), k * N * O))
    if weights.size:
        _copy_rows(pointer(data.weight), order, rows, 1, pointer(weights))
    for k in range(1, K):
        for m in range(N):
            for i in range(I):
                inputs[k, m, i] = data.seeds[i] if i == k - 1 else 0


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
    layers, settings = table.layers, table.settings
    for l in range(len(layers)):
        I, O, at, loop = layers[l, 0], layers[l, 1], layers[l, 2], layers[l, 3]
        x, y = (
            view(workspace.arrays, workspace.offsets[l], (K, N, I)),
            view(workspace.arrays, workspace.offsets[l + 1], (K, N, O)),
        )
        if loop == 0:
            dense.forward(x, view(theta, at, (I, O)), view(theta, at + I * O, (O,)), y)
        elif order == 0:
            call(loop, (settings[l], N * I, pointer(x), pointer(y)))
        else:
            size, places = (K, N * I), (pointer(x), pointer(workspace.derivatives), pointer(y))
            call(table.jets[0], (loop, layers[l, 5], settings[l], order, *size, *places))


@inner
def backward(table, theta, grad, workspace, K, N, order, fresh):
    """All layers backward from the cotangents in the first spare array; the gradient is written or added to."""
    layers, settings, spare = table.layers, table.settings, len(table.layers) + 1
    current = 0  # which of the spare arrays has the cotangents dy of a layer's outputs; dx goes into the other
    for l in range(len(layers) - 1, -1, -1):
        I, O, at, loop = layers[l, 0], layers[l, 1], layers[l, 2], layers[l, 4]
        x, y = (
            view(workspace.arrays, workspace.offsets[l], (K, N, I)),
            view(workspace.arrays, workspace.offsets[l + 1], (K, N, O)),
        )
        dy = view(workspace.arrays, workspace.offsets[spare + current], (K, N, O))
        dx = view(workspace.arrays, workspace.offsets[spare + 1 - current], (K, N, I))
        current = 1 - current
        if loop == 0:
            dense.gradient(x, dy, view(grad, at, (I, O)), view(grad, at + I * O, (O,)), fresh)
            if l > 0:
                dense.backward(dy, view(theta, at, (I, O)), workspace.transposed, dx)
        elif order == 0:
            call(loop, (settings[l], N * I, pointer(x), pointer(y), pointer(dy), pointer(dx)))
        else:
            size, places = (K, N * I), (pointer(x), pointer(y), pointer(dy), pointer(workspace.derivatives))
            call(table.jets[1], (layers[l, 5], settings[l], order, *size, *places, pointer(dx)))
