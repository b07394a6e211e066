"""Learning from derivatives too: two waves by a network of 100-100 tanh units.

The notebook "L06", E14.X01, fits sin x and exp(sin x) at 1000 points of [0, 10], by gradient descent on the mean
squared error of the values (MSE), and on the sum of that and the MSE of the slopes: once each. It concludes from its
loss curves, and from the fits drawn up to x = 20, that slopes improve the fit significantly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import study
from minnet.callbacks import Callback
from minnet.errors import SettingError, check_range
from minnet.experiments.parts import Drawing, Table, make_runs, seed_of, setting
from minnet.experiments.waves import FUNCTIONS, HIGH, LEARNT_FROM, LOW, loss_and_target, published_network, wave
from minnet.optimizers import SGD, Adam, Optimizer
from minnet.runs import Run
from minnet.training import fit
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FAR = 20.0  # how far the document draws its fits
DRAWN = 401  # points of a curve on [0, 20]
LOOKS = 200  # how often errors are measured on the way
OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {"SGD": lambda: SGD(0.01), "Adam": lambda: Adam(0.001)}
MEASURES = {"value": "values in [0, 10]", "first": "slopes in [0, 10]", "beyond": "values in [10, 20]"}

# The document has curves, no numbers: whether slopes make each of these smaller, in its one run for each function.
PUBLISHED = {"smaller with slopes": {"loss": True, "value": True}}


@dataclass(frozen=True)
class Config:
    """What is trained, how, and how often."""

    points: int = setting(1000, "evenly spaced samples of [0, 10]")
    hidden: int = setting(100, "units of both hidden layers")
    epochs: int = setting(10_000, "updates, each on all samples")
    orders: tuple[int, ...] = setting((0, 1, 2), "derivatives learnt from: 0 (values only), 1, 2")
    optimizers: tuple[str, ...] = setting(tuple(OPTIMIZERS), "SGD (learning rate 0.01, the document's), Adam (0.001)")
    seeds: int = setting(10, "first weights, the same ones for all losses")

    @classmethod
    def fast(cls) -> "Config":
        """Small networks, by Adam, on a tenth of the points."""
        return cls(points=100, hidden=30, epochs=1500, optimizers=("Adam",), seeds=5)

    def __post_init__(self) -> None:
        for name, least in (("points", 10), ("hidden", 1), ("epochs", LOOKS), ("seeds", 1)):
            at_least = (lambda n, least=least: n >= least), f"at least {least}"
            check_range("sobolev", **{name: (getattr(self, name), *at_least)})
        for name, known in (("orders", (0, 1, 2)), ("optimizers", tuple(OPTIMIZERS))):
            if not set(getattr(self, name)) <= set(known):
                raise SettingError(f"sobolev: {name} must be among {known}, not {getattr(self, name)}")
        if 0 not in self.orders or not self.optimizers:
            raise SettingError("sobolev: orders must contain 0, which the others are compared with, and an optimizer is needed")


class Watch(Callback):
    """Mean squared errors of values, first and second derivatives on the way.

    Attributes
    ----------
    epochs : array (LOOKS + 1,)
        After how many updates; the first is 0.
    errors : list of array (3,)
    """

    def __init__(self, function: str, x: Array, epochs: int) -> None:
        self.x, self.target, self.epochs = x, wave(function, x), looks(epochs)
        self.errors: list[Array] = []

    def on_fit_begin(self, run: Run) -> None:
        self.on_epoch_end(run)

    def on_epoch_end(self, run: Run) -> None:
        if run.epoch == self.epochs[len(self.errors)]:
            self.errors.append(squared_errors(run.net.jet(self.x, order=2), self.target))


def looks(epochs: int) -> Array:
    """The numbers of updates (LOOKS + 1,) after which errors are measured."""
    return np.linspace(0, epochs, LOOKS + 1).astype(int)


def squared_errors(found: Any, target: Any) -> Array:
    """Mean squared errors (3,) of values, first and second derivatives of a jet of order 2."""
    parts = ("value", "first", "second")
    return np.array([np.mean((getattr(found, part) - getattr(target, part)) ** 2, dtype=float) for part in parts])


def train(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One network, trained on every loss from the same first weights: the function of a study.

    Returns
    -------
    dict
        For each order k: ``k.value``, ``k.first`` and ``k.second``, mean squared errors at the samples (LOOKS + 1,)
        on the way; ``k.beyond``, that of the values on [10, 20] in the end; ``k.curve``, the fit at `DRAWN` points of
        [0, 20]; ``k.seconds``.
    """
    function, epochs, seed = settings["function"], settings["epochs"], int(rng.integers(2**32))
    x, far, everywhere = (
        np.linspace(*ends) for ends in ((LOW, HIGH, settings["points"]), (HIGH, FAR, 1001), (LOW, FAR, DRAWN))
    )
    metrics: dict[str, Any] = {}
    for k in settings["orders"]:
        net = published_network(settings["hidden"], np.random.default_rng(seed))
        watch, (loss, target) = Watch(function, x, epochs), loss_and_target(function, x, k)
        optimizer = OPTIMIZERS[settings["optimizer"]]()
        history = fit(net, x, target, loss=loss, optimizer=optimizer, epochs=epochs, callbacks=[watch])
        errors = zip(("value", "first", "second"), np.transpose(watch.errors), strict=True)
        metrics |= {f"{k}.{part}": values for part, values in errors}
        metrics[f"{k}.beyond"] = float(np.mean((net(far) - wave(function, far).value) ** 2))
        metrics |= {f"{k}.curve": net(everywhere)[:, 0], f"{k}.seconds": history.seconds}
    return metrics


@dataclass(frozen=True)
class Pair:
    """A loss with derivatives against that without, from the same first weights.

    Attributes
    ----------
    function, optimizer, order
        What was trained.
    measure : str
        One of `MEASURES`: a mean squared error.
    ratio : float
        Median of the error with derivatives over that without.
    smaller_in, seeds : int
        In how many pairs of how many it is smaller with derivatives.
    p : float
        Of Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945) of log ratios, two-sided.
    at_equal_work : float
        The median ratio if the loss with derivatives, whose jets have more parts, has as many times fewer updates; NaN
        for values beyond the samples, which are measured in the end only.
    """

    function: str
    optimizer: str
    order: int
    measure: str
    ratio: float
    smaller_in: int
    seeds: int
    p: float
    at_equal_work: float


@dataclass(frozen=True)
class Result:
    """All runs: one row for every function, optimizer and seed."""

    config: Config
    rows: dict[tuple[str, str], list[study.Row]]

    def metric(self, function: str, optimizer: str, name: str) -> Array:
        """A metric of every seed, as `train` names it."""
        return study.metric(self.rows[function, optimizer], name)

    def losses(self, function: str, optimizer: str, order: int) -> Array:
        """What was minimised (seeds, LOOKS + 1)."""
        parts = ("value", "first", "second")[: order + 1]
        return sum((self.metric(function, optimizer, f"{order}.{part}") for part in parts), np.zeros(()))

    def pairs(self) -> list[Pair]:
        """Every loss with derivatives against that without."""
        from scipy.stats import wilcoxon

        found = []
        for (function, optimizer), order, measure in product(self.rows, sorted(self.config.orders), MEASURES):
            if order == 0:
                continue
            without, given = (self.metric(function, optimizer, f"{k}.{measure}") for k in (0, order))
            work = np.nan
            if measure != "beyond":
                work = float(np.median(given[:, LOOKS // (order + 1)] / without[:, -1]))
                without, given = without[:, -1], given[:, -1]
            logs = np.log(given / without)
            p, smaller = float(wilcoxon(logs).pvalue), int((logs < 0).sum())
            ratio = float(np.exp(np.median(logs)))
            found.append(Pair(function, optimizer, order, measure, ratio, smaller, len(logs), p, work))
        return found

    def metrics(self) -> list[dict[str, Any]]:
        """One record per function, optimizer and loss, one per comparison."""
        records: list[dict[str, Any]] = []
        for (function, optimizer), order in product(self.rows, self.config.orders):
            record: dict[str, Any] = {"function": function, "optimizer": optimizer, "order": order}
            for measure in (*MEASURES, "seconds"):
                values = self.metric(function, optimizer, f"{order}.{measure}")
                record[measure] = float(np.median(values[:, -1] if values.ndim == 2 else values))
            records.append(record)
        return records + [vars(pair) for pair in self.pairs()]

    def arrays(self) -> dict[str, Array]:
        """Epochs (LOOKS + 1,); errors on the way (seeds, LOOKS + 1) and fits (seeds, DRAWN)."""
        named = {"epochs": looks(self.config.epochs), "x": np.linspace(LOW, FAR, DRAWN)}
        for (function, optimizer), order in product(self.rows, self.config.orders):
            for name in ("value", "first", "second", "curve", "beyond"):
                found = self.metric(function, optimizer, f"{order}.{name}")
                named[f"{function}, {optimizer}, {order}.{name}"] = found
        return named


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Train every network on every loss, side by side on as many processors as there are.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
        The losses of a seed start from the same network; results do not depend on the number of processors.
    progress : bool
    checkpoints : Path, optional
        A folder for the runs that are done; what is found there is not done again.
    """
    made = partial(make_runs, seed=seed_of(rng), checkpoints=checkpoints, progress=progress)
    points = study.grid(
        function=list(FUNCTIONS), optimizer=config.optimizers, repeats=config.seeds, orders=[sorted(set(config.orders))],
        points=config.points, hidden=config.hidden, epochs=config.epochs,
    )  # fmt: skip
    groups = study.group(made(train, points, name="sobolev"), "function", "optimizer")
    return Result(config, {(g.settings["function"], g.settings["optimizer"]): list(g.rows) for g in groups})


def table(result: Result) -> Table:
    """Errors with and without derivatives, and whether they differ by more than chance."""
    rows = []
    for pair in result.pairs():
        without, given = (
            result.metric(pair.function, pair.optimizer, f"{k}.{pair.measure}") for k in (0, pair.order)
        )
        medians = (f"{np.sqrt(np.median(found[:, -1] if found.ndim == 2 else found)):.1e}" for found in (without, given))
        rows.append(
            (
                f"{pair.function}, {pair.optimizer}", "+ first" if pair.order == 1 else "+ first and second",
                MEASURES[pair.measure], *medians, f"{pair.smaller_in} of {pair.seeds}", f"{pair.p:.2g}",
                f"{pair.ratio:.2g}", "-" if np.isnan(pair.at_equal_work) else f"{pair.at_equal_work:.2g}",
            )
        )  # fmt: skip
    return Table(
        (
            "function", "derivatives", "error of", "rms without", "rms with", "smaller with in", "p (Wilcoxon)",
            "ratio of squares", "at equal work",
        ),
        tuple(rows),
    )  # fmt: skip


def figures(result: Result) -> list[Drawing]:
    """The document's loss curves with those of the same quantity beside them, its fits up to 20, and all pairs."""
    from minnet.experiments import sobolev_drawings

    return sobolev_drawings.draw(result)
