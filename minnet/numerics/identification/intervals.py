"""Flows from each sample to the next: what they miss, and their derivatives by coefficients and by samples."""

from copy import copy

import numpy as np

from minnet.dynamics import Method
from minnet.numerics.identification.problem import Problem
from minnet.types import Array

NO_COEFFICIENTS = np.empty((0, 2), int)


class Intervals:
    """Flows from each sample to the next, in steps of a method (the problem's) not longer than `step`."""

    def __init__(self, problem: Problem, step: float, method: Method | None = None) -> None:
        self.problem, self.step, self.method = problem, step, method or problem.method
        self.starts = np.concatenate([piece.x[:-1] for piece in problem.pieces])
        self.targets = np.concatenate([piece.x[1:] for piece in problem.pieces])
        self.forcing = np.concatenate([problem.forcing(piece)[:-1] for piece in problem.pieces])
        durations = np.concatenate([np.diff(piece.t) for piece in problem.pieces])
        self.durations = np.array([float(f"{dt:.10g}") for dt in durations])  # differences of times are rounded

    @property
    def n_nuisance(self) -> int:
        return 0

    def subset(self, rows: Array) -> "Intervals":
        """Some of the intervals."""
        subset = copy(self)
        subset.starts, subset.targets = self.starts[rows], self.targets[rows]
        subset.forcing, subset.durations = self.forcing[rows], self.durations[rows]
        return subset

    def residuals(self, xi: Array) -> Array:
        """How far (n i,) the flow misses the next sample."""
        predictions = self._flow(xi, NO_COEFFICIENTS)[0]
        return np.asarray(((predictions - self.targets) / self.problem.scale).ravel())

    def jacobian(self, xi: Array, free: Array) -> Array:
        """Derivatives (n i, f) by coefficients."""
        tangents = self._flow(xi, free)[1] / self.problem.scale[:, None]
        return np.asarray(tangents.reshape(self.starts.size, len(free)))

    def by_states(self, xi: Array) -> Array:
        """Derivatives (n, i, i) by the samples in which intervals begin, these in the same units."""
        scale = self.problem.scale
        return np.asarray(self._flow(xi, NO_COEFFICIENTS, np.eye(len(scale)))[1] * scale / scale[:, None])

    def _flow(self, xi: Array, free: Array, by_states: Array | None = None) -> tuple[Array, Array]:
        i = self.starts.shape[1]
        first = np.concatenate([np.empty((i, 0)) if by_states is None else by_states, np.zeros((i, len(free)))], axis=1)
        predictions, tangents = np.empty_like(self.starts), np.empty((*self.starts.shape, first.shape[1]))
        for dt in np.unique(self.durations):
            rows = self.durations == dt
            starts, steps = self.starts[rows], self.problem.steps(dt, self.step)
            path, path_tangents = np.empty((1, *starts.shape)), np.empty((1, *starts.shape, first.shape[1]))
            self.problem.flow(
                starts, np.tile(first, (len(starts), 1, 1)), xi, free, self.method, dt / steps, steps, path,
                path_tangents, self.forcing[None, rows],
            )  # fmt: skip
            predictions[rows], tangents[rows] = path[0], path_tangents[0]
        return predictions, tangents
