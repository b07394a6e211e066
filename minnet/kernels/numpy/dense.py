"""The four products of a dense layer, y = x W + b."""

import numpy as np

from minnet.types import Array


def dense_forward(x: Array, W: Array, b: Array, y: Array) -> None:
    """``y[k,n,o] = sum_i x[k,n,i] W[i,o]``; the bias, a constant, moves only the value (k = 0)."""
    np.matmul(x, W, out=y)
    y[0] += b


def dense_backward(dy: Array, W: Array, dx: Array) -> None:
    """``dx[k,n,i] = sum_o dy[k,n,o] W[i,o]``."""
    np.matmul(dy, W.T, out=dx)


def dense_gradient(x: Array, dy: Array, dW: Array, db: Array) -> None:
    """``dW[i,o] = sum_kn x[k,n,i] dy[k,n,o]`` and ``db[o] = sum_n dy[0,n,o]``."""
    np.matmul(x.reshape(-1, x.shape[2]).T, dy.reshape(-1, dy.shape[2]), out=dW)
    dy[0].sum(axis=0, out=db)


def dense_jacobian(x: Array, dy: Array, JW: Array, Jb: Array) -> None:
    """The gradient before its sum over samples: ``JW[n,i,o] = sum_k x[k,n,i] dy[k,n,o]``."""
    np.einsum("kni,kno->nio", x, dy, out=JW)
    Jb[...] = dy[0]
