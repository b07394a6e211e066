"""How fast an optimizer must be on a convex problem, in theory, and how fast it is.

On a quadratic, gradient descent and its momenta are linear recurrences: in each eigendirection of the Hessian, of
curvature c, the error obeys ``(e_t, e_{t-1}) = C (e_{t-1}, e_{t-2})`` with a 2 x 2 companion matrix C. The spectral
radius of the worst C is the factor by which the error shrinks per step, and ``-log factor`` is called the rate here.
Near the minimum of any smooth convex function the same holds with the Hessian there.

Symbols: L and mu are the largest and the smallest curvature, kappa = L / mu, h the learning rate, m the momentum.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from minnet.errors import DivergenceError, SettingError
from minnet.numerics.descent.convex import Problem
from minnet.optimizers import SGD, Adam, Averaged, Optimizer
from minnet.training import TrainState
from minnet.types import Array


def companion(curvature: float, learning_rate: float, momentum: float = 0.0, nesterov: bool = False) -> Array:
    """C (2, 2), which takes (e_t, e_{t-1}) to (e_{t+1}, e_t) on ``f(e) = curvature e^2 / 2``.

    With Nesterov's momentum, e is where gradients are taken, as in `minnet.SGD`. The first step, from rest, is
    ``e_1 = (1 - h c) e_0``, with Nesterov's momentum ``(1 - h c (1 + m)) e_0``; C makes all that follow.
    """
    contraction = 1 - learning_rate * curvature
    first_row = (
        ((1 + momentum) * contraction, -momentum * contraction) if nesterov else (contraction + momentum, -momentum)
    )
    return np.array([first_row, (1.0, 0.0)])


def factor(curvatures: Array, learning_rate: float, momentum: float = 0.0, nesterov: bool = False) -> float:
    """The factor per step in the end: the largest spectral radius of `companion` over curvatures (p,).

    Examples
    --------
    >>> round(factor([0.25, 1.0], learning_rate=1.6), 12)  # gradient descent: (kappa - 1) / (kappa + 1)
    0.6
    """
    matrices = np.array([companion(c, learning_rate, momentum, nesterov) for c in np.asarray(curvatures)])
    return float(np.abs(np.linalg.eigvals(matrices)).max())


@dataclass(frozen=True)
class Method:
    """An optimizer, tuned by theory.

    Attributes
    ----------
    name : str
    optimizer : Optimizer
        Its learning rate is a constant.
    factor : float
        By which theory says that the error shrinks per step, in the end.
    transient : int
        The error goes as ``t^transient factor^t``: 1 where a companion matrix has a double eigenvalue.
    """

    name: str
    optimizer: Optimizer
    factor: float
    transient: int = 0

    @property
    def rate(self) -> float:
        """``-log factor``, per step."""
        return -float(np.log(self.factor))


def methods(curvatures: Array, beta: float = 0.1) -> list[Method]:
    """Gradient descent and its momenta with the parameters that are best for these curvatures (p,), ascending.

    Polyak (1964), section 2: h = 4 / (sqrt L + sqrt mu)^2 and m = ((sqrt kappa - 1) / (sqrt kappa + 1))^2 make the
    factor sqrt m. Nesterov (Introductory lectures, 2004, scheme 2.2.11): h = 1 / L and
    m = (sqrt kappa - 1) / (sqrt kappa + 1) make it 1 - 1 / sqrt kappa. Both stand at the edge between creeping and
    swinging, where a companion matrix has a double eigenvalue. An exponential average of weight `beta` adds the
    eigenvalue 1 - beta.

    Raises
    ------
    SettingError
        All curvatures are the same, or one is not positive.
    """
    low, high = float(curvatures[0]), float(curvatures[-1])
    if not 0 < low < high:
        raise SettingError(f"methods: curvatures must be positive and not all the same, not from {low} to {high}")
    root = np.sqrt(high / low)
    ratio = float((root - 1) / (root + 1))
    best, polyak = 2 / (low + high), float(4 / (np.sqrt(low) + np.sqrt(high)) ** 2)
    shrink = factor(curvatures, best)
    return [
        Method("gradient descent, h = 1/L", SGD(1 / high), factor(curvatures, 1 / high)),
        Method("gradient descent, h = 2/(L+mu)", SGD(best), shrink),
        Method(f"the same, averaged (beta {beta})", Averaged(SGD(best), beta), max(shrink, 1 - beta)),
        Method("heavy ball, Polyak's h and m", SGD(polyak, ratio**2), factor(curvatures, polyak, ratio**2), 1),
        Method(
            "the same h and m, dialect 'average'",
            SGD(polyak, ratio**2, dialect="average"),
            factor(curvatures, polyak * (1 - ratio**2), ratio**2),
        ),
        Method("Nesterov", SGD(1 / high, ratio, nesterov=True), factor(curvatures, 1 / high, ratio, True), 1),
    ]


@dataclass(frozen=True)
class Descent:
    """The record of `descend`: distances from the minimum (steps + 1,), and the parameters and slots at the end."""

    distances: Array
    theta: Array
    slots: Array

    @property
    def steps(self) -> int:
        return len(self.distances) - 1


def descend(
    problem: Problem,
    optimizer: Optimizer,
    steps: int,
    until: float | None = None,
    watch: Callable[[int, Array], None] | None = None,
) -> Descent:
    """At most `steps` steps from the problem's start, ending early when the distance is below `until` or not finite.

    Distances are those of the parameters that the optimizer means to be used (an average, if it keeps one). After each
    step, ``watch(t, slots)`` may look at what the optimizer remembers.
    """
    if not isinstance(optimizer.learning_rate, float | int):
        raise SettingError(f"descend: the learning rate must be a number, not {optimizer.learning_rate!r}")
    state = TrainState(np.array(problem.start, dtype=float), optimizer)
    distances = np.full(steps + 1, np.inf)
    distances[0] = np.linalg.norm(state.theta - problem.minimum)
    last = steps
    for t in range(1, steps + 1):
        try:
            state.apply(problem.gradient(state.theta))
        except DivergenceError:
            last = t
            break
        error = state.evaluated() - problem.minimum
        distances[t] = np.sqrt(error @ error)
        if watch is not None:
            watch(t, state.slots)
        if not distances[t] < np.inf or (until is not None and distances[t] <= until):
            last = t
            break
    return Descent(distances[: last + 1], state.theta, state.slots)


def measured_rate(distances: Array, transient: int = 0) -> float:
    """Minus the slope of ``log(distance / t^transient)`` over the later half of the steps, by least squares.

    Examples
    --------
    >>> t = np.arange(101)
    >>> round(float(measured_rate(0.5**t)), 12), round(float(measured_rate(t * 0.5**t, 1) / np.log(2)), 12)
    (0.69314718056, 1.0)
    """
    t = np.arange(len(distances))[max(1, len(distances) // 2) :]
    return -float(np.polyfit(t, np.log(distances[t]) - transient * np.log(t), 1)[0])


def adagrad_rate(problem: Problem, learning_rate: float, sums: Array) -> float:
    """AdaGrad's rate in the end, from the sums of squared gradients (p,) it has arrived at.

    The sums converge when the gradients fall fast enough, and AdaGrad is then gradient descent with the constant
    preconditioner ``D = diag(sums)^(-1/2)``: the factor is the spectral radius of ``1 - h D A``.
    """
    eigenvalues = np.linalg.eigvals(np.eye(len(sums)) - learning_rate * problem.hessian / np.sqrt(sums)[:, np.newaxis])
    return -float(np.log(np.abs(eigenvalues).max()))


def rmsprop_orbit(curvatures: Array, learning_rate: float, epsilon: float = 1e-8) -> float:
    """How far from the minimum RMSProp stays, on a quadratic whose eigenvectors are the axes.

    Each coordinate jumps between x and -x: the mean square is then g^2 exactly, and the step
    ``2 x = h c x / (c x + epsilon)``, so ``x = h / 2 - epsilon / c`` for any curvature c: half a learning rate.
    """
    return float(np.linalg.norm(np.maximum(learning_rate / 2 - epsilon / np.asarray(curvatures), 0)))


def adam_curvature(problem: Problem, optimizer: Adam, t: int, slots: Array) -> float:
    """The largest curvature as Adam sees it after t steps, times its learning rate: that of ``D A D``, D = v^(-1/4).

    Here v is the corrected second moment. Adam with v held fixed is a heavy ball in dialect "average", which is stable
    below ``2 (1 + beta_1) / (1 - beta_1)``: `adam_edge`.
    """
    scale = ((1 - optimizer.beta_2**t) / slots[1]) ** 0.25
    scaled_hessian = scale[:, np.newaxis] * problem.hessian * scale
    return float(optimizer.learning_rate) * float(np.linalg.eigvalsh(scaled_hessian)[-1])  # type: ignore[arg-type]


def adam_edge(beta_1: float) -> float:
    """``2 (1 + beta_1) / (1 - beta_1)``, beyond which Adam is not stable (Cohen et al., arXiv:2207.14484, 2022, eq. 2).

    As gradients shrink, v shrinks, and `adam_curvature` grows until it is there; then the error grows, and v with it.

    Examples
    --------
    >>> round(adam_edge(0.9), 9)
    38.0
    """
    return 2 * (1 + beta_1) / (1 - beta_1)
