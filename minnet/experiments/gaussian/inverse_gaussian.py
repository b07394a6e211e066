"""Why can networks not fit one over a gaussian, which spans five orders of magnitude, and what can?

C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), section 7: three networks of ReLU units, trained by
Adam (figures 58 to 60), fail, with losses of several billion. On [-5, 5] the function runs from 2.5 to 673 000. The
other fits are by tanh units and variable projection, which has no steps of a given size.

Found:

- Weights of order one, moved by Adam in steps of 0.001, do not get that far in 50 epochs: even at the ends of the
  interval the networks of figures 58 and 59 have an eighth and less than a half of the function.
- The mean squared error is that of the ends: there, an error of one per cent counts more than missing the middle
  altogether.
- Of squared errors, variable projection leaves 0.25 instead of billions, and the middle is off by 20 per cent.
- Two methods minimise *relative* errors: to weight each squared error by one over the target's square, and to fit the
  logarithm, whose errors are relative errors of the function.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from minnet import datasets, study
from minnet.errors import SettingError
from minnet.experiments.gaussian.fits import HIGH, LOW, chebyshev_nodes, compile_kernels, relu_network, tanh_network
from minnet.experiments.parts import Beside, RunOptions, Studies, check_settings, setting
from minnet.losses import MeanSquaredError
from minnet.optimizers import Adam
from minnet.presentation import Drawing
from minnet.solvers import VariableProjection
from minnet.tables import Table, two_digits
from minnet.training import History, ScaleWarning, fit
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# The document's three figures: hidden layers, epochs, batch size.
FIGURES: dict[int, tuple[tuple[int, int], int, int]] = {
    58: ((30, 30), 50, 50),
    59: ((200, 200), 50, 20),
    60: ((200, 200), 50, 10),
}

PUBLISHED: dict[str, Any] = {"seconds": {59: 300}, "loss": "some billions"}

DRAWN = 1001  # points of a curve in the figures
SQUARED, WEIGHTED, LOGARITHM = "squared errors, projected", "relative weights", "logarithm"


@dataclass(frozen=True)
class Config:
    """What to fit, and how."""

    figures: tuple[int, ...] = setting(tuple(FIGURES), "figures of the document to reproduce, from 58 to 60")
    points: int = setting(10_001, "number of evenly spaced samples of the document's fits, and of all errors")
    nodes: int = setting(300, "number of Chebyshev-spaced samples of the other fits")
    width: int = setting(20, "tanh units of the other fits")
    seeds: int = setting(20, "initialisations of each of the other fits")

    @classmethod
    def fast(cls) -> "Config":
        """The smallest of the document's fits on a tenth of its points, and three initialisations of the others."""
        return cls(figures=(58,), points=1001, seeds=3)

    def __post_init__(self) -> None:
        for number in self.figures:
            if number not in FIGURES:
                raise SettingError(f"inverse-gaussian: there is no figure {number}; figures are 58, 59 and 60")
        check_settings("inverse-gaussian", self, points=100, nodes=100, width=1, seeds=1)


@dataclass(frozen=True)
class Fitted:
    """One method of fitting: its name, and of every run the curve (runs, DRAWN), the largest ``|y / t - 1|`` at all
    samples, the loss and the seconds (runs,)."""

    name: str
    figure: int | None
    curve: Array
    error: Array
    loss: Array
    seconds: Array


@dataclass(frozen=True)
class Result:
    """The points x (DRAWN,) of the curves, the function there (DRAWN,), and every fit."""

    config: Config
    x: Array
    target: Array
    fits: list[Fitted]

    def metrics(self) -> list[dict[str, Any]]:
        """One record per method of fitting."""
        return [
            {
                "fit": fitted.name,
                "figure": fitted.figure,
                "runs": len(fitted.error),
                "final_loss": float(np.median(fitted.loss)),
                "max_relative_error_median": float(np.median(fitted.error)),
                "max_relative_error_worst": float(fitted.error.max()),
                "seconds": float(np.median(fitted.seconds)),
            }
            for fitted in self.fits
        ]

    def arrays(self) -> dict[str, Array]:
        """x, target, and for every fit its curves (runs, DRAWN)."""
        return {"x": self.x, "target": self.target} | {fitted.name: fitted.curve for fitted in self.fits}


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Make every fit; each has a random stream of its own, the same one whichever figures are to be reproduced."""
    studies = Studies(**options)
    x, target = datasets.sample(datasets.inverse_gaussian, LOW, HIGH, DRAWN)
    compile_kernels()
    fits = []
    for number in config.figures:
        hidden, epochs, batch_size = FIGURES[number]
        settings = {"hidden": hidden, "epochs": epochs, "batch_size": batch_size, "points": config.points}
        points = [study.Point(settings)]
        rows = studies.runs(fit_as_published, points, name="inverse-gaussian, as published", alone=True)
        name = f"figure {number}: {hidden[0]}-{hidden[1]}, {epochs} epochs, batch {batch_size}"
        fits.append(_fitted(name, number, rows))
    for method in (SQUARED, WEIGHTED, LOGARITHM):
        settings = {"way": method, "nodes": config.nodes, "width": config.width, "points": config.points}
        points = study.repeat([settings], config.seeds)
        rows = studies.runs(project, points, name="inverse-gaussian, projected", alone=True)
        fits.append(_fitted(method, None, rows))
    return Result(config, x, target, fits)


def _fitted(name: str, figure: int | None, rows: list[study.Row]) -> Fitted:
    return Fitted(name, figure, *(study.metric(rows, metric) for metric in ("curve", "error", "loss", "seconds")))


def fit_as_published(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Squared errors of the function itself, by Adam."""
    x = np.linspace(LOW, HIGH, settings["points"])
    net, target, loss = relu_network(settings["hidden"], rng), datasets.inverse_gaussian(x), MeanSquaredError()
    epochs, size = settings["epochs"], settings["batch_size"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScaleWarning)  # which is right: that is what the document's figures show
        history = fit(net, x, target, loss=loss, optimizer=Adam(), epochs=epochs, batch_size=size, rng=rng)
    return _metrics(lambda x: net(x)[:, 0].astype(float), x, history)


def project(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """A fit by variable projection."""
    logarithm, nodes = settings["way"] == LOGARITHM, chebyshev_nodes(settings["nodes"])
    net = tanh_network(settings["width"], rng)
    target = datasets.inverse_gaussian(nodes)
    history = fit(
        net,
        nodes,
        np.log(target) if logarithm else target,
        loss=MeanSquaredError(),
        optimizer=VariableProjection(),
        epochs=200,
        sample_weight=target**-2 if settings["way"] == WEIGHTED else None,
    )
    x = np.linspace(LOW, HIGH, settings["points"])
    return _metrics(lambda x: np.exp(net(x)[:, 0]) if logarithm else net(x)[:, 0], x, history)


def _metrics(function: Callable[[Array], Array], x: Array, history: History) -> dict[str, Any]:
    error = np.abs(function(x) / datasets.inverse_gaussian(x) - 1).max()
    curve = function(np.linspace(LOW, HIGH, DRAWN))
    return {"curve": curve, "error": error, "loss": history.history["loss"][-1], "seconds": history.seconds}


def table(result: Result) -> Table:
    """The document's method beside the others."""
    rows = []
    for fitted, record in zip(result.fits, result.metrics(), strict=True):
        rows.append(
            (
                fitted.name,
                str(record["runs"]),
                str(PUBLISHED["loss"]) if fitted.figure else "-",
                f"{record['final_loss']:.1e}",
                f"{record['max_relative_error_median']:.1e}",
                f"{record['max_relative_error_worst']:.1e}",
                two_digits(record["seconds"]),
            )
        )
    headers = ("fit", "runs", "loss (published)", "loss", "max relative error, median", "worst", "seconds")
    return Table(headers, tuple(rows))


def beside(result: Result) -> list[Beside]:
    """The losses of the document's three figures, and the seconds of figure 59."""
    records = {record["figure"]: record for record in result.metrics()}

    def found(figure: int, name: str, digits: str) -> str:
        return f"{records[figure][name]:{digits}}" if figure in records else "-"

    return [
        *(
            Beside(f"loss, figure {figure}", str(PUBLISHED["loss"]), found(figure, "final_loss", ".1e"))
            for figure in FIGURES
        ),
        *(
            Beside(f"seconds of training, figure {figure}", f"{seconds}", found(figure, "seconds", ".1f"))
            for figure, seconds in PUBLISHED["seconds"].items()
        ),
    ]


def figures(result: Result) -> list[Drawing]:
    """Each of the document's figures, with its error below; and the relative errors of all fits in one."""
    drawings = []
    for fitted in result.fits:
        if fitted.figure:
            end, middle = (fitted.curve[0, index] / result.target[index] for index in (0, DRAWN // 2))
            caption = (
                f"{fitted.name.capitalize()}: {end:.2g} times the function at x = -5, {middle:.2g} times at x = 0."
            )
            drawings.append(Drawing(f"figure-{fitted.figure}", caption, _draw(result, fitted)))
    caption = (
        "Relative errors over the interval (of the run with the median error). The document's networks are off "
        "everywhere; of the fits by projection, the one by squared errors is off in the middle."
    )
    return [*drawings, Drawing("relative-errors", caption, _draw_relative(result))]


def _draw(result: Result, fitted: Fitted) -> "Figure":
    import matplotlib.pyplot as plt

    figure, (above, below) = plt.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    prediction = fitted.curve[0]
    above.semilogy(result.x, result.target, label="1 / gaussian")
    positive = np.where(prediction > 0, prediction, np.nan)  # a logarithm has no place for the rest
    above.semilogy(result.x, positive, "--", label="network")
    above.set(title=fitted.name.capitalize(), ylabel="1 / density")
    above.legend()
    below.semilogy(result.x, np.abs(prediction / result.target - 1))
    below.set(xlabel="x", ylabel="relative error")
    return figure


def _draw_relative(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(9, 4))
    for fitted in result.fits:
        errors = fitted.error
        middle = int(np.argsort(errors)[len(errors) // 2])
        error = np.abs(fitted.curve[middle] / result.target - 1)
        ax.semilogy(result.x, np.maximum(error, 1e-17), label=fitted.name)
    ax.set(title="1 / gaussian, five orders of magnitude", xlabel="x", ylabel="relative error")
    ax.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
    return figure
