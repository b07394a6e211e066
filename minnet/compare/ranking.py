"""What rows say: the best learning rate of each optimizer, who is first, and whether that is more than chance.

A run that failed counts as one with an infinite loss, in every median and quartile.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from minnet.errors import SettingError
from minnet.study import Row, group
from minnet.types import Array

HUGE = 1e300  # stands for infinity where differences are taken
RANKED_BY = {"training": "train_loss", "held-out": "held_out_loss"}


def is_diverged(row: Row) -> bool:
    """Whether a run diverged, or ended with a larger training loss than it began with."""
    return row.diverged or (row.error is None and row.metrics["train_loss"] > row.metrics["first_loss"])


def is_lost(row: Row) -> bool:
    """Whether a run diverged, or failed for another reason: a full disk, or an error in the optimizer."""
    return row.error is not None or is_diverged(row)


def has_learned(row: Row) -> bool:
    """Whether a run ended with a training loss of less than 98 per cent of what one answer for all samples has."""
    return row.error is None and bool(row.metrics["train_loss"] < 0.98 * row.metrics["constant_loss"])


def values(rows: Sequence[Row], name: str) -> Array:
    """A metric of every run (runs,); infinite where a run failed, or the metric is not a number."""
    metrics = np.array([np.inf if row.error is not None else row.metrics[name] for row in rows], float)
    return np.where(np.isnan(metrics), np.inf, metrics)


def quartiles(samples: Array, axis: int = 0) -> Array:
    """Lower quartile, median, upper quartile; infinite where an infinite sample takes part.

    >>> quartiles(np.array([1.0, 2.0, 3.0, 4.0, np.inf])).tolist()
    [2.0, 3.0, 4.0]
    >>> quartiles(np.array([1.0, 2.0, 3.0, np.inf])).tolist()
    [1.75, 2.5, inf]
    """
    finite = np.quantile(np.clip(samples, -HUGE, HUGE), [0.25, 0.5, 0.75], axis=axis)
    return np.where(np.abs(finite) > HUGE / 1e6, np.copysign(np.inf, finite), finite)


@dataclass(frozen=True)
class Contender:
    """An optimizer with all its runs.

    Attributes
    ----------
    label : str
    learning_rates : tuple of float
        All that were tried, smallest first.
    runs : tuple of tuple of Row
        For each learning rate, its runs in the order of their seeds.
    best_index : int
        Index of the best learning rate: that of the smallest median of ``choice_loss``; the smaller one of equals.
    """

    label: str
    learning_rates: tuple[float, ...]
    runs: tuple[tuple[Row, ...], ...]
    best_index: int

    @property
    def learning_rate(self) -> float:
        return self.learning_rates[self.best_index]

    @property
    def best(self) -> tuple[Row, ...]:
        """The runs at the best learning rate."""
        return self.runs[self.best_index]

    def quartiles(self, name: str) -> Array:
        """Of a metric that is to be small, at the best learning rate."""
        return quartiles(values(self.best, name))

    def diverged(self) -> tuple[int, int]:
        """How many runs diverged at the best learning rate, and at all."""
        return sum(map(is_diverged, self.best)), sum(is_diverged(row) for rows in self.runs for row in rows)

    def lost(self) -> tuple[int, int]:
        """How many runs diverged or failed at the best learning rate, and at all."""
        return sum(map(is_lost, self.best)), sum(is_lost(row) for rows in self.runs for row in rows)

    def curves(self, name: str) -> Array:
        """A curve of every run (runs, points) at the best learning rate that did not fail."""
        return np.array([row.metrics[name] for row in self.best if row.error is None], float)

    def to_target(self, target: float) -> tuple[Array, Array]:
        """Updates and seconds (runs,) until the training loss is first at the target; infinite where it never is."""
        updates, seconds = np.full(len(self.best), np.inf), np.full(len(self.best), np.inf)
        for index, row in enumerate(self.best):
            metrics = row.metrics
            reached = np.flatnonzero(np.array(metrics.get("losses", [])) <= target)  # a failed run has no losses
            if reached.size:
                first = int(reached[0])
                updates[index] = metrics["epochs"][first] * metrics["updates"] / metrics["epochs"][-1]
                seconds[index] = metrics["times"][first]
        return updates, seconds


@dataclass(frozen=True)
class Verdict:
    """A contender against the first one.

    Attributes
    ----------
    worse_in : int
        Seeds in which it did worse.
    seeds : int
    p : float
        How likely so clear a difference, in whichever direction, is by chance (Holm's).
    """

    worse_in: int
    seeds: int
    p: float

    @property
    def is_significant(self) -> bool:
        return self.p < 0.05


def contenders(rows: Sequence[Row], by: str) -> list[Contender]:
    """Optimizers, ranked: by the median over the seeds of the loss at the best learning rate.

    Parameters
    ----------
    rows : sequence of Row
        Settings ``optimizer`` and ``learning_rate``; metrics as from `minnet.compare.runs.train`.
    by : str
        "training" or "held-out".
    """
    unranked = []
    for optimizer in group(rows, "optimizer"):
        by_rate = sorted(group(optimizer.rows, "learning_rate"), key=lambda rate: rate.settings["learning_rate"])
        runs = tuple(tuple(sorted(rate.rows, key=lambda row: row.repeat)) for rate in by_rate)
        medians = [quartiles(values(rows, "choice_loss"))[1] for rows in runs]
        rates = tuple(rate.settings["learning_rate"] for rate in by_rate)
        unranked.append(Contender(optimizer.settings["optimizer"], rates, runs, int(np.argmin(medians))))
    return sorted(unranked, key=lambda contender: contender.quartiles(RANKED_BY[by])[1])


def against_first(ranked: Sequence[Contender], by: str) -> list[Verdict]:
    """A verdict on each contender but the first."""
    first = values(ranked[0].best, RANKED_BY[by])
    others = [values(other.best, RANKED_BY[by]) for other in ranked[1:]]
    ps = holm([paired_p(first, other) for other in others])
    return [Verdict(int((other > first).sum()), len(first), p) for other, p in zip(others, ps, strict=True)]


def paired_p(first: Array, other: Array) -> float:
    """p-value of Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945), two-sided, on log ratios of losses.

    Logarithms, since losses of different seeds may differ by orders of magnitude. Seeds in which both are equal do not
    count. The smallest p that n seeds can give is 2 / 2^n: 0.06 for five.

    >>> paired_p(np.arange(1.0, 7.0), 2 * np.arange(1.0, 7.0) + 0.1)
    0.03125
    """
    from scipy.stats import wilcoxon

    if len(first) != len(other):
        raise SettingError(f"compare: pairs are needed, not {len(first)} runs and {len(other)}")
    ratios = np.log(np.clip(other, 1 / HUGE, HUGE)) - np.log(np.clip(first, 1 / HUGE, HUGE))
    ratios = ratios[ratios != 0]
    return float(wilcoxon(ratios).pvalue) if len(ratios) else 1.0


def holm(ps: Sequence[float]) -> list[float]:
    """p-values of several tests, such that one wrong "different" among all is as unlikely as they say (Holm, 1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted, largest = [0.0] * len(ps), 0.0
    for place, index in enumerate(np.argsort(ps)):
        largest = max(largest, min(1.0, (len(ps) - place) * ps[index]))
        adjusted[index] = largest
    return adjusted


def common_target(ranked: Sequence[Contender]) -> float:
    """The largest of the upper quartiles of final training losses: each optimizer comes so far in 3 of 4 runs.

    Optimizers of whose runs more learn nothing are left out; NaN if that leaves none.
    """
    stuck = [sum(not has_learned(row) for row in contender.best) for contender in ranked]
    useful = [values(c.best, "train_loss") for c, n in zip(ranked, stuck, strict=True) if 4 * n <= len(c.best)]
    return max((float(np.quantile(losses, 0.75, method="inverted_cdf")) for losses in useful), default=np.nan)
