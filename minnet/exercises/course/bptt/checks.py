"""Several samples, one, one step, all shapes alike; losses of every state, and of the last one alone."""

import numpy as np

from minnet.exercises.case import Case


def rnn_forward(x, W, U, b, start):
    h, states = start, []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1)


def rnn_backward(x, W, U, start, states, dstates):
    dx, dW, dU, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(len(U))
    back = np.zeros(start.shape)
    for t in reversed(range(x.shape[1])):
        da = (dstates[:, t] + back) * (1 - states[:, t] ** 2)
        before = states[:, t - 1] if t else start
        dx[:, t] = da @ W.T
        dW += x[:, t].T @ da
        dU += before.T @ da
        db += da.sum(axis=0)
        back = da @ U.T
    return dx, dW, dU, db, back


def cases(rng):
    drawn = []
    for n, time, i, h, about in (
        (2, 4, 3, 2, ""), (1, 3, 2, 4, "one sample"), (4, 1, 2, 3, "one step"), (3, 3, 3, 3, "all shapes alike"),
    ):  # fmt: skip
        x, start = rng.normal(size=(n, time, i)), rng.uniform(-0.9, 0.9, size=(n, h))
        W, U = rng.normal(size=(i, h)) / np.sqrt(i), rng.normal(size=(h, h)) / np.sqrt(h)
        b = 0.5 * rng.normal(size=h)
        drawn.append(({"x": x, "W": W, "U": U, "b": b, "start": start}, about))
        yield Case("rnn_forward", drawn[-1][0], about)
    for forward, about in [*drawn, (drawn[0][0], "a loss of the last state alone")]:
        states = rnn_forward(**forward)
        dstates = rng.normal(size=states.shape)
        if about.startswith("a loss"):
            dstates[:, :-1] = 0
        backward = {name: forward[name] for name in ("x", "W", "U", "start")}
        yield Case("rnn_backward", backward | {"states": states, "dstates": dstates}, about)
