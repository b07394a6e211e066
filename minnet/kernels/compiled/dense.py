"""The four products of a dense layer, as register tiles (`matmul.py`).

All of them keep the features of a sample side by side in memory, and take the orders k of a jet for more samples.
Within kernels, arrays are handed over as pointers to their first numbers, and `shape` is (k, n, i, o) everywhere.
"""

import numpy as np
import numpy.typing as npt

from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.calls import beyond, pointer
from minnet.kernels.compiled.matmul import matmul
from minnet.kernels.compiled.simd import VECTOR_BYTES, lanes, row_products, transpose
from minnet.kernels.memory import aligned_zeros
from minnet.types import Array

FEW = 4  # samples


@kernel()
def dense_forward(x: Array, W: Array, b: Array, y: Array) -> None:
    """``y[k,n,o] = sum_i x[k,n,i] W[i,o]``; the bias, a constant, moves only the value (k = 0)."""
    forward(pointer(x), pointer(W), pointer(b), (*x.shape, W.shape[1]), pointer(y))


def dense_backward(dy: Array, W: Array, dx: Array) -> None:
    """``dx[k,n,i] = sum_o dy[k,n,o] W[i,o]``."""
    _dense_backward(dy, W, aligned_zeros(transposed_size(W.shape[0], W.shape[1], W.dtype), W.dtype), dx)


@kernel()
def _dense_backward(dy, W, transposed, dx):
    backward(pointer(dy), pointer(W), (*dx.shape, dy.shape[2]), pointer(transposed), pointer(dx))


def transposed_size(I: int, O: int, dtype: npt.DTypeLike) -> int:
    """How many numbers `backward` needs as scratch memory."""
    L = VECTOR_BYTES // np.dtype(dtype).itemsize
    return O * (-(-I // L) * L)


@kernel()
def dense_gradient(x: Array, dy: Array, dW: Array, db: Array) -> None:
    """``dW[i,o] = sum_kn x[k,n,i] dy[k,n,o]`` and ``db[o] = sum_n dy[0,n,o]``."""
    gradient(pointer(x), pointer(dy), (*x.shape, dy.shape[2]), pointer(dW), pointer(db), True)


@kernel()
def dense_jacobian(x: Array, dy: Array, JW: Array, Jb: Array) -> None:
    """The gradient before its sum over samples: ``JW[n,i,o] = sum_k x[k,n,i] dy[k,n,o]``."""
    jacobian(pointer(x), pointer(dy), (*x.shape, dy.shape[2]), pointer(JW), pointer(Jb))


@inner
def forward(x, W, b, shape, y):
    K, N, I, O = shape
    if O == 1:
        _scores(x, W, b, K, N, I, y)
        return
    matmul(x, 0, I, 1, W, 0, O, y, 0, O, N, O, I, b, 0, 0, False)
    if K > 1:
        matmul(x, N * I, I, 1, W, 0, O, y, N * O, O, (K - 1) * N, O, I, y, 0, 0, True)


@inner
def _scores(x, W, b, K, N, I, y):
    """A single output: one sum along each sample's features, which lie side by side."""
    together = max(1, lanes(W) // 2)
    for row in range(0, K * N, together):
        rows = min(together, K * N - row)
        row_products((W,), beyond(x, row * I), I, rows, I, (beyond(y, row),))
    for row in range(N):
        y[row] += b[0]


@inner
def backward(dy, W, shape, transposed, dx):
    """The tile wants rows of W^T side by side, so W is transposed first: a few per cent of the work.

    For a sample or two it would be most of the work; they take one sum along each row of W. With a single output, W
    is its own transpose in memory.
    """
    K, N, I, O = shape
    L = lanes(W)
    if O == 1:
        matmul(dy, 0, 1, 1, W, 0, I, dx, 0, I, K * N, I, 1, dx, 0, 0, True)
    elif K * N <= FEW:
        _backward_few(dy, W, K * N, I, O, dx)
    else:
        stride = (I + L - 1) // L * L
        transpose(W, I, O, transposed, stride)
        matmul(dy, 0, O, 1, transposed, 0, stride, dx, 0, I, K * N, I, O, dx, 0, 0, True)


@inner
def _backward_few(dy, W, N, I, O, dx):
    """Two samples at a time, so each row of W is read half as often."""
    together = max(1, lanes(W) // 2)
    for n in range(0, N, 2):
        m = min(n + 1, N - 1)
        for i in range(0, I, together):
            cotangents, sums = (beyond(dy, n * O), beyond(dy, m * O)), (beyond(dx, n * I + i), beyond(dx, m * I + i))
            row_products(cotangents, beyond(W, i * O), O, min(together, I - i), O, sums)


@inner
def gradient(x, dy, shape, dW, db, fresh):
    """Overwrites the gradient (`fresh`) or adds to it. With a single output, dW is a row as well as a column."""
    K, N, I, O = shape
    if O == 1:
        matmul(dy, 0, 1, 1, x, 0, I, dW, 0, I, 1, I, K * N, dW, 0, I, fresh)
    else:
        matmul(x, 0, 1, I, dy, 0, O, dW, 0, O, I, O, K * N, dW, 0, O, fresh)
    if fresh:
        for o in range(O):
            db[o] = 0
    whole = N // 8 * 8
    for n in range(0, whole, 8):  # a sum in memory waits for the one before, so eight samples go into each
        rows = beyond(dy, n * O)
        for o in range(O):
            four = (rows[o] + rows[O + o]) + (rows[2 * O + o] + rows[3 * O + o])
            more = (rows[4 * O + o] + rows[5 * O + o]) + (rows[6 * O + o] + rows[7 * O + o])
            db[o] += four + more
    for n in range(whole, N):
        row = beyond(dy, n * O)
        for o in range(O):
            db[o] += row[o]


@inner
def jacobian(x, dy, shape, JW, Jb):
    K, N, I, O = shape
    for n in range(N):
        matmul(x, n * I, 1, N * I, dy, n * O, N * O, JW, n * I * O, O, I, O, K, JW, 0, 0, True)
        for o in range(O):
            Jb[n * O + o] = dy[n * O + o]
