"""How far from the minimum noise keeps stochastic gradient descent: walks, held against `minnet.numerics`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from minnet.numerics.descent import gradient_noise
from minnet.numerics.descent.gradient_noise import LeastSquares
from minnet.optimizers import SGD, Averaged
from minnet.types import Array

if TYPE_CHECKING:
    from minnet.experiments.adam.optimizer_rates import Config


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
    """The excess of the loss at means of parameters: measured at steps (kept,), and predicted.

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


def least_squares(samples: int, rng: np.random.Generator) -> LeastSquares:
    """Five features of different size, and targets with noise."""
    x = rng.normal(size=(samples, 5)) * np.linspace(1, 0.4, 5)
    return LeastSquares(x, x @ rng.normal(size=5) + 0.5 * rng.normal(size=samples))


def floors(config: "Config", problem: LeastSquares, rng: np.random.Generator) -> list[Floor]:
    """Noise floors, at the ends of epochs, after five times as many steps as the slowest mean square forgets in."""
    found: list[Floor] = []
    slowest = float(np.linalg.eigvalsh(problem.hessian)[0])
    for rate in config.learning_rates:
        for size in config.batch_sizes:
            epochs = -(-int(2.5 / (rate * slowest)) // config.samples)
            kept = np.arange(epochs, 4 * epochs + 1) * config.samples
            walks = [
                gradient_noise.walk(problem, SGD(rate), size, kept, walks=config.walks, rng=rng, reshuffled=again)
                for again in (False, True)
            ]
            covariances = [f(problem, rate, size)
                           for f in (gradient_noise.lyapunov_covariance, gradient_noise.exact_covariance)]  # fmt: skip
            predicted = [gradient_noise.floor(problem, covariance) for covariance in covariances]
            proportional = gradient_noise.proportional_floor(problem, rate, size)
            found.append(Floor(rate, size, proportional, *predicted, *(float(walk.excess.mean()) for walk in walks)))
    return found


def means(config: "Config", problem: LeastSquares, rng: np.random.Generator) -> list[Mean]:
    """Plain and exponential means of descents by single samples, at the least and the largest learning rate but one."""
    made: list[Mean] = []
    for rate in dict.fromkeys((min(config.learning_rates), sorted(config.learning_rates)[-2:][0])):
        kept = np.unique(np.geomspace(1, config.mean_steps, 60).astype(int))
        walks = gradient_noise.walk(problem, SGD(rate), 1, kept, walks=config.walks, rng=rng)
        made.append(Mean(rate, 0.0, gradient_noise.mean_excess(problem, rate, 1), kept, walks.excess_of_mean))
        for beta in (0.1, 0.01):
            optimizer, late = Averaged(SGD(rate), beta), np.arange(config.mean_steps // 20, config.mean_steps + 1, 10)
            walks = gradient_noise.walk(problem, optimizer, 1, late, walks=config.walks, rng=rng)
            made.append(Mean(rate, beta, gradient_noise.exponential_floor(problem, rate, 1, beta), late, walks.excess))
    return made
