"""How ISTA goes wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def soft(w, by):
    return np.sign(w) * np.maximum(np.abs(w) - by, 0)


def wrong_threshold(sentence, threshold):
    """Another threshold."""

    @mistakes(sentence, hint=2)
    def soft_threshold__formula(w, by):
        return threshold(w, by)


def hard(w, by):
    return np.where(np.abs(w) > by, w, 0)


def no_sign(w, by):
    return np.maximum(np.abs(w) - by, 0)


def positive_only(w, by):
    return np.maximum(w - by, 0)


def crossing(w, by):
    return w - by * np.sign(w)


wrong_threshold("That is a hard threshold: entries that stay are moved by the threshold too.", hard)
wrong_threshold("The sign is lost: entries below 0 stay below 0.", no_sign)
wrong_threshold("Negative entries are moved away from 0: towards 0 is up for them.",
                lambda w, by: np.maximum(w - by, 0) + np.minimum(w, 0) - by * (w < 0))  # fmt: skip
wrong_threshold("by is subtracted from negative entries too, which moves them away from 0: towards 0 is up for them.",
                lambda w, by: np.where(np.abs(w) > by, w - by, 0))  # fmt: skip
wrong_threshold("by is added to positive entries too, which moves them away from 0: towards 0 is down for them.",
                lambda w, by: np.where(np.abs(w) > by, w + by, 0))  # fmt: skip
wrong_threshold("Entries are moved away from 0, not towards it; small ones become 0.",
                lambda w, by: np.where(np.abs(w) > by, w + by * np.sign(w), 0))  # fmt: skip
wrong_threshold("by is subtracted from all entries: towards 0 is up for negative ones, and none crosses 0.",
                lambda w, by: w - by)  # fmt: skip
wrong_threshold("Negative entries all become 0: that is max(w - by, 0).", positive_only)
wrong_threshold("Negative entries stay as they are: they are moved up, towards 0.",
                lambda w, by: np.where(w > by, w - by, np.where(w > 0, 0, w)))  # fmt: skip
wrong_threshold("Small entries cross 0 instead of stopping there: max(|w| - by, 0).", crossing)
wrong_threshold("Small entries stay as they are: those that are nearer to 0 than `by` become 0.",
                lambda w, by: np.where(np.abs(w) > by, w - by * np.sign(w), w))  # fmt: skip
wrong_threshold("Small entries cross 0: there are three parts, above by, below -by, and 0 between them.",
                lambda w, by: np.where(w > by, w - by, w + by))  # fmt: skip
wrong_threshold("Small entries cross 0: there are three parts, above by, below -by, and 0 between them.",
                lambda w, by: np.where(w < -by, w + by, w - by))  # fmt: skip
wrong_threshold(
    "That is a clip to -by ... by: it keeps what the threshold takes away.", lambda w, by: np.clip(w, -by, by)
)
wrong_threshold("Entries are moved away from 0, not towards it.", lambda w, by: w + by * np.sign(w))
wrong_threshold("min stands where max is due: sizes that are left are positive, max(|w| - by, 0).",
                lambda w, by: np.sign(w) * np.minimum(np.abs(w) - by, 0))  # fmt: skip
wrong_threshold("The size is subtracted from by; it is max(|w| - by, 0).",
                lambda w, by: np.sign(w) * np.maximum(by - np.abs(w), 0))  # fmt: skip
wrong_threshold("Your sizes are never less than by: it is max(|w| - by, 0).",
                lambda w, by: np.sign(w) * np.maximum(np.abs(w), by))  # fmt: skip
wrong_threshold("The sign is turned round: it is that of the entry.", lambda w, by: -soft(w, by))
wrong_threshold("w stands where its sign is due: the size that is left is multiplied by 1 or -1.",
                lambda w, by: w * np.maximum(np.abs(w) - by, 0))  # fmt: skip
wrong_threshold(
    "Entries are shrunk by a factor; all of them move by the same amount, `by`.", lambda w, by: w * (1 - by)
)
wrong_threshold("Entries are divided by 1 + by, as for a penalty on squares; all of them move by the same amount.",
                lambda w, by: w / (1 + by))  # fmt: skip
wrong_threshold("by / |w| divides by 0 where an entry is 0: take the sign and max(|w| - by, 0).",
                lambda w, by: w * np.maximum(1 - by / np.abs(w), 0))  # fmt: skip
wrong_threshold("w / |w| is 0 / 0 where an entry is 0: np.sign(w) is 0 there.",
                lambda w, by: w / np.abs(w) * np.maximum(np.abs(w) - by, 0))  # fmt: skip
wrong_threshold("All entries are shrunk together, by their length: each moves by itself.",
                lambda w, by: w * max(1 - by / np.linalg.norm(w), 0))  # fmt: skip
wrong_threshold("Entries are moved by half of the threshold.", lambda w, by: soft(w, by / 2))
wrong_threshold("Entries are moved by twice the threshold.", lambda w, by: soft(w, 2 * by))
wrong_threshold("w is returned as it came.", lambda w, by: w.copy())
wrong_threshold("Your entries are 0, 1 and -1: the sign is multiplied by the size that is left.",
                lambda w, by: np.sign(w) * (np.abs(w) > by))  # fmt: skip


@mistakes("w is changed in place: -=, += and w[...] = write into the array of the caller.", hint=2)
def soft_threshold__in_place(w, by):
    w[...] = soft(w, by)
    return w


def average(A, b):
    return A.T @ A / len(A), A.T @ b / len(A)


def largest(A, b):
    return 1 / np.linalg.eigvalsh(A.T @ A / len(A))[-1]


def gradient(G, c, w):
    return G @ w - c


def shrink(w, step, slope, penalty):
    return soft(w - step * slope, step * penalty)


def run(A, b, penalty, steps, matrices=average, length=largest, slope=gradient, update=shrink, start=0.0):
    (G, c), step = matrices(A, b), length(A, b)
    w = np.full(A.shape[1], start)
    for _ in range(steps):
        w = update(w, step, slope(G, c, w), penalty)
    return w


def wrong(sentence, hint, **changes):
    """Another matrix, length, slope, update, or start."""

    @mistakes(sentence, hint=hint)
    def ista__formula(A, b, penalty, steps):
        return run(A, b, penalty, steps, **changes)


def wrong_length(sentence, length):
    wrong(sentence, 3, length=lambda A, b: length(A, len(A), np.linalg.eigvalsh(A.T @ A / len(A))))


def descend(w, step, G, c):
    return w - step * gradient(G, c, w)


def thresholded(by=lambda step, penalty: step * penalty, threshold=soft):
    return lambda w, step, slope, penalty: threshold(w - step * slope, by(step, penalty))


wrong("The squares are not averaged: divide A^T A and A^T b by the number of rows.", 3,
      matrices=lambda A, b: (A.T @ A, A.T @ b), length=lambda A, b: largest(A, b) / len(A))  # fmt: skip
wrong("The gradient is not averaged, though the step is that of the mean: divide A^T A and A^T b by m.", 3,
      matrices=lambda A, b: (A.T @ A, A.T @ b))  # fmt: skip
wrong("The gradient is divided by the number of columns; m is that of the rows.", 3,
      matrices=lambda A, b: (A.T @ A / A.shape[1], A.T @ b / A.shape[1]))  # fmt: skip
wrong("You divide by the number of columns, in gradient and step; m is the number of rows.", 3,
      matrices=lambda A, b: (A.T @ A / A.shape[1], A.T @ b / A.shape[1]),
      length=lambda A, b: largest(A, b) * A.shape[1] / len(A))  # fmt: skip
wrong("You divide by 2 m, in gradient and step: the 2 of the squares cancels with it.", 3,
      matrices=lambda A, b: (A.T @ A / (2 * len(A)), A.T @ b / (2 * len(A))),
      length=lambda A, b: 2 * largest(A, b))  # fmt: skip
wrong("Only A^T A is averaged in your gradient: A^T b is divided by the number of rows too.", 3,
      matrices=lambda A, b: (A.T @ A / len(A), A.T @ b))  # fmt: skip
wrong("Only A^T b is averaged in your gradient: A^T A is divided by the number of rows too.", 3,
      matrices=lambda A, b: (A.T @ A, A.T @ b / len(A)))  # fmt: skip
wrong("The gradient is twice too large: the 2 of the squares cancels with that of 2 m.", 3,
      slope=lambda G, c, w: 2 * gradient(G, c, w))  # fmt: skip
wrong("The gradient is half of what it is: the 2 of 2 m cancels with that of the squares.", 3,
      slope=lambda G, c, w: gradient(G, c, w) / 2)  # fmt: skip
wrong("The step has the wrong sign: it goes down the gradient.", 3, slope=lambda G, c, w: -gradient(G, c, w))
wrong("A^T b is added in your gradient; it is A^T (A w - b) / m.", 3, slope=lambda G, c, w: G @ w + c)
wrong("A^T b is missing in your gradient, A^T (A w - b) / m: from 0 it never moves.", 3, slope=lambda G, c, w: G @ w)
wrong("The gradient is that of the start in every step, without A^T A w: it is taken anew at each w.", 3,
      slope=lambda G, c, w: -c)  # fmt: skip

wrong_length("The step is one over the smallest eigenvalue: eigvalsh sorts upwards, the largest is the last.",
             lambda A, m, values: 1 / values[0])  # fmt: skip
wrong_length("The step is one over the trace of A^T A / m, the sum of all eigenvalues; it may be longer.",
             lambda A, m, values: 1 / np.sum(values))  # fmt: skip
wrong_length("The step is the largest eigenvalue; it is one over it.", lambda A, m, values: values[-1])
wrong_length("The step is one over the largest eigenvalue of A^T A; it is that of A^T A / m that is due.",
             lambda A, m, values: 1 / values[-1] / m)  # fmt: skip
wrong_length("The eigenvalue is not that of A^T A / m: it is divided by m twice.", lambda A, m, values: m / values[-1])
wrong_length("The step is half as long: it is one over the largest eigenvalue, not over twice that.",
             lambda A, m, values: 0.5 / values[-1])  # fmt: skip
wrong_length("The step is twice as long: it is one over the largest eigenvalue.", lambda A, m, values: 2 / values[-1])
wrong_length("The step is one over the root of the largest eigenvalue, a singular value: it is squared.",
             lambda A, m, values: 1 / np.sqrt(values[-1]))  # fmt: skip
wrong_length("The step is one over the largest singular value of A; it is m over its square.",
             lambda A, m, values: 1 / np.sqrt(m * values[-1]))  # fmt: skip
wrong_length("The step is m over the largest singular value of A: that is to be squared.",
             lambda A, m, values: np.sqrt(m / values[-1]))  # fmt: skip
wrong_length("The largest eigenvalue is squared in your step.", lambda A, m, values: 1 / values[-1] ** 2)
wrong_length("np.linalg.norm of a matrix is the root of all its squares; the largest eigenvalue is norm(G, 2).",
             lambda A, m, values: 1 / np.sqrt(np.sum(values**2)))  # fmt: skip
wrong_length("The step is one over the largest entry of A^T A / m; it is over the largest eigenvalue.",
             lambda A, m, values: m / np.max(A.T @ A))  # fmt: skip
wrong_length("The step is one over the mean of the eigenvalues; it is over the largest.",
             lambda A, m, values: 1 / np.mean(values))  # fmt: skip
wrong_length("The step is 1; it is one over the largest eigenvalue of A^T A / m.", lambda A, m, values: 1.0)

wrong("The threshold is the penalty; a step of length `step` shrinks by step times the penalty.", 4,
      update=thresholded(lambda step, penalty: penalty))  # fmt: skip
wrong("The threshold is the penalty over the step; it is the penalty times the step.", 4,
      update=thresholded(lambda step, penalty: penalty / step))  # fmt: skip
wrong("The threshold is half of step times penalty.", 4, update=thresholded(lambda step, penalty: step * penalty / 2))
wrong("The threshold is the step alone; it is step times penalty.", 4, update=thresholded(lambda step, penalty: step))
wrong("There is no threshold: that is gradient descent on the squares.", 4,
      update=lambda w, step, slope, penalty: w - step * slope)  # fmt: skip
wrong("The penalty is in your gradient, as penalty sign(w): that is a subgradient, and leaves no zeros.", 4,
      update=lambda w, step, slope, penalty: w - step * (slope + penalty * np.sign(w)))  # fmt: skip
wrong("Coefficients are divided by 1 + step penalty, as for a penalty on squares: the threshold subtracts.", 4,
      update=lambda w, step, slope, penalty: (w - step * slope) / (1 + step * penalty))  # fmt: skip
wrong("The penalty is in your gradient and in the threshold: it belongs to the threshold alone.", 4,
      update=lambda w, step, slope, penalty: shrink(w, step, slope + penalty, penalty))  # fmt: skip
wrong("The penalty is in your gradient and in the threshold: it belongs to the threshold alone.", 4,
      update=lambda w, step, slope, penalty: shrink(w, step, slope + penalty * np.sign(w), penalty))  # fmt: skip
wrong("The threshold is a hard one: coefficients that stay are moved by it too.", 4, update=thresholded(threshold=hard))
wrong("The threshold loses the sign: coefficients below 0 stay below 0.", 4, update=thresholded(threshold=no_sign))
wrong("Negative coefficients all become 0 in yours: the threshold is for both signs.", 4,
      update=thresholded(threshold=positive_only))  # fmt: skip
wrong("Small coefficients cross 0 in yours: the threshold leaves 0.", 4, update=thresholded(threshold=crossing))
wrong("The threshold comes before the gradient step, so that none follows the last one; it comes after it.", 4,
      slope=lambda G, c, w: (G, c),
      update=lambda w, step, matrices, penalty: descend(soft(w, step * penalty), step, *matrices))  # fmt: skip
wrong("The threshold is applied to the old w, and the step added: it comes after the step.", 4,
      update=lambda w, step, slope, penalty: soft(w, step * penalty) - step * slope)  # fmt: skip
wrong("The threshold is applied to the step; it is applied to w after the step.", 4,
      update=lambda w, step, slope, penalty: w - soft(step * slope, step * penalty))  # fmt: skip
wrong("w begins at 1; it begins at 0.", 4, start=1.0)


def wrong_loop(sentence, loop):
    """Other steps, or another thing that is returned."""

    @mistakes(sentence, hint=4)
    def ista__loop(A, b, penalty, steps):
        return loop(A, b, penalty, steps)


wrong_loop("One step too many is made.", lambda A, b, penalty, steps: run(A, b, penalty, steps + 1))
wrong_loop("One step too few is made.", lambda A, b, penalty, steps: run(A, b, penalty, steps - 1))
wrong_loop("One step is made, whatever `steps` is: a return in the loop ends it, or each step begins at 0 again.",
           lambda A, b, penalty, steps: run(A, b, penalty, 1))  # fmt: skip
wrong_loop("The threshold comes once, after the last step; it comes after every step.",
           lambda A, b, penalty, steps: soft(run(A, b, 0.0, steps), largest(A, b) * penalty))  # fmt: skip
wrong_loop("You return w after every step; w after the last one is asked for.",
           lambda A, b, penalty, steps: np.array([run(A, b, penalty, k + 1) for k in range(steps)]))  # fmt: skip
wrong_loop("That is the least-squares solution, with a threshold; ISTA goes there in steps from 0.",
           lambda A, b, penalty, steps: soft(np.linalg.lstsq(A, b)[0], penalty))  # fmt: skip
wrong_loop("Your w is a column, (t, 1); it is asked for as (t,).",
           lambda A, b, penalty, steps: run(A, b, penalty, steps)[:, None])  # fmt: skip


@mistakes("Coefficients that are new already are used for the next ones: all of a step start from the same w.", hint=4)
def ista__one_by_one(A, b, penalty, steps):
    (G, c), step = average(A, b), largest(A, b)
    w = np.zeros(A.shape[1])
    for _ in range(steps):
        for j in range(len(w)):
            w[j] = soft(w[j] - step * (G[j] @ w - c[j]), step * penalty)
    return w


@mistakes("That is FISTA, with a momentum between the steps; ISTA has none.", hint=4)
def ista__accelerated(A, b, penalty, steps):
    (G, c), step, t = average(A, b), largest(A, b), 1.0
    w = ahead = np.zeros(A.shape[1])
    for _ in range(steps):
        new, later = shrink(ahead, step, gradient(G, c, ahead), penalty), (1 + np.sqrt(1 + 4 * t**2)) / 2
        ahead = new + (t - 1) / later * (new - w)
        w, t = new, later
    return w
