"""A schedule: a learning rate that warms up and decays.

At its first steps training knows little: short steps are safe. Then it should go fast, and settle at the end. The rate
of a step depends on its number, which is 0 for the first one:

- warm-up, steps 0 to warmup - 1: a straight line up, ``peak (step + 1) / warmup``, so that step warmup - 1 has the peak
  (Goyal et al., arXiv:1706.02677, 2017, section 2.2);
- decay, the next `decay` steps: half a cosine down, ``minimum + (peak - minimum) (1 + cos(pi k / decay)) / 2``, where k
  counts them from 0, so that step warmup has the peak too (Loshchilov and Hutter, ICLR 2017, eq. 5);
- step warmup + decay and all later ones: the minimum.
"""

import numpy as np


def learning_rate(step, peak, warmup, decay, minimum=0.0):
    """The rate of one step, a number. step and warmup are whole numbers from 0 on, decay one from 1 on.

    With warmup = 0 there is no warm-up: step 0 is the first of the decay.

    Worked numbers: with peak = 1, warmup = 2, decay = 4, minimum = 0.2 the rates of steps 0, 1, ... are 0.5, 1, 1,
    0.882843, 0.6, 0.317157, 0.2, 0.2, ...
    """
    raise NotImplementedError("learning_rate waits for you: in which of the three parts is the step?")


def scheduled_descent(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    """The parameters after so many steps of gradient descent from theta, each with its own learning rate.

    Step number k = 0, 1, ... is ``theta <- theta - learning_rate(k, ...) gradient(theta)``. gradient is a function that
    returns an array of theta's shape. theta is an array of any shape, and stays as it was: the result is a new array.
    steps is 1 or more.

    A worked number: gradient(theta) = theta, from theta = [1], with peak = 1, warmup = 2, decay = 4, minimum = 0.2. One
    step, of rate 0.5, leads to [0.5], and a second one, of rate 1, to [0]. With peak = 0.5 and minimum = 0.1 three
    steps have rates 0.25, 0.5, 0.5, and lead to [0.75], [0.375], [0.1875].
    """
    raise NotImplementedError("scheduled_descent waits for you: which number has the first step?")
