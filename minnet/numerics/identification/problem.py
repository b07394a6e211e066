"""The problem of identification: samples of trajectories, their times, and the terms their equations may have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any

import numpy as np

from minnet.checks import as_real
from minnet.dynamics import Library
from minnet.errors import DataError, DtypeError, SettingError, ShapeError, check_range
from minnet.types import Array

STILL = 1e-14  # spread, relative to the largest value, that is rounding
LARGEST = 1e100  # size of samples, or one over it
GAP = 10  # times the usual interval, and times one next to it: so long a one is a gap


@dataclass(frozen=True)
class Piece:
    """Samples x (n, i) without gaps, at times t (n,)."""

    t: Array
    x: Array


@dataclass(frozen=True)
class Problem:
    """Samples of one system, in pieces, and a library.

    Attributes
    ----------
    pieces : list of Piece
    library : Library
    variables : tuple of str
    tick : callable
        Called after every step of a search: for a progress bar.
    """

    pieces: list[Piece]
    library: Library
    variables: tuple[str, ...]
    tick: Callable[[], object] = field(default=lambda: None, repr=False, compare=False)

    @property
    def x(self) -> Array:
        """All samples (n, i)."""
        return np.concatenate([piece.x for piece in self.pieces])

    @property
    def spread(self) -> Array:
        """Standard deviation of each variable (i,)."""
        return np.asarray(self.x.std(axis=0))

    @property
    def terms(self) -> list[str]:
        return self.library.names(self.variables)

    def noisier(self, noise: float, rng: np.random.Generator) -> "Problem":
        """The same with more noise, of so many standard deviations of each variable."""
        pieces = [
            Piece(piece.t, piece.x + noise * self.spread * rng.standard_normal(piece.x.shape)) for piece in self.pieces
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


def make_problem(
    x: Array | Sequence[Array],
    t: Array | float | Sequence[Array],
    library: Library,
    variables: Sequence[str] | None,
    fewest: int | None = None,
) -> Problem:
    """Check data and part them where values are missing (NaN), or times leave a gap; `fewest` samples are needed, or
    twice as many as there are terms."""
    if not isinstance(library, Library):
        raise SettingError(f"identify: library must be a Library, such as Polynomial(2), not {library!r}")
    is_list = isinstance(x, list | tuple) and len(x) > 0 and np.ndim(x[0]) == 2
    trajectories = [np.asarray(as_real(trajectory, "identify: x"), float) for trajectory in (x if is_list else [x])]
    shapes = sorted({trajectory.shape for trajectory in trajectories})
    if any(len(shape) != 2 or shape[1] == 0 for shape in shapes) or len({shape[1] for shape in shapes}) > 1:
        raise ShapeError(
            f"identify: x must be samples (n, variables), or a list of such arrays, not {', '.join(map(str, shapes))}"
        )
    names = tuple(variables) if variables is not None else _names(trajectories[0].shape[1])
    if not all(isinstance(name, str) for name in names):
        raise DtypeError(f"identify: names of variables must be text, not {names}")
    if len(names) != trajectories[0].shape[1]:
        raise ShapeError(f"identify: {trajectories[0].shape[1]} variables, but names {', '.join(names)}")
    if len(set(names)) < len(names):
        raise SettingError(f"identify: variables need names of their own, not {', '.join(names)}")
    times: list[Any] = [t] * len(trajectories)
    if is_list and isinstance(t, list | tuple) and len(t) and np.ndim(t[0]) == 1:
        if len(t) != len(trajectories):
            raise ShapeError(f"identify: {len(trajectories)} trajectories, but times of {len(t)}")
        times = list(t)
    pieces = [piece for trajectory, own in zip(trajectories, times, strict=True) for piece in _split(trajectory, own)]
    samples = sum(len(piece.x) for piece in pieces)
    terms = len(library.names(names))
    fewest = 2 * terms if fewest is None else fewest
    if samples < fewest:
        raise DataError(
            f"identify: {samples} usable samples for a library of {terms} terms; at least {fewest} are needed"
        )
    problem = Problem(pieces, library, names)
    largest = np.abs(problem.x).max(axis=0)
    if largest.max() > LARGEST or (largest[largest > 0] < 1 / LARGEST).any():
        raise DataError("identify: squares of such samples overflow or vanish; give them in other units")
    constant = [name for name, varies in zip(names, problem.spread > STILL * largest, strict=True) if not varies]
    if constant:
        raise DataError(
            f"identify: {', '.join(constant)} never changes: there is nothing to learn from it; leave it out"
        )
    return problem


def _names(variables: int) -> tuple[str, ...]:
    return ("x", "y", "z")[:variables] if variables <= 3 else tuple(f"x{i + 1}" for i in range(variables))


def _split(x: Array, t: Array | float) -> list[Piece]:
    if t is None or isinstance(t, str | Real):
        check_range("identify", t=(t, lambda dt: 0 < dt < np.inf, "a positive time between samples, or the times"))
        t = float(t) * np.arange(len(x))
    t = np.asarray(as_real(t, "identify: t, the same times for all trajectories or a list of those of each,"), float)
    if t.shape != x.shape[:1]:
        raise ShapeError(f"identify: {len(x)} samples, but times {t.shape}")
    if not np.isfinite(t).all() or (np.diff(t) <= 0).any():
        raise DataError("identify: times must be finite and increase")
    if np.isinf(x).any():
        raise DataError(f"identify: sample {int(np.argmax(np.isinf(x).any(axis=1)))} is infinite")
    complete = np.flatnonzero(~np.isnan(x).any(axis=1))
    runs = np.split(complete, np.flatnonzero((np.diff(complete) > 1) | _gaps(t)[complete[:-1]]) + 1)
    return [Piece(t[run], np.ascontiguousarray(x[run])) for run in runs if len(run) > 1]


def _gaps(t: Array) -> Array:
    """Which intervals (n - 1,) are far longer than is usual, and than one next to them: in these, nothing was measured.

    The second condition keeps times whose intervals grow steadily, as on a logarithmic scale.
    """
    steps = np.diff(t)
    if len(steps) < 2:
        return np.zeros(len(steps), bool)
    adjacent = np.minimum(np.r_[steps[1], steps[:-1]], np.r_[steps[1:], steps[-2]])
    return np.asarray((steps > GAP * np.median(steps)) & (steps > GAP * adjacent))
