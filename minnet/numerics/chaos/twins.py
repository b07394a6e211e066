"""The largest exponent by its definition: two trajectories that begin close together.

Their distance grows like ``exp(lambda t)``, on average over many pairs of the logarithm, from when the pair has turned
into the fastest direction until the distance is as large as the attractor.
"""

from dataclasses import dataclass, field

import numpy as np

from minnet.checks import as_generator
from minnet.dynamics import System, simulate, states_on_attractor
from minnet.dynamics.systems import check_system
from minnet.errors import DataError, check_range, is_number, is_whole
from minnet.names import explained
from minnet.types import Array

RANGE = 1e2, 1e-3  # the line is fitted from this many first distances up to this part of the attractor's size


@dataclass(frozen=True)
class Divergence:
    """How pairs of trajectories part.

    Attributes
    ----------
    exponent, error : float
        Slope of the mean logarithm of the distance, per unit of time, and its standard error.
    times, log_distance : arrays (n,)
        Mean over pairs of the natural logarithm.
    first, last : float
        Between which times it was fitted.
    """

    exponent: float
    error: float
    times: Array = field(repr=False)
    log_distance: Array = field(repr=False)
    first: float
    last: float


@explained("divergence_of_twins(system, dt=..., samples=...)")
def divergence_of_twins(
    system: System, *, dt: float, samples: int, pairs: int = 200, distance: float = 1e-8,
    rng: int | np.random.Generator | None = None,
) -> Divergence:  # fmt: skip
    """Follow pairs of trajectories from all over the attractor, and fit a line to their mean logarithmic distance.

    Raises
    ------
    SettingError
        Fewer than two pairs, or a distance that is not positive.
    DataError
        Distances do not grow far enough in the time given, or a trajectory blows up.

    Examples
    --------
    >>> from minnet.dynamics import logistic
    >>> found = divergence_of_twins(logistic(4.0), dt=1, samples=25, rng=0)
    >>> isinstance(found, Divergence), bool(abs(found.exponent - np.log(2)) < 0.05)
    (True, True)
    """
    check_system("divergence_of_twins", system)
    check_range(
        "divergence_of_twins",
        pairs=(pairs, lambda n: is_whole(n) and n >= 2, "a whole number >= 2"),
        distance=(distance, lambda d: is_number(d) and 0 < d < np.inf, "positive and finite"),
    )
    generator, d = as_generator(rng, "divergence_of_twins"), system.dimension
    starts = states_on_attractor(system, pairs, rng=generator)
    directions = generator.standard_normal((pairs, d))
    twins = starts + distance * directions / np.linalg.norm(directions, axis=1, keepdims=True)
    path = simulate(system, np.concatenate([starts, twins]), dt=dt, samples=samples)
    if not np.isfinite(path).all():
        raise DataError(f"divergence_of_twins: {system.name} blows up")
    separation = np.linalg.norm(path[:pairs] - path[pairs:], axis=2)
    if not separation.all():
        raise DataError(
            "divergence_of_twins: a pair has met to the last digit: the distance is too small for rounding to show, or "
            "the system is not chaotic"
        )
    logs = np.log(separation)
    mean, attractor_size = logs.mean(axis=0), np.linalg.norm(starts.std(axis=0))
    times = dt * np.arange(samples)
    low, high = np.log(distance * RANGE[0]), np.log(attractor_size * RANGE[1])
    fitted = (mean >= low) & (mean <= high)
    if fitted.sum() < 3 or mean.max() < high:
        raise DataError(
            f"divergence_of_twins: after t = {times[-1]:g} the mean distance is {np.exp(mean[-1]):.2g}, too "
            "little for a line: follow them longer (more samples), or the system is not chaotic"
        )
    t = times[fitted] - times[fitted].mean()
    slopes = logs[:, fitted] @ t / (t @ t)
    return Divergence(
        float(slopes.mean()), float(slopes.std(ddof=1) / np.sqrt(pairs)), times, mean, float(times[fitted][0]),
        float(times[fitted][-1]),
    )  # fmt: skip
