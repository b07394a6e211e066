"""The last layer in the units of the targets.

Targets a million times as large ask for a last layer a million times as large, and nothing else. A solver that takes
all parameters alike does not see that: a damping that is right for the last layer stops all others, and the first
outputs have nothing to do with the targets. So solvers work on the parameters of a last `Dense` layer divided by the
spread of the targets. Where the network explains nothing of the targets yet, its last layer also begins in their units;
one that has been trained is left as it is.

Targets that vary by rounding alone have a constant for an answer, and their last layer begins with that. For a unit
they have the spread of the other outputs; if none varies, their own size.

Spreads are rounded to powers of two: divided by those, numbers keep all their digits.
"""

from dataclasses import dataclass

import numpy as np

from minnet.checks import ROUNDING
from minnet.layers import Dense
from minnet.losses import Classification, Target
from minnet.solvers.problem import Problem
from minnet.solvers.symmetry import start_apart
from minnet.types import Array


@dataclass(frozen=True)
class Units:
    """What a solver multiplies its unknowns and its losses with.

    Attributes
    ----------
    parameters : array (p,)
        1, or the spread of an output's targets for its weights and bias.
    loss : float
    start : array (p,)
        Where to begin, in those units.
    """

    parameters: Array
    loss: float
    start: Array


def units_of(problem: Problem) -> Units:
    """Units for the network as it is, and the targets."""
    net, target = problem.net, problem.target
    units, start, last = np.ones(net.n_parameters), start_apart(problem), net.layers[-1]
    if type(last) is not Dense or isinstance(problem.loss, Classification):
        return Units(units, 1.0, start)
    mean, spread = centre_and_spread(target, problem.weight)
    constant = np.zeros_like(target.values)
    constant[0] = mean
    baseline = problem.loss(constant, target, problem.weight)[0]
    varies, size = (spread > 0) | (problem.loss.order > 0), baseline  # values may be few, and derivatives known
    if not varies.any():
        size = problem.loss(np.zeros_like(constant), target, problem.weight)[0]
    spread = power_of_two(np.where(varies, spread, spread.max(initial=0) or np.abs(mean)))
    W, b = slice(-last.n_parameters, -len(last.b)), slice(-len(last.b), None)
    units[W] = np.broadcast_to(spread, last.W.shape).ravel()
    units[b] = spread
    if not problem.loss(problem.outputs(start), target, problem.weight)[0] < baseline:
        start[W] *= np.broadcast_to(varies * spread, last.W.shape).ravel()
        start[b] = start[b] * varies * spread + mean
    return Units(units, float(power_of_two(np.sqrt(size)) ** 2), start / units)


def centre_and_spread(target: Target, weight: Array | None) -> tuple[Array, Array]:
    """Weighted mean and standard deviation of each output's values (o,), of those that are not masked; 0 where these
    differ by rounding alone."""
    values = target.values[0]
    shares = np.ones_like(values) if target.mask is None else target.mask[0].astype(values.dtype)
    if weight is not None:
        shares *= weight.reshape(-1, *(1,) * (values.ndim - 1))
    samples = tuple(range(values.ndim - 1))
    total = shares.sum(axis=samples)
    shares /= np.where(total > 0, total, 1.0)
    mean = (shares * values).sum(axis=samples)
    deviations = np.where(shares > 0, values - mean, 0.0)
    rounding = ROUNDING * np.finfo(values.dtype).eps * np.abs(mean)
    varies = np.abs(deviations).max(axis=samples, initial=0) > rounding
    return mean, np.where(varies, np.sqrt((shares * deviations**2).sum(axis=samples)), 0.0)


def power_of_two(sizes: Array) -> Array:
    """The powers of two next to these sizes; 1 for 0."""
    return np.exp2(np.round(np.log2(np.where(sizes > 0, sizes, 1.0))))
