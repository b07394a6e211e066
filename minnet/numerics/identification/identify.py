"""The entry point: samples and times, a library and a method give a model."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from minnet.checks import check_part
from minnet.dynamics import Library, Polynomial, System
from minnet.errors import DataError
from minnet.names import explained
from minnet.numerics.identification.automatic import Automatic
from minnet.numerics.identification.fitting import Fit
from minnet.numerics.identification.model import Model, left_hand_sides
from minnet.numerics.identification.problem import Problem
from minnet.numerics.identification.quotients import unknown_constants
from minnet.numerics.identification.samples import make_problem
from minnet.progress import tqdm
from minnet.types import Array

CONDITION_LIMIT = 1e7  # condition beyond which terms cannot be told apart
RESIDUAL_LIMIT = 0.3  # residuals, in standard deviations of the variables, that no noise explains
BEYOND_LIMIT = 0.05  # part of the residuals' squares that terms outside of the library may explain
BIAS_LIMIT = 0.02  # bias, as a part of the largest coefficient, beyond which equations are not the system's


class Method(Protocol):
    """What `identify` asks of a method."""

    @property
    def name(self) -> str:
        """Its name in messages."""

    def fit(self, problem: Problem) -> Fit:
        """The coefficients."""


AUTOMATIC = Automatic()
QUADRATIC = Polynomial(2)


@explained("identify(x, dt)")
def identify(
    x: Array | Sequence[Array], t: Array | float | Sequence[Array] | None = None, *, method: Method = AUTOMATIC,
    library: Library = QUADRATIC, variables: Sequence[str] | None = None, kind: str = "flow",
    inputs: Mapping[str, Array | Sequence[Array]] | None = None, between: str | None = None, progress: bool = False,
) -> Model:  # fmt: skip
    """Find the equations ``dx/dt = Theta(x) Xi``, or ``x_(n+1) = Theta(x_n) Xi``, that samples of trajectories obey.

    Parameters
    ----------
    x : array (n, i), or a list of such arrays
        Samples of one trajectory, or of several. A sample with a NaN counts as a gap, and so does an interval between
        samples ten times as long as is usual, and as one next to it.
    t : array (n,), float, or a list of such arrays
        Their times, or the time between two; a list has the times of each trajectory. Of a map, numbers of iterations:
        0, 1, 2, ... when not given.
    method : object with `name` and `fit`
        When not given, `FlowMatching()` for samples without noise, and `MultipleShooting()` for noisy ones;
        `Regression(...)` where samples are dense, or to see what the usual regressions make of them.
    library : Library
        The terms that the equations may have.
    variables : list of str, optional
        When not given, the names of a data frame's columns; of arrays x, y, z, or x1, x2, ...
    kind : str
        "flow", or "map" where each sample follows from the one before in a step of its own: seasons, iterations.
    inputs : mapping, optional
        Known variables that drive the equations and have none of their own: a force, a control, the weather. Name ->
        values (n,) at the times of the samples, or a list of such arrays. Terms of the library are of variables and
        inputs.
    between : str, optional
        How inputs go on from sample to sample: along a cubic "spline", along lines ("linear"), or in steps ("hold").
        When not given, in steps where inputs have few values, as a switch has, and along a spline elsewhere. The wrong
        one leaves errors that no standard error shows.
    progress : bool
        Show how many steps the search has made, if it takes longer than a second.

    Returns
    -------
    Model

    Raises
    ------
    ShapeError
        Shapes of x, t, variables and inputs do not fit together.
    DtypeError
        Samples or times are not real numbers, or names not text.
    SettingError
        The library, the method, the kind or what is between samples is none, a time between samples is not positive, or
        two variables have one name.
    DataError
        Too few samples for the library, a variable that never changes, infinite samples, times that do not increase, or
        that are not even where the method needs them to be.

    Examples
    --------
    >>> from minnet import dynamics
    >>> x = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=400)
    >>> for line in identify(x, 0.05).equations(6):
    ...     print(line)
    dx/dt = -10 x + 10 y
    dy/dt = 28 x - 1 y - 1 x z
    dz/dt = -2.66667 z + 1 x y
    >>> x = dynamics.simulate(dynamics.henon(), dt=1, samples=100)
    >>> identify(x, kind="map").equations(6)
    ['x[n+1] = 1 + 1 y - 1.4 x^2', 'y[n+1] = 0.3 x']
    """
    check_part("identify", "method", method, ["fit", "name"], "FlowMatching()")
    problem = make_problem(x, t, library, variables, kind, inputs, between)
    with tqdm(desc=f"identify by {method.name}", unit="step", delay=1, leave=False, disable=not progress) as bar:
        fit = method.fit(replace(problem, tick=bar.update))
    dt = float(np.median(np.concatenate([np.diff(piece.t) for piece in problem.pieces])))
    all_variables, first = (*problem.variables, *problem.inputs), problem.pieces[0].points[0]
    xi = np.pad(fit.xi, ((0, 0), (0, len(problem.inputs))))
    system = System(
        f"model by {method.name}", all_variables, library, xi, first,
        step=1.0 if problem.is_map else dt / 16, method=problem.method,
    )  # fmt: skip
    errors = None if np.isnan(fit.errors).any() else fit.errors
    left = left_hand_sides(problem.variables, problem.is_map)
    rivals = tuple(
        f"{left[variable]} = {library.expression([f'{number:.4g}' for number in xi], all_variables)}"
        for variable, xi in fit.rivals
    )
    verdict = _verdict(fit, rivals) or _verdict_of_quotient(problem, fit) or "identified"
    return Model(system, errors, fit.sigma, verdict, rivals, problem.inputs, problem.between)


def _verdict(fit: Fit, rivals: Sequence[str] = ()) -> str:
    """What keeps the data from supporting the equations; empty if nothing does."""
    if not np.isfinite(fit.xi).all():
        raise DataError(
            "identify: the search ended at coefficients that are not finite; are the samples in sensible units?"
        )
    if not fit.converged:
        return "not converged: the search was still under way when it was stopped"
    if not np.isfinite(fit.sigma):
        return "not converged: the equations blow up between one sample and the next"
    if fit.sigma > RESIDUAL_LIMIT:
        return f"not converged: residuals are {fit.sigma:.2g} of the variables' standard deviations, more than noise"
    if fit.condition > CONDITION_LIMIT:
        return "undecided: the samples do not tell some terms apart; sample other motions, or take a smaller library"
    if fit.bias > BIAS_LIMIT:
        return (
            f"biased: coefficients are off by some {fit.bias:.1%} of their equation's largest: the samples are too far "
            "apart or too noisy for the method, or terms are missing; FlowMatching has no bias by the time between "
            "samples, MultipleShooting none by noise"
        )
    if not fit.support.any():
        return "undecided: no term tells how the samples change; sample more densely, or take other terms"
    if fit.autocorrelated:
        return (
            "incomplete: what the equations miss is like what they missed a sample before, which noise is not: terms "
            "or variables are missing, or noise lasts longer than a sample"
        )
    if fit.beyond > BEYOND_LIMIT:
        return (
            f"incomplete: terms of one degree more would explain {fit.beyond:.0%} of the squares of what is left; take "
            "a larger library, or terms of another kind"
        )
    if fit.misplaced_noise:
        return (
            "biased: noise acts on the system, and not on its samples as the method takes it; FlowMatching has no bias "
            "by that"
        )
    if rivals:
        return (
            f"undecided: within the noise, other terms explain the samples as well: {'; '.join(rivals)}. Sample other "
            "motions, or with less noise"
        )
    return ""


def _verdict_of_quotient(problem: Problem, fit: Fit) -> str:
    """As `_verdict`, of the constant 1 in denominators."""
    unknown = [problem.variables[i] for i in unknown_constants(problem, fit)]
    if unknown:
        left = left_hand_sides(problem.variables, problem.is_map)[problem.variables.index(unknown[0])]
        return (
            f"undecided: the constant 1 in the denominator of {left} may as well be 0; count {unknown[0]} from another "
            f"origin, as in {unknown[0]} + 1"
        )
    return ""
