"""How the log loss goes wrong."""

from itertools import product

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def losses(scores, labels):
    return softplus(scores) - labels * scores


def loss(scores, labels):
    return losses(scores, labels).mean()


def slopes(scores, labels):
    return (sigmoid(scores) - labels) / len(scores)


def by_probabilities(p, labels, log=np.log):
    return -np.mean(labels * log(p) + (1 - labels) * log(1 - p))


OF_P = "The logarithm of p is taken, and p is 0 or 1 for large scores: write the loss in terms of the scores."
CUT_OFF = "Clipped probabilities, or log(p + 1e-12), cut losses off: a score of 800 with label 0 has a loss of 800."
OVERFLOW = "exp overflows for large scores, in p as in the loss: take exp only of numbers that are not positive."


@mistakes(OF_P, hint=2)
def log_loss__of_p(scores, labels):
    return by_probabilities(sigmoid(scores), labels), slopes(scores, labels)


@mistakes(OF_P, hint=2)
def log_loss__of_p_of_the_class(scores, labels):
    p = sigmoid(scores)
    return -np.mean(np.log(np.where(labels == 1, p, 1 - p))), slopes(scores, labels)


@mistakes("exp(s) / (1 + exp(s)) is inf / inf for large scores, and the logarithm of p is lost with it.", hint=2)
def log_loss__of_p_growing(scores, labels):
    p = np.exp(scores) / (1 + np.exp(scores))
    return by_probabilities(p, labels), (p - labels) / len(scores)


def as_it_stands(x):
    return 1 / (1 + np.exp(-x))


for epsilon, probability in product((1e-7, 1e-8, 1e-10, 1e-12, 1e-15, 1e-16), (sigmoid, as_it_stands)):

    @mistakes(CUT_OFF, hint=2)
    def log_loss__clipped(scores, labels, epsilon=epsilon, probability=probability):
        p = np.clip(probability(scores), epsilon, 1 - epsilon)
        return by_probabilities(p, labels), slopes(scores, labels)

    @mistakes(CUT_OFF, hint=2)
    def log_loss__guarded(scores, labels, epsilon=epsilon, probability=probability):
        return by_probabilities(probability(scores), labels, lambda p: np.log(p + epsilon)), slopes(scores, labels)


@mistakes("Logarithms are cut off at -100: a score of 800 with label 0 has a loss of 800.", hint=2)
def log_loss__logarithms_clipped(scores, labels):
    loss = by_probabilities(sigmoid(scores), labels, lambda p: np.maximum(np.log(p), -100))
    return loss, slopes(scores, labels)


for bound in (20, 30, 50, 100, 500, 700, 709):

    @mistakes("Clipped scores give clipped losses: a score of 800 with label 0 has a loss of 800.", hint=3)
    def log_loss__clipped_scores(scores, labels, bound=bound):
        inside = np.clip(scores, -bound, bound)
        return loss(inside, labels), slopes(inside, labels)


@mistakes("exp(s) overflows for large scores: softplus needs max(s, 0) taken out, see the first exercise.", hint=3)
def log_loss__overflow(scores, labels):
    return np.mean(np.log(1 + np.exp(scores)) - labels * scores), slopes(scores, labels)


@mistakes(OVERFLOW, hint=3)
def log_loss__overflow_throughout(scores, labels):
    p = np.exp(scores) / (1 + np.exp(scores))
    return np.mean(np.log(1 + np.exp(scores)) - labels * scores), (p - labels) / len(scores)


@mistakes("Your loss is right; in p exp(-s) overflows for scores below -709, and NumPy warns.", hint=4)
def log_loss__overflow_in_p(scores, labels):
    return loss(scores, labels), (1 / (1 + np.exp(-scores)) - labels) / len(scores)


@mistakes("Your loss is right; in p exp(s) overflows for scores above 709, and inf / inf is nan.", hint=4)
def log_loss__growing_in_p(scores, labels):
    return loss(scores, labels), (np.exp(scores) / (1 + np.exp(scores)) - labels) / len(scores)


def wrong_loss(sentence, wrong, hint=3):
    """A mistake in the loss alone."""

    @mistakes(sentence, hint=hint)
    def log_loss__loss(scores, labels):
        return wrong(scores, labels), slopes(scores, labels)


def wrong_slopes(sentence, wrong, hint=4):
    """A mistake in the derivatives alone, made of p and labels."""

    @mistakes(sentence, hint=hint)
    def log_loss__slopes(scores, labels):
        return loss(scores, labels), wrong(sigmoid(scores), labels)


def wrong_both(sentence, of_loss, of_slopes, hint=4):
    """A mistake in the losses of the samples and in their derivatives."""

    @mistakes(sentence, hint=hint)
    def log_loss__both(scores, labels):
        return of_loss(scores, labels), of_slopes(scores, labels)


wrong_loss("The loss is a sum over the samples; the mean is asked for.", lambda s, t: losses(s, t).sum(), 4)
wrong_loss("The loss is divided by n twice: the mean has done so.", lambda s, t: loss(s, t) / len(s), 4)
wrong_loss("The loss is of every sample, (n,); one number is asked for, their mean.", losses, 4)
wrong_loss("The loss has the wrong sign: -log p is positive.", lambda s, t: -loss(s, t))
wrong_loss("Labels are confused: a label of 1 asks for a large score.", lambda s, t: loss(s, 1 - t))
wrong_loss(
    "Only samples of class 1 count in your loss: -log(1 - p) of the others is missing.",
    lambda s, t: np.mean(t * softplus(-s)), 1,
)  # fmt: skip
wrong_loss(
    "Only samples of class 0 count in your loss: -log p of the others is missing.",
    lambda s, t: np.mean((1 - t) * softplus(s)), 1,
)  # fmt: skip
wrong_loss("- t s is missing in your loss: softplus(s) alone is that of class 0.", lambda s, t: np.mean(softplus(s)))
wrong_loss("t s is added in your loss; it is subtracted from softplus(s).", lambda s, t: np.mean(softplus(s) + t * s))
wrong_loss("t alone is subtracted from softplus(s) in your loss; it is t s.", lambda s, t: np.mean(softplus(s) - t))
wrong_loss("s alone is subtracted from softplus(s) in your loss; it is t s.", lambda s, t: np.mean(softplus(s) - s))
wrong_loss(
    "softplus(-s) stands in your loss where softplus(s) is due, if t s is subtracted.",
    lambda s, t: np.mean(softplus(-s) - t * s),
)
wrong_loss(
    "t s is added up over the samples, and softplus(s) averaged: the mean is of their difference.",
    lambda s, t: softplus(s).mean() - np.sum(t * s), 4,
)  # fmt: skip
wrong_loss(
    "t and s are averaged before they are multiplied: each sample has a t s of its own.",
    lambda s, t: softplus(s).mean() - t.mean() * s.mean(), 4,
)  # fmt: skip
wrong_loss(
    "max(s, 0) is softplus for large scores only: log(1 + exp(-|s|)) is missing in your loss.",
    lambda s, t: np.mean(np.maximum(s, 0) - t * s),
)
wrong_loss(
    "max(s, 0) is missing in your softplus: log(1 + exp(-|s|)) falls on both sides of 0.",
    lambda s, t: np.mean(np.log1p(np.exp(-np.abs(s))) - t * s),
)
wrong_loss(
    "s is added where it is negative too: softplus(s) has max(s, 0).",
    lambda s, t: np.mean(s + np.log1p(np.exp(-np.abs(s))) - t * s),
)
wrong_loss("|s| stands where max(s, 0) is due in your softplus.", lambda s, t: np.mean(losses(s, t) - np.minimum(s, 0)))
wrong_loss(
    "That is the loss of labels -1 and 1: here they are 0 and 1, and a 0 makes log 2 of yours for every score.",
    lambda s, t: np.mean(softplus(-t * s)),
)
wrong_loss(
    "That is the squared error, (p - t)^2; the log loss has logarithms.", lambda s, t: np.mean((sigmoid(s) - t) ** 2)
)
wrong_loss(
    "That is half the squared error; the log loss has logarithms.", lambda s, t: np.mean((sigmoid(s) - t) ** 2) / 2
)
wrong_loss("The logarithm is to base e: np.log, not np.log2.", lambda s, t: loss(s, t) / np.log(2))
wrong_loss(
    "The logarithm is missing: your loss is the probability of the other class.",
    lambda s, t: np.mean(np.abs(sigmoid(s) - t)),
)
wrong_loss(
    "p stands where the score is due in your loss: softplus(s) - t s.",
    lambda s, t: np.mean(softplus(s) - t * sigmoid(s)),
)
wrong_loss("Your loss is halved; the mean over n samples is divided by n alone.", lambda s, t: loss(s, t) / 2, 4)
wrong_loss("Only the last sample is in your loss: it is overwritten in the loop, = where += is due.",
           lambda s, t: losses(s, t)[-1] / len(s), 4)  # fmt: skip

wrong_slopes("The derivatives lack the 1 / n of the mean.", lambda p, t: p - t)
wrong_slopes("The derivatives are divided by n twice.", lambda p, t: (p - t) / len(p) ** 2)
wrong_slopes("The derivatives have the wrong sign: they are (p - t) / n.", lambda p, t: (t - p) / len(p))
wrong_slopes("Labels are confused in the derivatives: they are (p - t) / n.", lambda p, t: (p - 1 + t) / len(p))
wrong_slopes(
    "The derivatives are by p, not by the scores: by the chain rule they are multiplied by p (1 - p).",
    lambda p, t: (p - t) / (p * (1 - p)) / len(p),
)
wrong_slopes(
    "p (1 - p) is one factor too many: p - t has it already, it cancelled.",
    lambda p, t: (p - t) * p * (1 - p) / len(p),
)
wrong_slopes(
    "p (1 - p) is the derivative of the sigmoid; that of the loss is p - t.", lambda p, t: p * (1 - p) / len(p)
)
wrong_slopes("Your derivatives are p / n: t is still to be subtracted.", lambda p, t: p / len(p))
wrong_slopes(
    "The derivatives are averaged to one number; there is one for each score, (n,).", lambda p, t: np.mean(p - t)
)
wrong_slopes(
    "The derivatives are added up to one number; there is one for each score, (n,).", lambda p, t: np.sum(p - t)
)
wrong_slopes(
    "p is 0 or 1 in your derivatives: that is a perceptron; the sigmoid has all numbers between.",
    lambda p, t: ((p > 0.5) - t) / len(p),
)
wrong_slopes("2 is one factor too many in your derivatives: they are (p - t) / n.", lambda p, t: 2 * (p - t) / len(p))
wrong_slopes(
    "Those are the derivatives for labels -1 and 1; here they are 0 and 1.",
    lambda p, t: -t * np.where(t, 1 - p, 0.5) / len(p),
)

wrong_both(
    "Loss and derivatives are those of the sum over the samples; the mean is asked for.",
    lambda s, t: losses(s, t).sum(), lambda s, t: sigmoid(s) - t,
)  # fmt: skip
wrong_both(
    "Labels are confused, in loss and derivatives: a label of 1 asks for a large score.",
    lambda s, t: loss(s, 1 - t), lambda s, t: slopes(s, 1 - t), 3,
)  # fmt: skip
wrong_both(
    "Loss and derivatives are those of labels -1 and 1: here they are 0 and 1.",
    lambda s, t: np.mean(softplus(-t * s)), lambda s, t: -t * sigmoid(-t * s) / len(s), 3,
)  # fmt: skip
wrong_both(
    "Scores stand where p is due in your derivatives: the sigmoid makes probabilities of them.",
    loss, lambda s, t: (s - t) / len(s),
)  # fmt: skip
wrong_both(
    "The score is one factor too many in your derivatives: s is no input, the derivative is by s itself.",
    loss, lambda s, t: slopes(s, t) * s,
)  # fmt: skip
wrong_both(
    "The sign in p is wrong: yours is 1 / (1 + exp(s)), which falls where the score rises.",
    loss, lambda s, t: slopes(-s, t),
)  # fmt: skip
wrong_both(
    "Labels -1 and 1 stand in your derivatives; p - t is for labels 0 and 1.",
    loss, lambda s, t: slopes(s, 2 * t - 1),
)  # fmt: skip
wrong_both("Both have the wrong sign.", lambda s, t: -loss(s, t), lambda s, t: -slopes(s, t))


@mistakes("The order is: the loss, then the derivatives.", hint=1)
def log_loss__order(scores, labels):
    return slopes(scores, labels), loss(scores, labels)


@mistakes("Only the loss is returned; its derivatives are asked for as well.", hint=1)
def log_loss__loss_only(scores, labels):
    return loss(scores, labels)


@mistakes("Only the derivatives are returned; the loss is asked for as well, and comes first.", hint=1)
def log_loss__slopes_only(scores, labels):
    return slopes(scores, labels)
