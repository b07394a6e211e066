"""All Lyapunov exponents of a system whose equations are known.

A small sphere around a state becomes an ellipsoid, whose axes grow or shrink like ``exp(lambda_i t)``. Tangents that
span it all turn towards the fastest axis, so they are made orthogonal again from time to time: ``S = Q R``, go on with
Q, and add up the logarithms of R's diagonal (Benettin et al., Meccanica 15, 1980).
"""

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.integrate import simpson

from minnet.checks import as_generator, as_real
from minnet.dynamics import System, states_on_attractor
from minnet.dynamics.systems import check_system
from minnet.dynamics.trajectories import steps_within
from minnet.errors import DataError, SettingError, ShapeError, check_range, is_number, is_whole
from minnet.names import explained
from minnet.progress import tqdm
from minnet.types import Array

SMALL = 1e-3  # of the rates in the Jacobian: sums of exponents below are taken for 0
SUM_TOLERANCE = 0.01  # of sum and trace, relative to the exponents: the trace's quadrature is better by far
ROUNDING = 1e-12  # of the logarithms of one interval
SCATTER = 2.0  # standard errors by which exponents may drift for no other reason than that they scatter


@dataclass(frozen=True)
class Spectrum:
    """Lyapunov exponents, per unit of time (of a map: per iteration), the largest first.

    Attributes
    ----------
    exponents, errors : arrays (i,)
        Their standard errors are those of the mean over the trajectories, and what these cannot show, since they have
        it in common: by how much the exponents, as they were by then, still drifted in the second half of the time. A
        transient, or the part of a period, falls like ``1 / t``, by as much as what is left of it. Where volumes are
        kept tangents may grow like t without chaos, and exponents fall like ``ln(t) / t``: then that is their error. An
        exponent of minus infinity, of a map with a slope of 0, has no error (nan).
    trace : float
        Mean of the Jacobian's trace along the trajectories, which the sum of the exponents must be; of a map, the mean
        of ``ln |det|``.
    times : array (m,)
        How long each trajectory has been followed,
    history : array (m, i)
        and what the exponents were by then: the convergence.
    """

    exponents: Array
    errors: Array
    trace: float
    times: Array = field(repr=False)
    history: Array = field(repr=False)

    @property
    def dimension(self) -> float:
        """Kaplan-Yorke dimension."""
        return kaplan_yorke_dimension(self.exponents)


@explained("lyapunov_spectrum(system, time=...)")
def lyapunov_spectrum(
    system: System, *, time: float, trajectories: int = 8, interval: float | None = None,
    rng: int | np.random.Generator | None = None, progress: bool = False,
) -> Spectrum:  # fmt: skip
    """All exponents, by following tangents along trajectories.

    Parameters
    ----------
    system : System
    time : float
        Followed in all, parted among the trajectories. Errors fall like ``1 / sqrt(time)``: of Lorenz's 0.9056, about
        0.2 per cent after 10 000.
    trajectories : int
        Independent ones, at least 2; the scatter among them gives the errors.
    interval : float, optional
        Between two orthogonalisations; ten steps of the system when not given.
    rng : int or numpy.random.Generator
        For the starts.
    progress : bool

    Returns
    -------
    Spectrum

    Raises
    ------
    SettingError
        A time or an interval is not positive, an interval of a map not whole, or one so long that tangents become
        parallel in it; or there are fewer than two trajectories.
    DataError
        A trajectory blows up.

    Examples
    --------
    >>> from minnet.dynamics import henon
    >>> spectrum = lyapunov_spectrum(henon(), time=4000, rng=0)
    >>> isinstance(spectrum, Spectrum), spectrum.exponents.sum().round(6).item()  # ln 0.3, in every step
    (True, -1.203973)
    >>> bool(abs(spectrum.exponents[0] - 0.419) < 0.03), round(spectrum.dimension, 1)
    (True, 1.3)
    """
    check_system("lyapunov_spectrum", system)
    interval = 10 * system.step if interval is None else interval
    positive = (lambda v: is_number(v) and 0 < v < np.inf), "positive and finite"
    check_range(
        "lyapunov_spectrum",
        time=(time, *positive),
        interval=(interval, *positive),
        trajectories=(trajectories, lambda n: is_whole(n) and n >= 2, "a whole number >= 2"),
    )
    if system.is_map and interval % 1:
        raise SettingError(
            f"lyapunov_spectrum: {system.name} is a map: interval must be a whole number, not {interval:g}"
        )
    generator, d = as_generator(rng, "lyapunov_spectrum"), system.dimension
    x = states_on_attractor(system, trajectories, rng=generator)
    Q = np.linalg.qr(generator.standard_normal((trajectories, d, d)))[0]
    steps = steps_within(interval, system.step)
    n_rounds, transient_rounds = max(1, round(time / trajectories / interval)), round(system.transient / interval)
    logs, growth = np.empty((n_rounds, trajectories, d)), np.empty((n_rounds, trajectories))
    h = interval / steps
    path, tangents = np.empty((steps, *x.shape)), np.empty((steps, *Q.shape))
    free = np.empty((0, 2), int)
    for k in tqdm(range(-transient_rounds, n_rounds), "Lyapunov exponents", disable=not progress, delay=1):
        system.library.flow(x, Q, system.coefficients, free, system.method, h, 1, path, tangents)
        if not np.isfinite(path).all():
            raise DataError(
                f"lyapunov_spectrum: {system.name} blows up after t = {(k + transient_rounds) * interval:g}"
            )
        previous, x = x, path[-1].copy()
        Q, R = np.linalg.qr(tangents[-1])
        if k >= 0:  # by now the tangents have turned into their directions
            growth[k] = _growth(system, np.concatenate([previous[None], path]), h)
            with np.errstate(divide="ignore"):  # a tangent may vanish: its exponent is minus infinity
                logs[k] = np.log(np.abs(np.diagonal(R, axis1=1, axis2=2)))
    per_trajectory = logs.sum(axis=0) / (n_rounds * interval)
    trace = float(growth.mean() / interval)
    total = per_trajectory.mean(axis=0).sum()
    slopes = float(np.linalg.norm(system.jacobian(x), axis=(1, 2)).mean())
    rates = np.abs(per_trajectory).mean(axis=0)
    rates = max(rates[np.isfinite(rates)].sum(), SMALL * slopes)
    if np.isfinite(trace) and abs(total - trace) > SUM_TOLERANCE * rates + ROUNDING / interval:
        raise SettingError(
            f"lyapunov_spectrum: within an interval of {interval:g} the tangents become parallel to rounding, and the "
            f"sum of the exponents is {total:g}, not the mean trace {trace:g}; give a shorter interval"
        )
    times = interval * np.arange(1, n_rounds + 1)
    history = np.cumsum(logs.mean(axis=1), axis=0) / times[:, None]
    exponents = per_trajectory.mean(axis=0)
    with np.errstate(invalid="ignore"):  # there is no scatter around minus infinity
        errors = per_trajectory.std(axis=0, ddof=1) / np.sqrt(trajectories)
        drift = np.ptp(history[len(history) // 2 :], axis=0)
        errors = np.sqrt(errors**2 + np.maximum(drift**2 - (SCATTER * errors) ** 2, 0.0))
    growing = float(np.log(max(math.e, times[-1] * (1.0 if system.is_map else slopes))) / times[-1])
    if abs(trace) <= SMALL * slopes and exponents[0] <= growing:  # no chaos to be told from tangents that grow like t
        errors = np.where(np.abs(exponents) <= growing, np.fmax(errors, growing), errors)
    return Spectrum(exponents, errors, trace, times, history)


@explained("kaplan_yorke_dimension(exponents)")
def kaplan_yorke_dimension(exponents: Array) -> float:
    """``k + (lambda_1 + ... + lambda_k) / |lambda_(k+1)|`` with the largest k for which the sum is not negative.

    Kaplan and Yorke, Springer Lecture Notes in Mathematics 730, 1979.

    Raises
    ------
    ShapeError, DtypeError
        Exponents are not real numbers (d,).

    Examples
    --------
    >>> kaplan_yorke_dimension([0.9, 0.0, -14.5])
    2.0620689655172413
    """
    exponents = as_real(exponents, "kaplan_yorke_dimension: exponents").astype(float)
    if exponents.ndim != 1 or np.isnan(exponents).any():
        raise ShapeError(f"kaplan_yorke_dimension: exponents must be numbers (d,), not {exponents.tolist()}")
    sums = np.cumsum(np.sort(exponents)[::-1])
    k = int((sums >= 0).sum())
    if k in (0, len(sums)):
        return float(k)
    return float(k + sums[k - 1] / abs(np.sort(exponents)[::-1][k]))


def _growth(system: System, path: Array, h: float) -> Array:
    """What volumes grow by, as a logarithm (n,), along paths (m, n, i) whose points are h apart."""
    m, n, d = path.shape
    J = system.jacobian(path.reshape(-1, d)).reshape(m, n, d, d)
    if not system.is_map:
        return np.asarray(simpson(np.trace(J, axis1=2, axis2=3), dx=h, axis=0))
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.abs(np.linalg.det(J[:-1]))).sum(axis=0))
