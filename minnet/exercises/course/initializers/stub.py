"""How weights begin: He's and Glorot's initializers.

A layer ``y = x W`` adds up fan_in products for each output, so that y grows with fan_in, the number of inputs, and with
the size of the weights. If each layer makes the numbers twice as large, ten layers make them a thousand times as large;
halved in each, they vanish. Weights should begin so that neither happens.

- He et al. (ICCV 2015, eq. 10): normal, with mean 0 and *variance* 2 / fan_in. The 2 makes up for the ReLU, which sets
  half of the numbers to 0. Through layers with ReLU the mean of y^2 stays what it is, on average.
- Glorot and Bengio (AISTATS 2010, eq. 16): uniform from -limit to limit, limit being sqrt(6 / (fan_in + fan_out)), and
  fan_out the number of outputs. The variance is 2 / (fan_in + fan_out), a compromise of the ways forward and back.

All numbers come from `rng`, a numpy.random.Generator that is given: who gives the same gets the same weights. Arrays
and lists that are given stay as they are; only `rng` moves on.
"""

import numpy as np


def he_normal(fan_in, fan_out, rng):
    """Weights (fan_in, fan_out), all drawn by one call of ``rng.normal``: mean 0, variance 2 / fan_in.

    A worked number: with fan_in = 50 the variance is 0.04, and the standard deviation, which rng.normal takes, 0.2.
    """
    raise NotImplementedError("he_normal waits for you: what are the three arguments of rng.normal?")


def glorot_uniform(fan_in, fan_out, rng):
    """Weights (fan_in, fan_out), all drawn by one call of ``rng.uniform``, between -limit and limit.

    A worked number: fan_in = 50 and fan_out = 10 have limit = sqrt(0.1) = 0.316228.
    """
    raise NotImplementedError("glorot_uniform waits for you: what are the three arguments of rng.uniform?")


def mean_squares(x, widths, rng):
    """Whether signals keep their size: the mean of y^2 behind every layer, shape (number of layers,).

    x (n, i) goes through layers without bias, one for each of `widths`, a list of their numbers of outputs. Each
    multiplies what the one before has made by weights from he_normal, drawn when the layer's turn comes, with the width
    before and its own, and the same rng for all; then comes ReLU, max(y, 0). The mean is over all n samples and all
    outputs of the layer, with the ReLU applied.

    A worked example: x = [[2]], widths = [2, 1], and suppose that every number drawn were one standard deviation. The
    first weights are [[sqrt 2, sqrt 2]], y = [[2.83, 2.83]], with mean square 8. The second have standard deviation 1,
    so y = [[5.66]], with mean square 32: the result is [8, 32].
    """
    raise NotImplementedError("mean_squares waits for you: what goes into the second layer?")
