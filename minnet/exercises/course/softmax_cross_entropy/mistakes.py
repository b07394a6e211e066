"""How softmax with cross entropy goes wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def log_softmax(scores, axis=1):
    shifted = scores - scores.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def loss_and_slope(log_p, labels, mean=np.mean, n=None):
    rows = np.arange(len(labels))
    slope = np.exp(log_p)
    slope[rows, labels] -= 1
    return mean(-log_p[rows, labels]), slope / (len(labels) if n is None else n)


@mistakes("exp of large scores overflows: subtract the largest score of each row first.", hint=2)
def softmax_cross_entropy__overflow(scores, labels):
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return loss_and_slope(log_p, labels)


@mistakes("exp of large scores overflows, and inf / inf is nan: subtract the largest score of each row first.", hint=2)
def softmax_cross_entropy__overflow_in_p(scores, labels):
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return loss_and_slope(np.log(p), labels)


@mistakes(
    "A probability that is too small for a float is 0, and its logarithm -inf: take the logarithm before exp, "
    "log p = s - log(sum(exp(s))) with s the shifted scores.",
    hint=3,
)
def softmax_cross_entropy__log_of_p(scores, labels):
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return loss_and_slope(np.log(p / p.sum(axis=1, keepdims=True)), labels)


@mistakes("log(p + 1e-12), or p clipped from below, makes a small probability larger than it is.", hint=3)
def softmax_cross_entropy__guarded(scores, labels):
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss, _ = loss_and_slope(np.log(p + 1e-12), labels)
    return loss, loss_and_slope(log_softmax(scores), labels)[1]


@mistakes("The loss is summed over the samples; the mean is asked for.", hint=4)
def softmax_cross_entropy__sum(scores, labels):
    return loss_and_slope(log_softmax(scores), labels, mean=np.sum)


@mistakes("The derivatives lack the 1 / n of the mean.", hint=4)
def softmax_cross_entropy__slope_not_averaged(scores, labels):
    return loss_and_slope(log_softmax(scores), labels, n=1)


@mistakes("Loss and derivatives are those of the sum over the samples; the mean is asked for.", hint=4)
def softmax_cross_entropy__all_summed(scores, labels):
    return loss_and_slope(log_softmax(scores), labels, mean=np.sum, n=1)


@mistakes("The derivatives are divided by the number of all scores, n c; the mean is over the n samples.", hint=4)
def softmax_cross_entropy__mean_over_all(scores, labels):
    return loss_and_slope(log_softmax(scores), labels, n=scores.size)


@mistakes("Softmax runs along the samples (axis 0): the probabilities of one sample, a row, must add up to 1.", hint=2)
def softmax_cross_entropy__wrong_axis(scores, labels):
    return loss_and_slope(log_softmax(scores, axis=0), labels)


@mistakes(
    "The largest score of the whole array is subtracted: rows far below it become 0 / 0. Take each row's own.", hint=2
)
def softmax_cross_entropy__one_maximum(scores, labels):
    e = np.exp(scores - scores.max())
    return loss_and_slope(np.log(e / e.sum(axis=1, keepdims=True)), labels)


@mistakes("The derivatives have the wrong sign: they are (p - one-hot) / n.", hint=4)
def softmax_cross_entropy__sign_of_slope(scores, labels):
    loss, slope = loss_and_slope(log_softmax(scores), labels)
    return loss, -slope


@mistakes("The loss has the wrong sign: -log p is positive.", hint=3)
def softmax_cross_entropy__sign_of_loss(scores, labels):
    loss, slope = loss_and_slope(log_softmax(scores), labels)
    return -loss, slope


@mistakes("The derivatives are p / n: 1 is still to be subtracted at the true class.", hint=4)
def softmax_cross_entropy__no_one_hot(scores, labels):
    log_p = log_softmax(scores)
    return loss_and_slope(log_p, labels)[0], np.exp(log_p) / len(labels)


@mistakes("The loss is of every sample, (n,); one number is asked for, their mean.", hint=4)
def softmax_cross_entropy__loss_of_each(scores, labels):
    return loss_and_slope(log_softmax(scores), labels, mean=lambda losses: losses)
