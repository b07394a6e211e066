"""How the derivatives of a dense layer go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def right(x, W, dy):
    return dy @ W.T, x.T @ dy, dy.sum(axis=0)


def wrong(sentence, hint, dx=None, dW=None, db=None):
    """A mistake in one or several of the three results, each given by what is made of x, W and dy."""

    @mistakes(sentence, hint=hint)
    def dense_backward__results(x, W, dy):
        changes = (dx, dW, db)
        return tuple(
            result if change is None else change(x, W, dy)
            for change, result in zip(changes, right(x, W, dy), strict=True)
        )


wrong("Your dx uses W where W.T is due: the way back goes from outputs to inputs.", 2, dx=lambda x, W, dy: dy @ W)
wrong(
    "Your dx has W reshaped to (o, i): that reads it row by row as before; W.T swaps the axes.", 2,
    dx=lambda x, W, dy: dy @ W.reshape(W.shape[::-1]),
)  # fmt: skip
wrong("Your dx is that of the output, y = x W: it should be made of dy.", 2, dx=lambda x, W, dy: x @ W)
wrong(
    "The output x W stands in your dx where dy is due: the chain rule takes what comes from behind.", 2,
    dx=lambda x, W, dy: x @ W @ W.T,
)  # fmt: skip
wrong("Your dx is transposed, (i, n): the product is dy @ W.T, not W @ dy.T.", 2, dx=lambda x, W, dy: W @ dy.T)
wrong(
    "Your dx is averaged over the samples; each sample has derivatives of its own.", 2,
    dx=lambda x, W, dy: dy @ W.T / len(x),
)  # fmt: skip
wrong(
    "Your dx is added up over the samples, (i,); each sample has derivatives of its own, (n, i).", 2,
    dx=lambda x, W, dy: (dy @ W.T).sum(axis=0),
)  # fmt: skip
wrong("Your dx is divided by the number of outputs; a sum over them is due.", 2,
      dx=lambda x, W, dy: dy @ W.T / W.shape[1])  # fmt: skip
wrong("Your dx is multiplied by x as well: x belongs to dW; dx is dy @ W.T alone.", 2,
      dx=lambda x, W, dy: dy @ W.T * x)  # fmt: skip
wrong("Your dx is made of dW where W is due: dx = dy W^T.", 2, dx=lambda x, W, dy: dy @ (x.T @ dy).T)
wrong("Your dx has the wrong sign: these are derivatives, not steps downhill.", 2, dx=lambda x, W, dy: -dy @ W.T)
wrong("W is inverted in your dx where it is transposed: the way back is no inverse.", 2,
      dx=lambda x, W, dy: dy @ np.linalg.pinv(W))  # fmt: skip
wrong("Your dx takes the last output alone: it is overwritten in the loop, = where += is due.", 2,
      dx=lambda x, W, dy: np.outer(dy[:, -1], W[:, -1]))  # fmt: skip
wrong("Your dx adds up dy and W over the outputs before they are multiplied: a sum of products is due.", 2,
      dx=lambda x, W, dy: np.outer(dy.sum(axis=1), W.sum(axis=1)))  # fmt: skip

wrong("Your dW is averaged over the samples; dy has the mean already, if the loss is one. A sum is due.", 3,
      dW=lambda x, W, dy: x.T @ dy / len(x))  # fmt: skip
wrong("Your dW is transposed, (o, i): the product is x.T @ dy, not dy.T @ x.", 3, dW=lambda x, W, dy: dy.T @ x)
wrong("Your dW has x reshaped to (i, n): that reads it row by row as before; x.T swaps the axes.", 3,
      dW=lambda x, W, dy: x.reshape(x.shape[::-1]) @ dy)  # fmt: skip
wrong("Your dW uses x where x.T is due: W[i, o] moves y by x[n, i], summed over the samples.", 3,
      dW=lambda x, W, dy: x @ dy)  # fmt: skip
wrong("The output x W stands in your dW where dy is due.", 3, dW=lambda x, W, dy: x.T @ (x @ W))
wrong("Your dW is made of dx where x is due: dW = x^T dy.", 3, dW=lambda x, W, dy: (dy @ W.T).T @ dy)
wrong("dx stands in your dW where dy is due: dW = x^T dy.", 3, dW=lambda x, W, dy: x.T @ (dy @ W.T))
wrong("Your dW is one of sums: x and dy are multiplied sample by sample, and added up after that.", 3,
      dW=lambda x, W, dy: np.outer(x.sum(axis=0), dy.sum(axis=0)))  # fmt: skip
wrong("Your dW is one of means: x and dy are multiplied sample by sample, and added up after that.", 3,
      dW=lambda x, W, dy: np.outer(x.mean(axis=0), dy.mean(axis=0)))  # fmt: skip
wrong("Your dW is of the last sample alone: it is overwritten in the loop, = where += is due.", 3,
      dW=lambda x, W, dy: np.outer(x[-1], dy[-1]))  # fmt: skip
wrong("Your dW is of the first sample alone; a sum over all samples is due.", 3,
      dW=lambda x, W, dy: np.outer(x[0], dy[0]))  # fmt: skip
wrong("Your dW has a matrix for every sample, (n, i, o); all samples share one W, so they are added up.", 3,
      dW=lambda x, W, dy: x[:, :, None] * dy[:, None, :])  # fmt: skip
wrong("Your dW has the wrong sign: these are derivatives, not steps downhill.", 3, dW=lambda x, W, dy: -x.T @ dy)
wrong("Your dW is the new W after a step; its derivatives alone are asked for.", 3, dW=lambda x, W, dy: W - x.T @ dy)

wrong("Your db is averaged over the samples; a sum is due, as in dW.", 4, db=lambda x, W, dy: dy.mean(axis=0))
wrong("Your db is dy itself: every sample has the same b, so their derivatives add up, to shape (o,).", 4,
      db=lambda x, W, dy: dy.copy())  # fmt: skip
wrong("Your db is summed over the outputs (axis 1); b has one entry for each output, so sum over the samples.", 4,
      db=lambda x, W, dy: dy.sum(axis=1))  # fmt: skip
wrong("Your db is averaged over the outputs (axis 1); it is a sum, and over the samples.", 4,
      db=lambda x, W, dy: dy.mean(axis=1))  # fmt: skip
wrong("Your db is one number: sum over the samples only, axis 0.", 4, db=lambda x, W, dy: dy.sum())
wrong("Your db is one number, the mean of dy: sum over the samples only, axis 0.", 4, db=lambda x, W, dy: dy.mean())
wrong("Your db has the shape (1, o), where b has (o,): leave keepdims out.", 4,
      db=lambda x, W, dy: dy.sum(axis=0, keepdims=True))  # fmt: skip
wrong("Your db is a column, (o, 1), where b has (o,): a sum over axis 0 has that shape.", 4,
      db=lambda x, W, dy: dy.sum(axis=0)[:, None])  # fmt: skip
wrong("Your db is one number, over n: sum over the samples only, axis 0, and divide by nothing.", 4,
      db=lambda x, W, dy: dy.sum() / len(x))  # fmt: skip
wrong("Your dW is one number; it has the shape of W, one entry for each weight.", 3,
      dW=lambda x, W, dy: (x.T @ dy).mean())  # fmt: skip
wrong("Your dW is one number; it has the shape of W, one entry for each weight.", 3,
      dW=lambda x, W, dy: (x.T @ dy).sum())  # fmt: skip
wrong("Your db is of the last sample alone: it is overwritten in the loop, = where += is due.", 4,
      db=lambda x, W, dy: dy[-1].copy())  # fmt: skip
wrong("Your db is of the first sample alone; a sum over all samples is due.", 4, db=lambda x, W, dy: dy[0].copy())
wrong("Your db is 1 for each output: b moves y by 1, and that is multiplied by dy.", 4,
      db=lambda x, W, dy: np.ones(W.shape[1]))  # fmt: skip
wrong("Your db is n for each output: b moves y by 1, and that is multiplied by dy.", 4,
      db=lambda x, W, dy: np.full(W.shape[1], len(x)))  # fmt: skip
wrong("Your db is summed over dx, and has the shape (i,); b stands beside the outputs: sum over dy.", 4,
      db=lambda x, W, dy: (dy @ W.T).sum(axis=0))  # fmt: skip
wrong("Your db is summed over dW; b does not meet x, so sum over dy.", 4, db=lambda x, W, dy: (x.T @ dy).sum(axis=0))
wrong("Your db has the wrong sign: these are derivatives, not steps downhill.", 4, db=lambda x, W, dy: -dy.sum(axis=0))

wrong("Your dW and db are averaged over the samples; dy has the mean already, if the loss is one.", 3,
      dW=lambda x, W, dy: x.T @ dy / len(x), db=lambda x, W, dy: dy.mean(axis=0))  # fmt: skip
wrong("All three are averaged over the samples; dy has the mean already, if the loss is one.", 3,
      dx=lambda x, W, dy: dy @ W.T / len(x), dW=lambda x, W, dy: x.T @ dy / len(x),
      db=lambda x, W, dy: dy.mean(axis=0))  # fmt: skip
wrong("All three have the wrong sign: these are derivatives, not steps downhill.", 2,
      lambda x, W, dy: -dy @ W.T, lambda x, W, dy: -x.T @ dy, lambda x, W, dy: -dy.sum(axis=0))  # fmt: skip
wrong("Your dW and db are of the last sample alone: they are overwritten in the loop, = where += is due.", 3,
      dW=lambda x, W, dy: np.outer(x[-1], dy[-1]), db=lambda x, W, dy: dy[-1].copy())  # fmt: skip
wrong("The last sample is left out in dW and db: range(n) ends before n by itself.", 3,
      dW=lambda x, W, dy: x[:-1].T @ dy[:-1], db=lambda x, W, dy: dy[:-1].sum(axis=0))  # fmt: skip
wrong("The first sample is left out in dW and db: samples are counted from 0.", 3,
      dW=lambda x, W, dy: x[1:].T @ dy[1:], db=lambda x, W, dy: dy[1:].sum(axis=0))  # fmt: skip


@mistakes("The order is dx, dW, db.", hint=1)
def dense_backward__weights_first(x, W, dy):
    dx, dW, db = right(x, W, dy)
    return dW, dx, db


@mistakes("The order is dx, dW, db.", hint=1)
def dense_backward__input_last(x, W, dy):
    dx, dW, db = right(x, W, dy)
    return dW, db, dx


@mistakes("The order is dx, dW, db.", hint=1)
def dense_backward__bias_second(x, W, dy):
    dx, dW, db = right(x, W, dy)
    return dx, db, dW


@mistakes("Only dx is returned; dW and db are asked for as well.", hint=1)
def dense_backward__input_only(x, W, dy):
    return dy @ W.T


@mistakes("dx is missing: the layer before this one needs it. dx, dW and db are asked for.", hint=1)
def dense_backward__no_input(x, W, dy):
    return right(x, W, dy)[1:]


@mistakes("db is missing: dx, dW and db are asked for.", hint=1)
def dense_backward__no_bias(x, W, dy):
    return right(x, W, dy)[:2]


@mistakes("dy is divided by n, in the array of the caller: nothing is averaged, and nothing changed in place.", hint=3)
def dense_backward__averaged_in_place(x, W, dy):
    dy /= len(x)
    return right(x, W, dy)
