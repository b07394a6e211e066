"""Integration by a network: fit it to samples of a function, and integrate the fit exactly.

The one-hidden-layer network is trained by variable projection, and its integral is a sum of closed forms (see
`network_integrals`), so the only error that matters is that of the fit. One fit answers many questions: integrals
over any part of the domain, the antiderivative, and the function itself, without another evaluation.

The error is estimated from samples that were held out. Each stands for a part of the domain, and that part times the
residual there is what it adds to the error of the integral. These are taken for independent, as they would be if the
fit erred at random: for n samples of equal parts, the estimate is volume * rms / sqrt(n). It is multiplied by a margin;
rounding is added, and what a singular function may hide nearer to its end than the first sample.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from minnet.activations import Tanh
from minnet.checks import as_generator, as_real
from minnet.errors import DataError, SettingError, ShapeError, check_range, is_whole
from minnet.layers import Dense
from minnet.losses import MeanSquaredError
from minnet.names import explained
from minnet.network import Network
from minnet.numerics.integration.designs import (
    SINGULAR_ENDS,
    Design,
    chebyshev,
    depth_of,
    graded,
    singular_ends,
    sobol,
)
from minnet.numerics.integration.integral import Integral
from minnet.numerics.integration.network_integrals import box_integral
from minnet.numerics.integration.ridge_integrals import MOST_DIRECTIONS
from minnet.numerics.integration.samples import FEWEST_SAMPLES, from_samples
from minnet.solvers import VariableProjection
from minnet.training import fit
from minnet.types import Array

HOLD_OUT_EVERY = 8  # every 8th sample is held out
MARGIN = 4.0  # times rms / sqrt(n)
EVALUATIONS = {1: 200, 2: 500}  # by dimension, unless given; 1000 from three on
SINGULAR_EVALUATIONS = 400
ITERATIONS = 100
MOST_UNITS = 150
FEWEST_EVALUATIONS = 32  # of which up to 16 may go into finding singular ends


class IntegrationWarning(UserWarning):
    """The network does not fit the function well enough for the tolerance asked for."""


@explained("integrate(f, (0, 140))")
def integrate(
    function_or_samples: Callable[[Array], Array] | tuple[Any, Any],
    bounds: Any,
    *,
    evaluations: int | None = None,
    units: int | None = None,
    singular: str | None = None,
    tolerance: float = 1e-4,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
) -> Integral:
    """Integrate a function, or samples of one, over an interval or a box.

    Parameters
    ----------
    function_or_samples : callable, or (x, y)
        Called once or a few times with all points: x (n,) in one dimension, (n, d) in several; must return (n,).
        Samples, at least 16, should be spread over the whole domain; their order does not matter.
    bounds : (low, high), or one pair for each dimension
    evaluations : int, optional
        How often to evaluate: by default 200 times in one dimension (400 with a singular end), 500 in two,
        1000 in more. At least 32.
    units : int, optional
        Hidden units; by default as many as the samples can determine, at most 150.
    singular : "none", "low", "high" or "both", optional
        At which ends of an interval the function or its slope is infinite. None: at none for samples and in several
        dimensions; a function of one variable is asked, by 8 evaluations that count.
    tolerance : float
        Warn if the error estimate is above this part of the integral of ``|f|``.
    rng : int, numpy.random.Generator or None
        Scrambles Sobol's points, chooses the samples held out, and draws the first weights.
    progress : bool
        Show a progress bar, if training takes longer than a second.

    Returns
    -------
    Integral

    Warns
    -----
    IntegrationWarning
        The fit is not good enough for the tolerance.

    Raises
    ------
    SettingError, ShapeError, DataError, DtypeError
        Settings or samples that cannot be, or function values that are not finite inside the domain.

    Notes
    -----
    The idea is that of Lloyd, Irani and Ahmadi (IEEE Access 8, 2020). Up to 6 dimensions are possible.

    Examples
    --------
    >>> import numpy as np
    >>> import minnet as mn
    >>> logarithm = mn.integrate(np.log, (0, 140), units=50, rng=0)
    >>> x = np.array([5.0, 20.0, 140.0])
    >>> bool(np.abs(logarithm.antiderivative(x) - (x * np.log(x) - x)).max() < 1e-8)
    True
    """
    low, high = _bounds(bounds)
    rng = as_generator(rng, "integrate")
    d = len(low)
    check_range("integrate", tolerance=(tolerance, lambda part: part > 0, "positive"))
    for name, count, minimum in (("evaluations", evaluations, FEWEST_EVALUATIONS), ("units", units, 1)):
        if count is not None:
            condition = (lambda n, minimum=minimum: is_whole(n) and n >= minimum), f"a whole number >= {minimum}"
            check_range("integrate", **{name: (count, *condition)})
    if singular is not None and (singular not in list(SINGULAR_ENDS) or (d > 1 and singular != "none")):
        raise SettingError(
            f"integrate: singular={singular!r}; it must be one of {', '.join(SINGULAR_ENDS)}, for one dimension"
        )
    if callable(function_or_samples):
        design, y, count = _evaluate(function_or_samples, low, high, evaluations, singular, rng)
    else:
        design, y = from_samples(function_or_samples, low, high, singular or "none", rng)
        count = len(y)
    return _fitted(design, y, low, high, count, units, tolerance, rng, progress)


def _fitted(
    design: Design,
    y: Array,
    low: Array,
    high: Array,
    evaluations: int,
    units: int | None,
    tolerance: float,
    rng: np.random.Generator,
    progress: bool,
) -> Integral:
    n, d = design.z.shape
    held_out = np.arange(n) % HOLD_OUT_EVERY == HOLD_OUT_EVERY // 2
    if units is not None and units > (n - held_out.sum()) // 2:
        raise SettingError(f"integrate: {units} units, but {n} samples; at most a unit for two samples can be fitted")
    h = units or int(np.clip((n - held_out.sum()) // (2 * (d + 2) if d > 1 else 5), 3, MOST_UNITS))
    W, b = design.units(h, rng)
    net = Network([Dense(d, h, weights=W, bias=b), Tanh(), Dense(h, 1)], rng=rng)
    y_scale = float(np.abs(y).max()) or 1.0
    fit(
        net,
        design.z[~held_out],
        y[~held_out] / y_scale,
        loss=MeanSquaredError(),
        optimizer=VariableProjection(),
        epochs=ITERATIONS,
        sample_weight=design.weight[~held_out] / design.weight.max(),
        progress="integrating" if progress else False,
    )
    with np.errstate(over="ignore"):
        net.layers[-1].W *= y_scale
        net.layers[-1].b *= y_scale
    if not np.isfinite(net.theta).all():
        raise DataError(f"integrate: weights overflow with values up to {y_scale:.0e}; divide the function by that")
    integral = box_integral(net, *((corner - design.origin) / design.scale for corner in (low, high)))
    size, domain = float(design.scale.prod()), float((high - low).prod())
    fractions = design.fraction[held_out]
    residuals = (net(design.z[held_out])[:, 0] - y[held_out]) / y_scale  # whose squares do not overflow
    residual = y_scale * float(np.sqrt((fractions * residuals**2).sum() / fractions.sum()))
    error = MARGIN * domain * y_scale * float(np.sqrt(((fractions * residuals) ** 2).sum() / held_out.mean()))
    error += abs(size) * float(integral.error[0]) + domain * _unseen_error(design, y)
    magnitude = domain * float((design.fraction * np.abs(y)).sum())
    within_tolerance = bool(error <= tolerance * magnitude)
    if not within_tolerance:
        warnings.warn(
            f"integrate: the estimated error {error:.1e} is above tolerance={tolerance:g} times the integral of |f|, "
            f"{magnitude:.2g}. Way out: more evaluations, units, or singular=..., if the function is steep at an end",
            IntegrationWarning,
            stacklevel=4,
        )
    value = float(integral.value[0]) * size
    return Integral(value, error, evaluations, residual, within_tolerance, low, high, net, design.origin, design.scale)


def _unseen_error(design: Design, y: Array) -> float:
    """The part of the integral that may lie nearer to singular ends than the first sample, over the volume.

    There the network is nearly constant. The difference of the function over one doubling of the distance, times the
    distance, is 0.7 of it for ``log x``, and 0.3 for ``1 / sqrt(x)``.
    """
    z, total = design.z[:, 0], 0.0
    for distance in (z, 1 - z):
        nearest = np.argsort(distance)
        if design.cut and distance[nearest[0]] < 2 * design.cut:
            next_sample = nearest[np.searchsorted(distance[nearest], 2 * design.cut)]
            total += MARGIN * design.cut * abs(float(y[nearest[0]] - y[next_sample]))
    return total


def _evaluate(
    function: Callable[[Array], Any],
    low: Array,
    high: Array,
    evaluations: int | None,
    singular: str | None,
    rng: np.random.Generator,
) -> tuple[Design, Array, int]:
    """Points, values there, and how many evaluations it took."""
    d, n_evaluations = len(low), 0

    def values(x: Array) -> Array:
        nonlocal n_evaluations
        n_evaluations += len(x)
        y = as_real(function(x), "the function's values")
        if y.shape != (len(x),):
            raise ShapeError(f"integrate: the function gave shape {y.shape} for points {x.shape}; expected ({len(x)},)")
        return y.astype(float)

    if d > 1:
        design = sobol(low, high, evaluations or EVALUATIONS.get(d, 1000), rng)
        y = values(design.x)
    else:
        a, b = float(low[0]), float(high[0])
        is_singular = singular_ends(values, a, b) if singular is None else SINGULAR_ENDS[singular]
        if any(is_singular):
            depth = depth_of(values, a, b, is_singular)
            design = graded(
                a, b, max(FEWEST_SAMPLES, (evaluations or SINGULAR_EVALUATIONS) - n_evaluations), is_singular, depth
            )
        else:
            design = chebyshev(a, b, max(FEWEST_SAMPLES, (evaluations or EVALUATIONS[1]) - n_evaluations))
        y = values(design.x[:, 0])
    if not np.isfinite(y).all():
        first = int(np.argmin(np.isfinite(y)))
        raise DataError(
            f"integrate: the function is {y[first]} at x = {design.x[first]}. Way out: part the domain there; if it "
            f"goes to infinity at an end of an interval, say which: singular='low', 'high' or 'both'"
        )
    return design, y, n_evaluations


def _bounds(bounds: Any) -> tuple[Array, Array]:
    """Lower and upper ends (d,)."""
    pairs = as_real(bounds, "bounds").astype(float)
    pairs = pairs[np.newaxis] if pairs.ndim == 1 else pairs
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise ShapeError(f"integrate: bounds must be (low, high), or one such pair for each dimension, not {bounds!r}")
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = pairs[:, 1] - pairs[:, 0]
    if not np.isfinite(lengths).all():
        raise DataError(
            f"integrate: the bounds, and the lengths between them, must be finite, not {bounds!r}. "
            "Way out: substitute a variable with a finite range, as x = t / (1 - t)"
        )
    if not (lengths > 0).all():
        raise SettingError(f"integrate: each low of the bounds must be below its high, not {bounds!r}")
    if len(pairs) > MOST_DIRECTIONS:
        raise SettingError(f"integrate: {len(pairs)} dimensions are too many; {MOST_DIRECTIONS} are possible")
    return pairs[:, 0], pairs[:, 1]
