"""Whether terms beyond the library would explain what is left of the samples.

Nobody knows how large the noise of samples is, so residuals of a wrong library may pass for it. But noise has nothing
to do with where the system is, and what missing terms leave has. Of a polynomial library those of one degree more are
the ones to ask: near the coefficients found, residuals are linear in theirs, and least squares tell what they would
explain. Terms that have no part in the system explain a residual's variance each, give or take.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from minnet.dynamics import Polynomial
from minnet.numerics.identification.equations import column_lengths
from minnet.numerics.identification.fitting import Fit, Objective, bounded, units
from minnet.numerics.identification.problem import Problem
from minnet.types import Array

NEGLIGIBLE = 1e-6  # residuals that no measurement would show: what the integrator's steps leave
SURE = 6.0  # standard deviations of what noise would make terms explain


def explained_beyond(make: Callable[[Problem], Objective], problem: Problem, fit: Fit) -> float:
    """Which part of the squares of the residuals terms of one degree more would explain, beyond chance; 0 if none.

    `make` gives the objective of a problem, in which the fit's coefficients leave nearly independent residuals.
    """
    library = problem.library
    if not isinstance(library, Polynomial) or library.degree == 9 or not fit.support.any() or fit.sigma < NEGLIGIBLE:
        return 0.0
    larger = replace(problem, library=Polynomial(library.degree + 1))
    objective, new = make(larger), len(larger.terms) - len(problem.terms)
    xi, free = (
        np.pad(values, ((0, new), (0, 0)), constant_values=fill) for values, fill in ((fit.xi, 0), (fit.support, 1))
    )
    places = np.argwhere(free)
    with np.errstate(over="ignore", invalid="ignore"):  # equations that blow up
        r, J = objective.residuals(xi), objective.jacobian(xi, places) * units(larger)[tuple(places.T)]
    if not (bounded(r) and bounded(J)):
        return 0.0
    J /= column_lengths(J)
    added = places[:, 0] >= len(problem.terms)
    before, after = _rest(J[:, ~added], r), _rest(J, r)
    k, freedom = int(added.sum()), len(r) - len(places) - objective.n_nuisance
    if freedom <= 0:
        return 0.0
    by_chance = after / freedom * k
    sure = before - after > by_chance * (1 + SURE * np.sqrt(2 / k))
    return float((before - after - by_chance) / before) if sure else 0.0


def _rest(J: Array, r: Array) -> float:
    return float(np.sum((r - J @ np.linalg.lstsq(J, r, rcond=1e-10)[0]) ** 2))
