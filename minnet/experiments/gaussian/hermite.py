"""Is the square of a wave function of the harmonic oscillator harder to fit than the wave function itself?

C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), annexes A to D (figures 61 to 92): the states n = 0
to 3 and their squares, at 500 and at 10 001 points, by ReLU networks of 20-20 and 200-200 units, once each. (The text
gives no interval; it is [-5, 5] here, as in the rest of the document.) By eye the wave function seems easier than its
square with few points, and no different with many. Here every fit is made with several seeds, and errors are compared
in units of the function's height.

Found:

- A little: the square has the larger error in 105 of the 160 pairs of fits (sign test: p = 1e-4), with median ratios
  of 1.2 to 1.4.
- The squares of psi_1 to psi_3, which oscillate twice as fast, are harder; that of psi_0 is a gaussian again, and no
  harder than psi_0. That few points would make the difference larger is not to be seen.
- With 30 tanh units and variable projection, the same functions are fitted to eight digits and more.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

import numpy as np

from minnet import datasets, study
from minnet.errors import SettingError
from minnet.experiments.gaussian.fits import HIGH, LOW, relu_network, tanh_network
from minnet.experiments.parts import Beside, RunOptions, Studies, check_batches, check_settings, setting
from minnet.losses import MeanSquaredError
from minnet.optimizers import Adam
from minnet.presentation import Drawing
from minnet.solvers import VariableProjection
from minnet.tables import Table
from minnet.training import fit
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVELS = (0, 1, 2, 3)
DRAWN = 501  # points of a curve in the figures
PUBLISHED: dict[str, Any] = {
    "parameters": {20: 481, 200: 40_801},
    "square is harder": {500: "it seems so", 10_001: "hard to see"},  # by number of points
}


class Case(NamedTuple):
    """One of the document's figures."""

    figure: int
    points: int
    squared: bool
    n: int
    hidden: int

    @property
    def function(self) -> str:
        return f"psi_{self.n}" + ("^2" if self.squared else "")


# Annex A: 500 points, psi; B: 500 points, psi^2; C and D: the same with 10 001 points.
CASES = tuple(
    Case(61 + 16 * (points > 500) + 8 * squared + 2 * n + (hidden == 200), points, squared, n, hidden)
    for points in (500, 10_001)
    for squared in (False, True)
    for n in LEVELS
    for hidden in (20, 200)
)


@dataclass(frozen=True)
class Config:
    """How often, and how long."""

    points: tuple[int, ...] = setting((500, 10_001), "numbers of samples: 500 (annexes A, B), 10001 (C, D)")
    hidden: tuple[int, ...] = setting((20, 200), "units of both hidden layers: 20, 200")
    epochs: int = setting(30, "passes over the data")
    batch_size: int = setting(20, "samples per update")
    seeds: int = setting(10, "initialisations of every fit")

    @classmethod
    def fast(cls) -> "Config":
        """The small networks on 500 points, and three seeds."""
        return cls(points=(500,), hidden=(20,), seeds=3)

    def __post_init__(self) -> None:
        check_settings("hermite", self, epochs=1, batch_size=1, seeds=1)
        for name, choices in (("points", (500, 10_001)), ("hidden", (20, 200))):
            if not set(getattr(self, name)) <= set(choices):
                raise SettingError(f"hermite: {name} must be among {choices}, not {getattr(self, name)}")
        check_batches("hermite", min(self.points), batch_size=self.batch_size)

    def cases(self) -> list[Case]:
        """The figures to reproduce."""
        return [case for case in CASES if case.points in self.points and case.hidden in self.hidden]


@dataclass(frozen=True)
class Result:
    """Predictions and errors of every fit.

    Attributes
    ----------
    predictions : dict of Case to array (DRAWN,)
        Of the seed with the median error, at evenly spaced points.
    errors : dict of Case to array (seeds,)
        Largest error over the height of the function.
    projected : array (2, n, seeds)
        Largest errors of the fits by variable projection: of the wave functions, of their squares.
    """

    config: Config
    predictions: dict[Case, Array]
    errors: dict[Case, Array]
    projected: Array

    def harder(self) -> list[tuple[int, int, float, int, int, float]]:
        """For each size: points, hidden, median ratio of the error of psi^2 to that of psi, in how many of how many
        pairs (state and seed) the square was worse, and the p-value of a sign test."""
        from scipy.stats import binomtest

        rows = []
        for points in dict.fromkeys(self.config.points):
            for hidden in dict.fromkeys(self.config.hidden):
                cases = [case for case in self.errors if case.points == points and case.hidden == hidden]
                plain, square = (
                    np.concatenate([self.errors[case] for case in cases if case.squared == squared])
                    for squared in (False, True)
                )
                ratios, worse = square / plain, int((square > plain).sum())
                p = float(binomtest(worse, len(ratios)).pvalue)
                rows.append((points, hidden, float(np.median(ratios)), worse, len(ratios), p))
        return rows

    def metrics(self) -> list[dict[str, Any]]:
        """One record per figure, one per size, one per function fitted by projection."""
        records: list[dict[str, Any]] = [
            {**case._asdict(), "median": float(np.median(errors)), "worst": float(errors.max())}
            for case, errors in self.errors.items()
        ]
        for points, hidden, ratio, worse, pairs, p in self.harder():
            record = {"points": points, "hidden": hidden, "ratio": ratio, "square_worse": worse, "of": pairs}
            records.append(record | {"sign_test_p": p})
        for squared, levels in enumerate(self.projected):
            for n, errors in zip(LEVELS, levels, strict=True):
                records.append({"n": n, "squared": bool(squared), "projected_worst": float(errors.max())})
        return records

    def arrays(self) -> dict[str, Array]:
        """Predictions (DRAWN,) and errors (seeds,) by figure, and `projected`."""
        arrays = {f"figure{case.figure}.prediction": values for case, values in self.predictions.items()}
        arrays |= {f"figure{case.figure}.errors": values for case, values in self.errors.items()}
        return arrays | {"projected": self.projected}


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Make every fit, in parallel; psi and psi^2 of a seed start from the same network."""
    studies = Studies(**options)
    settings = study.grid(
        points=config.points, hidden=config.hidden, n=LEVELS, repeats=config.seeds, epochs=config.epochs,
        batch_size=config.batch_size,
    )  # fmt: skip
    rows = studies.runs(fit_both, settings, name="hermite")
    groups = {tuple(group.settings.values()): group for group in study.group(rows, "points", "hidden", "n")}
    predictions, errors = {}, {}
    for case in config.cases():
        runs, kind = groups[case.points, case.hidden, case.n].rows, "square" if case.squared else "psi"
        errors[case] = study.metric(runs, f"{kind}_error")
        predictions[case] = study.metric(runs, f"{kind}_curve")[np.argsort(errors[case])[len(runs) // 2]]
    levels = study.grid(squared=[False, True], n=LEVELS, repeats=config.seeds)
    projected = study.metric(studies.runs(project, levels, name="hermite by projection"), "error")
    return Result(config, predictions, errors, projected.reshape(2, len(LEVELS), config.seeds))


def _target(n: int, squared: bool, x: Array) -> Array:
    psi = datasets.hermite_function(n, x)
    return psi**2 if squared else psi


def fit_both(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """A state and its square, as the document fits them, from the same initial network: errors, and curves."""
    metrics: dict[str, Any] = {}
    x, seed = np.linspace(LOW, HIGH, settings["points"]), int(rng.integers(2**32))
    for kind, squared in (("psi", False), ("square", True)):
        rng, target = np.random.default_rng(seed), _target(settings["n"], squared, x)
        net, loss = relu_network([settings["hidden"]] * 2, rng), MeanSquaredError()
        epochs, size = settings["epochs"], settings["batch_size"]
        fit(net, x, target, loss=loss, optimizer=Adam(), epochs=epochs, batch_size=size, rng=rng)
        metrics[f"{kind}_error"] = float(np.abs(net(x)[:, 0] - target).max() / np.abs(target).max())
        metrics[f"{kind}_curve"] = net(np.linspace(LOW, HIGH, DRAWN))[:, 0]
    return metrics


def project(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
    """The largest error on [-5, 5] of a fit to 500 points by variable projection."""
    n, squared = settings["n"], settings["squared"]
    net = tanh_network(30, rng)
    x, everywhere = np.linspace(LOW, HIGH, 500), np.linspace(LOW, HIGH, 10_001)
    target = _target(n, squared, x)
    fit(net, x, target, loss=MeanSquaredError(), optimizer=VariableProjection(), epochs=150)
    return {"error": float(np.abs(net(everywhere)[:, 0] - _target(n, squared, everywhere)).max())}


def table(result: Result) -> Table:
    """Median errors of every figure, the answer to the annexes' question, and what projection reaches."""
    rows = []
    for case, errors in result.errors.items():
        name = f"figure {case.figure}: {case.function}"
        sizes = f"{case.hidden}-{case.hidden}", str(case.points)
        rows.append((name, *sizes, f"{np.median(errors):.1e}", f"{errors.max():.1e}"))
    for points, hidden, ratio, worse, pairs, p in result.harder():
        name = f"psi^2 over psi: worse in {worse} of {pairs} pairs, p = {p:.2g}"
        rows.append((name, f"{hidden}-{hidden}", str(points), f"ratio {ratio:.2f}", "-"))
    for squared, levels in enumerate(result.projected):
        for n, errors in zip(LEVELS, levels, strict=True):
            name = f"psi_{n}{'^2' if squared else ''} by projection"
            rows.append((name, "30 tanh", "500", f"{np.median(errors):.1e}", f"{errors.max():.1e}"))
    return Table(("fit", "hidden", "points", "largest error / height, median", "worst seed"), tuple(rows))


def beside(result: Result) -> list[Beside]:
    """Parameters of both networks, and whether the square is harder, for both numbers of points."""
    rows = []
    for units, published in PUBLISHED["parameters"].items():
        net = relu_network([units] * 2, np.random.default_rng(0))
        found = f"{net.n_parameters:,}" if units in result.config.hidden else "-"
        rows.append(Beside(f"parameters, {units}-{units} units, annexes A to D", f"{published:,}", found))
    pairs = [(points, worse, count) for points, _, _, worse, count, _ in result.harder()]
    for points, claim in PUBLISHED["square is harder"].items():
        worse, count = (sum(pair[i] for pair in pairs if pair[0] == points) for i in (1, 2))
        found = f"{worse} of {count}" if count else "-"
        rows.append(Beside(f"pairs of fits with the square harder, {points} points, section 7.0.1", claim, found))
    return rows


def figures(result: Result) -> list[Drawing]:
    """The document's 32 figures on one page, and errors of psi against those of its square."""
    page = (
        "Figures 61 to 92 on one page: wave functions and their squares (black), and the fit of the seed with the "
        "median error. Rows: number of points and hidden layers; columns: the function."
    )
    question = "Is the square harder? Each dot is a state and a seed; above the line, the square has the larger error."
    return [Drawing("annexes", page, _draw_page(result)), Drawing("squares", question, _draw_question(result))]


def _draw_page(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    sizes = [(points, hidden) for points, hidden, *_ in result.harder()]
    columns = [(n, squared) for squared in (False, True) for n in LEVELS]
    figure, axes = plt.subplots(
        len(sizes), len(columns), figsize=(16, 2.4 * len(sizes)), sharex=True, sharey="col", squeeze=False
    )
    for case, prediction in result.predictions.items():
        row, column = sizes.index((case.points, case.hidden)), columns.index((case.n, case.squared))
        x, ax = np.linspace(LOW, HIGH, DRAWN), axes[row, column]
        ax.plot(x, _target(case.n, case.squared, x), color="black", linewidth=1)
        ax.plot(x, prediction, "--", color="C1", linewidth=1)
        ax.set_title(f"{case.figure}: {np.median(result.errors[case]):.1%}", fontsize="small", loc="left")
    for (n, squared), ax in zip(columns, axes[-1], strict=True):
        ax.set_xlabel(rf"x;  $\psi_{n}{'^2' if squared else ''}$")
    for (points, hidden), ax in zip(sizes, axes[:, 0], strict=True):
        ax.set_ylabel(f"{hidden}-{hidden}\n{points} points", fontsize="small")
    title = (
        "Functions and networks (dashed): number of the figure, median over seeds of the largest error over the height"
    )
    figure.suptitle(title, x=0.02, ha="left")
    figure.supylabel(r"$\psi$ or $\psi^2$")
    return figure


def _draw_question(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(5, 5.8))
    for points, hidden, ratio, *_ in result.harder():
        errors = {(c.n, c.squared): e for c, e in result.errors.items() if (c.points, c.hidden) == (points, hidden)}
        plain, square = (np.concatenate([errors[n, squared] for n in LEVELS]) for squared in (False, True))
        ax.loglog(plain, square, "o", alpha=0.6, label=f"{hidden}-{hidden}, {points} points: median ratio {ratio:.2f}")
    limits = np.array(ax.get_xlim())
    ax.loglog(limits, limits, color="black", linewidth=1)
    ax.set(xlabel=r"error of $\psi$ / height", ylabel=r"error of $\psi^2$ / height", title="Is the square harder?")
    ax.legend(fontsize="small", loc="upper left", bbox_to_anchor=(0, -0.15))  # below: its dots are not data
    return figure
