"""LOESS as a predictor: the next sample by a regression among the nearest states seen, and no equations at all."""

import numpy as np

from minnet.dynamics import Polynomial
from minnet.errors import DataError, ShapeError, check_range, is_whole
from minnet.names import Named
from minnet.numerics.identification.problem import Problem
from minnet.numerics.identification.samples import make_problem
from minnet.types import Array


class LocalRegression(Named):
    """Local regression (LOESS: W. S. Cleveland, J. Am. Stat. Assoc. 74, 1979) of the change to the next sample.

    For each state, a polynomial of `degree` is fitted to the changes that followed its nearest neighbours among the
    samples, near ones counting more: ``(1 - (d / d_max)^3)^3``. It is good where samples are dense, knows nothing
    elsewhere, and names no law.

    Parameters
    ----------
    x : array (n, i), or list of such arrays
        Samples of trajectories at even times; a sample with a NaN is a gap.
    t : array (n,) or float
        Their times, or the time between two.
    neighbours : int
        States whose changes are fitted; three times the number of terms of the polynomial when not given.
    degree : int
        Of the polynomial: 0, 1 or 2.

    Raises
    ------
    SettingError
        Too few neighbours for the degree, or another setting out of its range.
    DataError, ShapeError
        As `identify`; also where times are not even, or there are fewer samples than neighbours.

    Examples
    --------
    >>> from minnet import dynamics
    >>> x = dynamics.simulate(dynamics.lorenz(), dt=0.02, samples=6000, transient=20.0)
    >>> predictor = LocalRegression(x[:5000], 0.02)
    >>> predictor.score(x[5000:]) > 0.999
    True
    """

    def __init__(
        self, x: Array | list[Array], t: Array | float, *, neighbours: int | None = None, degree: int = 1
    ) -> None:
        from scipy.spatial import cKDTree

        check_range("LocalRegression", degree=(degree, lambda d: is_whole(d) and 0 <= d <= 2, "0, 1 or 2"))
        problem: Problem = make_problem(x, t, Polynomial(0), None)
        self.dt = problem.dt("LocalRegression")
        self.polynomial = Polynomial(degree)
        terms = len(self.polynomial.names(problem.variables))
        self.neighbours = 3 * terms if neighbours is None else neighbours
        starts = np.concatenate([piece.x[:-1] for piece in problem.pieces])
        check_range(
            "LocalRegression", neighbours=(self.neighbours, lambda k: is_whole(k) and k > terms,
                                           f"a whole number above {terms}, the terms of the polynomial"),
        )  # fmt: skip
        if len(starts) < self.neighbours:
            raise DataError(f"LocalRegression: {len(starts)} samples with a next one, but {self.neighbours} neighbours")
        self.changes = np.concatenate([np.diff(piece.x, axis=0) for piece in problem.pieces])
        self.spread = problem.spread
        self.starts = starts / self.spread
        self.tree = cKDTree(self.starts)

    def predict(self, x: Array) -> Array:
        """The next samples (n, i) after states x (n, i).

        Raises
        ------
        ShapeError
            They have another number of variables than the samples had.
        DataError
            They are not finite.
        """
        x = np.asarray(x, float)
        if x.ndim != 2 or x.shape[1] != len(self.spread):
            raise ShapeError(f"LocalRegression: states must be (n, {len(self.spread)}), not {x.shape}")
        if not np.isfinite(x).all():
            raise DataError("LocalRegression: states must be finite numbers")
        scaled = x / self.spread
        distance, indices = self.tree.query(scaled, self.neighbours)
        radius = np.maximum(distance[:, -1:], np.finfo(float).tiny) * (1 + 1e-9)
        root = np.sqrt((1 - (distance / radius) ** 3) ** 3)
        offsets = (self.starts[indices] - scaled[:, None]) / radius[..., None]
        terms = self.polynomial.evaluate(offsets.reshape(-1, x.shape[1]))[0].reshape(*indices.shape, -1)
        # the polynomial's value at the state itself, of which all offsets are 0, is its first coefficient
        weights = np.linalg.pinv(terms * root[..., None], rcond=1e-6)[:, 0] * root
        return np.asarray(x + np.einsum("nk,nki->ni", weights, self.changes[indices]))

    def simulate(self, start: Array, samples: int) -> Array:
        """A trajectory (samples, i) from a start (i,), in steps of the time between samples."""
        path = np.empty((samples, len(self.spread)))
        path[0] = start
        for n in range(1, samples):
            path[n] = self.predict(path[n - 1 : n])[0]
        return path

    def score(self, x: Array) -> float:
        """Part of the variance of changes from sample to sample of x (n, i) that is predicted, at most 1."""
        x = np.asarray(x, float)
        residuals, changes = (self.predict(x[:-1]) - x[1:]) / self.spread, np.diff(x, axis=0) / self.spread
        return float(1 - np.sum(residuals**2) / np.sum((changes - changes.mean(axis=0)) ** 2))
