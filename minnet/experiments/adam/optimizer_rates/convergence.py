"""Optimizers on convex problems, followed to the minimum: their rates, or how far from it they hover."""

import numpy as np

from minnet.experiments.adam.optimizer_rates.result import CURVE_POINTS, Config, Hover, Rate
from minnet.numerics.descent import convex
from minnet.numerics.descent import rates as theory
from minnet.numerics.descent.convex import Problem
from minnet.numerics.descent.rates import Method
from minnet.optimizers import AdaGrad, Adam, RMSProp
from minnet.types import Array


def follow(problem: Problem, method: Method, until: float) -> Rate:
    """Follow a method until its distance from the minimum is `until`."""
    longest = int(5 * np.log(1e3 / until) / method.rate) + 100
    path = theory.descend(problem, method.optimizer, longest, until).distances
    condition = float(problem.curvatures[-1] / problem.curvatures[0])
    return Rate(
        problem.name, condition, method.name, method.rate, method.transient, theory.measured_rate(path),
        theory.measured_rate(path, method.transient), *_thinned(path),
    )  # fmt: skip


def _thinned(path: Array) -> tuple[Array, Array]:
    """Steps for linear and for logarithmic axes, half of them each, and the distances there."""
    last = len(path) - 1
    steps = np.concatenate([np.linspace(0, last, CURVE_POINTS // 2), np.geomspace(1, last, CURVE_POINTS // 2)])
    steps = np.unique(np.rint(steps).astype(int))
    return steps, path[steps]


def on_quadratics(config: Config, rng: np.random.Generator) -> tuple[list[Rate], list[Hover]]:
    """All methods on quadratics of every condition number; the adaptive ones also along the axes."""
    rates: list[Rate] = []
    hovers: list[Hover] = []
    until = float(np.exp(-config.folds))
    for condition in config.conditions:
        rotated = convex.quadratic(condition, config.dimension, rng)
        rates += [follow(rotated, method, until) for method in theory.methods(rotated.curvatures, config.beta)]
        for problem in (convex.quadratic(condition, config.dimension), rotated):
            rates.append(_adagrad(problem, condition, until))
            for rate in (0.01, 0.005):
                for optimizer in (RMSProp(rate), Adam(rate)):
                    hovers.append(_hover(problem, condition, optimizer, config.adaptive_steps))
    return rates, hovers


def _adagrad(problem: Problem, condition: float, until: float) -> Rate:
    """AdaGrad, whose rate is known when its sums are: afterwards."""
    optimizer = AdaGrad(0.5, epsilon=0.0)
    descent = theory.descend(problem, optimizer, 10**6, until)
    predicted = theory.adagrad_rate(problem, 0.5, descent.slots[0])
    measured = theory.measured_rate(descent.distances)
    name = "AdaGrad, h = 0.5, from its sums"
    return Rate(problem.name, condition, name, predicted, 0, measured, measured, *_thinned(descent.distances))


def _hover(problem: Problem, condition: float, optimizer: RMSProp | Adam, steps: int) -> Hover:
    coupled = not problem.name.endswith("axes")
    curvatures: list[float] = []

    def watch(t: int, slots: Array) -> None:
        if isinstance(optimizer, Adam) and coupled and t > steps // 2 and t % 20 == 0:
            curvatures.append(theory.adam_curvature(problem, optimizer, t, slots))

    path = theory.descend(problem, optimizer, steps, watch=watch).distances
    rate, late = float(optimizer.learning_rate), path[len(path) // 2 :]  # type: ignore[arg-type]
    predicted = np.nan
    if isinstance(optimizer, RMSProp) and not coupled:
        predicted = theory.rmsprop_orbit(problem.curvatures, rate, optimizer.epsilon) / rate
    name = type(optimizer).__name__
    return Hover(
        problem.name, condition, name, rate, float(predicted), float(np.median(late)) / rate, float(late.max()) / rate,
        float(np.median(curvatures)) if curvatures else np.nan, *_thinned(path),
    )  # fmt: skip
