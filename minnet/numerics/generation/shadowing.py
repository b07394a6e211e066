"""Trajectories near given series: what a map could have done, if it had been where they say.

Series that were measured with noise, or made by a network, obey the map ``x_{n+1} = f(x_n)`` only roughly. Near them,
if the errors are small, there are series that obey it, their shadows; for chaotic maps too, as long as errors along the
unstable directions are made up by small changes of what came before (Hammel, Yorke and Grebogi, J. Complexity 3, 1987).
"""

from collections.abc import Callable

import numpy as np

from minnet.checks import as_real, check_finite
from minnet.errors import DataError, SettingError, ShapeError, is_number
from minnet.names import explained
from minnet.numerics.generation.series import spread
from minnet.types import Array

Step = Callable[[Array], tuple[Array, Array]]
"""States (m, d) to the states one sample later (m, d), and the derivatives of each by its own state (m, d, d)."""

WEIGHTS = tuple(np.geomspace(1, 0.001, 150))
"""Of distances from the given series against errors of the map: they come down step by step, each begins where the one
before has ended."""

HALVINGS = 6  # of a change that does not make a series better


@explained("shadow(series, step)")
def shadow(series: Array, step: Step, *, weights: tuple[float, ...] = WEIGHTS) -> Array:
    """Series x near the given ones s that nearly obey a map: the minimum of
    ``sum_n |x[n+1] - f(x[n])|^2 + w^2 sum_n |x[n] - s[n]|^2``, in units of every variable's standard deviation.

    By the method of Gauss and Newton, a linear system of blocks along each series in every iteration, damped and
    halved until it makes things better, with w falling from 1 to 0.001. It is the smoother of data assimilation
    (weak-constraint 4D-Var: Tremolet, Q. J. R. Meteorol. Soc. 132, 2006), and with w = 0 the noise reduction of
    Davies (Physica D 79, 1994).

    That a shadow obeys the map says nothing about the series it was made of. Near series without any dynamics, shadows
    may settle at a fixed point, or be trajectories that no series was close to: look at how far they have moved.

    Parameters
    ----------
    series : array (series, sample, variable)
    step : callable
        ``step(x) -> (f(x), f'(x))`` for states x (m, d): (m, d) and (m, d, d), the last axis for the state's variables.
    weights : tuple of float
        w in each iteration.

    Returns
    -------
    array, shaped like the series

    Raises
    ------
    ShapeError, SettingError, DataError
        The series are not such an array, or not finite; a variable does not vary; weights are not positive; the step
        gives other shapes, or something that is not finite.

    Examples
    --------
    A logistic map, measured with noise:

    >>> def logistic(x):
    ...     return 3.9 * x * (1 - x), (3.9 - 7.8 * x)[..., np.newaxis]
    >>> x = [0.3]
    >>> for _ in range(200):
    ...     x.append(3.9 * x[-1] * (1 - x[-1]))
    >>> exact = np.array(x)[np.newaxis, :, np.newaxis]
    >>> noise = 0.02 * np.random.default_rng(0).standard_normal(exact.shape)
    >>> shadowing = shadow(exact + noise, logistic)
    >>> bool(np.abs(shadowing[:, 1:] - logistic(shadowing[:, :-1])[0]).mean() < 2e-4)
    True
    """
    given = np.asarray(as_real(series, "series"), float)
    if given.ndim != 3 or min(given.shape) < 1 or given.shape[1] < 2:
        raise ShapeError(f"shadow: series must be an array (series, sample, variable), not of shape {given.shape}")
    check_finite(given, "series")
    if not all(is_number(weight) and 0 < weight < np.inf for weight in np.ravel(np.array(weights, object))):
        raise SettingError(f"shadow: weights must be positive numbers, one for each iteration, not {weights!r:.60}")
    _, scale = spread("shadow", given, "series")
    given = given / scale
    x, errors = given.copy(), _errors(given, step, scale)
    for name, values in zip(("states", "derivatives"), errors, strict=True):
        if not np.isfinite(values).all():
            raise DataError(f"shadow: the step gives {name} that are not finite, for states of the series")
    for weight in np.ravel(weights):
        delta = _newton(*errors, weight, given - x)
        before, left = _total(errors[0], weight, given - x), np.arange(len(x))
        for halving in range(HALVINGS + 1):
            trial = x[left] + delta[left] / 2**halving
            moved = _errors(trial, step, scale)
            better = _total(moved[0], weight, given[left] - trial) < before[left]
            x[left[better]] = trial[better]
            for new, old in zip(moved, errors, strict=True):
                old[left[better]] = new[better]
            left = left[~better]
            if not len(left):
                break
    return x * scale


def _errors(x: Array, step: Step, scale: Array) -> tuple[Array, Array]:
    """``x[n+1] - f(x[n])`` (series, sample - 1, d), and f' there (series, sample - 1, d, d), in units of scale."""
    S, N, d = x.shape
    result = step((x[:, :-1] * scale).reshape(-1, d))
    if not isinstance(result, tuple) or len(result) != 2:
        raise SettingError(
            "shadow: the step must return the next states and their derivatives, a tuple of two arrays, not "
            f"{type(result).__name__}"
        )
    y, slope = (np.asarray(part, float) for part in result)
    if y.shape != (S * (N - 1), d) or slope.shape != (*y.shape, d):
        raise ShapeError(
            f"shadow: for states ({S * (N - 1)}, {d}) the step must give states of that shape and derivatives "
            f"({S * (N - 1)}, {d}, {d}), not {y.shape} and {slope.shape}"
        )
    slope = (slope * scale / scale[:, np.newaxis]).reshape(S, N - 1, d, d)
    return x[:, 1:] - (y / scale).reshape(S, N - 1, d), slope


def _total(errors: Array, weight: float, distance: Array) -> Array:
    """What is made small, for each series."""
    return np.square(errors).sum(axis=(1, 2)) + weight**2 * np.square(distance).sum(axis=(1, 2))


def _newton(errors: Array, slope: Array, weight: float, distance: Array) -> Array:
    """The change delta that makes ``|errors[n] + delta[n+1] - slope[n] delta[n]|^2 + w^2 |delta[n] - distance[n]|^2``
    smallest: normal equations with blocks on three diagonals, which are eliminated forward along the series and solved
    backward, all series at once. Where errors are large the map is not as linear as that, so changes are damped by the
    squares of the errors (Levenberg, Q. Appl. Math. 2, 1944): one bad place does not hold up its whole series."""
    S, N, d = distance.shape
    transposed = slope.swapaxes(-1, -2)
    damping = np.zeros((S, N))
    damping[:, 1:] += np.square(errors).sum(axis=2)
    damping[:, :-1] += np.square(errors).sum(axis=2)
    diagonal = (weight**2 + damping)[..., np.newaxis, np.newaxis] * np.eye(d)
    diagonal[:, 1:] += np.eye(d)
    diagonal[:, :-1] += transposed @ slope
    right = weight**2 * distance
    right[:, 1:] -= errors
    right[:, :-1] += _apply(transposed, errors)
    for n in range(1, N):
        factor = slope[:, n - 1] @ np.linalg.inv(diagonal[:, n - 1])  # minus the block below the diagonal
        diagonal[:, n] -= factor @ transposed[:, n - 1]
        right[:, n] += _apply(factor, right[:, n - 1])
    delta = np.empty_like(distance)
    delta[:, -1] = _solve(diagonal[:, -1], right[:, -1])
    for n in range(N - 2, -1, -1):
        delta[:, n] = _solve(diagonal[:, n], right[:, n] + _apply(transposed[:, n], delta[:, n + 1]))
    return delta


def _apply(matrices: Array, vectors: Array) -> Array:
    return (matrices @ vectors[..., np.newaxis])[..., 0]


def _solve(matrices: Array, vectors: Array) -> Array:
    return np.linalg.solve(matrices, vectors[..., np.newaxis])[..., 0]
