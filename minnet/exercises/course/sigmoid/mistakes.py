"""How sigmoid and softplus go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


@mistakes("exp(-x) overflows where x is below -709: take exp only of numbers that are not positive.", hint=2)
def sigmoid__as_it_stands(x):
    return 1 / (1 + np.exp(-x))


@mistakes("exp(x) overflows where x is above 709, and inf / inf is nan: take exp only of negative numbers.", hint=2)
def sigmoid__growing(x):
    return np.exp(x) / (1 + np.exp(x))


@mistakes("np.where computes both sides everywhere, so the side that overflows is computed too.", hint=3)
def sigmoid__both_sides(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


@mistakes("Clipped numbers give clipped results: sigmoid(-50) is 1.9e-22, and not what it is at the bound.", hint=2)
def sigmoid__clipped(x):
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


@mistakes("The sign of the exponent is wrong: your sigmoid falls from 1 to 0.", hint=1)
def sigmoid__falling(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, small, 1) / (1 + small)


@mistakes("That is tanh, from -1 to 1: sigmoid(x) is (1 + tanh(x / 2)) / 2.", hint=3)
def sigmoid__tanh(x):
    return np.tanh(x)


@mistakes("sigmoid(x) is (1 + tanh(x / 2)) / 2: the argument is halved.", hint=3)
def sigmoid__tanh_of_x(x):
    return (1 + np.tanh(x)) / 2


@mistakes(
    "(1 + tanh(x / 2)) / 2 does not overflow, but for x = -50 it is 0: 1 + tanh loses what is smaller than 1e-16.",
    hint=2,
)
def sigmoid__by_tanh(x):
    return (1 + np.tanh(x / 2)) / 2


@mistakes("That is the derivative of the sigmoid, s (1 - s).", hint=1)
def sigmoid__derivative(x):
    s = sigmoid__right(x)
    return s * (1 - s)


def sigmoid__right(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


@mistakes("exp(x) overflows where x is above 709: take max(x, 0) out of the logarithm first.", hint=4)
def softplus__as_it_stands(x):
    return np.log(1 + np.exp(x))


@mistakes("np.log1p(np.exp(x)) keeps small results, but exp(x) still overflows above 709.", hint=4)
def softplus__log1p(x):
    return np.log1p(np.exp(x))


@mistakes("log(1 + small) loses what is smaller than 1e-16: np.log1p(small) does not.", hint=5)
def softplus__log(x):
    return np.maximum(x, 0) + np.log(1 + np.exp(-np.abs(x)))


@mistakes("That is the ReLU, max(x, 0): softplus is a smooth one, log 2 at 0.", hint=4)
def softplus__relu(x):
    return np.maximum(x, 0)


@mistakes("The sign is wrong: that is softplus(-x).", hint=4)
def softplus__of_minus_x(x):
    return np.maximum(-x, 0) + np.log1p(np.exp(-np.abs(x)))


@mistakes("The logarithm is to base e: np.log, not np.log2.", hint=4)
def softplus__base_two(x):
    return np.maximum(x, 0) + np.log2(1 + np.exp(-np.abs(x)))


@mistakes("Clipped numbers give clipped results: softplus(800) is 800.", hint=4)
def softplus__clipped(x):
    return np.log1p(np.exp(np.clip(x, -500, 500)))
