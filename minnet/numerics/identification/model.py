"""The identified model: its equations, how sure they are, and what they predict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from minnet.checks import as_real
from minnet.dynamics import System, simulate
from minnet.dynamics.trajectories import steps_within
from minnet.errors import DataError, DtypeError, SettingError, ShapeError, check_range, is_whole
from minnet.notebook import bullets, output, paragraph
from minnet.numerics.identification import typeset
from minnet.numerics.identification.forcing import derivatives, driven_flow
from minnet.numerics.identification.samples import make_problem
from minnet.tables import Table
from minnet.types import Array


@dataclass(frozen=True)
class Model:
    """Identified equations of motion, or of a map.

    Attributes
    ----------
    system : System
        The equations, ready to be simulated. Known inputs are variables of it, and stay as they are.
    standard_errors : array (t, i), or None
        Of the coefficients, in their units; None where the method has none. 0 for those that were dropped.
    sigma : float
        Standard deviation of what the model leaves of the samples, in units of the variables' own: their noise, if the
        model is right.
    verdict : str
        "identified", or what keeps the data from supporting these equations.
    rivals : tuple of str
        Equations with other terms, as many, that explain the samples as well, but for noise.
    inputs : tuple of str
        Known variables that have no equation.
    between : str
        How inputs go on from sample to sample.

    Examples
    --------
    >>> from minnet import dynamics
    >>> from minnet.numerics.identification import identify
    >>> model = identify(dynamics.simulate(dynamics.henon(), dt=1, samples=100), kind="map")
    >>> isinstance(model, Model), model.verdict, model.terms
    (True, 'identified', ['1', 'x', 'y', 'x^2', 'x y', 'y^2'])
    """

    system: System
    standard_errors: Array | None = field(repr=False)
    sigma: float
    verdict: str
    rivals: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    between: str = "spline"

    @property
    def variables(self) -> tuple[str, ...]:
        """Those that have an equation."""
        return self.system.variables[: self.system.dimension - len(self.inputs)]

    @property
    def coefficients(self) -> Array:
        """Coefficients (t, i): a row for each term, a column for each variable's equation."""
        return self.system.coefficients[:, : len(self.variables)]

    @property
    def terms(self) -> list[str]:
        """Names of the terms."""
        return self.system.library.names(self.system.variables)

    @property
    def identified(self) -> bool:
        """Whether the data support the equations, as far as the method can tell."""
        return self.verdict == "identified"

    def equations(self, digits: int | None = None) -> list[str]:
        """One line for each variable, ``dx/dt = ...``, or of a map ``x[n+1] = ...``.

        Numbers have as many significant digits as asked for, or as errors leave meaning; without either, six.

        Raises
        ------
        SettingError
            digits is not a whole number >= 1.
        """
        check_range(
            "Model", digits=(1 if digits is None else digits, lambda n: is_whole(n) and n >= 1, "a whole number >= 1")
        )
        return [
            f"{left} = "
            + self.system.library.expression(
                [self._number(t, i, digits) for t in range(len(self.terms))], self.system.variables
            )
            for i, left in enumerate(left_hand_sides(self.variables, self.system.is_map))
        ]

    def latex(self, digits: int | None = None) -> str:
        """The same as LaTeX, an ``aligned`` block to be put between dollar signs; a notebook shows it by itself.

        Raises
        ------
        SettingError
            As `equations`.
        """
        return typeset.aligned(self.equations(digits))

    def simulate(self, starts: Array, *, dt: float, samples: int, inputs: Mapping[str, Array] | None = None) -> Array:
        """Trajectories from starts (n, i) or (i,), as `minnet.dynamics.simulate` returns them.

        Inputs are values (samples,) at the times of the samples.

        Raises
        ------
        DataError
            One of them blows up; the message says when.
        SettingError
            Inputs are missing, or the model has none of that name.
        ShapeError
            Starts do not have one entry per variable, or an input not one per sample.
        """
        self._check_names(inputs)
        if inputs:
            path = self._driven(np.asarray(as_real(starts, "Model: starts"), float), dt, samples, inputs)
        else:
            path = simulate(self.system, starts, dt=dt, samples=samples, step=min(self.system.step, dt))
        blown_up = ~np.isfinite(path).all(axis=-1)
        if blown_up.any():
            sample = int(np.argmax(blown_up.any(axis=0) if blown_up.ndim == 2 else blown_up))
            raise DataError(
                f"Model: the identified equations blow up after t = {(sample - 1) * dt:g}; simulate a shorter time"
            )
        return path

    def score(
        self,
        x: Array | Sequence[Array],
        t: Array | float | Sequence[Array] | None = None,
        *,
        inputs: Mapping[str, Array | Sequence[Array]] | None = None,
    ) -> float:
        """Part of the variance of changes from sample to sample that the model explains, at most 1, over all variables.

        Three samples are enough; x, t and inputs are as for `identify`.

        Raises
        ------
        DataError, ShapeError, SettingError
            As `identify` for the same data.
        """
        from minnet.numerics.identification.intervals import Intervals

        self._check_names(inputs)
        kind = "map" if self.system.is_map else "flow"
        problem = make_problem(x, t, self.system.library, self.variables, kind, inputs, self.between, fewest=3)
        intervals = Intervals(problem, self.system.step)
        residuals = intervals.residuals(self.coefficients).reshape(-1, len(self.variables))
        changes = (intervals.targets - intervals.starts) / problem.spread
        return float(1 - np.sum(residuals**2) / np.sum((changes - changes.mean(axis=0)) ** 2))

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex()}\n$$"

    def _repr_html_(self) -> str:
        inputs = f"inputs: {', '.join(self.inputs)}" if self.inputs else ""
        noise = f"what it does not explain: {self.sigma:.3g} standard deviations of the variables"
        rivals = [paragraph("as good, but for noise:"), bullets(self.rivals)] if self.rivals else []
        equations, words = typeset.html(self.equations()), paragraph("; ".join(filter(None, [inputs, noise])))
        title, doubt = ("Model: identified", "") if self.identified else ("Model: not identified", self.verdict)
        return output(title, paragraph(doubt), equations, self.table().html(), words, *rivals)

    def table(self) -> Table:
        """The coefficients that are not 0, with their standard errors where the method has some."""
        rows = []
        for i, left in enumerate(left_hand_sides(self.variables, self.system.is_map)):
            for t in np.flatnonzero(self.coefficients[:, i]):
                error = "" if self.standard_errors is None else f"{self.standard_errors[t, i]:.2g}"
                rows.append((left, self.terms[t], self._number(int(t), i, None), error))
        return Table(("equation", "term", "coefficient", "standard error"), tuple(rows))

    def _check_names(self, inputs: Mapping[str, object] | None) -> None:
        if not isinstance(inputs, Mapping | None):
            raise DtypeError('Model: inputs must be given by name, such as {"u": u}')
        if set(inputs or {}) != set(self.inputs):
            given = ", ".join(inputs or {}) or "none"
            raise SettingError(f"Model: its inputs are {', '.join(self.inputs) or 'none'}, and {given} were given")

    def _driven(self, starts: Array, dt: float, samples: int, inputs: Mapping[str, Array]) -> Array:
        """Trajectories with inputs, each of them (samples,)."""
        system, k = self.system, len(self.inputs)
        u = np.empty((samples, k))
        for column, name in enumerate(self.inputs):
            values = as_real(inputs[name], f"Model: input {name}")
            if values.shape != (samples,):
                raise ShapeError(f"Model: input {name} must have {samples} values, one per sample, not {values.shape}")
            u[:, column] = values
        x = np.atleast_2d(starts)
        simulate(system, np.concatenate([x, np.broadcast_to(u[0], (len(x), k))], axis=1), dt=dt, samples=1)  # checks
        forcing = derivatives(dt * np.arange(samples), u, "hold" if system.is_map else self.between)
        forcing = np.broadcast_to(forcing[:-1, None], (samples - 1, len(x), 4, k))
        path, steps = np.empty((samples, *x.shape)), 1 if system.is_map else steps_within(dt, system.step)
        path[0] = x
        driven_flow(
            system.library, x, np.empty((*x.shape, 0)), self.coefficients, np.empty((0, 2), int), system.method,
            dt / steps, steps, path[1:], np.empty((samples - 1, *x.shape, 0)), forcing,
        )  # fmt: skip
        return path.transpose(1, 0, 2) if starts.ndim == 2 else path[:, 0]

    def _number(self, t: int, i: int, digits: int | None) -> str:
        value = self.coefficients[t, i]
        if digits is None and self.standard_errors is not None and self.standard_errors[t, i] > 0:
            digits = max(
                1, int(np.floor(np.log10(abs(value)))) - int(np.floor(np.log10(self.standard_errors[t, i]))) + 1
            )
        return f"{value:.{min(digits or 6, 16)}g}"


def left_hand_sides(variables: Sequence[str], is_map: bool) -> list[str]:
    """What equations are for: rates of change, or the next states of a map."""
    return [f"{variable}[n+1]" if is_map else f"d{variable}/dt" for variable in variables]
