"""Every optimizer rule in two spellings, minnet's and optax's, and the paths that both take over the same problems.

The spellings are texts, so that what is printed is what is run. Where optax has no such dialect, the rule is composed
of optax's own transforms; the note says so, and what its plain rule would do instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

import minnet as mn
from minnet import datasets, optimizers, schedules
from minnet.numerics.descent.landscapes import LANDSCAPES, Landscape, trajectory

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_enable_x64", True)

ROUNDING = 2.0**-52  # one unit in the last place
BATCH, BATCHES, HIDDEN = 16, 10, 8  # of the training problem


class Pair(NamedTuple):
    """One rule with one set of hyper-parameters."""

    name: str
    minnet: str
    optax: str
    note: str = ""

    @property
    def kind(self) -> str:
        """Its name in minnet's registry."""
        return self.minnet.partition("(")[0]

    def optimizers(self) -> tuple[mn.Optimizer, optax.GradientTransformation]:
        ours = vars(optimizers) | vars(schedules)
        return eval(self.minnet, ours), eval(self.optax, vars(optax) | {"jnp": jnp})


PAIRS = (
    Pair("SGD", "SGD(0.001)", "sgd(0.001)"),
    Pair("SGD heavy", "SGD(0.0002, 0.9)", "sgd(0.0002, momentum=0.9)", "the trace has no 1 - momentum in either"),
    Pair(
        "SGD heavy, Nesterov",
        "SGD(0.0002, 0.9, nesterov=True)",
        "sgd(0.0002, momentum=0.9, nesterov=True)",
        "both in the form of Bengio et al.: along momentum v + g",
    ),
    Pair(
        "SGD average",
        "SGD(0.001, 0.9, dialect='average')",
        "chain(ema(0.9, debias=False), scale_by_learning_rate(0.001))",
        "composed: optax.sgd has no factor 1 - momentum",
    ),
    Pair(
        "SGD average, Nesterov",
        "SGD(0.001, 0.9, nesterov=True, dialect='average')",
        "chain(scale(1 - 0.9), trace(0.9, nesterov=True), scale_by_learning_rate(0.001))",
        "composed, as above",
    ),
    Pair(
        "SGD velocity",
        "SGD(Exponential(0.0002, 1000), 0.9, dialect='velocity')",
        "chain(scale_by_learning_rate(lambda t: 0.0002 * 0.5 ** (jnp.float64(t) / 1000)), trace(0.9))",
        "composed: the learning rate before the trace, where a constant one would do the same behind it. Not "
        "optax.exponential_decay, which counts in float32, a deviation of 1e-8",
    ),
    Pair(
        "SGD velocity, Nesterov",
        "SGD(Exponential(0.0002, 1000), 0.9, nesterov=True, dialect='velocity')",
        "chain(scale_by_learning_rate(lambda t: 0.0002 * 0.5 ** (jnp.float64(t) / 1000)), trace(0.9, nesterov=True))",
        "composed, as above",
    ),
    Pair(
        "AdaGrad",
        "AdaGrad(0.1, epsilon=1e-300)",
        "adagrad(0.1, initial_accumulator_value=0.0, eps=0.0)",
        "optax has epsilon under the root and an accumulator from 0.1, minnet beside it and from 0; they are one only "
        "without epsilon: 1e-300 is lost in rounding but where all gradients were 0",
    ),
    Pair("AdaDelta", "AdaDelta(1.0)", "adadelta(1.0, rho=0.95, eps=1e-6)", "optax's default rho is 0.9"),
    Pair(
        "RMSProp",
        "RMSProp(0.01)",
        "rmsprop(0.01, decay=0.9, eps=1e-8, eps_in_sqrt=False)",
        "no bias correction and a start from 0 in both; epsilon beside the root",
    ),
    Pair("RMSProp, inside", "RMSProp(0.01, epsilon_inside=True)", "rmsprop(0.01, decay=0.9, eps=1e-8)"),
    Pair(
        "RMSProp, momentum",
        "RMSProp(0.002, momentum=0.9)",
        "rmsprop(0.002, decay=0.9, eps=1e-8, eps_in_sqrt=False, momentum=0.9)",
        "optax has the learning rate before the momentum, which a constant one does not show",
    ),
    Pair(
        "RMSProp, centered",
        "RMSProp(0.01, centered=True)",
        "rmsprop(0.01, decay=0.9, eps=1e-8, eps_in_sqrt=False, centered=True)",
        "NaN in optax, 0 in minnet where rounding makes a variance negative",
    ),
    Pair(
        "RMSProp, centered, inside",
        "RMSProp(0.01, centered=True, epsilon_inside=True)",
        "rmsprop(0.01, decay=0.9, eps=1e-8, centered=True)",
        "as above",
    ),
    Pair("Adam", "Adam(0.01)", "adam(0.01)", "both correct the bias; epsilon beside the corrected root"),
    Pair("Adam, inside", "Adam(0.01, epsilon_inside=True)", "adam(0.01, eps=0.0, eps_root=1e-8)"),
    Pair(
        "Adam, clipped",
        "Adam(0.01, global_clipnorm=1.0)",
        "chain(clip_by_global_norm(1.0), adam(0.01))",
        "composed: minnet's rules have the norm as an argument",
    ),
    Pair(
        "AdamW",
        "AdamW(Exponential(0.01, 1000), weight_decay=0.01)",
        "adamw(lambda t: 0.01 * 0.5 ** (jnp.float64(t) / 1000), weight_decay=0.01)",
        "decoupled decay, times the scheduled learning rate in both; optax's default is 1e-4",
    ),
    Pair(
        "AMSGrad, uncorrected",
        "AMSGrad(0.01, bias_correction=False)",
        "amsgrad(0.01, bias_correction_mu=False, bias_correction_nu=False)",
        "the paper's algorithm 2",
    ),
    Pair(
        "AMSGrad, corrected",
        "AMSGrad(0.01)",
        "inject_hyperparams(amsgrad, static_args=('bias_correction_mu', 'bias_correction_nu'))("
        "lambda t: 0.01 * jnp.sqrt(1 - 0.999 ** (t + 1)) / (1 - 0.9 ** (t + 1)), "
        "eps=lambda t: 1e-8 * jnp.sqrt(1 - 0.999 ** (t + 1)), bias_correction_mu=False, bias_correction_nu=False)",
        "composed: both correct, but minnet (as PyTorch) after the maximum, optax.amsgrad before it",
    ),
    Pair("NAdam", "NAdam(0.01)", "nadam(0.01)", "constant beta_1; Dozat's further factor beta_2 in neither"),
    Pair("RAdam", "RAdam(0.001)", "radam(0.001)", "tractable from a length of 5 (the authors' code)"),
    Pair("RAdam, 4", "RAdam(0.001, tractable_length=4.0)", "radam(0.001, threshold=4.0)", "from 4 (the paper)"),
    Pair("Lion", "Lion(0.001)", "lion(0.001, weight_decay=0.0)", "optax's default decay is 1e-3"),
    Pair("Lion, decay", "Lion(0.001, weight_decay=0.01)", "lion(0.001, weight_decay=0.01)", "decoupled in both"),
)


@dataclass(frozen=True)
class Problem:
    """What both descend.

    Attributes
    ----------
    name : str
    start : array (p,)
    gradient : function of theta (p,) and t = 0, 1, ...
        In JAX.
    path : function of a minnet optimizer and a number of steps
        The parameters (points, p) along minnet's own path, and the steps (points,) after which they are these.
    """

    name: str
    start: np.ndarray
    gradient: Callable[[Any, Any], Any]
    path: Callable[[mn.Optimizer, int], tuple[np.ndarray, np.ndarray]]


class Recorder(mn.Callback):
    """Remembers the parameters after every epoch."""

    def __init__(self, start: np.ndarray) -> None:
        self.points = [start]

    def on_epoch_end(self, run: mn.Run) -> None:
        self.points.append(run.net.theta.copy())


def problems() -> list[Problem]:
    """All landscapes, and a small network."""
    return [over(landscape) for landscape in LANDSCAPES.values()] + [network()]


def over(landscape: Landscape) -> Problem:
    """From where one usually begins; both take the gradient from the same formula."""
    return Problem(
        landscape.name,
        np.array(landscape.start),
        lambda theta, t: jnp.stack(landscape.gradient(theta[0], theta[1])),
        lambda optimizer, steps: (trajectory(landscape, optimizer, landscape.start, steps), np.arange(steps + 1)),
    )


def network() -> Problem:
    """2-8-1 with tanh, mean squared error, random minibatches of two circles, the same ten again and again.

    minnet's path is that of `minnet.fit` with compiled epochs, seen after each of them.
    """
    x, labels = datasets.circles(BATCH * BATCHES, noise=0.1, factor=0.3, rng=0)
    order = np.random.default_rng(1).permutation(len(x))
    x, y = x[order], labels[order, None].astype(float)
    start = mn.mlp([2, HIDDEN, 1], "tanh", rng=0).theta.copy()
    batches = jnp.asarray(x.reshape(BATCHES, BATCH, 2)), jnp.asarray(y.reshape(BATCHES, BATCH, 1))

    def loss(theta, x, y):
        W, b, V, c = jnp.split(theta, np.cumsum([2 * HIDDEN, HIDDEN, HIDDEN]))
        hidden = jnp.tanh(x @ W.reshape(2, HIDDEN) + b)
        return jnp.mean((hidden @ V.reshape(HIDDEN, 1) + c - y) ** 2)

    def gradient(theta, t):
        return jax.grad(loss)(theta, batches[0][t % BATCHES], batches[1][t % BATCHES])

    def path(optimizer, steps):
        net, recorder = mn.mlp([2, HIDDEN, 1], "tanh", rng=0), Recorder(start)
        epochs = steps // BATCHES
        settings = {"loss": mn.MeanSquaredError(), "batch_size": BATCH, "shuffle": False, "callbacks": [recorder]}
        history = mn.fit(net, x, y, optimizer=optimizer, epochs=epochs, **settings)
        assert history.compiled
        return np.array(recorder.points), BATCHES * np.arange(epochs + 1)

    return Problem("network", start, gradient, path)


def optax_paths(
    optimizer: optax.GradientTransformation, problem: Problem, steps: int, perturbed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Optax's path, and what rounding may make of it.

    A perturbed path starts 2^-52 away in every parameter, and every parameter and partial derivative of every step is
    in the last place one higher, one lower or as it was, at random.

    Returns
    -------
    paths (1 + perturbed, steps + 1, p)
        The first is not perturbed.
    gradients (steps, p)
        Along the first.
    """
    rng, p = np.random.default_rng(2), len(problem.start)
    noise = ROUNDING * rng.integers(-1, 2, (1 + perturbed, steps, 2, p))
    starts = problem.start + ROUNDING * rng.choice([-1.0, 1.0], (1 + perturbed, p))
    noise[0], starts[0] = 0.0, problem.start

    def step(carry, inputs):
        theta, state = carry
        t, (on_gradient, on_theta) = inputs
        grad = problem.gradient(theta, t) * (1 + on_gradient)
        updates, state = optimizer.update(grad, state, theta)
        theta = optax.apply_updates(theta, updates) * (1 + on_theta)
        return (theta, state), (theta, grad)

    @jax.jit
    @jax.vmap
    def run(start, noise):
        _, (path, gradients) = jax.lax.scan(step, (start, optimizer.init(start)), (jnp.arange(steps), noise))
        return jnp.vstack([start, path]), gradients

    paths, gradients = run(jnp.asarray(starts), jnp.asarray(noise))
    return np.asarray(paths), np.asarray(gradients[0])


def path_of_gradients(optimizer: mn.Optimizer, start: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Parameters (steps + 1, p) of minnet when it is handed these gradients (steps, p)."""
    state = mn.TrainState(start.copy(), optimizer)
    points = [start]
    for gradient in gradients:
        state.apply(gradient)
        points.append(state.theta.copy())
    return np.array(points)


def deviation(path: np.ndarray, reference: np.ndarray) -> float:
    """Largest over all points (n, p) but the start: the largest difference over the largest parameter up to there.

    Not over the largest at this point: Rosenbrock's valley passes near the origin, where rounding is not relative to
    what is left. Infinite if anything is not finite.
    """
    if not (np.isfinite(path).all() and np.isfinite(reference).all()):
        return np.inf
    largest = np.maximum.accumulate(np.abs(reference).max(axis=-1))
    return float((np.abs(path - reference).max(axis=-1)[1:] / largest[1:]).max())
