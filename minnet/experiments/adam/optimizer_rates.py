"""How fast optimizers converge where theory says how fast they must, and how far from the minimum noise keeps them.

N. Provost and Z. Akakpo, "Adam Optimizer" (2023), compare optimizers on one task, by losses after 3000 steps. Here each
is held against a number worked out beforehand. The rate is -log of the factor by which the distance from the minimum
shrinks per step; on quadratics of condition numbers kappa from 10 to 10 000 every measured rate is within 3.1 per cent
of the predicted one: 1 / kappa or 2 / kappa for gradient descent, 2 / sqrt(kappa) for Polyak's heavy ball and
1 / sqrt(kappa) for Nesterov's momentum. For these two the 3 per cent are a transient, t factor^t; with it divided out,
0.2 are left.
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

from minnet.errors import check_range
from minnet.experiments.adam import noise_floors
from minnet.experiments.adam.convergence import Hover, Rate, follow, on_quadratics
from minnet.experiments.adam.neuron import PUBLISHED, Neuron, Separable, on_separable, the_neuron
from minnet.experiments.adam.noise_floors import Floor, Mean
from minnet.experiments.parts import check_values, setting
from minnet.numerics.descent import rates as theory
from minnet.numerics.descent.rates import Method
from minnet.optimizers import SGD
from minnet.presentation import Drawing, Table
from minnet.types import Array


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
        check_range("optimizer-rates", accuracy=(self.accuracy, lambda a: 0 < a < 1, "between 0 and 1"))
        check_values("optimizer-rates", self, "conditions")
        for rate in self.learning_rates:
            check_range("optimizer-rates", learning_rates=(rate, lambda r: r > 0, "positive"))
        check_values("optimizer-rates", self, "batch_sizes")
        divides = (lambda size: size >= 1 and self.samples % size == 0), f"divisors of samples={self.samples}"
        for size in self.batch_sizes:
            check_range("optimizer-rates", batch_sizes=(size, *divides))


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
    rates, hovers = on_quadratics(config, streams[0])
    tell("logistic regression")
    neuron, problems = the_neuron(streams[1])
    for problem in problems:
        chosen = theory.methods(problem.curvatures, config.beta)
        if problem is problems[0]:
            step = PUBLISHED["learning_rate"]
            known = theory.factor(problem.curvatures, step)
            chosen.append(Method(f"gradient descent, the document's h = {step}", SGD(step), known))
        rates += [follow(problem, method, config.accuracy) for method in chosen]
    separable = on_separable(config.separable_steps, streams[2])
    tell("noise")
    least = noise_floors.least_squares(config.samples, streams[3])
    floors, means = noise_floors.floors(config, least, streams[3]), noise_floors.means(config, least, streams[4])
    return Result(config, rates, hovers, separable, neuron, floors, means)


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
    from minnet.experiments.adam import rate_drawings

    return rate_drawings.draw(result)
