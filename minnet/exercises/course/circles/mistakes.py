"""How a network of two layers, and its training, go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def sigmoid(s):
    return np.exp(-np.logaddexp(0, -s))


def both(x, W1, b1, W2, b2, activation=np.tanh):
    hidden = activation(x @ W1 + b1)
    return hidden, (hidden @ W2 + b2)[:, 0]


def sweep(x, labels, W1, b1, W2, b2, **change):
    """Loss and gradients with one thing changed."""
    hidden, scores = both(x, W1, b1, W2, b2)
    loss = change.get("loss", lambda s: np.mean(np.logaddexp(0, s) - labels * s))(scores)
    ds = change.get("ds", lambda p: (p - labels) / len(x))(change.get("sigmoid", sigmoid)(scores))[:, np.newaxis]
    da = ds @ change.get("back", W2).T * change.get("slope", lambda a: 1 - np.tanh(a) ** 2)(x @ W1 + b1)
    return loss, x.T @ da, da.sum(axis=0), hidden.T @ ds, ds.sum(axis=0)


def descend(x, labels, weights, rate, steps, sign=-1, moved=(1, 1, 1, 1)):
    for _ in range(steps):
        gradients = sweep(x, labels, *weights)[1:]
        weights = [w + sign * m * rate * g for w, m, g in zip(weights, moved, gradients, strict=True)]
    return tuple(weights)


@mistakes("There is no tanh in yours: two layers without it are one layer, and that is a line.", hint=2)
def forward__linear(x, W1, b1, W2, b2):
    return both(x, W1, b1, W2, b2, activation=lambda a: a)


@mistakes("The hidden layer is a sigmoid, from 0 to 1; tanh is asked for.", hint=2)
def forward__sigmoid(x, W1, b1, W2, b2):
    return both(x, W1, b1, W2, b2, activation=sigmoid)


@mistakes("What you return as hidden is x W1 + b1, before tanh; the scores are right.", hint=2)
def forward__before_tanh(x, W1, b1, W2, b2):
    return x @ W1 + b1, both(x, W1, b1, W2, b2)[1]


@mistakes("b1 is added after tanh; it belongs to what tanh is taken of.", hint=2)
def forward__bias_outside(x, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1) + b1
    return hidden, (hidden @ W2 + b2)[:, 0]


@mistakes("The second result are probabilities; scores are asked for, without a sigmoid.", hint=2)
def forward__probabilities(x, W1, b1, W2, b2):
    hidden, scores = both(x, W1, b1, W2, b2)
    return hidden, sigmoid(scores)


@mistakes("tanh is applied to the scores as well: the last layer has none.", hint=2)
def forward__tanh_of_scores(x, W1, b1, W2, b2):
    hidden, scores = both(x, W1, b1, W2, b2)
    return hidden, np.tanh(scores)


@mistakes("The order is hidden, scores.", hint=1)
def forward__order(x, W1, b1, W2, b2):
    return both(x, W1, b1, W2, b2)[::-1]


@mistakes("The hidden layer is a ReLU, max(a, 0); tanh is asked for.", hint=2)
def forward__relu(x, W1, b1, W2, b2):
    return both(x, W1, b1, W2, b2, activation=lambda a: np.maximum(a, 0))


@mistakes("Your scores are one alone, that of the first sample: [0] is the first row, [:, 0] the first column.", hint=2)
def forward__first_sample(x, W1, b1, W2, b2):
    hidden, scores = both(x, W1, b1, W2, b2)
    return hidden, scores[:1]


@mistakes("The logarithm of p is taken, and p is 0 or 1 for large scores: use log(1 + exp(s)) - label s.", hint=3)
def loss_and_gradients__log_of_p(x, labels, W1, b1, W2, b2):
    def loss(s):
        return -np.mean(labels * np.log(sigmoid(s)) + (1 - labels) * np.log(1 - sigmoid(s)))

    return sweep(x, labels, W1, b1, W2, b2, loss=loss)


@mistakes("exp overflows for large scores, in log(1 + exp(s)): see the exercise on the sigmoid.", hint=3)
def loss_and_gradients__overflow(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, loss=lambda s: np.mean(np.log(1 + np.exp(s)) - labels * s))


@mistakes("exp(-s) overflows for scores below -709, in your p: see the exercise on the sigmoid.", hint=3)
def loss_and_gradients__overflow_in_p(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, sigmoid=lambda s: 1 / (1 + np.exp(-s)))


@mistakes("The gradients lack the 1 / n of the mean: the loss is averaged over the samples, they are summed.", hint=4)
def loss_and_gradients__not_averaged(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, ds=lambda p: p - labels)


@mistakes("The mean is taken twice: (p - label) / n has the 1 / n already, then the gradients are sums.", hint=4)
def loss_and_gradients__averaged_twice(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, ds=lambda p: (p - labels) / len(x) ** 2)


@mistakes("p (1 - p) is one factor too many: p - label is the derivative by the score itself.", hint=4)
def loss_and_gradients__sigmoid_twice(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, ds=lambda p: (p - labels) * p * (1 - p) / len(x))


@mistakes("All four gradients have the wrong sign: the derivative by a score is (p - label) / n.", hint=4)
def loss_and_gradients__sign(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, ds=lambda p: (labels - p) / len(x))


@mistakes("The derivatives by W1 and b1 lack the slope of tanh, 1 - hidden^2.", hint=5)
def loss_and_gradients__no_slope(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, slope=lambda a: 1)


@mistakes("Your slope of tanh is 1 - tanh(hidden)^2: hidden is the tanh already, so it is 1 - hidden^2.", hint=5)
def loss_and_gradients__tanh_twice(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, slope=lambda a: 1 - np.tanh(np.tanh(a)) ** 2)


@mistakes("Your slope of tanh is 1 - a^2, with a = x W1 + b1; it is 1 - tanh(a)^2.", hint=5)
def loss_and_gradients__slope_of_a(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, slope=lambda a: 1 - a**2)


@mistakes("hidden (1 - hidden) is the slope of a sigmoid; that of tanh is 1 - hidden^2.", hint=5)
def loss_and_gradients__slope_of_sigmoid(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, slope=lambda a: np.tanh(a) * (1 - np.tanh(a)))


@mistakes("The way back to the hidden layer goes through W2: your derivatives by W1 and b1 do not have it.", hint=4)
def loss_and_gradients__without_W2(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, back=np.ones(W2.shape))


@mistakes("The order is: loss, then the derivatives by W1, b1, W2, b2; yours begin with those of W2.", hint=1)
def loss_and_gradients__order(x, labels, W1, b1, W2, b2):
    loss, dW1, db1, dW2, db2 = sweep(x, labels, W1, b1, W2, b2)
    return loss, dW2, db2, dW1, db1


@mistakes("exp overflows for large scores, both in log(1 + exp(s)) and in p: see the exercise on the sigmoid.", hint=3)
def loss_and_gradients__overflow_in_both(x, labels, W1, b1, W2, b2):
    def loss(s):
        return np.mean(np.log(1 + np.exp(s)) - labels * s)

    return sweep(x, labels, W1, b1, W2, b2, loss=loss, sigmoid=lambda s: 1 / (1 + np.exp(-s)))


@mistakes("The loss is of every sample, (n,); one number is asked for, their mean.", hint=3)
def loss_and_gradients__loss_of_each(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, loss=lambda s: np.logaddexp(0, s) - labels * s)


@mistakes("Your loss is the mean of (p - label)^2; the log loss is asked for, and its gradient you have.", hint=3)
def loss_and_gradients__squares(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, loss=lambda s: np.mean((sigmoid(s) - labels) ** 2))


@mistakes("The label is not in your loss: - label score is missing.", hint=3)
def loss_and_gradients__loss_without_label(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, loss=lambda s: np.mean(np.logaddexp(0, s)))


@mistakes("The derivatives by the scores have score - label in them, where p - label is due.", hint=4)
def loss_and_gradients__scores_for_p(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, sigmoid=lambda s: s)


@mistakes("Your slope of tanh is 1 - hidden; hidden is squared in it.", hint=5)
def loss_and_gradients__slope_not_squared(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, slope=lambda a: 1 - np.tanh(a))


@mistakes("The order is: loss, then the derivatives by W1, b1, W2, b2; in yours weights are before biases.", hint=1)
def loss_and_gradients__weights_first(x, labels, W1, b1, W2, b2):
    loss, dW1, db1, dW2, db2 = sweep(x, labels, W1, b1, W2, b2)
    return loss, dW1, dW2, db1, db2


@mistakes("The loss comes first, before the four derivatives.", hint=1)
def loss_and_gradients__loss_last(x, labels, W1, b1, W2, b2):
    loss, *gradients = sweep(x, labels, W1, b1, W2, b2)
    return *gradients, loss


@mistakes("The loss is missing: it is the first of five results.", hint=1)
def loss_and_gradients__no_loss(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2)[1:]


@mistakes("The four derivatives are one tuple beside the loss; five results in a row are asked for.", hint=1)
def loss_and_gradients__nested(x, labels, W1, b1, W2, b2):
    loss, *gradients = sweep(x, labels, W1, b1, W2, b2)
    return loss, gradients


@mistakes("Your db1 lacks the slope of tanh, 1 - hidden^2, which your dW1 has.", hint=5)
def loss_and_gradients__bias_without_slope(x, labels, W1, b1, W2, b2):
    loss, dW1, _, dW2, db2 = sweep(x, labels, W1, b1, W2, b2)
    return loss, dW1, sweep(x, labels, W1, b1, W2, b2, slope=lambda a: 1)[2], dW2, db2


@mistakes("Your dW2 is made of x W1 + b1; what W2 is multiplied with is hidden, its tanh.", hint=4)
def loss_and_gradients__before_tanh(x, labels, W1, b1, W2, b2):
    loss, dW1, db1, _, db2 = sweep(x, labels, W1, b1, W2, b2)
    ds = (sigmoid(both(x, W1, b1, W2, b2)[1]) - labels)[:, np.newaxis] / len(x)
    return loss, dW1, db1, (x @ W1 + b1).T @ ds, db2


@mistakes("Your slope is that of a ReLU, 1 or 0; that of tanh is 1 - hidden^2.", hint=5)
def loss_and_gradients__slope_of_relu(x, labels, W1, b1, W2, b2):
    return sweep(x, labels, W1, b1, W2, b2, slope=lambda a: a > 0)


@mistakes("W2 and b2 are moved before the derivatives by W1 and b1 are taken: all four belong to the old ones.", hint=6)
def train__one_layer_after_the_other(x, labels, W1, b1, W2, b2, rate, steps):
    for _ in range(steps):
        _, _, _, dW2, db2 = sweep(x, labels, W1, b1, W2, b2)
        hidden, scores = both(x, W1, b1, W2, b2)
        W2, b2 = W2 - rate * dW2, b2 - rate * db2
        da = (sigmoid(scores) - labels)[:, np.newaxis] / len(x) @ W2.T * (1 - hidden**2)
        W1, b1 = W1 - rate * x.T @ da, b1 - rate * da.sum(axis=0)
    return W1, b1, W2, b2


@mistakes("You step uphill: rate times the gradient is subtracted.", hint=6)
def train__uphill(x, labels, W1, b1, W2, b2, rate, steps):
    return descend(x, labels, (W1, b1, W2, b2), rate, steps, sign=1)


@mistakes("The biases stay where they were: b1 and b2 are trained as well.", hint=6)
def train__no_biases(x, labels, W1, b1, W2, b2, rate, steps):
    return descend(x, labels, (W1, b1, W2, b2), rate, steps, moved=(1, 0, 1, 0))


@mistakes("Only W2 and b2 are trained; the first layer learns too.", hint=6)
def train__last_layer_only(x, labels, W1, b1, W2, b2, rate, steps):
    return descend(x, labels, (W1, b1, W2, b2), rate, steps, moved=(0, 0, 1, 1))


@mistakes("The gradient is that of the first weights in every step: take it anew at the weights of the step.", hint=6)
def train__one_gradient(x, labels, W1, b1, W2, b2, rate, steps):
    return descend(x, labels, (W1, b1, W2, b2), rate * steps, min(steps, 1))


@mistakes("One step is all that is left of several: is the return inside the loop, or does each begin anew?", hint=6)
def train__one_step(x, labels, W1, b1, W2, b2, rate, steps):
    return descend(x, labels, (W1, b1, W2, b2), rate, 1)


@mistakes("One step too many is made.", hint=6)
def train__one_more(x, labels, W1, b1, W2, b2, rate, steps):
    return descend(x, labels, (W1, b1, W2, b2), rate, steps + 1)


@mistakes("One step too few is made.", hint=6)
def train__one_less(x, labels, W1, b1, W2, b2, rate, steps):
    return descend(x, labels, (W1, b1, W2, b2), rate, steps - 1)


@mistakes("The weights are changed in place: -= writes into the arrays of the caller.", hint=6)
def train__in_place(x, labels, W1, b1, W2, b2, rate, steps):
    weights = W1, b1, W2, b2
    for _ in range(steps):
        for w, g in zip(weights, sweep(x, labels, *weights)[1:], strict=True):
            w -= rate * g
    return weights


@mistakes("W1 and b1 are moved before the derivatives by W2 and b2 are taken: all four belong to the old ones.", hint=6)
def train__first_layer_first(x, labels, W1, b1, W2, b2, rate, steps):
    for _ in range(steps):
        W1, b1, _, _ = descend(x, labels, (W1, b1, W2, b2), rate, 1, moved=(1, 1, 0, 0))
        _, _, W2, b2 = descend(x, labels, (W1, b1, W2, b2), rate, 1, moved=(0, 0, 1, 1))
    return W1, b1, W2, b2


@mistakes("Each array is moved before the derivatives by the next are taken: all four belong to the old ones.", hint=6)
def train__one_array_after_the_other(x, labels, W1, b1, W2, b2, rate, steps):
    weights = W1, b1, W2, b2
    for k in range(4 * steps):
        weights = descend(x, labels, weights, rate, 1, moved=np.eye(4)[k % 4])
    return weights


@mistakes("Yours makes a step for every sample; one step is for the mean over all of them.", hint=6)
def train__sample_by_sample(x, labels, W1, b1, W2, b2, rate, steps):
    weights = W1, b1, W2, b2
    for k in range(steps * len(x)):
        one = slice(k % len(x), k % len(x) + 1)
        weights = descend(x[one], labels[one], weights, rate, 1)
    return weights


@mistakes("Your step is n times too short: the gradient is that of a mean already.", hint=6)
def train__divided_once_more(x, labels, W1, b1, W2, b2, rate, steps):
    return descend(x, labels, (W1, b1, W2, b2), rate / len(x), steps)


@mistakes("The order is W1, b1, W2, b2; yours begins with W2.", hint=1)
def train__order(x, labels, W1, b1, W2, b2, rate, steps):
    W1, b1, W2, b2 = descend(x, labels, (W1, b1, W2, b2), rate, steps)
    return W2, b2, W1, b1
