"""Integration by a network: fit it to samples of a function, and integrate the fit exactly.

The one-hidden-layer network is trained by variable projection, and its integral is a sum of closed forms (see
`network_integrals`), so the only error that matters is that of the fit. One fit answers many questions: integrals
over any part of the domain, the antiderivative, and the function itself, without another evaluation.

What a fit leaves of a function of one variable is integrated as well, as if it were the same on the whole of a cell as
at the sample in it (as a control variate of Monte Carlo integration is). So a bad fit does no worse than a simple rule
would; and near a singular end, where residuals have one sign, they are no part of the error. Nearer to such an end than
the first sample, the function is taken for a power.

The error is estimated from samples that were held out of a first fit; the last one is of all. Each stands for a part of
the domain, and that part times the residual there is what it adds to the error of the integral. These are taken for
independent: for n samples of equal parts, the estimate is volume * rms / sqrt(n). It is multiplied by a margin, and
rounding is added, and what was taken for a power.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from minnet.activations import Tanh
from minnet.checks import as_generator, as_real, values_of
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
from minnet.numerics.integration.integral import Integral, Remainder, integral_of_fit
from minnet.numerics.integration.ridge_integrals import MOST_DIRECTIONS
from minnet.numerics.integration.samples import FEWEST_SAMPLES, from_samples
from minnet.solvers import VariableProjection
from minnet.training import fit
from minnet.types import Array

MARGIN = 4.0  # times rms / sqrt(n)
EVALUATIONS = {1: 200, 2: 500}  # by dimension, unless given; 1000 from three on
SINGULAR_EVALUATIONS = 400
ITERATIONS = 100
FINAL_ITERATIONS = 50  # of all samples, from where the fit without those held out has come
MOST_UNITS = 150
FEWEST_EVALUATIONS = 32  # of which 8 may go into finding singular ends


class IntegrationWarning(UserWarning):
    """The network does not fit the function well enough for the tolerance asked for.

    >>> issubclass(IntegrationWarning, UserWarning)
    True
    """


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
        Called once or a few times with all points: x (n,) in one dimension, (n, d) in several; must return (n,), or
        a number where it is constant.
        Samples, at least 16, should be spread over the whole domain; their order does not matter. Where they get
        dense towards an end, as in ``geomspace``, for it to be resolved there, ``singular`` should name that end.
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
        Scrambles Sobol's points, or places some of those on an interval, and draws the first weights. Of one variable,
        None is as good as 0: a plain call gives the same integral every time.
    progress : bool
        Show a progress bar, if training takes longer than a second.

    Returns
    -------
    Integral

    Warns
    -----
    IntegrationWarning
        The fit is not good enough for the tolerance, or every value of the function was 0: then the error is not known,
        and its estimate infinite.

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
    d = len(low)
    rng = as_generator(0 if rng is None and d == 1 else rng, "integrate")
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
    stands_for = design.stands_for
    held_out = stands_for > 0
    if units is not None and units > (n - held_out.sum()) // 2:
        raise SettingError(f"integrate: {units} units, but {n} samples; at most a unit for two samples can be fitted")
    seen = (n - held_out.sum()) * (1.0 if design.resolves is None else design.resolves / n)
    h = units or int(np.clip(seen // (2 * (d + 2) if d > 1 else 5), 3, MOST_UNITS))
    W, b = design.units(h, rng)
    net = Network([Dense(d, h, weights=W, bias=b), Tanh(), Dense(h, 1)], rng=rng)
    y_scale = float(np.abs(y).max()) or 1.0

    def train(chosen: Array, iterations: int) -> Array:
        """What the network leaves everywhere, over `y_scale` (n,), after a fit of the chosen samples."""
        fit(
            net,
            design.z[chosen],
            y[chosen] / y_scale,
            loss=MeanSquaredError(),
            optimizer=VariableProjection(),
            epochs=iterations,
            sample_weight=design.weight[chosen] / design.weight.max(),
            progress="integrating" if progress else False,
        )
        return y / y_scale - net(design.z)[:, 0]

    left = train(~held_out, ITERATIONS)[held_out]
    fractions = design.fraction[held_out]
    residual = y_scale * float(np.sqrt((fractions * left**2).sum() / fractions.sum()))
    residuals = train(np.full(n, True), FINAL_ITERATIONS)
    with np.errstate(over="ignore"):
        net.layers[-1].W *= y_scale
        net.layers[-1].b *= y_scale
    if not np.isfinite(net.theta).all():
        raise DataError(f"integrate: weights overflow with values up to {y_scale:.0e}; divide the function by that")
    size, domain = float(design.scale.prod()), float((high - low).prod())
    error = MARGIN * domain * y_scale * float(np.sqrt(stands_for[held_out] @ (fractions * left) ** 2))
    remainder = None  # in several dimensions residuals of a fit are too unlike those beside them for a mean to help
    if design.edges is not None:
        unseen = _unseen(design.z[:, 0], design.edges, design.cut, y)
        error += abs(size) * float(np.abs(unseen).sum())
        pieces = np.diff(design.edges) * residuals * y_scale
        pieces[[0, -1]] += np.where(np.isfinite(unseen), unseen, 0.0)
        remainder = Remainder(design.edges, np.concatenate([[0.0], np.cumsum(pieces)]))
    integral = integral_of_fit(net, remainder, *((corner - design.origin) / design.scale for corner in (low, high)))
    error += abs(size) * float(integral.error)
    magnitude = domain * float((design.fraction * np.abs(y)).sum())
    unseen_anywhere = not (design.given or y.any())
    error = np.inf if unseen_anywhere else error
    within_tolerance = bool(error <= tolerance * magnitude)
    if unseen_anywhere:
        warnings.warn(
            f"integrate: the function is 0 at all {n} points; whatever is between them has not been seen. Way out: "
            "bounds closer to where it is not 0, or more evaluations; if it is 0 everywhere, so is the integral",
            IntegrationWarning,
            stacklevel=4,
        )
    elif not within_tolerance:
        warnings.warn(
            f"integrate: the estimated error {error:.1e} is above tolerance={tolerance:g} times the integral of |f|, "
            f"{magnitude:.2g}. Way out: more evaluations, units, or singular=..., if the function is steep at an end",
            IntegrationWarning,
            stacklevel=4,
        )
    value, origin, scale = float(integral.value) * size, design.origin, design.scale
    return Integral(value, error, evaluations, residual, within_tolerance, low, high, net, origin, scale, remainder)


def _unseen(z: Array, edges: Array, cut: float, y: Array) -> Array:
    """What the integrals between both ends of z and the nearest samples are beyond (distance times value there) (2,).

    At a singular end it is as for ``c z^-p`` through that sample and the first that is twice as far away: p / (1 - p)
    times as much. That is exact for powers, a per cent off if there is a logarithm besides, and infinite for ``1 / z``.
    At a regular end samples are near enough.
    """
    unseen = np.zeros(2)
    for end, distance, values in ((0, z - edges[0], y), (1, (edges[-1] - z)[::-1], y[::-1])):
        far = int(np.searchsorted(distance, 2 * distance[0]))
        if 0 < distance[0] < 2 * cut and np.sign(values[0]) == np.sign(values[far]) != 0:
            p = np.log(values[0] / values[far]) / np.log(distance[far] / distance[0])
            unseen[end] = distance[0] * values[0] * p / (1 - p) if p < 1 else np.inf
    return unseen


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
    hint = (
        "For d variables give bounds as [(0, 1), (0, 1)]; for a function of a number, numpy.vectorize(f)"
        if d == 1
        else "x[:, 0] is the first variable: lambda x: x[:, 0] * x[:, 1]"
    )

    def values(x: Array) -> Array:
        nonlocal n_evaluations
        n_evaluations += len(x)
        return values_of(function, x, x.shape[:1], "integrate", hint)

    if d > 1:
        design = sobol(low, high, evaluations or EVALUATIONS.get(d, 1000), rng)
        y = values(design.x)
    else:
        a, b = float(low[0]), float(high[0])
        is_singular = singular_ends(values, a, b) if singular is None else SINGULAR_ENDS[singular]
        if any(is_singular):
            depth = depth_of(a, b, is_singular)
            n = max(FEWEST_SAMPLES, (evaluations or SINGULAR_EVALUATIONS) - n_evaluations)
            design = graded(a, b, n, is_singular, depth, rng)
        else:
            design = chebyshev(a, b, max(FEWEST_SAMPLES, (evaluations or EVALUATIONS[1]) - n_evaluations), rng)
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
