"""Which coefficients are needed: those that are significant, and of two that nearly move together, the better one."""

import numpy as np

from minnet.numerics.identification.fitting import Fit, Objective, bounded, fit_coefficients, units
from minnet.types import Array

SIGNIFICANT = 4.0  # a coefficient stays when it is this many standard errors from 0,
SMALLEST = 1e-4  # and adds at least this part to its equation
GAIN = 1.0  # least improvement of an exchange, in squares of the residuals' standard deviation


def prune(objective: Objective, fit: Fit, largest: float = np.inf) -> Fit:
    """Drop coefficients that are not needed, the least significant first and at most a quarter at a time; fit again.

    It ends early, with a fit of no use, where the residuals' standard deviation becomes greater than `largest`.
    """
    unit = units(objective.problem)
    while fit.sigma <= largest:
        with np.errstate(divide="ignore", invalid="ignore"):
            significance = np.where(fit.support, np.abs(fit.xi) / fit.errors, np.inf)
        contribution = np.abs(fit.xi) / unit
        removable = fit.support & ((significance < SIGNIFICANT) | (contribution < SMALLEST * contribution.max(axis=0)))
        if not removable.any():
            return fit
        places = np.argwhere(removable)
        order = np.lexsort(
            (contribution[removable], significance[removable])
        )  # where errors are 0, the small ones first
        support = fit.support.copy()
        support[tuple(places[order[: max(1, int(fit.support.sum()) // 4)]].T)] = False
        fit = fit_coefficients(objective, _compensated(objective, fit.xi, support), support)
    return fit


def _compensated(objective: Objective, xi: Array, support: Array) -> Array:
    """Coefficients on the support alone, changed to compensate for the dropped ones as far as derivatives tell."""
    dropped = np.where(support, 0.0, xi)
    free, dropped_places = np.argwhere(support), np.argwhere(dropped)
    unit = units(objective.problem)
    J = objective.jacobian(xi, np.concatenate([free, dropped_places]))
    compensated = np.where(support, xi, 0.0)
    if len(free) and bounded(J):
        scale = unit[tuple(free.T)]
        r = objective.residuals(xi) - J[:, len(free) :] @ dropped[tuple(dropped_places.T)]
        compensated[tuple(free.T)] -= np.linalg.lstsq(J[:, : len(free)] * scale, r, rcond=None)[0] * scale
    return compensated


def select(objective: Objective, fit: Fit, largest: float = np.inf) -> Fit:
    """Prune, as there; then exchange a coefficient for one that was dropped, while that makes the residuals less.

    Where two terms nearly move together, it depends on the others which of them looks needless at first.
    """
    fit = prune(objective, fit, largest)
    while fit.sigma <= largest:
        support = _exchanged(objective, fit)
        if support is None:
            return fit
        exchanged, n = fit_coefficients(objective, fit.xi, support), objective.residuals(fit.xi).size
        if not n * exchanged.sigma**2 < (n - GAIN) * fit.sigma**2:
            return fit
        fit = prune(objective, exchanged, largest)
    return fit


def _exchanged(objective: Objective, fit: Fit) -> Array | None:
    """The support after the best exchange, as far as derivatives by all coefficients tell; None if none helps.

    With the coefficient p, whose part is J_p theta_p, at 0 and one that was dropped free, the squares of the residuals
    are those of ``r - J_p theta_p + J s`` at the s that makes them least.
    """
    places = np.argwhere(np.ones_like(fit.support))
    unit = units(objective.problem)[tuple(places.T)]
    theta, support = fit.xi[tuple(places.T)] / unit, fit.support.flatten()
    r, J = objective.residuals(fit.xi), objective.jacobian(fit.xi, places) * unit
    if not bounded(J):
        return None
    normal, gradient_at = J.T @ J, J.T @ r
    best_gain, best = GAIN * fit.sigma**2, None
    for place in np.flatnonzero(support):
        gradient = gradient_at - normal[:, place] * theta[place]  # J^T (r - J_p theta_p)
        cost_of_removal = normal[place, place] * theta[place] ** 2 - 2 * gradient_at[place] * theta[place]
        for added in np.flatnonzero(~support):
            free = np.append(np.flatnonzero(support & (np.arange(len(support)) != place)), added)
            gain = (
                gradient[free] @ np.linalg.lstsq(normal[np.ix_(free, free)], gradient[free], rcond=None)[0]
                - cost_of_removal
            )
            if gain > best_gain:
                best_gain, best = gain, (place, added)
    if best is None:
        return None
    support[list(best)] = False, True
    return support.reshape(fit.support.shape)
