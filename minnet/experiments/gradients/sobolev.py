"""Learning from derivatives too: two waves by a network of 100-100 tanh units.

The notebook "L06", E14.X01, fits sin x and exp(sin x) at 1000 points of [0, 10], by gradient descent on the mean
squared error of the values, and on the sum of that and the mean squared error of the slopes: once each. From its loss
curves, which are of different quantities, and its fits, drawn up to x = 20, it concludes that slopes improve the fit
significantly. (The call that differentiates is cut off where it is printed. Here the slopes' error has its full
gradient.)

Over ten seeds, they do: for either function the error of the values is smaller in 9 of 10 pairs from the same first
weights, by factors of 2.6 and 2.3 (Wilcoxon's signed-rank test: p = 0.004). But values alone come as far with twice the
learning rate (p = 0.9), and an update with slopes is twice the work: after half of the updates nothing is gained
(p = 0.4 and 0.2). What slopes have improved is the length of the steps. Beyond the samples all fits fail.

Adam, on values alone, leaves less than a twentieth of the error that SGD leaves with slopes: 3e-3 and 2e-3. There
slopes help exp(sin x) by a factor of 7 (p = 0.03), also for the same work, but not surely sin x (p = 0.4); second
derivatives help sin x by one of 16 (p = 0.004), and not exp(sin x) (p = 0.5). What slopes are worth as data, not as a
way downhill, is asked in `sobolev-questions`.
"""

from dataclasses import asdict, dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from minnet import study
from minnet.errors import SettingError, check_range
from minnet.experiments.gradients.waves import FUNCTIONS, HIGH, LOW, loss_and_target, published_network, wave
from minnet.experiments.parts import make_runs, seed_of, setting
from minnet.optimizers import SGD, Adam, Optimizer
from minnet.presentation import Drawing, Table
from minnet.training import Callback, Run, fit
from minnet.types import Array

FAR = 20.0  # how far the document draws its fits
DRAWN = 401  # points of a curve on [0, 20]
LOOKS = 200  # how often errors are measured on the way
AS_PUBLISHED, ADAM = "SGD-0.01", "Adam-0.001"
LONGER_STEPS = "SGD-0.02"  # for values alone, whose loss has half as many terms
OPTIMIZERS: dict[str, Optimizer] = {AS_PUBLISHED: SGD(0.01), LONGER_STEPS: SGD(0.02), ADAM: Adam(0.001)}
PARTS = ("value", "first", "second")  # of a jet, by order
MEASURES = {
    "value": "values in [0, 10]",
    "work": "the same, after as much work",  # an update with k derivatives takes k + 1 times as many products
    "first": "slopes in [0, 10]",
    "beyond": "values in [10, 20]",
}

# The document has curves, no numbers: whether slopes make each of these smaller, in its one run for each function.
PUBLISHED = {"smaller with slopes": {"loss": True, "value": True}}


@dataclass(frozen=True)
class Config:
    """What is trained, how, and how often."""

    points: int = setting(1000, "evenly spaced samples of [0, 10]")
    hidden: int = setting(100, "units of both hidden layers")
    epochs: int = setting(10_000, "updates, each on all samples")
    orders: tuple[int, ...] = setting((0, 1, 2), "derivatives learnt from: 0 (values only), 1, 2")
    optimizers: tuple[str, ...] = setting(
        (AS_PUBLISHED, ADAM), "SGD-0.01 (the document's; on values, SGD-0.02 too), Adam-0.001"
    )
    seeds: int = setting(10, "first weights, the same ones for all losses")

    @classmethod
    def fast(cls) -> "Config":
        """Small networks, by Adam, on a tenth of the points."""
        return cls(points=100, hidden=30, epochs=1500, optimizers=(ADAM,), seeds=5)

    def __post_init__(self) -> None:
        for name, least in (("points", 10), ("hidden", 1), ("epochs", LOOKS), ("seeds", 1)):
            at_least = (lambda n, least=least: n >= least), f"at least {least}"
            check_range("sobolev", **{name: (getattr(self, name), *at_least)})
        for name, known in (("orders", (0, 1, 2)), ("optimizers", (AS_PUBLISHED, ADAM))):
            if not set(getattr(self, name)) <= set(known):
                raise SettingError(f"sobolev: {name} must be among {known}, not {getattr(self, name)}")
        if 0 not in self.orders or not self.optimizers:
            raise SettingError(
                "sobolev: optimizers must name one at least, and orders contain 0, which the others are compared with"
            )


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
            found = run.net.jet(self.x, order=2)
            pairs = ((getattr(found, part), getattr(self.target, part)) for part in PARTS)
            self.errors.append(np.array([np.mean((y - t) ** 2) for y, t in pairs]))


def looks(epochs: int) -> Array:
    """The numbers of updates (LOOKS + 1,) after which errors are measured."""
    return np.linspace(0, epochs, LOOKS + 1).astype(int)


def train(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One network on one loss: the function of a study.

    Parameters
    ----------
    settings : dict
        ``function``, ``optimizer``, ``order`` (derivatives learnt from), ``seed`` (of the first weights: the same ones
        for all losses and optimizers), ``points``, ``hidden``, ``epochs``.
    rng : numpy.random.Generator
        Not used.

    Returns
    -------
    dict
        ``value``, ``first`` and ``second``: mean squared errors at the samples (LOOKS + 1,), on the way; ``beyond``:
        that of the values on [10, 20], in the end; ``curve``: the fit at `DRAWN` points of [0, 20]; ``seconds``.
    """
    function, epochs = settings["function"], settings["epochs"]
    net = published_network(settings["hidden"], np.random.default_rng(settings["seed"]))
    x = np.linspace(LOW, HIGH, settings["points"])
    watch, (loss, target) = Watch(function, x, epochs), loss_and_target(function, x, settings["order"])
    optimizer = OPTIMIZERS[settings["optimizer"]]
    history = fit(net, x, target, loss=loss, optimizer=optimizer, epochs=epochs, callbacks=[watch])
    far, everywhere = np.linspace(HIGH, FAR, 1001), np.linspace(LOW, FAR, DRAWN)
    metrics = dict(zip(PARTS, np.transpose(watch.errors), strict=True))
    metrics["beyond"] = float(np.mean((net(far) - wave(function, far, 0).value) ** 2))
    return metrics | {"curve": net(everywhere)[:, 0], "seconds": history.seconds}


@dataclass(frozen=True)
class Pair:
    """Learning from derivatives against learning from values alone, from the same first weights.

    Attributes
    ----------
    function, optimizer, order
        What has learnt from derivatives.
    against : str
        The optimizer of what has not.
    measure : str
        One of `MEASURES`.
    without, given : float
        Medians of the mean squared errors.
    smaller_in, seeds : int
        In how many pairs of how many the error is smaller with derivatives.
    ratio : float
        Median of the error with derivatives over that without.
    p : float
        Of Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945) of log ratios, two-sided. The smallest that n seeds
        can give is 2 / 2^n.
    """

    function: str
    optimizer: str
    order: int
    against: str
    measure: str
    without: float
    given: float
    smaller_in: int
    seeds: int
    ratio: float
    p: float


@dataclass(frozen=True)
class Result:
    """All runs: for every function, optimizer and order one row per seed, the seeds in the same order."""

    config: Config
    rows: dict[tuple[str, str, int], list[study.Row]]

    def metric(self, function: str, optimizer: str, order: int, name: str) -> Array:
        """A metric of `train` for every seed (seeds,) or (seeds, ...)."""
        return study.metric(self.rows[function, optimizer, order], name)

    def final(self, function: str, optimizer: str, order: int, measure: str) -> Array:
        """One of `MEASURES` (seeds,) in the end, or where as much work was done as without derivatives in the end."""
        if measure == "work":
            return self.metric(function, optimizer, order, "value")[:, LOOKS // (order + 1)]
        found = self.metric(function, optimizer, order, measure)
        return found if measure == "beyond" else found[:, -1]

    def losses(self, function: str, optimizer: str, order: int) -> Array:
        """What was minimised (seeds, LOOKS + 1): the sum of all errors that are learnt from."""
        return np.sum([self.metric(function, optimizer, order, part) for part in PARTS[: order + 1]], axis=0)

    def pairs(self) -> list[Pair]:
        """Derivatives against values alone, by the same optimizer; the document's way also against longer steps."""
        from scipy.stats import wilcoxon

        found = []
        for function, optimizer, order in self.rows:
            rivals = [optimizer] if order else []
            if order and optimizer == AS_PUBLISHED:
                rivals.append(LONGER_STEPS)
            for against, measure in product(rivals, MEASURES):
                if against != optimizer and measure in ("work", "beyond"):
                    continue  # longer steps are asked about the samples, and take no more work
                without = self.final(function, against, 0, measure)
                given = self.final(function, optimizer, order, measure)
                logs = np.log(given / without)
                smaller, ratio, p = int((logs < 0).sum()), float(np.exp(np.median(logs))), float(wilcoxon(logs).pvalue)
                medians = float(np.median(without)), float(np.median(given))
                found.append(Pair(function, optimizer, order, against, measure, *medians, smaller, len(logs), ratio, p))
        return found

    def metrics(self) -> list[dict[str, Any]]:
        """One record for every function, optimizer and order, with medians; one for every comparison."""
        records: list[dict[str, Any]] = []
        for function, optimizer, order in self.rows:
            medians = {name: float(np.median(self.final(function, optimizer, order, name))) for name in MEASURES}
            seconds = float(np.median(self.metric(function, optimizer, order, "seconds")))
            record = {"function": function, "optimizer": optimizer, "order": order}
            records.append(record | medians | {"seconds": seconds})
        return records + [asdict(pair) for pair in self.pairs()]

    def arrays(self) -> dict[str, Array]:
        """Epochs (LOOKS + 1,) and errors on the way (seeds, LOOKS + 1); x (DRAWN,) and fits (seeds, DRAWN)."""
        named = {"epochs": looks(self.config.epochs), "x": np.linspace(LOW, FAR, DRAWN)}
        for function, optimizer, order in self.rows:
            for name in (*PARTS, "curve", "beyond"):
                named[f"{function}, {optimizer}, {order}, {name}"] = self.metric(function, optimizer, order, name)
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
        Draws the seeds of the first weights; results do not depend on the number of processors.
    progress : bool
    checkpoints : Path, optional
        A folder for the runs that are done; what is found there is not done again.
    """
    rng = np.random.default_rng(rng)
    seed, seeds = seed_of(rng), rng.integers(2**32, size=config.seeds)
    grid = partial(
        study.grid,
        function=list(FUNCTIONS),
        seed=seeds,
        points=config.points,
        hidden=config.hidden,
        epochs=config.epochs,
    )
    points = grid(optimizer=config.optimizers, order=sorted(config.orders))
    if AS_PUBLISHED in config.optimizers:
        points += grid(optimizer=LONGER_STEPS, order=0)
    rows = make_runs(train, points, name="sobolev", seed=seed, checkpoints=checkpoints, progress=progress)
    groups = study.group(rows, "function", "optimizer", "order")
    return Result(config, {tuple(group.settings.values()): list(group.rows) for group in groups})


def table(result: Result) -> Table:
    """Errors with and without derivatives, and whether they differ by more than chance."""
    rows = tuple(
        (
            pair.function, pair.optimizer + ("" if pair.against == pair.optimizer else f" (values: {pair.against})"),
            "+".join(("first", "second")[: pair.order]), MEASURES[pair.measure],
            f"{np.sqrt(pair.without):.1e}", f"{np.sqrt(pair.given):.1e}", f"{pair.ratio**0.5:.2g}",
            f"{pair.smaller_in} of {pair.seeds}", f"{pair.p:.2g}",
        )
        for pair in result.pairs()
    )  # fmt: skip
    headers = ("function", "optimizer", "derivatives", "root mean square error of", "without", "with", "ratio")
    return Table((*headers, "smaller in", "p (Wilcoxon)"), rows)


def figures(result: Result) -> list[Drawing]:
    """The document's loss curves with those of the same quantity beside them, its fits up to 20, and all pairs."""
    from minnet.experiments.gradients import sobolev_drawings

    return sobolev_drawings.draw(result)
