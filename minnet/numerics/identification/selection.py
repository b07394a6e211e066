"""How strong a penalty or threshold should be: solve for many, and let an information criterion choose.

Along such a path terms enter one after the other. The coefficients of each set of terms are fitted again by least
squares, and a criterion weighs their residuals against the number of terms.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from minnet.checks import as_floats, as_real, check_part
from minnet.errors import DataError, SettingError, nearest
from minnet.names import Named, explained
from minnet.numerics.identification.equations import Equations
from minnet.numerics.identification.lasso import Lasso
from minnet.numerics.identification.linear import Solution, Solver, least_squares, minimum
from minnet.numerics.identification.relations import Relation
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Criterion = Callable[[float, Array, Array], Array]


@explained("aicc(n, terms, mean_square)")
def aicc(n: float, terms: Array, mean_square: Array) -> Array:
    """Akaike's criterion, corrected for few samples: ``n ln(mean_square) + 2 k + 2 k (k + 1) / (n - k - 1)``.

    (Hurvich and Tsai, Biometrika 76, 1989.) Infinite from k = n - 1 on.

    Parameters
    ----------
    n : float
        Independent equations.
    terms : array
        k, their number.
    mean_square : array
        Of the residuals.
    """
    k, mean_square = _counts("aicc", terms), as_floats(mean_square, "aicc: mean_square")
    degrees = n - k - 1
    correction = np.where(degrees > 0, 2 * k * (k + 1) / np.where(degrees > 0, degrees, 1), np.inf)
    return np.asarray(n * np.log(np.maximum(mean_square, TINY)) + 2 * k + correction)


@explained("bic(n, terms, mean_square)")
def bic(n: float, terms: Array, mean_square: Array) -> Array:
    """Schwarz's criterion: ``n ln(mean_square) + k ln(n)`` (Ann. Stat. 6, 1978). Parameters as for `aicc`."""
    k, mean_square = _counts("bic", terms), as_floats(mean_square, "bic: mean_square")
    return np.asarray(n * np.log(np.maximum(mean_square, TINY)) + k * np.log(n))


def _counts(owner: str, terms: Array) -> Array:
    k = np.asarray(as_real(terms, f"{owner}: terms"), float)
    if not ((k >= 0) & (k < MOST_TERMS)).all():
        raise DataError(f"{owner}: terms must be numbers of terms, from 0 to {MOST_TERMS:g}")
    return k


MOST_TERMS = 1e9
TINY = np.finfo(float).eps ** 2  # a mean square of unit columns that is rounding


@dataclass(frozen=True)
class Path:
    """Solutions for p strengths, the strongest first.

    Attributes
    ----------
    strengths : array (p,)
    scaled : array (p, t, i)
        Coefficients w of the scaled columns, as the solver has them.
    scores : array (p, i)
        The criterion of each variable's equation, refitted: the less, the better.
    best : array of int (i,)
        The index of the strength with the best score for each.
    terms : list of str
    variables : tuple of str
    converged : bool
        All searches ended by themselves.
    """

    strengths: Array
    scaled: Array
    scores: Array
    best: Array
    terms: list[str]
    variables: tuple[str, ...]
    converged: bool

    @property
    def support(self) -> Array:
        """Terms (t, i) of the equations that were chosen."""
        return np.stack([self.scaled[p, :, i] != 0 for i, p in enumerate(self.best)], axis=1)


STRENGTHS = tuple(np.geomspace(1, 1e-4, 33).tolist())


@dataclass(frozen=True)
class Chosen(Named):
    """The solver of a family whose terms, refitted by least squares, an information criterion finds best.

    Each variable's equation has a strength of its own; only where relations may bind them together, all have one.
    The criterion compares the sets of terms along the path, hence numbers of terms rather than all sets of so many;
    which others the equations do not tell from the one chosen, the verdict of `Regression` says.

    Parameters
    ----------
    family : callable
        From a strength to a solver: `Lasso`, `STLSQ`, or ``lambda s: STLSQ(s, relations)``.
    strengths : sequence of float
    criterion : callable
        `bic` or `aicc`. The number of equations that they are given is of those that share no samples.

    Raises
    ------
    SettingError
        There are no strengths, or the family makes no solvers.
    """

    family: Callable[[float], Solver] = Lasso
    strengths: Sequence[float] = STRENGTHS
    criterion: Criterion = bic

    def __post_init__(self) -> None:
        strengths = as_real(self.strengths, "Chosen: strengths")
        if strengths.ndim != 1 or len(strengths) == 0:
            raise SettingError(f"Chosen: give a list of strengths, at least one, not {self.strengths!r}")
        if not callable(self.family) or not callable(self.criterion):
            raise SettingError(
                "Chosen: family must make a solver of a strength, as Lasso does, and criterion be bic or aicc, not "
                f"{self.family!r} and {self.criterion!r}"
            )
        check_part(
            "Chosen", "what the family makes of a strength", self.family(self.strengths[0]),
            ["solve", "relations", "name"], "Lasso(0.1)",
        )  # fmt: skip

    @property
    def name(self) -> str:
        return f"chosen {self.family(self.strengths[0]).name}"

    @property
    def relations(self) -> Sequence[Relation]:
        return self.family(self.strengths[0]).relations

    def path(self, equations: Equations) -> Path:
        """All solutions, and which are best."""
        strengths = np.sort(np.asarray(self.strengths, float))[::-1]
        solutions = [self.family(float(strength)).solve(equations) for strength in strengths]
        scaled = np.array([np.where(solution.support, solution.xi / equations.unit, 0) for solution in solutions])
        scores = np.array([self._score(equations, solution) for solution in solutions])
        deciding = np.broadcast_to(scores.sum(axis=1, keepdims=True), scores.shape) if self.relations else scores
        return Path(
            strengths, scaled, scores, np.argmin(deciding, axis=0), equations.terms, equations.variables,
            all(solution.converged for solution in solutions),
        )  # fmt: skip

    def solve(self, equations: Equations) -> Solution:
        path = self.path(equations)
        best = least_squares(equations, path.support, self.relations)
        return Solution(best.xi, best.support, best.space, converged=path.converged)

    def _score(self, equations: Equations, solution: Solution) -> Array:
        compact = equations.compact
        w = minimum(equations, solution.space) / equations.unit
        mean_square = np.sum((compact.y - compact.R @ w) ** 2, axis=0) + compact.rest
        return self.criterion(equations.independent, solution.support.sum(axis=0), mean_square)


def plot_path(path: Path, variable: str, ax: "Axes | None" = None) -> "Axes":
    """Coefficients of the scaled columns in one variable's equation over the strength, and the strength chosen.

    Raises
    ------
    SettingError
        There is no such variable.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from minnet import dynamics
    >>> from minnet.numerics.identification import WeakForm
    >>> from minnet.numerics.identification.samples import make_problem
    >>> x, library = dynamics.simulate(dynamics.lorenz(), dt=0.01, samples=500), dynamics.Polynomial(2)
    >>> problem = make_problem(x, 0.01, library, None)
    >>> path = Chosen(strengths=(0.1, 0.01, 0.001)).path(WeakForm().equations(problem))
    >>> plt.close(plot_path(path, "x").figure)
    """
    import matplotlib.pyplot as plt

    from minnet.ticks import readable_ticks

    if variable not in path.variables:
        raise SettingError(f"plot_path: no variable {variable!r}; {nearest(variable, path.variables)}")
    i = path.variables.index(variable)
    support = path.support[:, i]
    ax = plt.subplots()[1] if ax is None else ax
    others = ax.plot(path.strengths, path.scaled[:, ~support, i], color="0.75", linewidth=1)
    if others:
        others[0].set_label("other terms")
    colors = [f"C{c}" for c in range(len(plt.rcParams["axes.prop_cycle"]))]
    for index, t in enumerate(np.flatnonzero(support)):
        repeat, color = divmod(index, len(colors))
        dashes = ("-", "--", "-.", ":")[repeat % 4]
        ax.plot(path.strengths, path.scaled[:, t, i], dashes, color=colors[color], label=path.terms[t])
    ax.axvline(path.strengths[path.best[i]], color="0.4", linestyle=":", label="chosen")
    ax.set(xscale="log", xlabel="strength", ylabel="coefficient of unit columns")
    readable_ticks(ax)
    ax.set_title(f"d{variable}/dt")
    ax.legend(ncols=1 + int(support.sum()) // 8, frameon=True)
    return ax
