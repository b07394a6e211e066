"""The problem of identification: samples of trajectories, their times, and the terms their equations may have."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from minnet.dynamics import ITERATION, RK8, Library, Method
from minnet.dynamics.trajectories import steps_within
from minnet.errors import DataError
from minnet.numerics.identification.forcing import derivatives, driven_flow
from minnet.types import Array

KINDS = "flow", "map"


@dataclass(frozen=True)
class Piece:
    """Samples x (n, i) without gaps, at times t (n,), and of known inputs u (n, k), where there are any."""

    t: Array
    x: Array
    u: Array | None = None

    @property
    def points(self) -> Array:
        """States and inputs (n, i + k): what the terms of the equations are made of."""
        return self.x if self.u is None else np.concatenate([self.x, self.u], axis=1)

    def around(self, states: Array) -> Array:
        """States and inputs where these states (m, i) are, for samples in the middle of the piece."""
        first = (len(self.x) - len(states)) // 2
        return states if self.u is None else np.concatenate([states, self.u[first : first + len(states)]], axis=1)


@dataclass(frozen=True)
class Problem:
    """Samples of one system, in pieces, and a library.

    Attributes
    ----------
    pieces : list of Piece
    library : Library
    variables : tuple of str
    inputs : tuple of str
        Known variables that have no equation.
    between : str
        How inputs go on from sample to sample: "spline", "linear", "hold".
    noise : array (i,), optional
        How large the noise of each variable is among the others', in standard deviations of the variables; the same
        when not given.
    is_map : bool
        Whether equations lead to the next state, and not to a rate of change; times are numbers of iterations.
    tick : callable
        Called after every step of a search: for a progress bar.
    """

    pieces: list[Piece]
    library: Library
    variables: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    between: str = "spline"
    is_map: bool = False
    noise: Array | None = field(default=None, compare=False)
    tick: Callable[[], object] = field(default=lambda: None, repr=False, compare=False)

    @property
    def x(self) -> Array:
        """All samples (n, i)."""
        return np.concatenate([piece.x for piece in self.pieces])

    @property
    def points(self) -> Array:
        """All samples, with their inputs (n, i + k)."""
        return np.concatenate([piece.points for piece in self.pieces])

    @property
    def spread(self) -> Array:
        """Standard deviation of each variable (i,)."""
        return np.asarray(self.x.std(axis=0))

    @property
    def scale(self) -> Array:
        """In what residuals of each variable are measured (i,): its standard deviation, if noise is as is usual."""
        return self.spread if self.noise is None else self.spread * self.noise

    @property
    def terms(self) -> list[str]:
        return self.library.names((*self.variables, *self.inputs))

    @property
    def kind(self) -> str:
        return KINDS[self.is_map]

    @property
    def method(self) -> Method:
        """Which leads from sample to sample."""
        return ITERATION if self.is_map else RK8

    @property
    def step(self) -> float:
        """Of the method, to begin with."""
        longest = max(np.diff(piece.t).max() for piece in self.pieces)
        return 1.0 if self.is_map else float(longest) / 4

    def steps(self, duration: float, step: float) -> int:
        """How many steps of the method, none longer than `step`, or iterations of a map, make up a duration."""
        return round(duration) if self.is_map else steps_within(duration, step)

    def forcing(self, piece: Piece) -> Array:
        """Inputs and their derivatives (n, 4, k) just after each sample of a piece."""
        u = np.empty((len(piece.x), 0)) if piece.u is None else piece.u
        return derivatives(piece.t, u, "hold" if self.is_map else self.between)

    def flow(
        self, x: Array, S: Array, xi: Array, free: Array, method: Method, h: float, steps: int, path: Array,
        tangents: Array, forcing: Array,
    ) -> None:  # fmt: skip
        """As `Library.flow`, with the inputs' values and derivatives (samples, n, 4, k) for each sample."""
        if self.inputs:
            driven_flow(self.library, x, S, xi, free, method, h, steps, path, tangents, forcing)
        else:
            self.library.flow(x, S, xi, free, method, h, steps, path, tangents)

    def noisier(self, noise: float, rng: np.random.Generator) -> "Problem":
        """The same with more noise, of so many standard deviations of each variable."""
        pieces = [
            replace(piece, x=piece.x + noise * self.scale * rng.standard_normal(piece.x.shape)) for piece in self.pieces
        ]
        return replace(self, pieces=pieces)

    def dt(self, method: str) -> float:
        """The one time between samples.

        Raises
        ------
        DataError
            Times are not even: the message names the method that needs it.
        """
        steps = np.concatenate([np.diff(piece.t) for piece in self.pieces])
        dt = float(np.median(steps))
        worst = int(np.argmax(np.abs(steps - dt)))
        if abs(steps[worst] - dt) > 1e-6 * dt:
            raise DataError(
                f"{method} needs samples at even times, but of the steps, most {dt:g} long, one is {steps[worst]:g}: "
                "resample, or take FlowMatching, which does not"
            )
        return dt
