"""How softmax with cross entropy goes wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def log_softmax(scores, axis=1):
    shifted = scores - scores.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def softmax(scores):
    return np.exp(log_softmax(scores))


def one_hot(scores, labels):
    return np.eye(scores.shape[1])[labels]


def losses(scores, labels):
    return -log_softmax(scores)[np.arange(len(labels)), labels]


def slope(scores, labels):
    return (softmax(scores) - one_hot(scores, labels)) / len(labels)


def from_log(log_p, labels):
    """Loss and derivatives from other logarithms of probabilities."""
    rows = np.arange(len(labels))
    return -log_p[rows, labels].mean(), (np.exp(log_p) - one_hot(log_p, labels)) / len(labels)


def wrong_p(sentence, log_p, hint=2):
    """A mistake in the probabilities, and so in loss and derivatives."""

    @mistakes(sentence, hint=hint)
    def softmax_cross_entropy__p(scores, labels):
        return from_log(log_p(scores), labels)


def wrong_loss(sentence, loss, hint=3):
    """A mistake in the loss alone."""

    @mistakes(sentence, hint=hint)
    def softmax_cross_entropy__loss(scores, labels):
        return loss(scores, labels), slope(scores, labels)


def wrong_slope(sentence, wrong, hint=4):
    """A mistake in the derivatives alone."""

    @mistakes(sentence, hint=hint)
    def softmax_cross_entropy__slope(scores, labels):
        return losses(scores, labels).mean(), wrong(scores, labels)


def wrong_both(sentence, loss, wrong, hint=4):
    """A mistake in the loss, and one of the same kind in the derivatives."""

    @mistakes(sentence, hint=hint)
    def softmax_cross_entropy__both(scores, labels):
        return loss(scores, labels), wrong(scores, labels)


def normalised(exponentials):
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def shifted(scores):
    return scores - scores.max(axis=1, keepdims=True)


def log_by(shift):
    """log p with another shift of the scores."""

    def log_p(scores):
        s = scores - shift(scores)
        return s - np.log(np.exp(s).sum(axis=1, keepdims=True))

    return log_p


OVERFLOW = "exp of large scores overflows: subtract the largest score of each row first."
LOG_OF_P = (
    "A probability that is too small for a float is 0, and its logarithm -inf: take the logarithm before exp, "
    "log p = s - log(sum(exp(s))) with s the shifted scores."
)
CUT_OFF = "log(p + 1e-12), or p clipped from below, makes a small probability larger than it is."
WHOLE = "The largest score of the whole array is subtracted: rows far below it are lost. Take each row's own."
COLUMNS = "Without keepdims the maximum or the sum of the rows has the shape (n,), and meets columns: keepdims=True."
NAN = "exp of large scores overflows, and inf / inf is nan: subtract the largest score of each row first."

wrong_p(OVERFLOW, lambda s: s - np.log(np.exp(s).sum(axis=1, keepdims=True)))
wrong_p(NAN, lambda s: np.log(normalised(np.exp(s))))
wrong_p(LOG_OF_P, lambda s: np.log(normalised(np.exp(shifted(s)))), 3)
wrong_p(WHOLE, lambda s: np.log(normalised(np.exp(s - s.max()))))
wrong_p(WHOLE, log_by(np.max))
wrong_p("The mean of the row is subtracted: a score far above it still overflows. Take the largest.",
        log_by(lambda s: s.mean(axis=1, keepdims=True)))  # fmt: skip
wrong_p("The smallest score of the row is subtracted: exp of the others grows. Take the largest.",
        log_by(lambda s: s.min(axis=1, keepdims=True)))  # fmt: skip
wrong_p("The size of the largest score is subtracted, |s|: a row far below 0 is lost. Take the largest score itself.",
        log_by(lambda s: np.abs(s).max(axis=1, keepdims=True)))  # fmt: skip
wrong_p("The largest score of each class (axis 0) is subtracted; it is that of each sample, a row.",
        log_by(lambda s: s.max(axis=0)))  # fmt: skip
wrong_p("The largest score is added to the row; it is subtracted.", log_by(lambda s: -s.max(axis=1, keepdims=True)))
wrong_p("Softmax runs along the samples (axis 0): the probabilities of one sample, a row, must add up to 1.",
        lambda s: log_softmax(s, axis=0))  # fmt: skip
wrong_p("Your exponentials are added up over the samples (axis 0); those of a row must add up to 1.",
        lambda s: shifted(s) - np.log(np.exp(shifted(s)).sum(axis=0)))  # fmt: skip
wrong_p("Your exponentials are added up over the whole array; those of each row must add up to 1.",
        lambda s: shifted(s) - np.log(np.exp(shifted(s)).sum()))  # fmt: skip
wrong_p("Your exponentials are not divided by their sum: the probabilities of a row must add up to 1.", shifted)
wrong_p("Your exponentials are added up over the whole array; those of each row must add up to 1.",
        lambda s: np.log(np.exp(shifted(s)) / np.exp(shifted(s)).sum()))  # fmt: skip
wrong_p("Softmax is taken twice: once of the scores is enough.", lambda s: log_softmax(softmax(s)))
wrong_p(
    "That is a sigmoid of every score; the probabilities of a row must add up to 1.", lambda s: -np.logaddexp(0, -s)
)
wrong_p(
    "The scores have the wrong sign in your softmax: a large score is a large probability.", lambda s: log_softmax(-s)
)
wrong_p("2 is raised to the powers in your softmax; exp has the base e.", lambda s: log_softmax(s * np.log(2)))
wrong_p("The largest score is subtracted in the sum of exponentials only: log p is shifted score - log(sum).",
        lambda s: s - np.log(np.exp(shifted(s)).sum(axis=1, keepdims=True)), 3)  # fmt: skip
wrong_p(COLUMNS, lambda s: s - s.max(axis=1) - np.log(np.exp(s - s.max(axis=1)).sum(axis=1, keepdims=True)))
wrong_p(COLUMNS, lambda s: shifted(s) - np.log(np.exp(shifted(s)).sum(axis=1)))
wrong_p(COLUMNS, lambda s: s - s.max(axis=1) - np.log(np.exp(s - s.max(axis=1)).sum(axis=1)))

for epsilon in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16):
    wrong_loss(CUT_OFF,
               lambda s, t, e=epsilon: -np.log(softmax(s)[np.arange(len(t)), t] + e).mean())  # fmt: skip
for epsilon in (1e-7, 1e-8):
    wrong_p(CUT_OFF,
            lambda s, e=epsilon: np.log(np.clip(softmax(s), e, 1 - e)), 3)  # fmt: skip
wrong_loss("Your p is 0 for some class, its logarithm -inf, and 0 times inf is nan: take the logarithm before exp.",
           lambda s, t: -(one_hot(s, t) * np.log(softmax(s))).sum(axis=1).mean())  # fmt: skip
wrong_loss("The mean is over all n c numbers, most of them 0; it is over the n samples. And 0 times log 0 is nan.",
           lambda s, t: -(one_hot(s, t) * np.log(softmax(s))).mean(), 4)  # fmt: skip
wrong_loss("The sum is over the samples, and the mean is due. And 0 times log 0 is nan.",
           lambda s, t: -(one_hot(s, t) * np.log(softmax(s))).sum(), 4)  # fmt: skip
wrong_loss("The loss has the wrong sign: -log p is positive.", lambda s, t: -losses(s, t).mean())
wrong_loss("The loss is summed over the samples; the mean is asked for.", lambda s, t: losses(s, t).sum(), 4)
wrong_loss("The loss is of every sample, (n,); one number is asked for, their mean.", losses, 4)
wrong_loss("The loss is divided by n twice: the mean has done so.", lambda s, t: losses(s, t).mean() / len(t), 4)
wrong_loss("The loss is divided by the number of all scores, n c; the mean is over the n samples.",
           lambda s, t: losses(s, t).sum() / s.size, 4)  # fmt: skip
wrong_loss("All classes are in your loss; that of a sample is -log p of its true class.",
           lambda s, t: -log_softmax(s).mean())  # fmt: skip
wrong_loss("All classes are in your loss; that of a sample is -log p of its true class.",
           lambda s, t: -log_softmax(s).sum() / len(t))  # fmt: skip
wrong_loss("The logarithm is missing in your loss: it is -log p, not -p.",
           lambda s, t: -softmax(s)[np.arange(len(t)), t].mean())  # fmt: skip
wrong_loss("The logarithm is missing in your loss: it is -log p, not 1 - p.",
           lambda s, t: 1 - softmax(s)[np.arange(len(t)), t].mean())  # fmt: skip
wrong_loss("The logarithm is to base e: np.log, not np.log2.", lambda s, t: losses(s, t).mean() / np.log(2))
wrong_loss("p[:, labels] picks all these columns in every row, (n, n): one entry of each row is due, p[rows, labels].",
           lambda s, t: -log_softmax(s)[:, t].mean())  # fmt: skip
wrong_loss("The largest score is subtracted in the sum of exponentials, and not from the true class's score.",
           lambda s, t: np.mean(losses(s, t) - s.max(axis=1)))  # fmt: skip
wrong_loss("The score of the true class is missing: -log p is log(sum(exp(s))) - s[k].",
           lambda s, t: np.mean(losses(s, t) + s[np.arange(len(t)), t]))  # fmt: skip
wrong_loss("log(sum(exp(s))) is missing: -log p is that minus the score of the true class.",
           lambda s, t: -s[np.arange(len(t)), t].mean())  # fmt: skip
wrong_loss("log(sum(exp(s))) is missing: -log p is that minus the shifted score of the true class.",
           lambda s, t: -shifted(s)[np.arange(len(t)), t].mean())  # fmt: skip
wrong_loss("Your mean is taken before the logarithm; it is the mean of -log p, not -log of the mean.",
           lambda s, t: -np.log(softmax(s)[np.arange(len(t)), t].mean()))  # fmt: skip
wrong_loss("Only the last sample is in your loss: it is overwritten in the loop, = where += is due.",
           lambda s, t: losses(s, t)[-1] / len(t), 4)  # fmt: skip
wrong_loss("That is the squared error of p; cross entropy has -log p of the true class.",
           lambda s, t: np.mean((softmax(s) - one_hot(s, t)) ** 2))  # fmt: skip

wrong_slope("The derivatives lack the 1 / n of the mean.", lambda s, t: slope(s, t) * len(t))
wrong_slope("The derivatives are divided by n twice.", lambda s, t: slope(s, t) / len(t))
wrong_slope("The derivatives are divided by the number of all scores, n c; the mean is over the n samples.",
            lambda s, t: slope(s, t) / s.shape[1])  # fmt: skip
wrong_slope("The derivatives are divided by the number of classes; the mean is over the n samples.",
            lambda s, t: slope(s, t) * len(t) / s.shape[1])  # fmt: skip
wrong_slope("The derivatives have the wrong sign: they are (p - one-hot) / n.", lambda s, t: -slope(s, t))
wrong_slope(
    "The derivatives are p / n: 1 is still to be subtracted at the true class.", lambda s, t: softmax(s) / len(t)
)
wrong_slope("1 is subtracted behind the division by n in your derivatives: they are (p - one-hot) / n.",
            lambda s, t: softmax(s) / len(t) - one_hot(s, t))  # fmt: skip
wrong_slope("Parentheses are missing: only one-hot is divided by n in your derivatives, (p - one-hot) / n.",
            lambda s, t: softmax(s) - one_hot(s, t) / len(t))  # fmt: skip
wrong_slope("1 is subtracted everywhere in your derivatives; it is at the true class alone.",
            lambda s, t: (softmax(s) - 1) / len(t))  # fmt: skip
wrong_slope("1 is added at the true class in your derivatives; it is subtracted.",
            lambda s, t: (softmax(s) + one_hot(s, t)) / len(t))  # fmt: skip
wrong_slope("[:, labels] picks all these columns in every row: 1 is subtracted once in each, at [rows, labels].",
            lambda s, t: (softmax(s) - one_hot(s, t).any(axis=0)) / len(t))  # fmt: skip
wrong_slope("The label itself is subtracted in your derivatives; it is a 1, at the true class.",
            lambda s, t: (softmax(s) - t[:, None]) / len(t))  # fmt: skip
wrong_slope("Scores stand where p is due in your derivatives: (p - one-hot) / n.",
            lambda s, t: (s - one_hot(s, t)) / len(t))  # fmt: skip
wrong_slope("log p stands where p is due in your derivatives: (p - one-hot) / n.",
            lambda s, t: (log_softmax(s) - one_hot(s, t)) / len(t))  # fmt: skip
wrong_slope("p is one factor too many in your derivatives: (p - one-hot) / n.", lambda s, t: softmax(s) * slope(s, t))
wrong_slope("p (1 - p) is the derivative of a sigmoid; that of the loss is p - one-hot.",
            lambda s, t: softmax(s) * (1 - softmax(s)) / len(t))  # fmt: skip
wrong_slope("Only the true class has a derivative in yours; the other scores change the loss too, by p / n.",
            lambda s, t: slope(s, t) * one_hot(s, t))  # fmt: skip
wrong_slope("The derivatives are by p; by the scores they are (p - one-hot) / n.",
            lambda s, t: -one_hot(s, t) / softmax(s) / len(t))  # fmt: skip
wrong_slope("2 is one factor too many in your derivatives: (p - one-hot) / n.", lambda s, t: 2 * slope(s, t))
wrong_slope("The derivatives are added up over the samples, (c,); each score has one, (n, c).",
            lambda s, t: slope(s, t).sum(axis=0))  # fmt: skip

wrong_both("Loss and derivatives are those of the sum over the samples; the mean is asked for.",
           lambda s, t: losses(s, t).sum(), lambda s, t: slope(s, t) * len(t))  # fmt: skip
wrong_both("Loss and derivatives are divided by the number of all scores, n c; the mean is over the n samples.",
           lambda s, t: losses(s, t).sum() / s.size, lambda s, t: slope(s, t) / s.shape[1])  # fmt: skip
wrong_both("[:, labels] picks all these columns in every row, in the loss and in the derivatives: take [rows, labels].",
           lambda s, t: -log_softmax(s)[:, t].mean(),
           lambda s, t: (softmax(s) - one_hot(s, t).any(axis=0)) / len(t))  # fmt: skip
wrong_both("Your labels are counted from 1; they are from 0 to c - 1.",
           lambda s, t: losses(s, t - 1).mean(), lambda s, t: slope(s, t - 1), 3)  # fmt: skip
wrong_both(NAN, lambda s, t: -(one_hot(s, t) * np.log(normalised(np.exp(s)))).sum(axis=1).mean(),
           lambda s, t: (normalised(np.exp(s)) - one_hot(s, t)) / len(t), 2)  # fmt: skip


@mistakes("The order is: the loss, then the derivatives.", hint=1)
def softmax_cross_entropy__order(scores, labels):
    return slope(scores, labels), losses(scores, labels).mean()


@mistakes("Only the loss is returned; its derivatives are asked for as well.", hint=1)
def softmax_cross_entropy__loss_only(scores, labels):
    return losses(scores, labels).mean()


@mistakes("Your results are right, but -= changes the scores of the caller: make a new array, scores - ....", hint=2)
def softmax_cross_entropy__in_place(scores, labels):
    result = losses(scores, labels).mean(), slope(scores, labels)
    scores -= scores.max(axis=1, keepdims=True)
    return result
