"""How fast optimizers converge where theory says how fast they must, and how far from the minimum noise keeps them.

N. Provost and Z. Akakpo, "Adam Optimizer" (2023), compare optimizers on one task, by losses after 3000 steps. Here each
is held against a number worked out beforehand. The rate is -log of the factor by which the distance from the minimum
shrinks per step; on quadratics of condition numbers kappa from 10 to 10 000 every measured rate is within 3 per cent of
the predicted one: 1 / kappa or 2 / kappa for gradient descent, 2 / sqrt(kappa) for Polyak's heavy ball, 1 / sqrt(kappa)
for Nesterov's momentum. For these two the 3 per cent are a transient, t factor^t; with it divided out, 0.2 are left.
The momentum of many courses, v = m v + (1 - m) g, loses the gain unless its learning rate is raised by 1 / (1 - m).

The adaptive optimizers have no such theory. AdaGrad converges at the rate that the sums it has arrived at predict;
along the axes that is the same for every kappa, along other directions it falls like that of gradient descent. RMSProp
stays half a learning rate away in every coordinate. Adam comes much nearer, then returns in bursts: its memory of the
large gradients fades until the curvature it sees is at the edge of stability, 38 / h, where it stays within 4 per cent.

The document's neuron, at its learning rate of 0.1, needs 192 000 steps to be within 1e-11 of the best weights, where
Polyak's heavy ball needs 326; its hundred steps leave an accuracy of 0.938 (published: 0.945), and the best weights
have 0.957. Where classes can be separated, there are none, and the loss falls as t^-0.96 after 200 000 steps, t^-1 in
theory.

The floor that noise puts under stochastic gradient descent is where the exact equation has it, within 3 per cent. It is
proportional to learning rate / batch size while both are moderate; at the largest learning rate single samples stay
nearly twice as high, for their noise grows with the error. Epochs in a new order each, as `minnet.fit` takes them, end
up to thousands of times lower, and no lower there.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from minnet import datasets
from minnet.errors import check_range
from minnet.experiments.parts import Drawing, Table, setting
from minnet.numerics import convex, gradient_noise
from minnet.numerics import rates as theory
from minnet.numerics.convex import Problem
from minnet.numerics.gradient_noise import LeastSquares
from minnet.numerics.rates import Method
from minnet.optimizers import SGD, AdaGrad, Adam, Averaged, RMSProp
from minnet.types import Array

# One neuron, 1000 points in two blobs, learning rate 0.1, 100 steps of gradient descent from random weights.
PUBLISHED: dict[str, float] = {"accuracy": 0.945, "learning_rate": 0.1, "steps": 100}
KEPT = 400  # points of a curve that are kept


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
        for name, least in (("dimension", 2), ("adaptive_steps", 100), ("separable_steps", 100), ("samples", 8),
                            ("walks", 2), ("mean_steps", 100), ("folds", 5)):  # fmt: skip
            at_least = (lambda n, least=least: n >= least), f"at least {least}"
            check_range("optimizer-rates", **{name: (getattr(self, name), *at_least)})
        divides = (lambda size: size >= 1 and self.samples % size == 0), f"divisors of samples={self.samples}"
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
    steps, distances : array (KEPT,) or shorter
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

    `predicted` is what is known of it, or NaN; `curvature` the median of Adam's own largest curvature times its
    learning rate in the same steps, or NaN for RMSProp and along the axes, where coordinates do not feel each other.
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
        records += [plain("floor", found) for found in self.floors]
        records += [plain("mean", mean) | {"measured": mean.measured} for mean in self.means]
        neuron = {"accuracy": float(np.median(self.neuron.accuracies)), "loss": float(np.median(self.neuron.losses))}
        at_best = {"least_loss": self.neuron.least, "accuracy_at_minimum": self.neuron.accuracy_at_minimum}
        separable = plain("separable", self.separable) | {"ratio": float(self.separable.ratios[-1])}
        return [*records, separable, {"kind": "neuron", **neuron, **at_best}]

    def arrays(self) -> dict[str, Array]:
        """Steps and distances (2, kept) of paths; steps, losses and margins of separable classes; means (2, kept)."""
        named = {f"{r.problem}, {r.condition:.5g}, {r.method}": np.array([r.steps, r.distances]) for r in self.rates}
        for hover in self.hovers:
            name = f"{hover.problem}, {hover.condition:.5g}, {hover.method}, {hover.learning_rate}"
            named[name] = np.array([hover.steps, hover.distances])
        for mean in self.means:
            named[f"mean, {mean.learning_rate}, {mean.beta}"] = np.array([mean.steps, mean.excess])
        found = self.separable
        return named | {"separable": np.array([found.steps, found.losses, found.margins])}


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Predict and measure everything; it takes too little time to keep anything on the way.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
        For the axes of the quadratics, the data, and the stochastic descents.
    progress : bool
        Say what is being measured.
    checkpoints : Path, optional
        Not used.
    """
    streams = np.random.default_rng(rng).spawn(5)

    def tell(what: str) -> None:
        if progress:
            print(f"optimizer-rates: {what}", flush=True)

    tell("quadratics")
    rates, hovers = _quadratics(config, streams[0])
    tell("logistic regression")
    neuron, problems = _neuron(streams[1])
    for problem in problems:
        chosen = theory.methods(problem.curvatures, config.beta)
        if problem is problems[0]:
            step = PUBLISHED["learning_rate"]
            known = theory.factor(problem.curvatures, step)
            chosen.append(Method(f"gradient descent, the document's h = {step}", SGD(step), known))
        rates += [_rate(problem, method, config.accuracy) for method in chosen]
    separable = _separable(config.separable_steps, streams[2])
    tell("noise")
    least = _least_squares(config.samples, streams[3])
    return Result(config, rates, hovers, separable, neuron, _floors(config, least, streams[3]),
                  _means(config, least, streams[4]))  # fmt: skip


def _rate(problem: Problem, method: Method, until: float) -> Rate:
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
    steps = np.concatenate([np.linspace(0, last, KEPT // 2), np.geomspace(1, last, KEPT // 2)])
    steps = np.unique(np.rint(steps).astype(int))
    return steps, path[steps]


def _quadratics(config: Config, rng: np.random.Generator) -> tuple[list[Rate], list[Hover]]:
    rates: list[Rate] = []
    hovers: list[Hover] = []
    until = float(np.exp(-config.folds))
    for condition in config.conditions:
        rotated = convex.quadratic(condition, config.dimension, rng)
        rates += [_rate(rotated, method, until) for method in theory.methods(rotated.curvatures, config.beta)]
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
    known = np.nan
    if isinstance(optimizer, RMSProp) and not coupled:
        known = theory.rmsprop_orbit(problem.curvatures, rate, optimizer.epsilon) / rate
    name = type(optimizer).__name__
    return Hover(
        problem.name, condition, name, rate, float(known), float(np.median(late)) / rate, float(late.max()) / rate,
        float(np.median(curvatures)) if curvatures else np.nan, *_thinned(path),
    )  # fmt: skip


def _neuron(rng: np.random.Generator) -> tuple[Neuron, list[Problem]]:
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


def _separable(steps: int, rng: np.random.Generator) -> Separable:
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


def _least_squares(samples: int, rng: np.random.Generator) -> LeastSquares:
    """Five features of different size, and targets with noise."""
    x = rng.normal(size=(samples, 5)) * np.linspace(1, 0.4, 5)
    return LeastSquares(x, x @ rng.normal(size=5) + 0.5 * rng.normal(size=samples))


def _floors(config: Config, problem: LeastSquares, rng: np.random.Generator) -> list[Floor]:
    """Noise floors, at the ends of epochs, after five times as many steps as the slowest mean square forgets in."""
    floors = []
    slowest = float(np.linalg.eigvalsh(problem.hessian)[0])
    for rate in config.learning_rates:
        for size in config.batch_sizes:
            epochs = -(-int(2.5 / (rate * slowest)) // config.samples)
            kept = np.arange(epochs, 4 * epochs + 1) * config.samples
            measured = [
                gradient_noise.walk(problem, SGD(rate), size, kept, walks=config.walks, rng=rng, reshuffled=again)
                for again in (False, True)
            ]
            covariances = [f(problem, rate, size)
                           for f in (gradient_noise.lyapunov_covariance, gradient_noise.exact_covariance)]  # fmt: skip
            predicted = [gradient_noise.floor(problem, covariance) for covariance in covariances]
            proportional = gradient_noise.proportional_floor(problem, rate, size)
            found = [float(walks.excess.mean()) for walks in measured]
            floors.append(Floor(rate, size, proportional, *predicted, *found))
    return floors


def _means(config: Config, problem: LeastSquares, rng: np.random.Generator) -> list[Mean]:
    """Plain and exponential means of descents by single samples, at the least and the largest learning rate but one."""
    means = []
    for rate in dict.fromkeys((min(config.learning_rates), sorted(config.learning_rates)[-2])):
        kept = np.unique(np.geomspace(1, config.mean_steps, 60).astype(int))
        walks = gradient_noise.walk(problem, SGD(rate), 1, kept, walks=config.walks, rng=rng)
        means.append(Mean(rate, 0.0, gradient_noise.mean_excess(problem, rate, 1), kept, walks.excess_of_mean))
        for beta in (0.1, 0.01):
            optimizer, late = Averaged(SGD(rate), beta), np.arange(config.mean_steps // 20, config.mean_steps + 1, 10)
            walks = gradient_noise.walk(problem, optimizer, 1, late, walks=config.walks, rng=rng)
            means.append(Mean(rate, beta, gradient_noise.exponential_floor(problem, rate, 1, beta), late, walks.excess))
    return means


def table(result: Result) -> Table:
    """Every prediction and its measurement."""
    rows: list[tuple[str, ...]] = []
    for rate in result.rates:
        name = f"{rate.problem}, kappa {rate.condition:.4g}: {rate.method}"
        note = f"{rate.corrected / rate.predicted:.3f} with t divided out" if rate.transient else ""
        rows.append((name, "rate", *_compared(rate.predicted, rate.measured), note))
    for hover in result.hovers:
        name = f"{hover.problem}, kappa {hover.condition:.4g}: {hover.method}, h = {hover.learning_rate}"
        cells = (
            ("no theory", f"{hover.median:.2e}", "-")
            if np.isnan(hover.predicted)
            else _compared(hover.predicted, hover.median)
        )
        rows.append((name, "late distance / h", *cells, f"largest {hover.greatest:.3g}"))
        if not np.isnan(hover.curvature):
            cells = _compared(theory.adam_edge(0.9), hover.curvature)
            rows.append((name, "largest curvature it sees x h", *cells, "predicted: the edge of stability"))
    found = result.separable
    rows.append(("separable classes", "exponent of the loss", *_compared(-1, found.exponent), ""))
    earlier = found.ratios[np.searchsorted(found.steps, found.steps[-1] / 10)]
    short = f"{earlier:.3f} in a tenth of the steps; margin {found.margins[-1] / found.margin:.3f} of the largest"
    rows.append(("separable classes", "loss x margin^2 h t", *_compared(1, found.ratios[-1]), short))
    neuron, accuracy = result.neuron, PUBLISHED["accuracy"]
    at_best = f"{neuron.accuracy_at_minimum:.3f} at the minimum; 'predicted' is the published one"
    rows.append(("neuron, 100 steps", "accuracy", *_compared(accuracy, float(np.median(neuron.accuracies))), at_best))
    for floor in result.floors:
        note = f"h tr(G)/4b {floor.proportional:.2e}, Lyapunov {floor.lyapunov:.2e}, reshuffled {floor.reshuffled:.1e}"
        name = f"least squares, h = {floor.learning_rate}, batch {floor.batch_size}"
        rows.append((name, "noise floor", *_compared(floor.exact, floor.independent), note))
    for mean in result.means:
        kind = ("floor of Averaged", f"beta = {mean.beta}") if mean.beta else ("excess of the plain mean x n", "")
        cells = _compared(mean.predicted, mean.measured)
        rows.append((f"least squares, h = {mean.learning_rate}, batch 1", kind[0], *cells, kind[1]))
    return Table(("problem", "quantity", "predicted", "measured", "ratio", "note"), tuple(rows))


def _compared(predicted: float, measured: float) -> tuple[str, str, str]:
    return f"{predicted:.4g}", f"{measured:.4g}", f"{measured / predicted:.3f}"


def figures(result: Result) -> list[Drawing]:
    """Paths and rates on quadratics, adaptive optimizers, logistic regression, the neuron, noise floors and means."""
    from minnet.experiments import rate_drawings

    return rate_drawings.draw(result)
