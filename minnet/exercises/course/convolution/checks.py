"""Strides that leave a rest, padding, one sample, windows of one time and of all."""

import numpy as np

from minnet.exercises.case import Case


def conv_forward(x, W, b, stride=1, padding=0):
    z, k = np.pad(x, ((0, 0), (padding, padding), (0, 0))), len(W)
    starts = range(0, z.shape[1] - k + 1, stride)
    return np.stack([np.einsum("nti,tio->no", z[:, s : s + k], W) for s in starts], axis=1) + b


def conv_backward(x, W, dy, stride=1, padding=0):
    z, k = np.pad(x, ((0, 0), (padding, padding), (0, 0))), len(W)
    dz, dW = np.zeros(z.shape), np.zeros(W.shape)
    for p in range(dy.shape[1]):
        window = slice(p * stride, p * stride + k)
        dz[:, window] += np.einsum("no,tio->nti", dy[:, p], W)
        dW += np.einsum("nti,no->tio", z[:, window], dy[:, p])
    return dz[:, padding : padding + x.shape[1]], dW, dy.sum(axis=(0, 1))


def cases(rng):
    kinds = (
        (2, 7, 2, 3, 4, {}, ""),
        (1, 5, 2, 2, 2, {}, "one sample, as many channels before as after"),
        (3, 8, 1, 3, 2, {"stride": 2}, "a stride of 2, which leaves a rest"),
        (2, 5, 2, 3, 1, {"padding": 2}, "padding"),
        (2, 7, 2, 4, 3, {"stride": 3, "padding": 1}, "stride and padding"),
        (2, 4, 3, 1, 2, {}, "a window of one time"),
        (2, 3, 2, 5, 4, {"padding": 1}, "a window as long as the padded series"),
    )
    for function, third in (("conv_forward", "b"), ("conv_backward", "dy")):
        for n, length, i, k, o, settings, about in kinds:
            x, W, b = rng.normal(size=(n, length, i)), rng.normal(size=(k, i, o)), rng.normal(size=o)
            arrays = {"x": x, "W": W, "b": b}
            if third == "dy":
                arrays = {"x": x, "W": W, "dy": rng.normal(size=conv_forward(x, W, b, **settings).shape)}
            yield Case(function, arrays | settings, about)
