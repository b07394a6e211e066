"""Logistic regression: the document's single neuron, and classes that can be separated."""

import numpy as np

from minnet import datasets
from minnet.experiments.adam.optimizer_rates.result import CURVE_POINTS, PUBLISHED, Neuron, Separable
from minnet.numerics.descent import convex
from minnet.numerics.descent import rates as theory
from minnet.numerics.descent.convex import Problem
from minnet.optimizers import SGD, Optimizer
from minnet.training import TrainState
from minnet.types import Array


def train_neuron(rng: np.random.Generator) -> tuple[Neuron, list[Problem]]:
    """The document's neuron and data; and it as a problem, then the same with weight decay."""
    x, labels = datasets.blobs(1000, rng=0)
    x, labels = np.column_stack([x, np.ones(len(x))]), labels.ravel()
    start = np.zeros(3)
    problem = convex.logistic("neuron", x, labels, 0.0, start)
    decayed = [convex.logistic(f"neuron, decay {decay}", x, labels, decay, start) for decay in (0.01, 0.1)]
    steps, step = int(PUBLISHED["steps"]), PUBLISHED["learning_rate"]
    final = np.array([_weights(problem, SGD(step), steps, rng.normal(size=3))[-1] for _ in range(100)])
    tuned = {method.name: method.optimizer for method in theory.methods(problem.curvatures)}
    shown = {f"gradient descent, h = {step}": SGD(step), **{name: tuned[name] for name in tuned if "same" not in name}}
    paths = {name: _weights(problem, optimizer, 1000, start) for name, optimizer in shown.items()}
    return Neuron(
        x, labels, problem.minimum, np.array([_accuracy(x, labels, w) for w in final]),
        np.array([problem.value(w) for w in final]), problem.value(problem.minimum),
        _accuracy(x, labels, problem.minimum), paths,
    ), [problem, *decayed]  # fmt: skip


def _accuracy(x: Array, labels: Array, w: Array) -> float:
    return float(np.mean((x @ w >= 0) == (labels > 0.5)))


def _weights(problem: Problem, optimizer: Optimizer, steps: int, start: Array) -> Array:
    """Parameters (steps + 1, p) before and after every step from `start`."""
    state, path = TrainState(start.copy(), optimizer), [start]
    for _ in range(steps):
        state.apply(problem.gradient(state.theta))
        path.append(state.theta.copy())
    return np.array(path)


def on_separable(steps: int, rng: np.random.Generator) -> Separable:
    """Gradient descent with h = 1 / L on forty points that a line through the origin separates."""
    labels = np.arange(40) % 2
    x = rng.normal(size=(40, 2))
    x[:, 0] = np.where(labels, 1, -1) * (0.3 + np.abs(x[:, 0]))
    value, gradient = convex.log_loss(x, labels, 0.0)
    margin, _ = convex.largest_margin(x, labels)
    rate = 4 / float(np.linalg.eigvalsh(x.T @ x / len(x))[-1])
    recorded = np.unique(np.geomspace(1, steps, CURVE_POINTS).astype(int))
    state, losses, margins = TrainState(np.zeros(2), SGD(rate)), [], []
    signed = np.where(labels, 1, -1)[:, np.newaxis] * x
    recorded_steps = set(recorded.tolist())
    for t in range(1, steps + 1):
        state.apply(gradient(state.theta))
        if t in recorded_steps:
            losses.append(value(state.theta))
            margins.append(float((signed @ state.theta).min() / np.linalg.norm(state.theta)))
    late = recorded >= steps / 10
    exponent = float(np.polyfit(np.log(recorded[late]), np.log(np.array(losses)[late]), 1)[0])
    return Separable(margin, rate, recorded, np.array(losses), np.array(margins), exponent)
