"""The four products of a dense layer, as loops.

Two shapes of loop, and a reason for each. Where the innermost index runs along the result (`forward`, `gradient`),
every pass adds a multiple of one row to another, which the compiler turns into vector instructions as it stands.
Where it runs along a sum (`backward`), the sum has to be split into several partial ones for that, so there, and
only there, the compiler may reorder additions (`reassoc`).
"""

from minnet.kernels.compiled.cache import kernel
from minnet.types import Array


@kernel()
def dense_forward(x: Array, W: Array, b: Array, y: Array) -> None:
    """``y[k,n,o] = sum_i x[k,n,i] W[i,o]``; the bias, a constant, moves only the value (k = 0)."""
    K, N, I = x.shape
    O = W.shape[1]
    for k in range(K):
        for n in range(N):
            for o in range(O):
                y[k, n, o] = b[o] if k == 0 else b.dtype.type(0)
            # four inputs at a time: each loaded element of y then serves four products
            for i in range(0, I - 3, 4):
                x0, x1, x2, x3 = x[k, n, i], x[k, n, i + 1], x[k, n, i + 2], x[k, n, i + 3]
                for o in range(O):
                    y[k, n, o] += x0 * W[i, o] + x1 * W[i + 1, o] + x2 * W[i + 2, o] + x3 * W[i + 3, o]
            for i in range(I - I % 4, I):
                for o in range(O):
                    y[k, n, o] += x[k, n, i] * W[i, o]


@kernel(fastmath={"contract", "reassoc", "nsz"})
def dense_backward(dy: Array, W: Array, dx: Array) -> None:
    """``dx[k,n,i] = sum_o dy[k,n,o] W[i,o]``."""
    K, N, O = dy.shape
    I = W.shape[0]
    for k in range(K):
        for n in range(N):
            for i in range(I):
                total = W.dtype.type(0)
                for o in range(O):
                    total += dy[k, n, o] * W[i, o]
                dx[k, n, i] = total


@kernel()
def dense_gradient(x: Array, dy: Array, dW: Array, db: Array) -> None:
    """``dW[i,o] = sum_kn x[k,n,i] dy[k,n,o]`` and ``db[o] = sum_n dy[0,n,o]``."""
    K, N, I = x.shape
    O = dy.shape[2]
    dW[...] = 0
    db[...] = 0
    for n in range(N):
        for o in range(O):
            db[o] += dy[0, n, o]
    for k in range(K):
        # four samples at a time, as in `dense_forward`
        for n in range(0, N - 3, 4):
            for i in range(I):
                x0, x1, x2, x3 = x[k, n, i], x[k, n + 1, i], x[k, n + 2, i], x[k, n + 3, i]
                for o in range(O):
                    dW[i, o] += x0 * dy[k, n, o] + x1 * dy[k, n + 1, o] + x2 * dy[k, n + 2, o] + x3 * dy[k, n + 3, o]
        for n in range(N - N % 4, N):
            for i in range(I):
                for o in range(O):
                    dW[i, o] += x[k, n, i] * dy[k, n, o]


@kernel()
def dense_jacobian(x: Array, dy: Array, JW: Array, Jb: Array) -> None:
    """The gradient before its sum over samples: ``JW[n,i,o] = sum_k x[k,n,i] dy[k,n,o]``."""
    K, N, I = x.shape
    O = dy.shape[2]
    JW[...] = 0
    Jb[...] = dy[0]
    for k in range(K):
        for n in range(N):
            for i in range(I):
                for o in range(O):
                    JW[n, i, o] += x[k, n, i] * dy[k, n, o]
