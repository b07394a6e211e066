"""Settings of the experiment, the document's numbers, and the records of what is measured."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from minnet.errors import check_range
from minnet.experiments.parts import check_settings, setting
from minnet.types import Array

# One neuron, 1000 points in two blobs, learning rate 0.1, 100 steps of gradient descent from random weights.
PUBLISHED: dict[str, float] = {"accuracy": 0.945, "learning_rate": 0.1, "steps": 100}
CURVE_POINTS = 400  # of a curve, at most


@dataclass(frozen=True)
class Config:
    """Which problems, and how long the optimizers are watched."""

    conditions: tuple[float, ...] = setting((10.0, 100.0, 1e3, 1e4), "condition numbers of the quadratics")
    dimension: int = setting(20, "dimension of the quadratics")
    folds: float = setting(40.0, "the quadratics are followed until the distance has fallen by exp(folds)")
    beta: float = setting(0.1, "weight of the newest parameters in averaged gradient descent")
    adaptive_steps: int = setting(20_000, "steps of RMSProp and Adam")
    accuracy: float = setting(1e-11, "distance from the minimum down to which the neuron is followed")
    separable_steps: int = setting(200_000, "steps of logistic regression on separable classes")
    learning_rates: tuple[float, ...] = setting((0.01, 0.02, 0.05, 0.1, 0.2), "of stochastic gradient descent")
    batch_sizes: tuple[int, ...] = setting((1, 4, 16, 64), "samples per gradient; they divide `samples`")
    samples: int = setting(64, "samples of the least squares")
    walks: int = setting(200, "stochastic descents that are averaged over")
    mean_steps: int = setting(20_000, "steps whose plain mean is taken")

    @classmethod
    def fast(cls) -> "Config":
        """Two condition numbers, and few, short walks."""
        return cls(
            (10.0, 100.0), adaptive_steps=4000, accuracy=1e-8, separable_steps=10_000, learning_rates=(0.05, 0.1),
            batch_sizes=(1, 16), walks=50, mean_steps=1000,
        )  # fmt: skip

    def __post_init__(self) -> None:
        check_settings(
            "optimizer-rates", self, dimension=2, adaptive_steps=100, separable_steps=100, samples=8, walks=2,
            mean_steps=100, folds=5, conditions=1, batch_sizes=1,
        )  # fmt: skip
        check_range("optimizer-rates", beta=(self.beta, lambda beta: 0 < beta <= 1, "above 0, at most 1"))
        check_range("optimizer-rates", accuracy=(self.accuracy, lambda a: 0 < a < 1, "between 0 and 1"))
        for rate in self.learning_rates:
            check_range("optimizer-rates", learning_rates=(rate, lambda r: r > 0, "positive"))
        divides = (lambda size: self.samples % size == 0), f"divisors of samples={self.samples}"
        for size in self.batch_sizes:
            check_range("optimizer-rates", batch_sizes=(size, *divides))


@dataclass(frozen=True)
class Rate:
    """What theory says of one optimizer on one problem, and what it does.

    Attributes
    ----------
    predicted, measured, corrected : float
        -log of the factor per step: in theory, as the slope of the logarithm of the distance from the minimum over the
        later half of the steps, and with the transient ``t^transient`` divided out.
    steps, distances : array (at most CURVE_POINTS,)
        The path.
    """

    problem: str
    condition: float
    method: str
    predicted: float
    transient: int
    measured: float
    corrected: float
    steps: Array
    distances: Array


@dataclass(frozen=True)
class Hover:
    """An optimizer without a rate: how far from the minimum it is in the later half of its steps, in learning rates.

    `predicted` is the distance in theory, or NaN where there is none; `curvature` the median of Adam's own largest
    curvature times its learning rate in the same steps, or NaN for RMSProp and along the axes, where coordinates do
    not feel each other.
    """

    problem: str
    condition: float
    method: str
    learning_rate: float
    predicted: float
    median: float
    greatest: float
    curvature: float
    steps: Array
    distances: Array


@dataclass(frozen=True)
class Neuron:
    """The document's neuron: accuracies after its hundred steps from random starts, and the loss there and at best.

    `paths` are weights (steps + 1, 3) of the optimizers by name; `x` (n, 3) has a column of ones, `labels` (n,).
    """

    x: Array
    labels: Array
    minimum: Array
    accuracies: Array
    losses: Array
    least: float
    accuracy_at_minimum: float
    paths: dict[str, Array]


@dataclass(frozen=True)
class Separable:
    """Logistic regression that can be made perfect: losses and margins of the weights after `steps`, all (points,).

    ``1 / (margin^2 h t)`` is what theory says of the loss; `exponent` is the slope of the measured one, log against
    log, over the last tenfold of steps, and `ratios` (points,) are losses over predictions.
    """

    margin: float
    learning_rate: float
    steps: Array
    losses: Array
    margins: Array
    exponent: float

    @property
    def ratios(self) -> Array:
        return self.losses * self.margin**2 * self.learning_rate * self.steps


@dataclass(frozen=True)
class Floor:
    """The excess of the loss where stochastic gradient descent ends: three predictions, and two measurements."""

    learning_rate: float
    batch_size: int
    proportional: float
    lyapunov: float
    exact: float
    independent: float
    reshuffled: float


@dataclass(frozen=True)
class Mean:
    """The excess of the loss at means of parameters: measured after `steps`, (points,), and predicted.

    `beta` is 0 for the plain mean of n steps, where ``predicted`` is to be divided by n; else the weight of the newest
    in `minnet.Averaged`, whose excess stays at ``predicted``.
    """

    learning_rate: float
    beta: float
    predicted: float
    steps: Array
    excess: Array

    @property
    def measured(self) -> float:
        """In the same sense as `predicted`, over the later half of the steps."""
        late = self.steps >= self.steps[-1] / 2
        return float(np.mean(self.excess[late] * (1 if self.beta else self.steps[late])))


@dataclass(frozen=True)
class Result:
    config: Config
    rates: list[Rate]
    hovers: list[Hover]
    separable: Separable
    neuron: Neuron
    floors: list[Floor]
    means: list[Mean]

    def metrics(self) -> list[dict[str, Any]]:
        """One record per rate, hovering optimizer, noise floor and mean; one for separable classes and the neuron."""
        curves = {"steps", "distances", "excess", "losses", "margins"}

        def plain(kind: str, record: Any) -> dict[str, Any]:
            return {"kind": kind} | {key: value for key, value in asdict(record).items() if key not in curves}

        records = [plain("rate", rate) for rate in self.rates] + [plain("hover", hover) for hover in self.hovers]
        records += [plain("floor", floor) for floor in self.floors]
        records += [plain("mean", mean) | {"measured": mean.measured} for mean in self.means]
        neuron = {"accuracy": float(np.median(self.neuron.accuracies)), "loss": float(np.median(self.neuron.losses))}
        at_best = {"least_loss": self.neuron.least, "accuracy_at_minimum": self.neuron.accuracy_at_minimum}
        separable = plain("separable", self.separable) | {"ratio": float(self.separable.ratios[-1])}
        return [*records, separable, {"kind": "neuron", **neuron, **at_best}]

    def arrays(self) -> dict[str, Array]:
        """Steps and distances (2, points) of paths; steps, losses and margins of separable classes (3, points); steps
        and excess of means (2, points)."""
        arrays = {f"{r.problem}, {r.condition:.5g}, {r.method}": np.array([r.steps, r.distances]) for r in self.rates}
        for hover in self.hovers:
            name = f"{hover.problem}, {hover.condition:.5g}, {hover.method}, {hover.learning_rate}"
            arrays[name] = np.array([hover.steps, hover.distances])
        for mean in self.means:
            arrays[f"mean, {mean.learning_rate}, {mean.beta}"] = np.array([mean.steps, mean.excess])
        separable = self.separable
        return arrays | {"separable": np.array([separable.steps, separable.losses, separable.margins])}
