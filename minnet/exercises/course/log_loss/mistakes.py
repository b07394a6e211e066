"""How the log loss goes wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def both(scores, labels):
    return softplus(scores) - labels * scores, sigmoid(scores) - labels


@mistakes(
    "The logarithm of p is taken, and p is 0 or 1 for large scores: write the loss in terms of the scores.", hint=2
)
def log_loss__of_p(scores, labels):
    p = sigmoid(scores)
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p)), (p - labels) / len(scores)


@mistakes("Clipped probabilities give clipped losses: a score of 800 with label 0 has a loss of 800.", hint=2)
def log_loss__clipped(scores, labels):
    p = np.clip(sigmoid(scores), 1e-15, 1 - 1e-15)
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p)), (sigmoid(scores) - labels) / len(scores)


@mistakes("exp(s) overflows for large scores: softplus needs max(s, 0) taken out, see the first exercise.", hint=3)
def log_loss__overflow(scores, labels):
    return np.mean(np.log(1 + np.exp(scores)) - labels * scores), (sigmoid(scores) - labels) / len(scores)


@mistakes("The loss is a sum over the samples; the mean is asked for.", hint=4)
def log_loss__sum(scores, labels):
    losses, slopes = both(scores, labels)
    return losses.sum(), slopes / len(scores)


@mistakes("The derivatives lack the 1 / n of the mean.", hint=4)
def log_loss__slope_not_averaged(scores, labels):
    losses, slopes = both(scores, labels)
    return losses.mean(), slopes


@mistakes("Loss and derivatives are those of the sum over the samples; the mean is asked for.", hint=4)
def log_loss__all_summed(scores, labels):
    losses, slopes = both(scores, labels)
    return losses.sum(), slopes


@mistakes("The derivatives have the wrong sign: they are (p - t) / n.", hint=4)
def log_loss__sign(scores, labels):
    losses, slopes = both(scores, labels)
    return losses.mean(), -slopes / len(scores)


@mistakes("Labels are confused: a label of 1 asks for a large score.", hint=3)
def log_loss__labels(scores, labels):
    losses, slopes = both(scores, 1 - labels)
    return losses.mean(), slopes / len(scores)


@mistakes("The derivatives are by p, not by the scores: by the chain rule they are multiplied by p (1 - p).", hint=4)
def log_loss__by_p(scores, labels):
    p = sigmoid(scores)
    return both(scores, labels)[0].mean(), (p - labels) / (p * (1 - p)) / len(scores)


@mistakes("p (1 - p) is one factor too many: p - t has it already, it cancelled.", hint=4)
def log_loss__twice_the_sigmoid(scores, labels):
    p = sigmoid(scores)
    return both(scores, labels)[0].mean(), (p - labels) * p * (1 - p) / len(scores)


@mistakes("Only samples of class 1 count in your loss: -log(1 - p) of the others is missing.", hint=1)
def log_loss__class_one_only(scores, labels):
    losses = labels * softplus(-scores)
    return losses.mean(), both(scores, labels)[1] / len(scores)


@mistakes("The loss is of every sample, (n,); one number is asked for, their mean.", hint=4)
def log_loss__of_each(scores, labels):
    losses, slopes = both(scores, labels)
    return losses, slopes / len(scores)
