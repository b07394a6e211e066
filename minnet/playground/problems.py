"""What is learned in a race: classes in a plane, or a curve; and the data that are generated."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from minnet import datasets
from minnet.errors import SettingError
from minnet.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Huber, Loss, MeanAbsoluteError, MeanSquaredError
from minnet.playground.features import COORDINATES, columns, written
from minnet.playground.sampling import representative, shares
from minnet.types import Array

OWN = "csv"
AUTOMATIC = "automatic"
LOSSES: dict[str, Callable[[], Loss]] = {
    "squares": MeanSquaredError,
    "cross-entropy": BinaryCrossEntropy,
    "absolute": MeanAbsoluteError,
    "Huber": Huber,
}


@dataclass(frozen=True)
class RaceProblem:
    """Samples.

    Attributes
    ----------
    x : array (n, i)
        i is 2 for classes in a plane, 1 for a curve.
    y : array (n,)
        Classes, counted from 0; or values.
    classes : int
        How many; 0 for a curve.
    names : tuple of str
        Of the inputs, and of what is predicted.
    labels : tuple of str
        Of the classes.
    test : pair of arrays (m, i) and (m,), optional
        Samples like x and y that nobody is trained on.
    features : tuple of str
        Of `minnet.playground.features.FEATURES`: what a network is given of a point in the plane.
    """

    x: Array
    y: Array
    classes: int
    names: tuple[str, ...]
    labels: tuple[str, ...] = ()
    test: tuple[Array, Array] | None = None
    features: tuple[str, ...] = COORDINATES

    def inputs(self, x: Array) -> Array:
        """What a network is given of points (n, i): columns (n, j)."""
        return x if self.features == COORDINATES else columns(x, self.features)

    @property
    def input_names(self) -> tuple[str, ...]:
        """Of the columns of `inputs`."""
        return written(self.features, self.names) if self.classes else self.names[:-1]

    def with_features(self, features: tuple[str, ...]) -> "RaceProblem":
        """The same samples, seen by these features; a `SettingError` for a curve, which has one coordinate."""
        if features != COORDINATES and not self.classes:
            left = " and ".join(COORDINATES)
            raise SettingError(f"Inputs: they are chosen for classes in a plane; for a curve, leave {left}")
        return replace(self, features=features)

    def split(self, percent: int, seed: int) -> "RaceProblem":
        """The same samples, so many per cent of them held out for a test, one at least.

        They are drawn at random, of each class its share, and one of each stays to be learned from.
        """
        if not percent:
            return self
        groups = self.y.astype(int) if self.classes else np.zeros(len(self.y), int)
        counts = np.bincount(groups)
        kept = shares(counts, len(self.y) - held_out(len(self.y), percent))
        rng = np.random.default_rng((seed, 3))
        learned = np.zeros(len(self.y), bool)
        for group, most in enumerate(kept):
            learned[rng.permutation(np.flatnonzero(groups == group))[:most]] = True
        return replace(self, x=self.x[learned], y=self.y[learned], test=(self.x[~learned], self.y[~learned]))

    @property
    def targets(self) -> Array:
        """What a network is given to learn (n, o): 0 or 1, one-hot classes, or values."""
        return self.targets_of(self.y)

    def targets_of(self, y: Array) -> Array:
        """Classes or values (m,) as a network learns them (m, o)."""
        return np.eye(self.classes)[y.astype(int)] if self.classes > 2 else y[:, np.newaxis]

    @property
    def box(self) -> tuple[Array, Array]:
        """Corners (i,) of what is drawn: the samples, those of the test too, with a margin."""
        x = self.x if self.test is None else np.concatenate([self.x, self.test[0]])
        low, high = x.min(axis=0), x.max(axis=0)
        margin = 0.1 * (high - low) + 1e-9
        return low - margin, high + margin

    @property
    def heights(self) -> tuple[float, float]:
        """From where to where is drawn upwards: the second input of classes, or the values of a curve with a margin."""
        if self.classes:
            low, high = self.box
            return float(low[1]), float(high[1])
        y = self.y if self.test is None else np.concatenate([self.y, self.test[1]])
        margin = 0.15 * np.ptp(y)
        return float(y.min() - margin), float(y.max() + margin)

    def grid(self, side: int) -> Array:
        """Points at which the network is drawn: a square of side^2 of them, row by row, or 4 side along the axis."""
        low, high = self.box
        if not self.classes:
            return np.linspace(low[0], high[0], 4 * side)[:, np.newaxis]
        # in the middle of the pixels that an image of side x side has
        axes = [a + (b - a) * (np.arange(side) + 0.5) / side for a, b in zip(low, high, strict=True)]
        return np.column_stack([values.ravel() for values in np.meshgrid(*axes)])

    def subset(self, most: int) -> tuple[Array, Array]:
        """At most so many of the samples, from first to last, which show the classes or the curve as they are."""
        chosen = representative(self.x, self.y, self.classes, most)
        return self.x[chosen], self.y[chosen]

    def test_subset(self, most: int) -> tuple[Array, Array]:
        """At most so many of the test samples; none where there is no test."""
        if self.test is None:
            return self.x[:0], self.y[:0]
        return replace(self, x=self.test[0], y=self.test[1]).subset(most)

    def loss(self, name: str) -> Loss:
        """The loss of that name, where it suits.

        Raises
        ------
        SettingError
            It does not.
        """
        if name == AUTOMATIC:
            name = "cross-entropy" if self.classes else "squares"
        if (name == "cross-entropy") and not self.classes:
            raise SettingError("the cross-entropy is for classes; for a curve, choose squares, absolute or Huber")
        if name not in ("cross-entropy", "squares") and self.classes:
            raise SettingError(f"the loss {name} is for curves; for classes, choose cross-entropy or squares")
        return CategoricalCrossEntropy() if name == "cross-entropy" and self.classes > 2 else LOSSES[name]()

    def classify(self, outputs: Array, loss: Loss) -> Array:
        """The class (n,) that outputs (n, o) are for."""
        # of more than two classes, probabilities may be cut off at 1
        scores = self.probabilities(outputs, loss) if self.classes == 2 else outputs
        return scores.argmax(axis=1)

    def probabilities(self, outputs: Array, loss: Loss) -> Array:
        """Probabilities of the classes (n, classes) from outputs (n, o)."""
        if self.classes > 2:
            weights = (
                np.exp(outputs - outputs.max(axis=1, keepdims=True))
                if isinstance(loss, CategoricalCrossEntropy)
                else np.clip(outputs, 1e-9, 1)
            )
            return weights / weights.sum(axis=1, keepdims=True)
        squares = isinstance(loss, MeanSquaredError)
        second = np.clip(outputs[:, 0], 0, 1) if squares else 0.5 * (1 + np.tanh(0.5 * outputs[:, 0]))
        return np.column_stack([1 - second, second])


def held_out(n: int, percent: int) -> int:
    """How many of n samples are held out."""
    return max(1, round(n * percent / 100)) if percent else 0


def spiral(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two arms that wind around each other one and a half times."""
    labels = np.arange(n) % 2
    radius = np.sqrt(rng.uniform(0.02, 1, n))
    angle = 3 * np.pi * radius + np.pi * labels
    x = 2.5 * radius[:, np.newaxis] * np.column_stack([np.cos(angle), np.sin(angle)])
    return x + 0.5 * noise * rng.standard_normal((n, 2)), labels


def xor(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Four squares, those opposite each other of one class."""
    x = rng.uniform(-1, 1, (n, 2))
    labels = (x[:, 0] > 0) != (x[:, 1] > 0)
    return x + noise * rng.standard_normal((n, 2)), labels.astype(int)


def _blobs(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Three, around the corners of a triangle."""
    labels = np.arange(n) % 3
    angle = 2 * np.pi * labels / 3 + np.pi / 2
    return np.column_stack([np.cos(angle), np.sin(angle)]) + 3 * noise * rng.standard_normal((n, 2)), labels


def _curve(function: Callable[[Array], Array]) -> Callable[[int, float, np.random.Generator], tuple[Array, Array]]:
    def sampled(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
        x = np.linspace(-1, 1, n)[:, np.newaxis]
        return x, function(x[:, 0]) + noise * rng.standard_normal(n)

    return sampled


GENERATED: dict[str, Callable[[int, float, np.random.Generator], tuple[Array, Array]]] = {
    "circles": lambda n, noise, rng: datasets.circles(n, noise=noise, rng=rng),
    "moons": lambda n, noise, rng: datasets.moons(n, noise=noise, rng=rng),
    "blobs": _blobs,
    "spiral": spiral,
    "xor": xor,
    "gaussian": _curve(lambda x: np.exp(-0.5 * (4 * x) ** 2)),
    "sine": _curve(lambda x: np.sin(2 * np.pi * x)),
    "step": _curve(lambda x: np.where(x > 0, 1.0, 0.0)),
}
CURVES = ("gaussian", "sine", "step")


def generated(name: str, points: int, noise: float, seed: int) -> RaceProblem:
    """Samples of one of `GENERATED`."""
    x, y = GENERATED[name](points, noise, np.random.default_rng(seed))
    if name in CURVES:
        return RaceProblem(x, y, 0, ("x", "y"))
    classes = int(y.max()) + 1
    return RaceProblem(x, y.astype(float), classes, ("x₁", "x₂", "class"), tuple(map(str, range(classes))))
