"""Trajectories: one to the last digit, or many at once."""

import math
from itertools import count

import numpy as np

from minnet.checks import as_generator, as_real, check_finite
from minnet.dynamics.systems import System, check_system
from minnet.errors import DataError, SettingError, ShapeError, check_range, is_number, is_whole
from minnet.names import explained
from minnet.types import Array

Rng = int | np.random.Generator | None
TOLERANCE = 1e-12  # of the reference, relative and absolute
MOST_RATES = 10**7  # of change that a reference may take: minutes
SPREAD = 1e-3  # of independent starts, relative to the size of a state


@explained("reference_trajectory(system, start, times)")
def reference_trajectory(system: System, start: Array, times: Array) -> Array:
    """One trajectory by SciPy's DOP853 with a tolerance of 1e-12.

    Of a chaotic system with exponent 0.9, errors of 1e-12 have grown to 1 after thirty units of time: what comes later
    is a trajectory of the system, but not the one from `start`.

    Parameters
    ----------
    system : System
    start : array (i,)
        The state at ``times[0]``.
    times : array (n,)
        Increasing; need not be even.

    Returns
    -------
    array (n, i)

    Raises
    ------
    SettingError
        The system is a map.
    ShapeError
        The start does not have one entry per variable, or there are fewer than two times.
    DataError
        Times do not increase, or the trajectory blows up; the message says when.
    """
    from scipy.integrate import solve_ivp

    if system.is_map:
        raise SettingError(f"reference_trajectory: {system.name} is a map; simulate(...) iterates it")
    start = _checked_start(system, start)
    if start.ndim != 1:
        raise ShapeError(f"reference_trajectory: one start is needed, ({system.dimension},), not {start.shape}")
    times = np.asarray(as_real(times, "reference_trajectory: times"), float)
    if times.ndim != 1 or len(times) < 2:
        raise ShapeError(f"reference_trajectory: times must be an array (n,) of at least two, not {times.shape}")
    if not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise DataError("reference_trajectory: times must be finite and increase")
    if not np.isfinite(system.rate(start[None])).all():  # SciPy would look for a first step for ever
        raise DataError(f"reference_trajectory: {system.name} has no finite rate of change at the start")
    calls = count()

    def rate(t: float, x: Array) -> Array:
        if next(calls) > MOST_RATES:
            raise DataError(
                f"reference_trajectory: {system.name} changes so fast that by t = {t:g} it has taken {MOST_RATES:g} "
                "rates of change; a shorter time is needed, or another start"
            )
        return np.asarray(system.rate(x[None])[0])

    with np.errstate(over="ignore", invalid="ignore"):
        solution = solve_ivp(
            rate,
            (times[0], times[-1]),
            start,
            "DOP853",
            times,
            rtol=TOLERANCE,
            atol=TOLERANCE,
        )
    if not solution.success or not np.isfinite(solution.y).all():
        raise DataError(
            f"reference_trajectory: {system.name} blows up after t = {times[max(len(solution.t) - 1, 0)]:g}"
        )
    return np.asarray(solution.y.T)


@explained("simulate(lorenz(), dt=0.01, samples=1000)")
def simulate(
    system: System,
    starts: Array | None = None,
    *,
    dt: float,
    samples: int,
    transient: float = 0.0,
    step: float | None = None,
) -> Array:
    """Many trajectories at once, by the system's fixed-step method.

    Parameters
    ----------
    system : System
    starts : array (n, i), or (i,) for one trajectory
        The system's own when not given, and then without its transient.
    dt : float
        Time between samples; for a map 1.
    samples : int
        States of each trajectory, the start (or the end of the transient) included.
    transient : float
        Time that passes before the first sample, in the units of dt.
    step : float, optional
        Longest step of the method; the system's own when not given. Each dt is parted into equal ones.

    Returns
    -------
    array (n, samples, i), or (samples, i) for one trajectory
        Not finite from where a trajectory blows up.

    Raises
    ------
    ShapeError
        Starts do not have one entry per variable.
    DataError
        Starts are not finite.
    SettingError
        dt or step is not positive, samples not a whole number >= 1, transient negative; or, of a map, dt is not 1, or
        transient not whole.
    """
    check_system("simulate", system)
    step = system.step if step is None else step
    positive = (lambda v: is_number(v) and 0 < v < np.inf), "positive and finite"
    check_range(
        "simulate",
        dt=(dt, *positive),
        step=(step, *positive),
        samples=(samples, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"),
        transient=(transient, lambda t: is_number(t) and 0 <= t < np.inf, ">= 0 and finite"),
    )
    if system.is_map and (dt != 1 or step != 1 or transient % 1):
        raise SettingError(f"simulate: {system.name} is a map: dt and step must be 1, and a transient a whole number")
    if starts is None:
        starts, transient = system.start, transient + system.transient
    first = _checked_start(system, starts)
    x = np.atleast_2d(first)
    if transient:
        x = _flow(system, x, transient, 1, step)[:, 0]
    path = np.concatenate([x[:, None], _flow(system, x, dt, samples - 1, step)], axis=1)
    return path if first.ndim == 2 else path[0]


@explained("states_on_attractor(system, count, rng=...)")
def states_on_attractor(system: System, count: int, *, rng: Rng) -> Array:
    """States (count, i) from all over the usual motion: of trajectories of their own, at random moments.

    They begin near the system's start; moments are two to three transients later, or, where a system has none, up to a
    hundred steps.
    """
    check_range("states_on_attractor", count=(count, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"))
    check_system("states_on_attractor", system)
    generator = as_generator(rng, "states_on_attractor")
    start = np.abs(system.start)
    size = start + (min(1.0, float(start.max())) or 1.0)  # of variables that begin at 0, in small units too
    starts = system.start + SPREAD * size * generator.standard_normal((count, system.dimension))
    steps = max(100, round(system.transient / system.step))
    path = simulate(system, starts, dt=system.step, samples=steps + 1, transient=2 * system.transient)
    return path[np.arange(count), generator.integers(0, steps, size=count, endpoint=True)]


@explained("add_noise(x, fraction, rng=...)")
def add_noise(x: Array, fraction: float, *, rng: Rng) -> Array:
    """Normal noise on every entry, of a standard deviation that is a fraction of its coordinate's (the last axis).

    Gaps (NaN) stay gaps.
    """
    check_range("add_noise", fraction=(fraction, lambda f: is_number(f) and 0 <= f < np.inf, ">= 0 and finite"))
    x = np.asarray(as_real(x, "add_noise: x"), float)
    if not x.ndim or not x.size or np.isnan(x).all(axis=tuple(range(x.ndim - 1))).any():
        raise ShapeError(f"add_noise: x has shape {x.shape}; (..., coordinates) are needed, of each a number at least")
    with np.errstate(over="ignore", invalid="ignore"):
        spread = np.nanstd(x, axis=tuple(range(x.ndim - 1)))
    check_finite(spread, "add_noise: the standard deviation of x")
    return x + fraction * spread * as_generator(rng, "add_noise").standard_normal(x.shape)


def steps_within(duration: float, step: float) -> int:
    """How many equal steps, none longer than `step`, make up a duration."""
    return max(1, math.ceil(duration / step * (1 - 1e-9)))  # 0.1 / 0.02 is five steps, not six


def _flow(system: System, x: Array, dt: float, samples: int, step: float) -> Array:
    steps = steps_within(dt, step)
    path = np.empty((samples, *x.shape))
    none = np.empty((len(x), x.shape[1], 0))
    free = np.empty((0, 2), int)
    system.library.flow(
        np.ascontiguousarray(x), none, system.coefficients, free, system.method, dt / steps, steps, path,
        np.empty((samples, *none.shape)),
    )  # fmt: skip
    return path.transpose(1, 0, 2)


def _checked_start(system: System, start: Array) -> Array:
    start = np.asarray(as_real(start, f"{system.name}: starts"), float)
    if start.ndim not in (1, 2) or start.shape[-1] != system.dimension:
        raise ShapeError(
            f"{system.name} has the variables {', '.join(system.variables)}: starts must be ({system.dimension},) or "
            f"(n, {system.dimension}), not {start.shape}"
        )
    if not np.isfinite(start).all():
        raise DataError(f"{system.name}: starts must be finite numbers")
    return start
