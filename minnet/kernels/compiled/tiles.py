"""A tile of samples through a whole network and back, while its arrays are in cache.

A network is a table with one row for each layer: what it is, how many features go in and out, and where its
parameters begin in `theta`. Activations stand there by the addresses of their loops, so that these functions serve
every network.
"""

from minnet.kernels.compiled import dense
from minnet.kernels.compiled.cache import inner
from minnet.kernels.compiled.calls import call, pointer
from minnet.kernels.compiled.views import view


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
                inputs[k, m, i] = data.seeds[i] if i == k - 1 else 0


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
