"""Strategies: where would the next evaluation teach most?

A strategy gives every candidate a score. The learner takes the highest, keeps some distance between points that are
asked for together, and sees to it that no region is forgotten, whatever the scores say.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from minnet.types import Array

if TYPE_CHECKING:
    from minnet.numerics.active.learner import Learner


class Strategy(ABC):
    """A score for every candidate."""

    @abstractmethod
    def scores(self, learner: "Learner", unit: Array, away: Array) -> Array:
        """Scores >= 0 (n,) of candidates.

        Parameters
        ----------
        learner : Learner
            What it knows is in its `unit_points`, `votes`, `former_votes` and `surprises`.
        unit : array (n, d)
            The candidates, in the unit cube.
        away : array (n,)
            Their distances from the nearest point known or asked for.
        """


@dataclass(frozen=True)
class Disagreement(Strategy):
    """Query by committee: where members differ most, somebody must be wrong (Seung, Opper and Sompolinsky, COLT 1992).

    The score is the range of their predictions.
    """

    def scores(self, learner: "Learner", unit: Array, away: Array) -> Array:
        return np.ptp(learner.votes(unit), axis=0)


@dataclass(frozen=True)
class ModelChange(Strategy):
    """Where the last evaluations have changed the prediction most, there may be more to learn.

    This is the three attempts' way (see the experiment `active-attempts`). A change is no error: a model that is wrong
    and stays so is never asked. Before there is a former model, the score is the distance to the nearest point.
    """

    def scores(self, learner: "Learner", unit: Array, away: Array) -> Array:
        former = learner.former_votes(unit)
        if former is None:
            return away
        return np.abs(learner.votes(unit)[learner.best] - former)


@dataclass(frozen=True)
class Residual(Strategy):
    """Near those points whose values came as the greatest surprise, and not too close to them.

    A point's surprise is the error that the model had there before it was told the value, or still has, if that is
    larger. A candidate has the surprise of the nearest point, times the distance to it.
    """

    def scores(self, learner: "Learner", unit: Array, away: Array) -> Array:
        _, nearest = cKDTree(learner.unit_points).query(unit)
        return learner.surprises()[nearest] * away


@dataclass(frozen=True)
class SpaceFilling(Strategy):
    """As far as possible from all other points; needs no model (Johnson, Moore and Ylvisaker, J. Stat. Plan. Inf. 26,
    1990)."""

    def scores(self, learner: "Learner", unit: Array, away: Array) -> Array:
        return away


STRATEGIES: dict[str, type[Strategy]] = {
    kind.__name__: kind for kind in (Disagreement, ModelChange, Residual, SpaceFilling)
}
