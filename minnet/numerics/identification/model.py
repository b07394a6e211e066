"""The identified model: its equations, how sure they are, and what they predict."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from minnet.dynamics import System, simulate
from minnet.errors import DataError, check_range, is_whole
from minnet.numerics.identification.problem import make_problem
from minnet.types import Array


@dataclass(frozen=True)
class Model:
    """Identified equations of motion.

    Attributes
    ----------
    system : System
        The equations, ready to be simulated.
    standard_errors : array (t, i), or None
        Of the coefficients, in their units; None where the method has none. 0 for those that were dropped.
    sigma : float
        Standard deviation of what the model leaves of the samples, in units of the variables' own: their noise, if the
        model is right.
    verdict : str
        "identified", or what keeps the data from supporting these equations.
    rivals : tuple of str
        Equations with other terms, as many, that explain the samples as well, but for noise.
    """

    system: System
    standard_errors: Array | None = field(repr=False)
    sigma: float
    verdict: str
    rivals: tuple[str, ...] = ()

    @property
    def coefficients(self) -> Array:
        """Coefficients (t, i): a row for each term, a column for each variable's equation."""
        return self.system.coefficients

    @property
    def terms(self) -> list[str]:
        """Names of the terms."""
        return self.system.library.names(self.system.variables)

    @property
    def identified(self) -> bool:
        """Whether the data support the equations, as far as the method can tell."""
        return self.verdict == "identified"

    def equations(self, digits: int | None = None) -> list[str]:
        """One line for each variable, with as many significant digits as asked for, or as errors leave meaning.

        Without either, six.

        Raises
        ------
        SettingError
            digits is not a whole number >= 1.
        """
        check_range(
            "Model", digits=(1 if digits is None else digits, lambda n: is_whole(n) and n >= 1, "a whole number >= 1")
        )
        return [
            equation(variable, self.terms, [self._number(t, i, digits) for t in range(len(self.terms))])
            for i, variable in enumerate(self.system.variables)
        ]

    def simulate(self, starts: Array, *, dt: float, samples: int) -> Array:
        """Trajectories from starts (n, i) or (i,), as `minnet.dynamics.simulate` returns them.

        Raises
        ------
        DataError
            One of them blows up; the message says when.
        """
        path = simulate(self.system, starts, dt=dt, samples=samples, step=min(self.system.step, dt))
        blown_up = ~np.isfinite(path).all(axis=-1)
        if blown_up.any():
            sample = int(np.argmax(blown_up.any(axis=0) if blown_up.ndim == 2 else blown_up))
            raise DataError(
                f"Model: the identified equations blow up after t = {(sample - 1) * dt:g}; simulate a shorter time"
            )
        return path

    def score(self, x: Array | Sequence[Array], t: Array | float | Sequence[Array]) -> float:
        """Part of the variance of changes from sample to sample that the model explains, at most 1, over all variables.

        Three samples are enough; x and t are as for `identify`.

        Raises
        ------
        DataError, ShapeError
            As `identify` for the same data.
        """
        from minnet.numerics.identification.flow_matching import Intervals

        problem = make_problem(x, t, self.system.library, self.system.variables, fewest=3)
        intervals = Intervals(problem, self.system.step)
        residuals = intervals.residuals(self.coefficients).reshape(-1, self.system.dimension)
        changes = (intervals.targets - intervals.starts) / problem.spread
        return float(1 - np.sum(residuals**2) / np.sum((changes - changes.mean(axis=0)) ** 2))

    def _number(self, t: int, i: int, digits: int | None) -> str:
        value = self.coefficients[t, i]
        if digits is None and self.standard_errors is not None and self.standard_errors[t, i] > 0:
            digits = max(
                1, int(np.floor(np.log10(abs(value)))) - int(np.floor(np.log10(self.standard_errors[t, i]))) + 1
            )
        return f"{value:.{min(digits or 6, 16)}g}"


def equation(variable: str, terms: Sequence[str], numbers: Sequence[str]) -> str:
    """A line such as ``dx/dt = -10 x + 10 y``, of the coefficients that are not 0."""
    pairs = zip(numbers, terms, strict=True)
    parts = [f"{number} {term}".removesuffix(" 1") for number, term in pairs if float(number)]
    return f"d{variable}/dt = " + (" + ".join(parts) or "0").replace("+ -", "- ")
