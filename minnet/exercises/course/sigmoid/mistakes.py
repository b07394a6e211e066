"""How sigmoid and softplus go wrong."""

import math

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()
BOUNDS = 20, 30, 50, 100, 500, 700, 709
EPSILONS = 1e-7, 1e-8, 1e-10, 1e-12, 1e-15


def right(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def of_each(function, x):
    return np.array([function(float(number)) for number in x.ravel()]).reshape(x.shape)


@mistakes("exp(-x) overflows where x is below -709: take exp only of numbers that are not positive.", hint=2)
def sigmoid__as_it_stands(x):
    return 1 / (1 + np.exp(-x))


@mistakes("exp(x) overflows where x is above 709, and inf / inf is nan: take exp only of negative numbers.", hint=2)
def sigmoid__growing(x):
    return np.exp(x) / (1 + np.exp(x))


@mistakes("np.where computes both sides everywhere, so the side that overflows is computed too.", hint=3)
def sigmoid__both_sides(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


@mistakes(
    "The two forms have changed places: 1 / (1 + exp(-x)) is harmless where x >= 0, and exp(x) / (1 + exp(x)) below.",
    hint=3,
)
def sigmoid__forms_exchanged(x):
    return np.where(x < 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


@mistakes("math.exp raises an error for numbers beyond 709: take exp only of numbers that are not positive.", hint=2)
def sigmoid__math(x):
    return of_each(lambda number: 1 / (1 + math.exp(-number)), x)


@mistakes("math.exp raises an error for numbers beyond 709: exp(x) / (1 + exp(x)) is for negative x alone.", hint=2)
def sigmoid__math_growing(x):
    return of_each(lambda number: math.exp(number) / (1 + math.exp(number)), x)


for bound in BOUNDS:

    @mistakes("Clipped numbers give clipped results: sigmoid(-50) is 1.9e-22, and sigmoid(-800) is 0.", hint=2)
    def sigmoid__clipped(x, bound=bound):
        return 1 / (1 + np.exp(-np.clip(x, -bound, bound)))


for epsilon in EPSILONS:

    @mistakes("Your probabilities are cut off near 0 and 1: sigmoid(-50) is 1.9e-22, and nothing is to be cut.", hint=3)
    def sigmoid__result_clipped(x, epsilon=epsilon):
        return np.clip(right(x), epsilon, 1 - epsilon)


@mistakes("Your sigmoid falls from 1 to 0: the exponent has the wrong sign, or two cases have changed places.", hint=1)
def sigmoid__falling(x):
    return right(-x)


@mistakes(
    "Your sigmoid falls from 1 to 0, and its exponential overflows: the minus in exp(-|x|) is missing, or exp(-x) "
    "stands above the line.",
    hint=1,
)
def sigmoid__falling_and_growing(x):
    return np.exp(-x) / (1 + np.exp(-x))


@mistakes("2 is raised to the power in yours; exp has the base e.", hint=1)
def sigmoid__base_two(x):
    return 1 / (1 + 2.0**-x)


@mistakes("Your sigmoid is the same for x and -x: where x is negative, exp(x) stands above the line.", hint=3)
def sigmoid__even(x):
    return 1 / (1 + np.exp(-np.abs(x)))


@mistakes("exp(-|x|) stands above the line for all x; where x >= 0 it is 1.", hint=3)
def sigmoid__even_and_small(x):
    small = np.exp(-np.abs(x))
    return small / (1 + small)


@mistakes("Where x is negative yours is exp(x) alone: it is to be divided by 1 + exp(x).", hint=3)
def sigmoid__not_divided(x):
    return np.where(x >= 0, right(x), np.exp(-np.abs(x)))


@mistakes("x = 0 belongs to neither of your two parts, x > 0 and x < 0; sigmoid(0) is 0.5.", hint=3)
def sigmoid__zero_left_out(x):
    return np.where(x == 0, 0, right(x))


@mistakes("Parentheses are missing: 1 / 1 + exp(-x) is 1 + exp(-x); write 1 / (1 + exp(-x)).", hint=1)
def sigmoid__parentheses(x):
    return 1 / 1 + np.exp(-x)


@mistakes("Parentheses are missing: exp(x) / 1 + exp(x) is twice exp(x); write exp(x) / (1 + exp(x)).", hint=1)
def sigmoid__parentheses_growing(x):
    return np.exp(x) / 1 + np.exp(x)


@mistakes("1 - exp(-x) stands below your line; it is 1 + exp(-x).", hint=1)
def sigmoid__minus(x):
    return 1 / (1 - np.exp(-x))


@mistakes("That is tanh, from -1 to 1: sigmoid(x) is (1 + tanh(x / 2)) / 2.", hint=3)
def sigmoid__tanh(x):
    return np.tanh(x)


@mistakes("That is tanh(x / 2), from -1 to 1: add 1 and halve it, to go from 0 to 1.", hint=3)
def sigmoid__tanh_of_half(x):
    return np.tanh(x / 2)


@mistakes("sigmoid(x) is (1 + tanh(x / 2)) / 2: the argument is halved.", hint=3)
def sigmoid__tanh_of_x(x):
    return (1 + np.tanh(x)) / 2


@mistakes(
    "Small results are lost: for x = -50 yours is 0, and 1.9e-22 is right. (1 + tanh(x / 2)) / 2 and "
    "1 - 1 / (1 + exp(x)) do not overflow there, but what is smaller than 1e-16 is lost beside 1.",
    hint=4,
)
def sigmoid__by_tanh(x):
    return (1 + np.tanh(x / 2)) / 2


@mistakes("1 - 1 / (1 + exp(x)) overflows for large x, and loses what is smaller than 1e-16: sigmoid(-50).", hint=2)
def sigmoid__one_minus(x):
    return 1 - 1 / (1 + np.exp(x))


@mistakes("That is the derivative of the sigmoid, s (1 - s).", hint=1)
def sigmoid__derivative(x):
    return right(x) * right(-x)


@mistakes("Your results are 0 and 1 alone: that is a step; the sigmoid has all numbers between.", hint=1)
def sigmoid__step(x):
    return (x > 0).astype(float)


@mistakes("That is softmax, whose numbers add up to 1; the sigmoid is of each number by itself.", hint=1)
def sigmoid__softmax(x):
    exponentials = np.exp(x - x.max())
    return exponentials / exponentials.sum()


@mistakes("x is changed in place: *=, np.exp(..., out=x) and x[...] = write into the array of the caller.", hint=2)
def sigmoid__in_place(x):
    x[...] = right(x)
    return x


def softly(x, above=lambda x: np.maximum(x, 0), logarithm=np.log1p):
    """``max(x, 0) + log(1 + exp(-|x|))`` with another first part or another logarithm."""
    return above(x) + logarithm(np.exp(-np.abs(x)))


def log_of_one_plus(t):
    return np.log(1 + t)


@mistakes(
    "log(1 + exp(x)), or -log(1 - sigmoid(x)), is inf where x is above 709: take max(x, 0) out of the logarithm first.",
    hint=5,
)
def softplus__as_it_stands(x):
    return np.log(1 + np.exp(x))


@mistakes("np.log1p(np.exp(x)) keeps small results, but exp(x) still overflows above 709.", hint=5)
def softplus__log1p(x):
    return np.log1p(np.exp(x))


for logarithm in (np.log1p, log_of_one_plus):

    @mistakes("math.exp raises an error for numbers beyond 709: take max(x, 0) out of the logarithm first.", hint=5)
    def softplus__math(x, logarithm=logarithm):
        return of_each(lambda number: logarithm(math.exp(number)), x)

    @mistakes(
        "np.where computes both sides everywhere, so the exponential that overflows is computed too: exp(-|x|).", hint=5
    )
    def softplus__both_sides(x, logarithm=logarithm):
        return np.where(x > 20, x, logarithm(np.exp(x)))

    @mistakes("np.where computes both sides everywhere: exp(x) and exp(-x) overflow, and exp(-|x|) does not.", hint=5)
    def softplus__both_forms(x, logarithm=logarithm):
        return np.where(x > 0, x + logarithm(np.exp(-x)), logarithm(np.exp(x)))

    @mistakes("The two forms have changed places: x + log(1 + exp(-x)) is harmless where x is positive.", hint=5)
    def softplus__forms_exchanged(x, logarithm=logarithm):
        return np.where(x < 0, x + logarithm(np.exp(-x)), logarithm(np.exp(x)))

    @mistakes("x + log(1 + exp(-x)) is harmless for positive x alone: exp(-x) overflows where x is below -709.", hint=5)
    def softplus__second_form(x, logarithm=logarithm):
        return x + logarithm(np.exp(-x))

    for bound in BOUNDS:
        for lowest in (-bound, -math.inf):

            @mistakes("Clipped numbers give clipped results: softplus(800) is 800, and softplus(-800) is 0.", hint=5)
            def softplus__clipped(x, bound=bound, lowest=lowest, logarithm=logarithm):
                return logarithm(np.exp(np.clip(x, lowest, bound)))


@mistakes("log(1 + small) loses what is smaller than 1e-16: np.log1p(small) does not.", hint=6)
def softplus__log(x):
    return softly(x, logarithm=log_of_one_plus)


@mistakes("np.log1p(s) is log(1 + s) already: yours is log(2 + s).", hint=6)
def softplus__one_twice(x):
    return softly(x, logarithm=lambda small: np.log1p(1 + small))


@mistakes("That is the ReLU, max(x, 0): softplus is a smooth one, log 2 at 0.", hint=5)
def softplus__relu(x):
    return np.maximum(x, 0)


for sentence, above in {
    "max(x, 0) is missing: log(1 + exp(-|x|)) falls on both sides of 0.": np.zeros_like,
    "min(x, 0) stands where max(x, 0) is due.": lambda x: np.minimum(x, 0),
    "|x| stands where max(x, 0) is due: yours rises on both sides of 0.": np.abs,
    "x is added where it is negative too: max(x, 0) is due.": lambda x: x,
}.items():

    @mistakes(sentence, hint=5)
    def softplus__above(x, above=above):
        return softly(x, above=above)


@mistakes(
    "The maximum of all of x is taken out, and what is far below it is lost: it is max(x, 0) of each, np.maximum.",
    hint=5,
)
def softplus__maximum_of_all(x):
    largest = max(x.max(), 0)
    return largest + np.log(np.exp(-largest) + np.exp(x - largest))


@mistakes("The logarithm is subtracted from max(x, 0); it is added.", hint=5)
def softplus__subtracted(x):
    return 2 * np.maximum(x, 0) - softly(x)


@mistakes("The logarithm is missing: exp(-|x|) is added as it is.", hint=5)
def softplus__no_logarithm(x):
    return softly(x, logarithm=lambda small: small)


@mistakes("The sign is wrong: that is softplus(-x).", hint=5)
def softplus__of_minus_x(x):
    return softly(-x)


for logarithm in (np.log1p, log_of_one_plus):

    @mistakes("The sign of the exponent is wrong: that is softplus(-x). And exp(-x) overflows.", hint=5)
    def softplus__of_minus_x_as_it_stands(x, logarithm=logarithm):
        return logarithm(np.exp(-x))


@mistakes("That is the sigmoid, the derivative of softplus.", hint=5)
def softplus__sigmoid(x):
    return right(x)


@mistakes("The logarithm is to base e: np.log, not np.log2.", hint=5)
def softplus__base_two(x):
    return softly(x, logarithm=lambda small: np.log2(1 + small))


@mistakes("The minus in exp(-|x|) is missing: exp(|x|) grows, and overflows for large numbers of both signs.", hint=5)
def softplus__exponential_grows(x):
    return np.maximum(x, 0) + np.log1p(np.exp(np.abs(x)))


@mistakes("exp(-x) stands beside max(x, 0) in yours: for negative x it grows, so it is exp(-|x|).", hint=5)
def softplus__exponential_of_minus_x(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-x))


for bound in (0, 20):
    for below in (np.exp, lambda x, bound=bound: np.exp(np.minimum(x, bound))):

        @mistakes("The logarithm is missing: exp(x) is near to softplus far below 0 only, and x is far above.", hint=5)
        def softplus__limits(x, bound=bound, below=below):
            return np.where(x > bound, x, below(x))


@mistakes("x is changed in place: *=, np.exp(..., out=x) and x[...] = write into the array of the caller.", hint=5)
def softplus__in_place(x):
    x[...] = softly(x)
    return x
