"""Strategies: where would the next evaluation teach most?

A strategy gives every candidate a score. The learner takes the highest, keeps some distance between points that are
asked for together, and sees to it that no region is forgotten, whatever the scores say.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from scipy.spatial import cKDTree

from minnet.names import Named
from minnet.types import Array


class Surrogate(Protocol):
    """What stands in for the function so far, as strategies see it: a `Learner`.

    Attributes
    ----------
    unit_points : array (n, d)
        Where the function is known, in the unit cube.
    best : int
        The member of the committee that predicts.
    """

    unit_points: Array
    best: int

    def votes(self, unit: Array) -> Array: ...
    def former_votes(self, unit: Array) -> Array | None: ...
    def surprises(self) -> Array: ...


class Strategy(Named, ABC):
    """A score for every candidate: its `interest`, and where `spreading`, times its distance to the nearest point.

    Attributes
    ----------
    spreading : bool
        Whether a candidate's score falls as points are chosen near it, in proportion to the distance.
    """

    spreading: ClassVar[bool] = False

    @abstractmethod
    def interest(self, learner: Surrogate, unit: Array) -> Array:
        """Numbers >= 0 (n,) for candidates (n, d) of the unit cube.

        What the learner knows is in its `unit_points`, `votes`, `former_votes` and `surprises`.
        """


@dataclass(frozen=True)
class Disagreement(Strategy):
    """Query by committee: where members differ most, somebody must be wrong (Seung, Opper and Sompolinsky, COLT 1992).

    The interest is the range of their predictions.
    """

    def interest(self, learner: Surrogate, unit: Array) -> Array:
        return np.ptp(learner.votes(unit), axis=0)


@dataclass(frozen=True)
class ModelChange(Strategy):
    """Where the last evaluations have changed the prediction most, there may be more to learn.

    This is what the attempts of `minnet.experiments.gradients.active_attempts` go by. A change is no error: where a
    model is wrong and stays so, no point is ever chosen. Before there is a former model, all candidates are equal.
    """

    def interest(self, learner: Surrogate, unit: Array) -> Array:
        former = learner.former_votes(unit)
        return np.ones(len(unit)) if former is None else np.abs(learner.votes(unit)[learner.best] - former)


@dataclass(frozen=True)
class Residual(Strategy):
    """Near those points whose values came as the greatest surprise, and not too close to them.

    A point's surprise is the error that the model had there before it knew the value, or still has, if that is
    larger. A candidate has the surprise of the nearest point, times the distance to it.
    """

    spreading: ClassVar[bool] = True

    def interest(self, learner: Surrogate, unit: Array) -> Array:
        _, nearest = cKDTree(learner.unit_points).query(unit)
        return learner.surprises()[nearest]


@dataclass(frozen=True)
class SpaceFilling(Strategy):
    """As far as possible from all other points (Johnson, Moore and Ylvisaker, J. Stat. Plan. Inf. 26, 1990)."""

    spreading: ClassVar[bool] = True

    def interest(self, learner: Surrogate, unit: Array) -> Array:
        return np.ones(len(unit))


STRATEGIES: dict[str, type[Strategy]] = {
    kind.__name__: kind for kind in (Disagreement, ModelChange, Residual, SpaceFilling)
}
