"""Logistic regression: the document's single neuron, and classes that can be separated."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet import datasets
from minnet.experiments.adam.convergence import KEPT
from minnet.numerics.descent import convex
from minnet.numerics.descent import rates as theory
from minnet.numerics.descent.convex import Problem
from minnet.optimizers import SGD
from minnet.types import Array

# One neuron, 1000 points in two blobs, learning rate 0.1, 100 steps of gradient descent from random weights.
PUBLISHED: dict[str, float] = {"accuracy": 0.945, "learning_rate": 0.1, "steps": 100}


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
    """Logistic regression that can be made perfect: losses, margins and lengths of the weights at steps (kept,).

    ``1 / (margin^2 h t)`` is what theory says of the loss; `exponent` is the slope of the measured one, log against
    log, over the last tenfold of steps, and `ratios` (kept,) are losses over predictions.
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


def the_neuron(rng: np.random.Generator) -> tuple[Neuron, list[Problem]]:
    """The document's neuron and data; and it as a problem, then the same with weight decay."""
    x, labels = datasets.blobs(1000, rng=0)
    x, labels = np.column_stack([x, np.ones(len(x))]), labels.ravel()
    start = np.zeros(3)
    problem = convex.logistic("neuron", x, labels, 0.0, start)
    decayed = [convex.logistic(f"neuron, decay {decay}", x, labels, decay, start) for decay in (0.01, 0.1)]
    steps, step = int(PUBLISHED["steps"]), PUBLISHED["learning_rate"]
    ends = np.array([_weights(problem, SGD(step), steps, rng.normal(size=3))[-1] for _ in range(100)])
    tuned = {method.name: method.optimizer for method in theory.methods(problem.curvatures)}
    named = {f"gradient descent, h = {step}": SGD(step), **{name: tuned[name] for name in tuned if "same" not in name}}
    paths = {name: _weights(problem, optimizer, 1000, start) for name, optimizer in named.items()}
    return Neuron(
        x, labels, problem.minimum, np.array([_accuracy(x, labels, w) for w in ends]),
        np.array([problem.value(w) for w in ends]), problem.value(problem.minimum),
        _accuracy(x, labels, problem.minimum), paths,
    ), [problem, *decayed]  # fmt: skip


def _accuracy(x: Array, labels: Array, w: Array) -> float:
    return float(np.mean((x @ w >= 0) == (labels > 0.5)))


def _weights(problem: Problem, optimizer: Any, steps: int, start: Array) -> Array:
    """Parameters (steps + 1, p) on the way from `start`."""
    theta = start.copy()
    slots, path = optimizer.start(theta), [start]
    for t in range(1, steps + 1):
        optimizer.step(theta, problem.gradient(theta), slots, t, optimizer.learning_rate)
        path.append(theta.copy())
    return np.array(path)


def on_separable(steps: int, rng: np.random.Generator) -> Separable:
    """Gradient descent with h = 1 / L on forty points that a line through the origin separates."""
    labels = np.arange(40) % 2
    x = rng.normal(size=(40, 2))
    x[:, 0] = np.where(labels, 1, -1) * (0.3 + np.abs(x[:, 0]))
    value, gradient = convex.log_loss(x, labels, 0.0)
    margin, _ = convex.largest_margin(x, labels)
    rate = 4 / float(np.linalg.eigvalsh(x.T @ x / len(x))[-1])
    kept = np.unique(np.geomspace(1, steps, KEPT).astype(int))
    optimizer, theta = SGD(rate), np.zeros(2)
    slots, losses, margins, wanted = optimizer.start(theta), [], [], set(kept.tolist())
    signed = np.where(labels, 1, -1)[:, np.newaxis] * x
    for t in range(1, steps + 1):
        optimizer.step(theta, gradient(theta), slots, t, rate)
        if t in wanted:
            losses.append(value(theta))
            margins.append(float((signed @ theta).min() / np.linalg.norm(theta)))
    late = kept >= steps / 10
    exponent = float(np.polyfit(np.log(kept[late]), np.log(np.array(losses)[late]), 1)[0])
    return Separable(margin, rate, kept, np.array(losses), np.array(margins), exponent)
