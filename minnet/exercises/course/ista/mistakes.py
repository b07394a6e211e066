"""How ISTA goes wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def soft(w, by):
    return np.sign(w) * np.maximum(np.abs(w) - by, 0)


def run(A, b, penalty, steps, threshold=soft, n=None, length=1.0, by=None, gradient=None, start=0.0):
    n = len(A) if n is None else n
    G, c = A.T @ A / n, A.T @ b / n
    step = length / np.linalg.eigvalsh(G)[-1]
    w = np.full(A.shape[1], start)
    for _ in range(steps):
        slope = G @ w - c if gradient is None else gradient(G, c, w)
        w = threshold(w - step * slope, step * penalty if by is None else by(step, penalty))
    return w


@mistakes("That is a hard threshold: entries that stay are moved by the threshold too.", hint=2)
def soft_threshold__hard(w, by):
    return np.where(np.abs(w) > by, w, 0)


@mistakes("The sign is lost: entries below 0 stay below 0.", hint=2)
def soft_threshold__no_sign(w, by):
    return np.maximum(np.abs(w) - by, 0)


@mistakes("Negative entries are moved away from 0: towards 0 is up for them.", hint=2)
def soft_threshold__one_sided(w, by):
    return np.maximum(w - by, 0) + np.minimum(w, 0) - by * (w < 0)


@mistakes("Negative entries all become 0: that is max(w - by, 0).", hint=2)
def soft_threshold__positive_only(w, by):
    return np.maximum(w - by, 0)


@mistakes("Small entries cross 0 instead of stopping there: max(|w| - by, 0).", hint=2)
def soft_threshold__crossing(w, by):
    return w - by * np.sign(w)


@mistakes("That is a clip to -by ... by: it keeps what the threshold takes away.", hint=2)
def soft_threshold__clip(w, by):
    return np.clip(w, -by, by)


@mistakes("Entries are moved away from 0, not towards it.", hint=2)
def soft_threshold__outwards(w, by):
    return w + by * np.sign(w)


@mistakes("The threshold is the penalty; a step of length `step` shrinks by step times the penalty.", hint=4)
def ista__threshold_without_step(A, b, penalty, steps):
    return run(A, b, penalty, steps, by=lambda step, penalty: penalty)


@mistakes("The squares are not averaged: divide A^T A and A^T b by the number of rows.", hint=3)
def ista__sum(A, b, penalty, steps):
    return run(A, b, penalty, steps, n=1)


@mistakes("There is no threshold: that is gradient descent on the squares.", hint=4)
def ista__no_threshold(A, b, penalty, steps):
    return run(A, b, penalty, steps, threshold=lambda w, by: w)


@mistakes("The gradient is twice too large: the 2 of the squares cancels with that of 2 m.", hint=3)
def ista__gradient_twice(A, b, penalty, steps):
    return run(A, b, penalty, steps, gradient=lambda G, c, w: 2 * (G @ w - c))


@mistakes("The step has the wrong sign: it goes down the gradient.", hint=3)
def ista__uphill(A, b, penalty, steps):
    return run(A, b, penalty, steps, gradient=lambda G, c, w: c - G @ w)


@mistakes("The threshold comes before the gradient step; it comes after it.", hint=4)
def ista__threshold_first(A, b, penalty, steps):
    G, c = A.T @ A / len(A), A.T @ b / len(A)
    step = 1 / np.linalg.eigvalsh(G)[-1]
    w = np.zeros(A.shape[1])
    for _ in range(steps):
        w = soft(w, step * penalty)
        w = w - step * (G @ w - c)
    return w


@mistakes("One step too many is made.", hint=4)
def ista__one_more(A, b, penalty, steps):
    return run(A, b, penalty, steps + 1)


@mistakes("One step too few is made.", hint=4)
def ista__one_less(A, b, penalty, steps):
    return run(A, b, penalty, steps - 1)


@mistakes("The step is one over the smallest eigenvalue: eigvalsh sorts upwards, the largest is the last.", hint=3)
def ista__smallest_eigenvalue(A, b, penalty, steps):
    values = np.linalg.eigvalsh(A.T @ A / len(A))
    return run(A, b, penalty, steps, length=values[-1] / values[0])


@mistakes("The step is one over the trace of A^T A / m, the sum of all eigenvalues; it may be longer.", hint=3)
def ista__trace(A, b, penalty, steps):
    G = A.T @ A / len(A)
    return run(A, b, penalty, steps, length=np.linalg.eigvalsh(G)[-1] / np.trace(G))
