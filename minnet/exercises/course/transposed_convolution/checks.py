"""Windows that overlap, touch and leave gaps; padding; one sample, one time."""

import numpy as np

from minnet.exercises.case import Case


def transposed_forward(x, W, b, stride=1, padding=0):
    (n, length, _), (k, _, o) = x.shape, W.shape
    z = np.zeros((n, (length - 1) * stride + k, o))
    for p in range(length):
        z[:, p * stride : p * stride + k] += np.einsum("ni,tio->nto", x[:, p], W)
    return z[:, padding : z.shape[1] - padding] + b


def transposed_backward(x, W, dy, stride=1, padding=0):
    dz, dx, dW = np.pad(dy, ((0, 0), (padding, padding), (0, 0))), np.zeros(x.shape), np.zeros(W.shape)
    for p in range(x.shape[1]):
        window = dz[:, p * stride : p * stride + len(W)]
        dx[:, p] = np.einsum("nto,tio->ni", window, W)
        dW += np.einsum("ni,nto->tio", x[:, p], window)
    return dx, dW, dy.sum(axis=(0, 1))


def cases(rng):
    kinds = (
        (2, 4, 2, 3, 4, {}, ""),
        (1, 4, 2, 2, 2, {}, "one sample, as many channels before as after"),
        (3, 3, 1, 4, 2, {"stride": 2}, "a stride of 2"),
        (2, 3, 2, 2, 1, {"stride": 3}, "a stride that leaves gaps"),
        (2, 5, 2, 3, 3, {"padding": 2}, "padding"),
        (2, 4, 2, 4, 3, {"stride": 2, "padding": 1}, "stride and padding"),
        (3, 1, 3, 4, 2, {"padding": 1}, "one time"),
    )
    for function, third in (("transposed_forward", "b"), ("transposed_backward", "dy")):
        for n, length, i, k, o, settings, about in kinds:
            x, W, b = rng.normal(size=(n, length, i)), rng.normal(size=(k, i, o)), rng.normal(size=o)
            arrays = {"x": x, "W": W, "b": b}
            if third == "dy":
                arrays = {"x": x, "W": W, "dy": rng.normal(size=transposed_forward(x, W, b, **settings).shape)}
            yield Case(function, arrays | settings, about)
