"""What `gaussian-error` varies, and what its runs say."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet import study
from minnet.experiments.gaussian.sweeps import Sweep
from minnet.experiments.parts import check_batches, check_settings, setting
from minnet.types import Array

CURVE = 501  # points at which curves are kept
FIGURES = {"outputs": "19 to 22", "epochs": "23 to 26", "batch_size": "27 and 28"}
PUBLISHED = {"claims": ("more often above", "further off above")}  # the gaussian than below, of all runs


@dataclass(frozen=True)
class Config:
    """What is varied; the text gives no ranges, only the settings that stay."""

    runs: int = setting(100, "runs laid over each other (figures 15 to 18, and 57)")
    outputs: tuple[int, ...] = setting(
        (5, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 400), "units per hidden layer (figures 19 to 22)"
    )
    epochs: tuple[int, ...] = setting(
        (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100), "passes over the data (figures 23 to 26)"
    )
    batch_sizes: tuple[int, ...] = setting(
        (5, 10, 15, 20, 30, 50, 70, 100, 200, 300, 500, 1000), "samples per update (figures 27, 28)"
    )
    points: int = setting(10_001, "number of evenly spaced samples")
    seeds: int = setting(10, "runs of every setting that is varied")

    @classmethod
    def fast(cls) -> "Config":
        """Three values of each setting, a tenth of the points."""
        return cls(12, outputs=(5, 20, 50), epochs=(1, 3, 10), batch_sizes=(20, 100, 500), points=1001, seeds=3)

    def __post_init__(self) -> None:
        check_settings("gaussian-error", self, outputs=1, epochs=1, batch_sizes=1, runs=5, points=200, seeds=1)
        check_batches("gaussian-error", self.points, batch_sizes=self.batch_sizes)


@dataclass(frozen=True)
class Result:
    """Sweeps over the three settings, and the runs laid over each other.

    Attributes
    ----------
    sweeps : list of Sweep
    overlay : list of Row
        Runs of 200-200 units, 30 epochs, batch 200.
    remedies : dict of str to list of Row
        As many runs without a last batch that is smaller than the others, and with a falling learning rate.
    """

    config: Config
    sweeps: list[Sweep]
    overlay: list[study.Row]
    remedies: dict[str, list[study.Row]]

    def by_training(self) -> dict[str, Array]:
        """Mean squared differences (runs,): as the document trains, and with each remedy."""
        runs = {points_label(self.config.points): self.overlay} | self.remedies
        return {name: study.metric(rows, "mean_squared_difference") for name, rows in runs.items()}

    def above(self) -> dict[str, float]:
        """The remark on figure 57, tested over runs.

        ``runs_above`` of ``runs`` have more area above the gaussian than below, with the p-value of a sign test;
        ``net_area``, its mean, with a standard error; ``further_above``, runs whose largest error is above, with its
        p-value; ``share_above``, the mean fraction of points above, with a standard error.
        """
        from scipy.stats import binomtest

        net = study.metric(self.overlay, "above") - study.metric(self.overlay, "below")
        further = study.metric(self.overlay, "most_above") > study.metric(self.overlay, "most_below")
        fraction, n = study.metric(self.overlay, "share_above"), len(net)
        return {
            "runs": n,
            "runs_above": int((net > 0).sum()),
            "runs_above_p": float(binomtest(int((net > 0).sum()), n).pvalue),
            "net_area": float(net.mean()),
            "net_area_error": float(net.std(ddof=1) / np.sqrt(n)),
            "further_above": int(further.sum()),
            "further_above_p": float(binomtest(int(further.sum()), n).pvalue),
            "share_above": float(fraction.mean()),
            "share_above_error": float(fraction.std(ddof=1) / np.sqrt(n)),
        }

    def metrics(self) -> list[dict[str, Any]]:
        """One record per setting, and one for the remark on figure 57."""
        records: list[dict[str, Any]] = []
        for sweep in self.sweeps:
            for value, errors, seconds in zip(
                sweep.values, sweep.metric("mean_squared_difference"), sweep.metric("seconds"), strict=True
            ):
                lower, median, upper = np.quantile(errors, [0.25, 0.5, 0.75])
                records.append(
                    {
                        "varied": sweep.name,
                        "value": int(value),
                        "seeds": len(errors),
                        "lower_quartile": float(lower),
                        "median": float(median),
                        "upper_quartile": float(upper),
                        "seconds": float(np.median(seconds)),
                    }
                )
        for name, errors in self.by_training().items():
            records.append({"training": name, "runs": len(errors), "median": float(np.median(errors))})
        return [*records, self.above()]

    def arrays(self) -> dict[str, Array]:
        """Curves (runs, points), and values and mean squared differences (values, seeds) of each sweep."""
        arrays = {"curves": study.metric(self.overlay, "curve")}
        arrays |= {f"{name}.mean_squared_difference": errors for name, errors in self.by_training().items()}
        for sweep in self.sweeps:
            arrays |= {f"{sweep.name}.values": sweep.values}
            arrays |= {f"{sweep.name}.mean_squared_difference": sweep.metric("mean_squared_difference")}
        return arrays


def points_label(number: int) -> str:
    """``10,001 points``."""
    return f"{number:,} points"
