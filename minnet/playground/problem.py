"""What is learned in a race: samples, the networks and losses that suit them, and what is drawn of a network."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from minnet.errors import SettingError
from minnet.losses import Loss
from minnet.network import Network
from minnet.playground.features import COORDINATES, columns
from minnet.playground.sampling import representative
from minnet.types import Array

AUTOMATIC = "automatic"


@dataclass(frozen=True, kw_only=True)
class RaceProblem(ABC):
    """Samples, and everything that depends on what kind they are of.

    Attributes
    ----------
    x : array (n, *sample)
        Inputs; of classes in a plane (n, 2), of a curve (n, 1), of a series (n, time, 1).
    y : array (n,), or (n, 2)
        Classes, counted from 0; values; or values and slopes.
    names : tuple of str
        Of the inputs, and of what is predicted.
    labels : tuple of str
        Of the classes; none where values are learned.
    test : pair of arrays, optional
        Samples like x and y that nobody is trained on.
    features : tuple of str
        Of `minnet.playground.features.FEATURES`: what a network is given of a point in the plane.
    kind : str
        What is drawn of a racer, by its name in `minnet.playground.pictures.PICTURES`.
    what : str
        What the samples are, in messages: "a curve".
    takes_features : bool
        Whether `features` can be chosen.
    architecture : function of widths and an activation
        Makes networks, as `minnet.mlp` does.
    undrawn : str
        Why these networks are not drawn as units and lines, and what is instead; empty where they are.
    """

    kind: ClassVar[str]
    what: ClassVar[str]
    takes_features: ClassVar[bool]
    architecture: ClassVar[Callable[..., Network]]
    undrawn: ClassVar[str] = ""

    x: Array
    y: Array
    names: tuple[str, ...]
    labels: tuple[str, ...] = ()
    test: tuple[Array, Array] | None = None
    features: tuple[str, ...] = COORDINATES

    # What a kind of problem says.

    @property
    @abstractmethod
    def input_names(self) -> tuple[str, ...]:
        """Of the features of `inputs`."""

    @abstractmethod
    def targets_of(self, y: Array) -> Any:
        """Classes or values (m,) as a network learns them: an array (m, o), or a `Jet`."""

    @abstractmethod
    def losses(self) -> Mapping[str, Loss]:
        """Those that suit, by their names in `minnet.playground.problems.LOSSES`; the first is chosen automatically."""

    @abstractmethod
    def accuracy(self, outputs: Array, y: Array, loss: Loss) -> float:
        """Share of the outputs (m, o) that are for the class y (m,); NaN where values are learned."""

    @abstractmethod
    def learned(self, count: int, rng: np.random.Generator) -> Array:
        """Which samples are learned from when only so many are: booleans (n,)."""

    @abstractmethod
    def picture(self, net: Network, loss: Loss) -> Array:
        """The numbers that are drawn of a network which learns by this loss."""

    # What follows from that.

    @property
    def classes(self) -> int:
        """How many; 0 where values are learned."""
        return len(self.labels)

    @property
    def n_outputs(self) -> int:
        """Of a network: one of two classes is enough."""
        return self.classes if self.classes > 2 else 1

    def inputs(self, x: Array) -> Array:
        """What a network is given of samples x (m, *sample)."""
        return x if self.features == COORDINATES else columns(x, self.features)

    @property
    def targets(self) -> Any:
        """What a network is given to learn: see `targets_of`."""
        return self.targets_of(self.y)

    @property
    def held_out(self) -> tuple[Array, Any] | None:
        """Inputs and targets of the test."""
        return None if self.test is None else (self.inputs(self.test[0]), self.targets_of(self.test[1]))

    def loss(self, name: str) -> Loss:
        """The loss of that name; a `SettingError` if it does not suit."""
        offered = self.losses()
        if name == AUTOMATIC:
            return next(iter(offered.values()))
        if name not in offered:
            *others, last = [AUTOMATIC, *offered]
            raise SettingError(f"Loss: {name} is not for {self.what}; choose {', '.join(others)} or {last}")
        return offered[name]

    def with_features(self, features: tuple[str, ...]) -> Self:
        """The same samples, seen by these features; a `SettingError` where there is nothing to choose."""
        if features != COORDINATES and not self.takes_features:
            left = " and ".join(COORDINATES)
            raise SettingError(f"Inputs: they are chosen for points in a plane; for {self.what}, leave {left}")
        return replace(self, features=features)

    def split(self, percent: int, seed: int) -> Self:
        """The same samples, so many per cent of them held out for a test, one at least.

        Raises
        ------
        SettingError
            So few samples of so many classes are left that all of them are needed to learn from.
        """
        if not percent:
            return self
        kept = len(self.y) - held_out(len(self.y), percent)
        learned = self.learned(kept, np.random.default_rng((seed, 3)))
        if learned.all():
            raise SettingError(
                f"Test samples (%): each of {self.classes} classes is learned from one sample at least, and of "
                f"{len(self.y)} samples none is left for a test; choose more points, or 0 per cent"
            )
        return replace(self, x=self.x[learned], y=self.y[learned], test=(self.x[~learned], self.y[~learned]))

    def some(self, most: int) -> Array:
        """Indices of at most so many of the samples, from first to last, which show them all in small."""
        return representative(self.x.reshape(len(self.x), -1), self.y, self.classes, most)

    def subset(self, most: int) -> tuple[Array, Array]:
        """At most so many of the samples."""
        chosen = self.some(most)
        return self.x[chosen], self.y[chosen]

    def test_subset(self, most: int) -> tuple[Array, Array]:
        """At most so many of the test samples; none where there is no test."""
        if self.test is None:
            return self.x[:0], self.y[:0]
        return replace(self, x=self.test[0], y=self.test[1]).subset(most)

    def everything(self) -> tuple[Array, Array]:
        """All samples, those of the test last."""
        if self.test is None:
            return self.x, self.y
        return np.concatenate([self.x, self.test[0]]), np.concatenate([self.y, self.test[1]])


def held_out(n: int, percent: int) -> int:
    """How many of n samples are held out."""
    return max(1, round(n * percent / 100)) if percent else 0


def with_margin(values: Array, part: float) -> tuple[Array, Array]:
    """Least and largest values of every column (i,), and a part of what is between them beyond."""
    low, high = values.min(axis=0), values.max(axis=0)
    margin = part * (high - low) + 1e-9
    return low - margin, high + margin
