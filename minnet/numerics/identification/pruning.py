"""Which coefficients are needed: those that are significant, and of two that nearly move together, the better one."""

import numpy as np

from minnet.numerics.identification.fitting import Fit, Objective, bounded, fit_coefficients, units
from minnet.types import Array

SIGNIFICANT = 4.0  # a coefficient stays when it is this many standard errors from 0,
SMALLEST = 1e-4  # and adds at least this part to its equation
GAIN = 1.0  # least improvement of an exchange, in squares of the residuals' standard deviation


def prune(objective: Objective, fit: Fit, largest: float = np.inf) -> Fit:
    """Drop coefficients that are not needed, the least significant first and at most a quarter at a time; fit again.

    It ends early, with nothing of use, where the residuals' standard deviation becomes greater than `largest`.
    """
    unit = units(objective.problem)
    while fit.sigma <= largest:
        with np.errstate(divide="ignore", invalid="ignore"):
            significance = np.where(fit.kept, np.abs(fit.xi) / fit.errors, np.inf)
        rate = np.abs(fit.xi) / unit
        needless = fit.kept & ((significance < SIGNIFICANT) | (rate < SMALLEST * rate.max(axis=0)))
        if not needless.any():
            return fit
        order = np.argsort(np.where(needless, significance, np.inf), axis=None)
        few = order[: min(int(needless.sum()), max(1, int(fit.kept.sum()) // 4))]
        kept = fit.kept.copy()
        kept[np.unravel_index(few, kept.shape)] = False
        fit = fit_coefficients(objective, _without(objective, fit.xi, kept), kept)
    return fit


def _without(objective: Objective, xi: Array, kept: Array) -> Array:
    """Coefficients of which only those kept are not 0, the others' part taken up by them as far as derivatives tell."""
    gone = np.where(kept, 0.0, xi)
    free, lost = np.argwhere(kept), np.argwhere(gone)
    unit = units(objective.problem)
    J = objective.jacobian(xi, np.concatenate([free, lost]))
    moved = np.where(kept, xi, 0.0)
    if len(free) and bounded(J):
        size = unit[tuple(free.T)]
        r = objective.residuals(xi) - J[:, len(free) :] @ gone[tuple(lost.T)]
        moved[tuple(free.T)] -= np.linalg.lstsq(J[:, : len(free)] * size, r, rcond=None)[0] * size
    return moved


def select(objective: Objective, fit: Fit, largest: float = np.inf) -> Fit:
    """Prune, as there; then exchange a coefficient for one that was dropped, while that makes the residuals less.

    Where two terms nearly move together, it depends on the others which of them looks needless at first.
    """
    fit = prune(objective, fit, largest)
    while fit.sigma <= largest:
        kept = _exchanged(objective, fit)
        if kept is None:
            return fit
        tried, n = fit_coefficients(objective, fit.xi, kept), objective.residuals(fit.xi).size
        if not n * tried.sigma**2 < (n - GAIN) * fit.sigma**2:
            return fit
        fit = prune(objective, tried, largest)
    return fit


def _exchanged(objective: Objective, fit: Fit) -> Array | None:
    """What would be kept after the best exchange, as far as derivatives by all coefficients tell; None if none helps.

    With the coefficient p, whose part is J_p theta_p, at 0 and one that was dropped free, the squares of the residuals
    are those of ``r - J_p theta_p + J s`` at the s that makes them least.
    """
    every = np.argwhere(np.ones_like(fit.kept))
    unit = units(objective.problem)[tuple(every.T)]
    theta, kept = fit.xi[tuple(every.T)] / unit, fit.kept.flatten()
    r, J = objective.residuals(fit.xi), objective.jacobian(fit.xi, every) * unit
    if not bounded(J):
        return None
    normal, slope = J.T @ J, J.T @ r
    most, best = GAIN * fit.sigma**2, None
    for out in np.flatnonzero(kept):
        lost = slope - normal[:, out] * theta[out]  # J^T (r - J_p theta_p)
        raised = normal[out, out] * theta[out] ** 2 - 2 * slope[out] * theta[out]
        for new in np.flatnonzero(~kept):
            free = np.append(np.flatnonzero(kept & (np.arange(len(kept)) != out)), new)
            gain = lost[free] @ np.linalg.lstsq(normal[np.ix_(free, free)], lost[free], rcond=None)[0] - raised
            if gain > most:
                most, best = gain, (out, new)
    if best is None:
        return None
    kept[list(best)] = False, True
    return kept.reshape(fit.kept.shape)
