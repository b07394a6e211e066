"""How far from the minimum noise keeps stochastic gradient descent: walks, held against `minnet.numerics`."""

import numpy as np

from minnet.experiments.adam.optimizer_rates.result import Config, Floor, Mean
from minnet.numerics.descent import gradient_noise
from minnet.numerics.descent.gradient_noise import LeastSquares
from minnet.optimizers import SGD, Averaged


def least_squares(samples: int, rng: np.random.Generator) -> LeastSquares:
    """Five features of different size, and targets with noise."""
    x = rng.normal(size=(samples, 5)) * np.linspace(1, 0.4, 5)
    return LeastSquares(x, x @ rng.normal(size=5) + 0.5 * rng.normal(size=samples))


def measure_floors(config: Config, problem: LeastSquares, rng: np.random.Generator) -> list[Floor]:
    """Noise floors, at the ends of epochs, after five times as many steps as the slowest mean square forgets in."""
    results: list[Floor] = []
    slowest = float(np.linalg.eigvalsh(problem.hessian)[0])
    for rate in config.learning_rates:
        for size in config.batch_sizes:
            epochs = -(-int(2.5 / (rate * slowest)) // config.samples)
            recorded = np.arange(epochs, 4 * epochs + 1) * config.samples
            walks = [
                gradient_noise.walk(
                    problem, SGD(rate), size, recorded, walks=config.walks, rng=rng, reshuffled=reshuffled
                )
                for reshuffled in (False, True)
            ]
            covariances = [f(problem, rate, size)
                           for f in (gradient_noise.lyapunov_covariance, gradient_noise.exact_covariance)]  # fmt: skip
            predicted = [gradient_noise.floor(problem, covariance) for covariance in covariances]
            proportional = gradient_noise.proportional_floor(problem, rate, size)
            results.append(Floor(rate, size, proportional, *predicted, *(float(walk.excess.mean()) for walk in walks)))
    return results


def measure_means(config: Config, problem: LeastSquares, rng: np.random.Generator) -> list[Mean]:
    """Plain and exponential means of descents by single samples, at the least and the largest learning rate but one."""
    results: list[Mean] = []
    for rate in dict.fromkeys((min(config.learning_rates), sorted(config.learning_rates)[-2:][0])):
        recorded = np.unique(np.geomspace(1, config.mean_steps, 60).astype(int))
        walks = gradient_noise.walk(problem, SGD(rate), 1, recorded, walks=config.walks, rng=rng)
        results.append(Mean(rate, 0.0, gradient_noise.mean_excess(problem, rate, 1), recorded, walks.excess_of_mean))
        for beta in (0.1, 0.01):
            optimizer, late = Averaged(SGD(rate), beta), np.arange(config.mean_steps // 20, config.mean_steps + 1, 10)
            walks = gradient_noise.walk(problem, optimizer, 1, late, walks=config.walks, rng=rng)
            results.append(
                Mean(rate, beta, gradient_noise.exponential_floor(problem, rate, 1, beta), late, walks.excess)
            )
    return results
