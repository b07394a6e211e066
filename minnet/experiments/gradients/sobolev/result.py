"""Settings, published findings and results of the experiment `sobolev`."""

from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np

from minnet import study
from minnet.errors import SettingError
from minnet.experiments.gradients.waves import LOW
from minnet.experiments.parts import check_settings, setting
from minnet.types import Array

CURVE_END = 20.0  # how far the document draws its fits
CURVE_POINTS = 401  # points of a curve on [0, 20]
MEASUREMENTS = 200  # how often errors are measured on the way
AS_PUBLISHED, ADAM = "SGD-0.01", "Adam-0.001"
LONGER_STEPS = "SGD-0.02"  # for values alone, whose loss has half as many terms
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
        (AS_PUBLISHED, ADAM), "SGD-0.01 (the document's; on values, SGD-0.02 too), Adam-0.001", (AS_PUBLISHED, ADAM)
    )
    seeds: int = setting(10, "first weights, the same ones for all losses")

    @classmethod
    def fast(cls) -> "Config":
        """Small networks, by Adam, on a tenth of the points."""
        return cls(points=100, hidden=30, epochs=1500, optimizers=(ADAM,), seeds=5)

    def __post_init__(self) -> None:
        check_settings("sobolev", self, points=10, hidden=1, epochs=MEASUREMENTS, seeds=1)
        if not {0} <= set(self.orders) <= {0, 1, 2}:
            raise SettingError(
                f"sobolev: orders must be among 0, 1, 2, and contain 0, which the others are compared with; not "
                f"{self.orders}"
            )


def measured_epochs(epochs: int) -> Array:
    """The numbers of updates (MEASUREMENTS + 1,) after which errors are measured."""
    return np.linspace(0, epochs, MEASUREMENTS + 1).astype(int)


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
            return self.metric(function, optimizer, order, "value")[:, MEASUREMENTS // (order + 1)]
        errors = self.metric(function, optimizer, order, measure)
        return errors if measure == "beyond" else errors[:, -1]

    def losses(self, function: str, optimizer: str, order: int) -> Array:
        """What was minimised (seeds, MEASUREMENTS + 1): the sum of all errors that are learnt from."""
        return np.sum([self.metric(function, optimizer, order, part) for part in PARTS[: order + 1]], axis=0)

    def pairs(self) -> list[Pair]:
        """Derivatives against values alone, by the same optimizer; the document's SGD also against longer steps."""
        from scipy.stats import wilcoxon

        pairs = []
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
                pairs.append(Pair(function, optimizer, order, against, measure, *medians, smaller, len(logs), ratio, p))
        return pairs

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
        """Epochs (measurements,) and errors on the way (seeds, measurements); x (points,) and fits (seeds, points)."""
        arrays = {"epochs": measured_epochs(self.config.epochs), "x": np.linspace(LOW, CURVE_END, CURVE_POINTS)}
        for function, optimizer, order in self.rows:
            for name in (*PARTS, "curve", "beyond"):
                arrays[f"{function}, {optimizer}, {order}, {name}"] = self.metric(function, optimizer, order, name)
        return arrays
