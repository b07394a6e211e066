"""How far from the minimum stochastic gradient descent stays: least squares, where it can be worked out exactly.

With a constant learning rate h, the error e of stochastic gradient descent does not vanish; it becomes a random walk
in a bowl, with a covariance S. The loss is then above its least by ``tr(H S) / 2``, the noise floor. For the loss
``mean (w.x_n - y_n)^2 / 2``, H is the Hessian, G the covariance of the gradients of single samples at the minimum, and
b samples are drawn for each step independently. Three answers, each more exact than the one before::

    proportional   tr(H S) / 2 = h tr(G) / (4 b)                                    h small
    Lyapunov       S = (1 - h H) S (1 - h H) + h^2 G / b                            the noise is that at the minimum
    exact          S = (1 - h H) S (1 - h H) + h^2 (G + E[(H_n - H) S (H_n - H)]) / b     H_n = x_n x_n^T

The last is linear in S, and solved as such (Bach and Moulines, NIPS 2013, study the same recursion).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from minnet.errors import SettingError, check_range
from minnet.optimizers import Optimizer
from minnet.training import TrainState
from minnet.types import Array


@dataclass(frozen=True)
class LeastSquares:
    """The mean of (w.x_n - y_n)^2 / 2 over samples x (n, p), y (n,)."""

    x: Array
    y: Array

    @cached_property
    def hessian(self) -> Array:
        """H (p, p)."""
        return self.x.T @ self.x / len(self.x)

    @cached_property
    def minimum(self) -> Array:
        return np.linalg.lstsq(self.x, self.y, rcond=None)[0]

    @cached_property
    def noise(self) -> Array:
        """G (p, p): the covariance of the gradients of single samples, drawn at random, at the minimum."""
        gradients = (self.x @ self.minimum - self.y)[:, np.newaxis] * self.x
        return gradients.T @ gradients / len(self.x)

    @cached_property
    def fourth(self) -> Array:
        """The mean over n of the Kronecker products H_n x H_n, less H x H (p^2, p^2): acts on a raveled S."""
        products = np.einsum("ni,nj->nij", self.x, self.x).reshape(len(self.x), -1)
        p = self.x.shape[1]
        mean = (products.T @ products / len(self.x)).reshape(p, p, p, p).transpose(0, 2, 1, 3).reshape(p * p, p * p)
        return mean - np.kron(self.hessian, self.hessian)

    def excess(self, errors: Array) -> Array:
        """By how much the loss at minimum + errors (..., p) is above its least (...)."""
        return np.einsum("...i,ij,...j->...", errors, self.hessian, errors) / 2


def floor(problem: LeastSquares, covariance: Array) -> float:
    """``tr(H S) / 2``: the mean excess of the loss, for errors of covariance S (p, p)."""
    return float(np.trace(problem.hessian @ covariance)) / 2


def proportional_floor(problem: LeastSquares, learning_rate: float, batch_size: int) -> float:
    """``h tr(G) / (4 b)``: the noise floor for small learning rates."""
    return learning_rate * float(np.trace(problem.noise)) / (4 * batch_size)


def lyapunov_covariance(problem: LeastSquares, learning_rate: float, batch_size: int) -> Array:
    """S (p, p) if the noise of the gradients were everywhere as it is at the minimum."""
    contraction = np.eye(len(problem.hessian)) - learning_rate * problem.hessian
    return solve_discrete_lyapunov(contraction, learning_rate**2 * problem.noise / batch_size)


def exact_covariance(problem: LeastSquares, learning_rate: float, batch_size: int) -> Array:
    """S (p, p), for any learning rate at which it is finite.

    Raises
    ------
    SettingError
        The learning rate is so large that the errors grow without end, in the mean of their squares.
    """
    p = len(problem.hessian)
    contraction = np.eye(p) - learning_rate * problem.hessian
    transition = np.kron(contraction, contraction) + learning_rate**2 / batch_size * problem.fourth
    if not np.abs(np.linalg.eigvals(transition)).max() < 1:
        raise SettingError(f"exact_covariance: with learning_rate={learning_rate!r} the errors grow without end")
    noise = learning_rate**2 / batch_size * problem.noise
    return np.linalg.solve(np.eye(p * p) - transition, noise.ravel()).reshape(p, p)


def stationary_noise(problem: LeastSquares, learning_rate: float, batch_size: int) -> Array:
    """The covariance (p, p) of the noise in a batch's gradient, at errors as `exact_covariance` has them."""
    state_noise = (problem.fourth @ exact_covariance(problem, learning_rate, batch_size).ravel()).reshape(
        problem.noise.shape
    )
    return (problem.noise + state_noise) / batch_size


def exponential_floor(problem: LeastSquares, learning_rate: float, batch_size: int, beta: float) -> float:
    """The floor of `minnet.Averaged`: the Lyapunov equation of the error and its average, two vectors as one."""
    identity = np.eye(len(problem.hessian))
    contraction = identity - learning_rate * problem.hessian
    transition = np.block([[contraction, 0 * identity], [beta * contraction, (1 - beta) * identity]])
    injection = np.vstack([identity, beta * identity])
    noise = learning_rate**2 * injection @ stationary_noise(problem, learning_rate, batch_size) @ injection.T
    return floor(problem, solve_discrete_lyapunov(transition, noise)[len(identity) :, len(identity) :])


def mean_excess(problem: LeastSquares, learning_rate: float, batch_size: int) -> float:
    """``tr(H^-1 N) / 2``, N the noise of a gradient: times 1 / n, the excess of the mean of n steps, for large n.

    It hardly depends on the learning rate (Polyak and Juditsky, SIAM J. Control Optim. 30, 1992, theorem 1).
    """
    return float(np.trace(np.linalg.solve(problem.hessian, stationary_noise(problem, learning_rate, batch_size)))) / 2


@dataclass(frozen=True)
class Walks:
    """Independent walks side by side.

    Attributes
    ----------
    steps : array (s,)
        The numbers of the recorded steps.
    excess : array (s,)
        Mean over the walks of the excess of the loss at these steps, at the parameters the optimizer means to be used.
    excess_of_mean : array (s,)
        The same at the plain mean of all parameters up to the step.
    """

    steps: Array
    excess: Array
    excess_of_mean: Array


def walk(
    problem: LeastSquares,
    optimizer: Optimizer,
    batch_size: int,
    record_at: Array,
    *,
    walks: int,
    rng: np.random.Generator,
    reshuffled: bool = False,
) -> Walks:
    """Stochastic gradient descent from the minimum, `walks` times at once, in one vector of parameters.

    Batches are drawn independently, or, `reshuffled`, taken in turn from all samples in a new order every epoch, as
    `minnet.fit` does. `record_at` (s,) are the steps to record, ascending.

    Raises
    ------
    SettingError
        The batch size is out of range, or reshuffled epochs do not divide into it.
    DivergenceError
        The learning rate is too large.
    """
    n, p = problem.x.shape
    if not isinstance(optimizer.learning_rate, float | int):
        raise SettingError(f"walk: the learning rate must be a number, not {optimizer.learning_rate!r}")
    check_range("walk", batch_size=(batch_size, lambda b: 1 <= b <= n, f"in 1 ... {n}"))
    if reshuffled and n % batch_size:
        raise SettingError(f"walk: batches of {batch_size} do not divide {n} samples")
    theta = np.tile(problem.minimum, walks)
    state, grad, mean = TrainState(theta, optimizer), np.empty_like(theta), np.zeros_like(theta)
    order = np.tile(np.arange(n), (walks, 1))
    excess: list[float] = []
    excess_of_mean: list[float] = []
    recorded = set(map(int, record_at))
    for t in range(1, int(record_at[-1]) + 1):
        if reshuffled:
            first = (t - 1) * batch_size % n
            if first == 0:
                order = rng.permuted(order, axis=1)
            rows = order[:, first : first + batch_size]
        else:
            rows = rng.integers(n, size=(walks, batch_size))
        x = problem.x[rows]
        residuals = (x @ theta.reshape(walks, p, 1))[..., 0] - problem.y[rows]
        grad[:] = ((residuals[:, np.newaxis] @ x)[:, 0] / batch_size).ravel()
        state.apply(grad)
        mean += (theta - mean) / t
        if t in recorded:
            for history, parameters in ((excess, state.evaluated()), (excess_of_mean, mean)):
                history.append(float(problem.excess(parameters.reshape(walks, p) - problem.minimum).mean()))
    return Walks(np.asarray(record_at), np.array(excess), np.array(excess_of_mean))
