"""The four products of a dense layer, as register tiles (`matmul.py`).

All of them keep the features of a sample side by side in memory, and take the orders k of a jet for more samples.
"""

import numpy as np
import numpy.typing as npt

from minnet.kernels.compiled.cache import inner, kernel, reduction
from minnet.kernels.compiled.matmul import matmul
from minnet.kernels.compiled.simd import VECTOR_BYTES, lanes, transpose
from minnet.kernels.compiled.views import flat, view
from minnet.kernels.memory import aligned_zeros
from minnet.types import Array

FEW = 4  # samples


@kernel()
def dense_forward(x: Array, W: Array, b: Array, y: Array) -> None:
    """``y[k,n,o] = sum_i x[k,n,i] W[i,o]``; the bias, a constant, moves only the value (k = 0)."""
    forward(x, W, b, y)


def dense_backward(dy: Array, W: Array, dx: Array) -> None:
    """``dx[k,n,i] = sum_o dy[k,n,o] W[i,o]``."""
    _dense_backward(dy, W, aligned_zeros(transposed_size(W.shape[0], W.shape[1], W.dtype), W.dtype), dx)


@kernel()
def _dense_backward(dy, W, transposed, dx):
    backward(dy, W, transposed, dx)


def transposed_size(I: int, O: int, dtype: npt.DTypeLike) -> int:
    """How many numbers `backward` needs as scratch memory."""
    L = VECTOR_BYTES // np.dtype(dtype).itemsize
    return O * (-(-I // L) * L)


@kernel()
def dense_gradient(x: Array, dy: Array, dW: Array, db: Array) -> None:
    """``dW[i,o] = sum_kn x[k,n,i] dy[k,n,o]`` and ``db[o] = sum_n dy[0,n,o]``."""
    gradient(x, dy, dW, db, True)


@kernel()
def dense_jacobian(x: Array, dy: Array, JW: Array, Jb: Array) -> None:
    """The gradient before its sum over samples: ``JW[n,i,o] = sum_k x[k,n,i] dy[k,n,o]``."""
    jacobian(x, dy, JW, Jb)


@inner
def forward(x, W, b, y):
    K, N, I = x.shape
    O = W.shape[1]
    if O == 1:
        _scores(x, W, b, y)
        return
    X, Y = flat(x), flat(y)
    matmul(X, 0, I, 1, flat(W), 0, O, Y, 0, O, N, O, I, b, 0, 0, False)
    if K > 1:
        matmul(X, N * I, I, 1, flat(W), 0, O, Y, N * O, O, (K - 1) * N, O, I, Y, 0, 0, True)


@reduction
def _scores(x, W, b, y):
    """A single output: one sum along each sample's features, which lie side by side."""
    K, N, I = x.shape
    for k in range(K):
        for n in range(N):
            total = b[0] if k == 0 else b.dtype.type(0)
            for i in range(I):
                total += x[k, n, i] * W[i, 0]
            y[k, n, 0] = total


@inner
def backward(dy, W, transposed, dx):
    """The tile wants rows of W^T side by side, so W is transposed first: a few per cent of the work.

    For a sample or two it would be most of the work; they take one sum along each row of W. With a single output, W
    is its own transpose in memory.
    """
    K, N, O = dy.shape
    I = W.shape[0]
    if O == 1:
        matmul(flat(dy), 0, 1, 1, flat(W), 0, I, flat(dx), 0, I, K * N, I, 1, flat(dx), 0, 0, True)
        return
    L = lanes(W)
    if K * N <= FEW and O >= 4 * L:
        _backward_few(view(dy, 0, (K * N, O)), W, view(dx, 0, (K * N, I)))
        return
    stride = (I + L - 1) // L * L
    transpose(W, transposed, stride)
    matmul(flat(dy), 0, O, 1, transposed, 0, stride, flat(dx), 0, I, K * N, I, O, flat(dx), 0, 0, True)


@reduction
def _backward_few(dy, W, dx):
    """Samples in pairs, so that each row of W is read half as often."""
    N, O = dy.shape
    for n in range(0, N, 2):
        other = min(n + 1, N - 1)
        for i in range(W.shape[0]):
            one = two = W.dtype.type(0)
            for o in range(O):
                one += dy[n, o] * W[i, o]
                two += dy[other, o] * W[i, o]
            dx[n, i] = one
            dx[other, i] = two


@inner
def gradient(x, dy, dW, db, fresh):
    """Overwrites the gradient (`fresh`) or adds to it. With a single output, dW is a row as well as a column."""
    K, N, I = x.shape
    O = dy.shape[2]
    X, dY, G = flat(x), flat(dy), flat(dW)
    if O == 1:
        matmul(dY, 0, 1, 1, X, 0, I, G, 0, I, 1, I, K * N, G, 0, I, fresh)
    else:
        matmul(X, 0, 1, I, dY, 0, O, G, 0, O, I, O, K * N, G, 0, O, fresh)
    for o in range(O):
        db[o] = 0 if fresh else db[o]
    whole = N // 8 * 8
    for n in range(0, whole, 8):  # a sum in memory waits for the one before, so eight samples go into each
        for o in range(O):
            four = (dy[0, n, o] + dy[0, n + 1, o]) + (dy[0, n + 2, o] + dy[0, n + 3, o])
            more = (dy[0, n + 4, o] + dy[0, n + 5, o]) + (dy[0, n + 6, o] + dy[0, n + 7, o])
            db[o] += four + more
    for n in range(whole, N):
        for o in range(O):
            db[o] += dy[0, n, o]


@inner
def jacobian(x, dy, JW, Jb):
    K, N, I = x.shape
    O = dy.shape[2]
    rows = flat(JW)
    for n in range(N):
        matmul(flat(x), n * I, 1, N * I, flat(dy), n * O, N * O, rows, n * I * O, O, I, O, K, rows, 0, 0, True)
        for o in range(O):
            Jb[n, o] = dy[0, n, o]
