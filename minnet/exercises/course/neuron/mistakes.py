"""How one neuron and its training go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


@mistakes("You return the scores: the sigmoid that makes probabilities of them is missing.", hint=2)
def probabilities__scores(X, w, b):
    return X @ w + b


@mistakes("Your score has no b in it.", hint=2)
def probabilities__without_bias(X, w, b):
    return sigmoid(X @ w)


@mistakes(
    "Your b counts with the wrong sign: it is added to the score, and the minus in exp(-s) is of the whole score.",
    hint=2,
)
def probabilities__bias_subtracted(X, w, b):
    return sigmoid(X @ w - b)


@mistakes("Your b is added behind the sigmoid: it belongs to the score.", hint=2)
def probabilities__bias_behind(X, w, b):
    return sigmoid(X @ w) + b


@mistakes("The sign of the exponent is wrong: your p is 1 - p, and falls where the score rises.", hint=2)
def probabilities__falling(X, w, b):
    return sigmoid(-X @ w - b)


@mistakes("Your p is 0 or 1: that is a perceptron; the sigmoid has all numbers between.", hint=2)
def probabilities__perceptron(X, w, b):
    return (X @ w + b > 0).astype(float)


@mistakes("That is tanh of the score, from -1 to 1: a probability is between 0 and 1.", hint=2)
def probabilities__tanh(X, w, b):
    return np.tanh(X @ w + b)


@mistakes("Your p has a number for every input: a score is a sum over the inputs, X @ w, with shape (n,).", hint=2)
def probabilities__entry_by_entry(X, w, b):
    return sigmoid(X * w + b)


@mistakes("Your p has the shape (n, 1): it is asked for as (n,).", hint=1)
def probabilities__column(X, w, b):
    return sigmoid(X @ w + b)[:, None]


def slopes(X, t, w, b):
    error = sigmoid(X @ w + b) - t
    return X.T @ error / len(t), np.mean(error)


def stepped(X, error, w, b, rate):
    """A step with another p - t."""
    return w - rate * X.T @ error / len(X), b - rate * np.mean(error)


def step(X, t, w, b, rate):
    return stepped(X, sigmoid(X @ w + b) - t, w, b, rate)


@mistakes("Your step is of the sum over the samples, n times too large: both derivatives are means.", hint=3)
def neuron_step__sum(X, t, w, b, rate):
    return step(X, t, w, b, len(t) * rate)


@mistakes("Your w is right; your b steps by the sum of p - t, and the mean is due there too.", hint=3)
def neuron_step__bias_summed(X, t, w, b, rate):
    return step(X, t, w, b, rate)[0], step(X, t, w, b, len(t) * rate)[1]


@mistakes("Your b is right; your w steps by the sum over the samples, X^T (p - t) without the 1 / n.", hint=3)
def neuron_step__weights_summed(X, t, w, b, rate):
    return step(X, t, w, b, len(t) * rate)[0], step(X, t, w, b, rate)[1]


@mistakes("Your dw is divided by the number of inputs, i; the mean is over the n samples.", hint=3)
def neuron_step__over_inputs(X, t, w, b, rate):
    return step(X, t, w, b, rate * len(t) / X.shape[1])[0], step(X, t, w, b, rate)[1]


@mistakes("Your derivatives are twice those of the loss: no factor 2 is in them.", hint=3)
def neuron_step__twice(X, t, w, b, rate):
    return step(X, t, w, b, 2 * rate)


@mistakes(
    "One number is subtracted from all of w, a mean over samples and inputs: each weight has its own mean.", hint=3
)
def neuron_step__one_slope(X, t, w, b, rate):
    error = sigmoid(X @ w + b) - t
    return w - rate * np.mean(X * error[:, None]), b - rate * np.mean(error)


@mistakes("Your b has become an array of n numbers: p - t is to be averaged, to one number.", hint=3)
def neuron_step__bias_of_each(X, t, w, b, rate):
    return step(X, t, w, b, rate)[0], b - rate * (sigmoid(X @ w + b) - t)


@mistakes("Each sample makes a step of its own; one step takes the mean over all samples, at the old w and b.", hint=3)
def neuron_step__sample_by_sample(X, t, w, b, rate):
    for n in range(len(t)):
        w, b = step(X[n : n + 1], t[n : n + 1], w, b, rate)
    return w, b


@mistakes("You step uphill: p - t points towards a larger loss, and the step is subtracted.", hint=3)
def neuron_step__uphill(X, t, w, b, rate):
    return step(X, t, w, b, -rate)


@mistakes("The bias is returned as it came: it learns too, from the mean of p - t.", hint=3)
def neuron_step__bias_stays(X, t, w, b, rate):
    return step(X, t, w, b, rate)[0], b


@mistakes("Your b steps with a p made of the new w: both derivatives are taken at the old w and b.", hint=3)
def neuron_step__bias_from_new_weights(X, t, w, b, rate):
    w = step(X, t, w, b, rate)[0]
    return w, step(X, t, w, b, rate)[1]


@mistakes("Your w steps with a p made of the new b: both derivatives are taken at the old w and b.", hint=3)
def neuron_step__weights_from_new_bias(X, t, w, b, rate):
    b = step(X, t, w, b, rate)[1]
    return step(X, t, w, b, rate)[0], b


@mistakes(
    "Your derivatives have a factor p (1 - p): that belongs to squared errors; with the log loss it cancels.", hint=3
)
def neuron_step__squared_error(X, t, w, b, rate):
    p = sigmoid(X @ w + b)
    return stepped(X, (p - t) * p * (1 - p), w, b, rate)


@mistakes("Your derivatives are those of (p - t)^2: with the log loss the factor 2 p (1 - p) is not there.", hint=3)
def neuron_step__squared_error_twice(X, t, w, b, rate):
    p = sigmoid(X @ w + b)
    return stepped(X, 2 * (p - t) * p * (1 - p), w, b, rate)


@mistakes("The score itself stands where the probability is due: the sigmoid of the score is missing.", hint=2)
def neuron_step__linear(X, t, w, b, rate):
    return stepped(X, X @ w + b - t, w, b, rate)


@mistakes("Your p is cut to 0 or 1: that is a perceptron; here p is the sigmoid of the score.", hint=2)
def neuron_step__perceptron(X, t, w, b, rate):
    return stepped(X, (X @ w + b > 0) - t, w, b, rate)


@mistakes(
    "Your b counts with the wrong sign: it is added to the score, and the minus in exp(-s) is of the whole score.",
    hint=2,
)
def neuron_step__bias_subtracted(X, t, w, b, rate):
    return stepped(X, sigmoid(X @ w - b) - t, w, b, rate)


@mistakes("Your score has no b in it.", hint=2)
def neuron_step__score_without_bias(X, t, w, b, rate):
    return stepped(X, sigmoid(X @ w) - t, w, b, rate)


@mistakes("The rate is not in your step: w and b move by the whole of their derivatives.", hint=3)
def neuron_step__no_rate(X, t, w, b, rate):
    return step(X, t, w, b, 1.0)


@mistakes("You return the derivatives dw and db: the step, w - rate dw and b - rate db, is still to be made.", hint=3)
def neuron_step__derivatives(X, t, w, b, rate):
    return slopes(X, t, w, b)


@mistakes("Every p - t is summed for every weight: x, by which a weight is multiplied, is missing from dw.", hint=3)
def neuron_step__without_inputs(X, t, w, b, rate):
    db = slopes(X, t, w, b)[1]
    return w - rate * db, b - rate * db


@mistakes("The order is w, b.", hint=1)
def neuron_step__order(X, t, w, b, rate):
    return step(X, t, w, b, rate)[::-1]


@mistakes("w is changed in place: -= writes into the array of the caller.", hint=3)
def neuron_step__in_place(X, t, w, b, rate):
    new, b = step(X, t, w, b, rate)
    w[:] = new
    return w, b


def run(X, t, steps, rate, step=step, start=0.0, more=0, kept=lambda losses: losses[:-1], loss=None):
    """Training with one thing changed; `kept` chooses from the losses before, between and after the steps."""
    w, b, losses = np.full(X.shape[1], start), start, []
    for k in range(steps + more + 1):
        s = X @ w + b
        each = np.logaddexp(0, s) - t * s if loss is None else loss(s, t)
        losses.append(np.mean(each))
        if k < steps + more:
            w, b = step(X, t, w, b, rate)
    return w, b, np.array(kept(losses))


@mistakes("Your losses are those after each step: losses[k] is the loss before step k, log 2 the first.", hint=4)
def train_neuron__losses_after(X, t, steps, rate=0.5):
    return run(X, t, steps, rate, kept=lambda losses: losses[1:])


@mistakes("You return one loss more than there are steps: the one after the last step is not asked for.", hint=4)
def train_neuron__one_loss_more(X, t, steps, rate=0.5):
    return run(X, t, steps, rate, kept=lambda losses: losses)


@mistakes("Only one loss is returned; the losses before all steps are asked for, shape (steps,).", hint=4)
def train_neuron__last_loss(X, t, steps, rate=0.5):
    return run(X, t, steps, rate, kept=lambda losses: losses[-2])


@mistakes("Your losses are those of every sample: a mean over them is asked for, one number for each step.", hint=4)
def train_neuron__losses_of_each(X, t, steps, rate=0.5):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        s = X @ w + b
        losses.append(np.logaddexp(0, s) - t * s)
        w, b = step(X, t, w, b, rate)
    return w, b, np.array(losses)


@mistakes("Your losses count the samples of class 1 alone: -(1 - t) log(1 - p) of the others is missing.", hint=4)
def train_neuron__class_one_only(X, t, steps, rate=0.5):
    return run(X, t, steps, rate, loss=lambda s, t: t * np.logaddexp(0, -s))


@mistakes("Your losses are squared errors, (p - t)^2; the log loss is asked for.", hint=4)
def train_neuron__squared_errors(X, t, steps, rate=0.5):
    return run(X, t, steps, rate, loss=lambda s, t: (sigmoid(s) - t) ** 2)


@mistakes("Every step begins at w = 0, b = 0 again: the next one goes on from what the last one has reached.", hint=4)
def train_neuron__forgets(X, t, steps, rate=0.5):
    w, b, losses = run(X, t, 1, rate)
    return w, b, np.full(steps, losses[0])


@mistakes("One step too many is made, and its loss is returned too.", hint=4)
def train_neuron__one_more(X, t, steps, rate=0.5):
    return run(X, t, steps, rate, more=1)


@mistakes("One step too few is made.", hint=4)
def train_neuron__one_less(X, t, steps, rate=0.5):
    return run(X, t, steps, rate, more=-1, kept=lambda losses: losses)


@mistakes("Training begins at w = 1, b = 1; it should begin at 0.", hint=4)
def train_neuron__from_ones(X, t, steps, rate=0.5):
    return run(X, t, steps, rate, start=1.0)


@mistakes("The rate is not in your steps, or it is another one than the argument.", hint=4)
def train_neuron__usual_rate(X, t, steps, rate=0.5):
    return run(X, t, steps, 0.5)


@mistakes("Your steps are of the sum over the samples, n times too large.", hint=3)
def train_neuron__sum(X, t, steps, rate=0.5):
    return run(X, t, steps, len(t) * rate)


@mistakes("Your steps lead uphill: the losses rise.", hint=3)
def train_neuron__uphill(X, t, steps, rate=0.5):
    return run(X, t, steps, -rate)


@mistakes("The bias stays 0: it takes part in every step.", hint=4)
def train_neuron__no_bias(X, t, steps, rate=0.5):
    return run(X, t, steps, rate, step=lambda X, t, w, b, rate: (step(X, t, w, b, rate)[0], b))


@mistakes("In your steps b moves with a p made of the new w: both derivatives are taken at the old w and b.", hint=3)
def train_neuron__bias_from_new_weights(X, t, steps, rate=0.5):
    return run(X, t, steps, rate, step=neuron_step__bias_from_new_weights)


@mistakes("Each sample makes a step of its own; a step takes the mean over all of them.", hint=4)
def train_neuron__sample_by_sample(X, t, steps, rate=0.5):
    def through_all(X, t, w, b, rate):
        for n in range(len(t)):
            w, b = step(X[n : n + 1], t[n : n + 1], w, b, rate)
        return w, b

    return run(X, t, steps, rate, step=through_all)


@mistakes("The order is w, b, losses.", hint=1)
def train_neuron__order(X, t, steps, rate=0.5):
    w, b, losses = run(X, t, steps, rate)
    return losses, w, b


@mistakes("Only w and b are returned; the losses are asked for as well.", hint=1)
def train_neuron__no_losses(X, t, steps, rate=0.5):
    return run(X, t, steps, rate)[:2]
