"""Finite differences: derivatives from nothing but values, and what they cost in accuracy.

Every formula has two errors. The *truncation* error is what the formula leaves out of the Taylor series; it falls
with a power of the step h, the formula's order. The *rounding* error is that of the values, magnified by the division;
it grows as h falls. In between lies the best step. With u the unit roundoff (2^-53 = 1.1e-16 in float64, 2^-24 = 6.0e-8
in float32)::

    formula               truncation        rounding, at most    best step
    forward_difference    h / 2 |f''|       2 u |f| / h          2 sqrt(u |f / f''|)
    central_difference    h^2 / 6 |f'''|    u |f| / h            (3 u |f / f'''|)^(1/3)
    second_difference     h^2 / 12 |f''''|  4 u |f| / h^2        (48 u |f / f''''|)^(1/4)

This holds where |x| is not large. Elsewhere, that x + h is itself rounded adds up to u |x f'| / h to the first
derivatives. Choose h exact in binary (2^-10, say) to be rid of that.

The last row limits second derivatives of whatever is computed in float32: with h = 0.001, the
rounding of the normal density's values alone, 0.4 high, leaves errors of 0.05 in a second derivative that is 0.4
high. At h = 0.03, the best step there, they are 0.00015. `Network.jet` needs no step at all.

The formulas are those of C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), section 4, and one that
it lacks; errors and best steps follow from Taylor's series (Press et al., Numerical Recipes, section 5.7).
"""

from collections.abc import Callable

import numpy as np

from minnet.errors import check_range
from minnet.types import Array

Function = Callable[[Array], Array]


def forward_difference(function: Function, x: Array, step: float) -> Array:
    """First derivative, order 1: ``(f(x + h) - f(x)) / h = f' + h / 2 f'' + ...``.

    The document's formula (1). It stands there under the heading "three points", but has two of them, and the error
    of a one-sided formula: `central_difference` evaluates the function as often and is of order 2.

    Parameters
    ----------
    function : callable
        From an array to its values, elementwise.
    x : array of any shape
    step : float
        h, in the units of x.

    Returns
    -------
    array of the shape that the function returns

    Raises
    ------
    SettingError
        The step is not positive and finite.

    Examples
    --------
    >>> forward_difference(np.square, np.array([3.0]), 0.25).tolist()
    [6.25]
    """
    _check_step("forward_difference", step)
    x = np.asarray(x)
    return (function(x + step) - function(x)) / step


def central_difference(function: Function, x: Array, step: float) -> Array:
    """First derivative, order 2: ``(f(x + h) - f(x - h)) / (2 h) = f' + h^2 / 6 f''' + ...``.

    The usual three-point formula (the middle point has weight 0). The document does not use it. Parameters, result
    and errors as for `forward_difference`.

    Examples
    --------
    >>> central_difference(np.square, np.array([3.0]), 0.25).tolist()
    [6.0]
    """
    _check_step("central_difference", step)
    x = np.asarray(x)
    return (function(x + step) - function(x - step)) / (2 * step)


def second_difference(function: Function, x: Array, step: float) -> Array:
    """Second derivative, order 2: ``(f(x + h) + f(x - h) - 2 f(x)) / h^2 = f'' + h^2 / 12 f'''' + ...``.

    The document's formula (2), which is the central one, on three points. It is computed as a difference of
    differences: neighbouring values subtract exactly, while their sum would be rounded once more.

    On a piecewise linear function, such as a network of ReLU, it is 0 except within h of a kink, where it is up to
    the change of slope over h: the smaller the step, the higher the spikes. No step makes it a second derivative.

    Parameters, result and errors as for `forward_difference`.

    Examples
    --------
    >>> second_difference(np.square, np.array([3.0]), 0.25).tolist()
    [2.0]
    >>> second_difference(np.abs, np.array([-1.0, 0.0, 1.0]), 0.25).tolist()
    [0.0, 8.0, 0.0]
    """
    _check_step("second_difference", step)
    x = np.asarray(x)
    middle = function(x)
    return ((function(x + step) - middle) - (middle - function(x - step))) / step**2


def _check_step(owner: str, step: float) -> None:
    check_range(owner, step=(step, lambda h: 0 < h < np.inf, "positive and finite"))
