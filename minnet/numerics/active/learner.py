"""The learner: ask it for points, tell it their values."""

import os
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from minnet.checks import as_generator, as_real, binary_exponent, check_finite, varies
from minnet.errors import DataError, SettingError, ShapeError, check_range, is_whole
from minnet.jet import Jet, Mask
from minnet.names import Named
from minnet.numerics.active import files, overview
from minnet.numerics.active.box import Box, candidates, distances, sobol
from minnet.numerics.active.committee import Committee, Data, Effort, train
from minnet.numerics.active.models import KinkNetwork, Model
from minnet.numerics.active.strategies import Disagreement, Strategy
from minnet.types import Array

CANDIDATES = 4000  # to choose from, and to average estimates over
PENDING_DISTANCE = 0.5  # points asked for together keep about this distance, in units of n^(-1/d)
KNOWN_DISTANCE = 0.1  # the same for the distance to points whose values are known
SAME = 1e-5  # distance in the unit cube below which a point told is the one asked for, though rounded to some digits
OTHER_UNIT = 4.0  # times the spread of the values: what was taken for it when there were few is then replaced
ASKING, TRAINING, JUDGING = range(3)  # what random streams are for


class Learner(Named):
    """Chooses where to evaluate a function of d variables, and learns it.

    Parameters
    ----------
    bounds : pairs (low, high), one for each variable
    model : Model
    strategy : Strategy
    effort : Effort
        How much work goes into training.
    initial : int
        The first points are a scrambled Sobol sequence; from this number of different points on, the strategy
        chooses.
    gap : float
        No ball without points may have a radius above ``gap n^(-1/d)``, in units of the box's sides, n being the number
        of points: where there is one, its centre comes before everything that the strategy wants. A regular grid has
        0.7 in two dimensions. `numpy.inf` switches this off.
    rng : int, numpy.random.Generator or None
        All that is random depends on it and on the calls of `ask` and `tell` before, and on nothing else.
    progress : bool
        Show the training.

    Raises
    ------
    ShapeError, DataError, SettingError
        An argument is not what it should be.

    Examples
    --------
    >>> import numpy as np
    >>> from minnet.numerics.active import TanhNetwork
    >>> learner = Learner([(0, 2)], model=TanhNetwork((5,)), effort=Effort(starts=4, fresh=2), initial=8, rng=0)
    >>> points = learner.ask(8)
    >>> learner.tell(points, np.sin(points[:, 0]))
    >>> learner.ask(2).shape, bool(abs(learner.predict([[1.0]])[0] - np.sin(1)) < 1e-3)
    ((2, 1), True)
    """

    def __init__(
        self,
        bounds: Any,
        *,
        model: Model = KinkNetwork(),  # noqa: B008  (immutable)
        strategy: Strategy = Disagreement(),  # noqa: B008
        effort: Effort = Effort(),  # noqa: B008
        initial: int = 64,
        gap: float = 2.0,
        rng: int | np.random.Generator | None = None,
        progress: bool = False,
    ) -> None:
        for name, value, kind in (
            ("model", model, Model),
            ("strategy", strategy, Strategy),
            ("effort", effort, Effort),
        ):
            if not isinstance(value, kind):
                raise SettingError(f"Learner: {name} must be a {kind.__name__}, not {value!r}")
        check_range(
            "Learner",
            initial=(initial, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"),
            gap=(gap, lambda h: h > 0, "positive"),
        )
        self.box, self.model, self.strategy, self.effort = Box.from_bounds(bounds), model, strategy, effort
        self.initial, self.gap, self.progress = int(initial), float(gap), progress
        self.seed = int(as_generator(rng, "Learner").integers(2**32))
        d = self.box.dimension
        self.unit_points, self.values, self.surprise = np.empty((0, d)), np.empty(0), np.empty(0)
        self.gradients, self.gradient_known = np.empty((0, d)), np.empty(0, bool)
        self.pending = np.empty((0, d))
        self.drawn = 0  # points of the Sobol sequence
        self.shift, self.scale = 0.0, 1.0
        self.committee: Committee | None = None
        self.former: Committee | None = None  # the best of the one before, alone
        self.best, self.estimate, self.trained_on = 0, np.inf, 0

    @property
    def evaluations(self) -> int:
        """Number of values so far."""
        return len(self.values)

    @property
    def different(self) -> int:
        """Number of different points whose values are known: one that is evaluated again says nothing of others."""
        return len(np.unique(np.round(self.unit_points / SAME) + 0.0, axis=0))

    @property
    def points(self) -> Array:
        """Points whose values are known (n, d)."""
        return self.box.from_unit(self.unit_points)

    # The three verbs.

    def ask(self, n: int) -> Array:
        """Points (n, d) at which to evaluate the function next.

        Points whose values are pending count as taken: asking twice gives different points.
        """
        check_range("ask", n=(n, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"))
        taken = self.different + len(self.pending)
        first = n if not self.evaluations else min(n, max(0, self.initial - taken))
        chosen = []
        if first:
            chosen.append(sobol(self.seed, self.drawn, first, self.box.dimension))
            self.drawn += first
            self.pending = np.vstack([self.pending, *chosen])
        if n > first:
            chosen.append(self._choose(n - first))
            self.pending = np.vstack([self.pending, chosen[-1]])
        return self.box.from_unit(np.vstack(chosen))

    def tell(self, points: Any, values: Any, gradients: Any = None) -> None:
        """Take in values (n,) of the function at points (n, d), which may be others than those asked for.

        Parameters
        ----------
        points : array (n, d)
        values : array (n,)
        gradients : array (n, d), optional
            Where they are known, they are learnt as well (`Sobolev`). Some calls may have them and others not.

        Raises
        ------
        ShapeError, DataError, DtypeError
            Numbers of points and values differ, something is not finite, or a point is outside of the box.
        """
        unit, values = self.box.to_unit(points, "points"), as_real(values, "values").astype(float)
        if values.shape not in ((len(unit),), (len(unit), 1)):
            raise ShapeError(f"tell: values have shape {values.shape}; expected ({len(unit)},), one for each point")
        values = values.reshape(-1)
        check_finite(values, "values")
        slopes = np.zeros_like(unit) if gradients is None else as_real(gradients, "gradients").astype(float)
        if slopes.shape != unit.shape:
            raise ShapeError(f"tell: gradients have shape {slopes.shape}; expected {unit.shape}, like the points")
        check_finite(slopes, "gradients")
        if not len(unit):
            return
        if self.committee is None:
            self.shift, self.scale = unit_of(np.append(self.values, values))
        prediction = self.shift if self.committee is None else self._predicted(unit)
        surprise = np.abs(values - prediction)
        rounding = 4 * np.finfo(float).eps * np.maximum(np.abs(self.box.low), np.abs(self.box.high))
        tolerance = max(SAME, float((rounding / (self.box.high - self.box.low)).max()))
        self.pending = self.pending[distances(self.pending, unit) > tolerance]
        self.unit_points, self.values = np.vstack([self.unit_points, unit]), np.append(self.values, values)
        self.gradients, self.surprise = np.vstack([self.gradients, slopes]), np.append(self.surprise, surprise)
        self.gradient_known = np.append(self.gradient_known, np.full(len(unit), gradients is not None))

    def predict(self, x: Any) -> Array:
        """Predictions (n,) of the function at x (n, d)."""
        unit = self.box.to_unit(x, "x")
        self._train()
        return self._predicted(unit)

    def error_estimate(self) -> float:
        """An estimate of the mean absolute error over the box.

        It is the mean distance between the two members that agree best; the better fitted of them makes the
        predictions. Networks that started apart and agree are rarely wrong together, but they may be: a bump between
        the points is seen by none. With a single member it is how much the last training changed it.
        """
        self._train()
        return self.estimate

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to an `.npz` file; `load` reads it, and goes on as this learner would."""
        files.write(self, path)

    def _repr_html_(self) -> str:
        return overview.html(self)

    # What strategies build on.

    def votes(self, unit: Array) -> Array:
        """Predictions (m, n) of all members at points (n, d) of the unit cube."""
        assert self.committee is not None
        return self.shift + self.scale * self.committee.predict(2 * unit - 1)

    def former_votes(self, unit: Array) -> Array | None:
        """Predictions (n,) before the last training; None if there was only one."""
        return None if self.former is None else self.shift + self.scale * self.former.predict(2 * unit - 1)[0]

    def surprises(self) -> Array:
        """The error (n,) at each known point: before its value was known, or now, if that is larger."""
        return np.maximum(self.surprise, np.abs(self._predicted(self.unit_points) - self.values))

    # The work.

    def _predicted(self, unit: Array) -> Array:
        return self.votes(unit)[self.best]

    def _choose(self, n: int) -> Array:
        """The best of many candidates (n, d), in the unit cube, one after the other."""
        self._train()
        taken, d = np.vstack([self.unit_points, self.pending]), self.box.dimension
        stream = np.random.default_rng([self.seed, ASKING, len(taken)])
        pool = candidates(max(CANDIDATES, 4 * n), d, stream)
        interest = as_real(self.strategy.interest(self, pool), "the strategy's interest")
        if interest.shape != (len(pool),):
            raise ShapeError(f"ask: the strategy's interest has shape {interest.shape}; expected ({len(pool)},)")
        check_finite(interest, "the strategy's interest")
        to_taken, to_pending = distances(pool, taken), distances(pool, self.pending)
        chosen: list[Array] = []
        first = self.different + len(self.pending)
        for number in range(first, first + n):
            spacing = number ** (-1 / d)
            clearance = np.minimum(to_pending / PENDING_DISTANCE, to_taken / KNOWN_DISTANCE) / spacing
            scores = interest * (to_taken if self.strategy.spreading else 1 - np.exp(-0.5 * clearance**2))
            has_gap = to_taken.max() > self.gap * spacing or not scores.max() > 0
            chosen.append(pool[(to_taken if has_gap else scores).argmax()])
            distance = np.linalg.norm(pool - chosen[-1], axis=1)
            to_taken, to_pending = np.minimum(to_taken, distance), np.minimum(to_pending, distance)
        return np.array(chosen)

    def _train(self) -> None:
        """Bring the committee up to date with the values."""
        if not self.evaluations:
            raise DataError("the learner knows no values yet; tell it some first: tell(points, function(points))")
        if self.trained_on == self.evaluations:
            return
        stream = np.random.default_rng([self.seed, TRAINING, self.evaluations])
        self._renew_unit()
        previous = self.committee
        self.former = previous and Committee(self.model, previous.thetas[[self.best]], previous.costs[[self.best]])
        self.committee = train(self.model, self._data(), previous, self.effort, rng=stream, progress=self.progress)
        self.trained_on = self.evaluations
        self.best, self.estimate = self._judge()

    def _renew_unit(self) -> None:
        """The first values told may have said little of the others: one alone, or all the same."""
        shift, scale = unit_of(self.values)
        far = not scale / OTHER_UNIT <= self.scale <= scale * OTHER_UNIT or abs(shift - self.shift) > OTHER_UNIT * scale
        if self.committee is not None and far:
            self.committee = self.committee.in_other_units(self.scale / scale, (self.shift - shift) / scale)
            self.shift, self.scale = shift, scale

    def _data(self) -> Data:
        values = ((self.values - self.shift) / self.scale)[:, np.newaxis]
        if not self.gradient_known.any():
            return Data(2 * self.unit_points - 1, values)
        slopes = self.gradients * (self.box.high - self.box.low) / (2 * self.scale)
        return Data(
            2 * self.unit_points - 1,
            Jet(values, first=slopes.T[..., np.newaxis], mask=Mask(first=self.gradient_known)),
        )

    def _judge(self) -> tuple[int, float]:
        """Which member predicts, and how large its error may be; see `error_estimate`."""
        stream = np.random.default_rng([self.seed, JUDGING])
        pool = candidates(CANDIDATES, self.box.dimension, stream)
        votes, former = self.votes(pool), self.former_votes(pool)
        if len(votes) == 1:
            return 0, float("inf") if former is None else float(np.abs(votes[0] - former).mean())
        pairs = list(combinations(range(len(votes)), 2))
        distance, (best, _) = min((float(np.abs(votes[i] - votes[j]).mean()), (i, j)) for i, j in pairs)
        return best, distance


def unit_of(values: Array) -> tuple[float, float]:
    """Mean and standard deviation of values; where these differ by rounding alone, their size."""
    exponent = binary_exponent(values)  # squares may be out of range; a power of two changes no digit
    values = np.ldexp(values, -exponent)
    shift, scale, size = float(values.mean()), float(values.std()), float(np.abs(values).max())
    scale = scale if varies(values) else size
    return float(np.ldexp(shift, exponent)), float(np.ldexp(scale, exponent)) or 1.0


def load(
    path: str | os.PathLike[str],
    *,
    models: Sequence[type[Model]] = (),
    strategies: Sequence[type[Strategy]] = (),
) -> Learner:
    """Read a learner that `Learner.save` wrote; it goes on as the one that was saved would have.

    Parameters
    ----------
    path : path
    models, strategies : sequence of classes
        Frozen dataclasses of your own that the learner uses.

    Raises
    ------
    FileNotFoundError, FileFormatError
        There is no such file, or it does not hold a learner.
    """
    return files.read(path, Learner, models, strategies)
