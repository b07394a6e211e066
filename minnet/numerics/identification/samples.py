"""Samples as users have them, checked and made into a problem."""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from minnet.checks import as_real
from minnet.dynamics import Library, Rational
from minnet.errors import DataError, DtypeError, SettingError, ShapeError, check_range
from minnet.frames import column_names, readable
from minnet.numerics.identification.forcing import BETWEEN
from minnet.numerics.identification.problem import KINDS, Piece, Problem
from minnet.types import Array

STILL = 1e-14  # spread, relative to the largest value, that is rounding
LARGEST = 1e100  # size of samples, or one over it
FEW_VALUES = 0.1  # different values of an input, per sample: a switch
GAP = 10  # times the usual interval, and times one next to it: so long a one is a gap


def make_problem(
    x: Array | Sequence[Array],
    t: Array | float | Sequence[Array] | None,
    library: Library,
    variables: Sequence[str] | None,
    kind: str = "flow",
    inputs: Mapping[str, Array | Sequence[Array]] | None = None,
    between: str | None = None,
    fewest: int | None = None,
) -> Problem:
    """Check data and part them where values are missing (NaN), or times leave a gap; `fewest` samples are needed, or
    twice as many as there are terms."""
    if kind not in KINDS:
        raise SettingError(f"identify: kind must be 'flow' (equations of rates of change) or 'map', not {kind!r}")
    if t is None and kind == "map":
        t = 1
    if between not in (None, *BETWEEN):
        raise SettingError(f"identify: between must be one of {', '.join(map(repr, BETWEEN))}, not {between!r}")
    if not isinstance(library, Library):
        raise SettingError(f"identify: library must be a Library, such as Polynomial(2), not {library!r}")
    x = [readable(each, "identify: x") for each in x] if isinstance(x, list | tuple) else readable(x, "identify: x")
    is_list = isinstance(x, list | tuple) and len(x) > 0 and np.ndim(x[0]) == 2
    trajectories = [np.asarray(as_real(trajectory, "identify: x"), float) for trajectory in (x if is_list else [x])]
    shapes = sorted({trajectory.shape for trajectory in trajectories})
    is_series = any(len(shape) == 1 and shape[0] for shape in shapes)
    if any(len(shape) != 2 or shape[1] == 0 for shape in shapes) or len({shape[1] for shape in shapes}) > 1:
        raise ShapeError(
            f"identify: x must be samples (n, variables), or a list of such arrays, not {', '.join(map(str, shapes))}"
            + ("; a series of one variable is x[:, None]" if is_series else "")
        )
    columns = column_names(x[0] if is_list else x)
    names = tuple(variables) if variables is not None else tuple(columns or _names(trajectories[0].shape[1]))
    if not all(isinstance(name, str) for name in names):
        raise DtypeError(f"identify: names of variables must be text, not {names}")
    if len(names) != trajectories[0].shape[1]:
        raise ShapeError(f"identify: {trajectories[0].shape[1]} variables, but names {', '.join(names)}")
    if inputs is not None and isinstance(library, Rational):
        raise SettingError("identify: with inputs, equations must be sums of terms; a Rational library takes none")
    forced, driving = _inputs(inputs, [len(trajectory) for trajectory in trajectories], is_list)
    if len({*names, *driving}) < len(names) + len(driving):
        raise SettingError(f"identify: variables need names of their own, not {', '.join((*names, *driving))}")
    times: list[Any] = [t] * len(trajectories)
    if is_list and isinstance(t, list | tuple) and len(t) and np.ndim(t[0]) == 1:
        if len(t) != len(trajectories):
            raise ShapeError(f"identify: {len(trajectories)} trajectories, but times of {len(t)}")
        times = list(t)
    pieces = [piece for each in zip(trajectories, times, forced, strict=True) for piece in _split(*each)]
    samples = sum(len(piece.x) for piece in pieces)
    if fewest is None and samples < len(names):
        raise DataError(
            f"identify: {samples} usable samples of {len(names)} variables; samples come first, (n, variables): give "
            "x.T if there are more of these. A series of one variable is x[:, None]; several are "
            "numpy.column_stack([x, y]), and several trajectories of one variable [a[:, None], b[:, None]]"
        )
    terms = len(library.names((*names, *driving)))
    fewest = 2 * terms if fewest is None else fewest
    if samples < fewest:
        raise DataError(
            f"identify: {samples} usable samples for a library of {terms} terms; at least {fewest} are needed"
        )
    problem = Problem(pieces, library, names, driving, between or _between(pieces), kind == "map")
    if problem.is_map and any((np.diff(piece.t) % 1).any() for piece in pieces):
        raise DataError(
            "identify: times of a map are numbers of iterations, which are whole; leave t out, or give kind='flow'"
        )
    if problem.is_map and driving and any((np.diff(piece.t) > 1).any() for piece in pieces):
        raise DataError("identify: of a map with inputs, iterations are missing, and so are the inputs in between")
    points = problem.points
    largest = np.abs(points).max(axis=0)
    if largest.max() > LARGEST or (largest[largest > 0] < 1 / LARGEST).any():
        raise DataError("identify: squares of such samples overflow or vanish; give them in other units")
    theta = library.evaluate(points)[0]
    finite = np.isfinite(theta)
    invalid = [term for term, column in zip(problem.terms, finite.T, strict=True) if not column.all()]
    if invalid:
        raise DataError(
            f"identify: {', '.join(invalid)}: not finite at some of the samples; leave such terms out of the library, "
            "or such samples out of the data"
        )
    changes = points.std(axis=0) > STILL * largest
    constant = [name for name, varies in zip((*names, *driving), changes, strict=True) if not varies]
    if constant:
        raise DataError(
            f"identify: {', '.join(constant)} never changes: there is nothing to learn from it; leave it out"
        )
    return problem


def _names(variables: int) -> tuple[str, ...]:
    return ("x", "y", "z")[:variables] if variables <= 3 else tuple(f"x{i + 1}" for i in range(variables))


def _between(pieces: list[Piece]) -> str:
    """How inputs go on, if nobody says so: where they have few values, in steps."""
    u = np.concatenate([np.empty((len(piece.x), 0)) if piece.u is None else piece.u for piece in pieces])
    is_switch = any(len(np.unique(column)) <= FEW_VALUES * len(column) for column in u.T)
    return "hold" if is_switch else "spline"


def _inputs(
    inputs: Mapping[str, Array | Sequence[Array]] | None, lengths: list[int], is_list: bool
) -> tuple[list[Array | None], tuple[str, ...]]:
    """Inputs (n, k) of each trajectory, and their names."""
    inputs = {} if inputs is None else inputs
    if not isinstance(inputs, Mapping) or not all(isinstance(name, str) for name in inputs):
        raise DtypeError(
            'identify: inputs must be given by name, such as {"u": u}, with u (n,) at the times of the samples'
        )
    if not inputs:
        return [None] * len(lengths), ()
    columns = []
    for name, values in inputs.items():
        if is_list and not (isinstance(values, list | tuple) and len(values) == len(lengths)):
            raise ShapeError(
                f"identify: there are {len(lengths)} trajectories, and input {name} needs an array for each of them: "
                f'{{"{name}": [u1, u2, ...]}}, not one for all'
            )
        series = [np.asarray(as_real(u, f"identify: input {name}"), float) for u in (values if is_list else [values])]
        if [u.shape for u in series] != [(n,) for n in lengths]:
            raise ShapeError(
                f"identify: input {name} must have a value for each sample, {', '.join(map(str, lengths))}, not "
                f"{', '.join(str(u.shape) for u in series)}"
            )
        columns.append(series)
    return [np.stack(each, axis=1) for each in zip(*columns, strict=True)], tuple(inputs)


def _split(x: Array, t: Array | float | None, u: Array | None) -> list[Piece]:
    if t is None or isinstance(t, str | Real):
        check_range("identify", t=(t, lambda dt: 0 < dt < np.inf, "a positive time between samples, or the times"))
        t = np.arange(len(x)) * np.float64(t)
    t = np.asarray(as_real(t, "identify: t, the same times for all trajectories or a list of those of each,"), float)
    if t.shape != x.shape[:1]:
        raise ShapeError(f"identify: {len(x)} samples, but times {t.shape}")
    if not np.isfinite(t).all() or (np.diff(t) <= 0).any():
        raise DataError("identify: times must be finite and increase")
    points = Piece(t, x, u).points
    if np.isinf(points).any():
        raise DataError(f"identify: sample {int(np.argmax(np.isinf(points).any(axis=1)))} is infinite")
    complete = np.flatnonzero(~np.isnan(points).any(axis=1))
    runs = np.split(complete, np.flatnonzero((np.diff(complete) > 1) | _gaps(t)[complete[:-1]]) + 1)
    return [Piece(t[run], np.ascontiguousarray(x[run]), None if u is None else u[run]) for run in runs if len(run) > 1]


def _gaps(t: Array) -> Array:
    """Which intervals (n - 1,) are far longer than is usual, and than one next to them: in these, nothing was measured.

    The second condition keeps times whose intervals grow steadily, as on a logarithmic scale.
    """
    steps = np.diff(t)
    if len(steps) < 2:
        return np.zeros(len(steps), bool)
    adjacent = np.minimum(np.r_[steps[1], steps[:-1]], np.r_[steps[1:], steps[-2]])
    return np.asarray((steps > GAP * np.median(steps)) & (steps > GAP * adjacent))
