"""Settings and result of the experiment `gan-aids`."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet import study
from minnet.errors import SettingError
from minnet.experiments.lorenz.gan_aids.aids import AIDS, CURES, SLIDES
from minnet.experiments.lorenz.gan_aids.gaussians import KEPT
from minnet.experiments.lorenz.gan_aids.series import SERIES_MEASURES, SHOWN
from minnet.experiments.parts import check_settings, setting
from minnet.types import Array

PUBLISHED: dict[str, Any] = {
    "aids": tuple(SLIDES),
    "discriminator's learning rate over the generator's": 4,
    "label smoothing": 0.1,
}
MEASURES = "modes", "good", "kl"


@dataclass(frozen=True)
class Config:
    """Which aids, and how long and how often they are tried."""

    aids: tuple[str, ...] = setting(
        tuple(AIDS), "each is tried alone; the document's also left out of all of them", AIDS
    )
    steps: int = setting(8000, "steps of a run")
    width: int = setting(64, "units of each of the two hidden layers of both networks")
    batch_size: int = setting(64, "real samples of a step, and as many generated ones")
    learning_rate: float = setting(0.001, "of Adam, in both networks; beta_1 is 0.5")
    seeds: int = setting(5, "runs of every set of aids")
    series_steps: int = setting(2000, "steps of a run on Lorenz series; 0: none are made")
    series_learning_rate: float = setting(0.0005, "of Adam there")
    series_seeds: int = setting(3, "runs of every set of aids there")
    series_tested: int = setting(100, "series that are judged, against as many real ones")

    @classmethod
    def fast(cls) -> "Config":
        """One aid, a fifth of the steps, each twice as long, two seeds; a few steps on series."""
        return cls(
            aids=("falling noise",), steps=1500, learning_rate=0.002, seeds=2, series_steps=20, series_seeds=1,
            series_tested=4,
        )  # fmt: skip

    def __post_init__(self) -> None:
        check_settings(
            "gan-aids", self, steps=50, width=1, batch_size=2, learning_rate=1e-9, seeds=1, series_steps=0,
            series_learning_rate=1e-9, series_seeds=1, series_tested=4,
        )  # fmt: skip
        if len(set(self.aids)) < len(self.aids):
            raise SettingError(f"gan-aids: each aid once, not {', '.join(self.aids)}")

    @property
    def of_slides(self) -> tuple[str, ...]:
        """The document's aids among those that are tried."""
        return tuple(name for name in self.aids if name in SLIDES)

    def sets(self) -> dict[str, tuple[str, ...]]:
        """The sets of aids that are tried, by what they are called: none, each alone, all of the document's, and these
        but for one."""
        slides = self.of_slides
        sets: dict[str, tuple[str, ...]] = {"plain": (), **{name: (name,) for name in self.aids}}
        if len(slides) > 1:
            sets["all"] = slides
        if len(slides) > 2:
            sets |= {f"all but {name}": tuple(other for other in slides if other != name) for name in slides}
        return sets

    def sets_on_series(self) -> dict[str, tuple[str, ...]]:
        """Those of them with the document's aids only, and the cures."""
        return {name: aids for name, aids in self.sets().items() if set(aids) <= {*SLIDES, *CURES}}


@dataclass(frozen=True)
class Result:
    """Runs of every set of aids on eight gaussians, and on Lorenz series.

    Attributes
    ----------
    runs, on_series : dict of str to list of study.Row
        By the name of the set, one for each seed.
    """

    config: Config
    runs: dict[str, list[study.Row]]
    on_series: dict[str, list[study.Row]]

    def values(self, name: str, measure: str) -> Array:
        """A measure (seeds,) of a set of aids."""
        return study.metric(self.runs[name], measure)

    def samples(self, name: str, seed: int = 0) -> Array:
        """What was generated in the end (n, 2)."""
        return np.array(self.runs[name][seed].metrics["samples"]).reshape(KEPT, 2)

    def of_series(self, name: str, measure: str) -> Array:
        """A measure (seeds,) of a set of aids on Lorenz series."""
        return study.metric(self.on_series[name], measure)

    def metrics(self) -> list[dict[str, Any]]:
        """A record for every run."""
        records = []
        for data, sets, names in (
            ("eight gaussians", self.runs, (*MEASURES, "discriminator_loss", "generator_loss")),
            ("Lorenz series", self.on_series, SERIES_MEASURES),
        ):
            for name, rows in sets.items():
                for row in rows:
                    record = {"data": data, "aids": name, "seed": row.settings["seed"]}
                    records.append(record | {measure: row.metrics[measure] for measure in names})
        return records

    def arrays(self) -> dict[str, Array]:
        """Of every set, modes on the way (seeds, looks) and samples in the end (seeds, n, 2); and the beginning of one
        generated series of each seed (seeds, sample, variable)."""
        arrays = {f"{name}.modes": study.metric(rows, "modes_on_the_way") for name, rows in self.runs.items()}
        samples = {name: study.metric(rows, "samples").reshape(-1, KEPT, 2) for name, rows in self.runs.items()}
        series = {name: study.metric(rows, "series").reshape(-1, SHOWN, 3) for name, rows in self.on_series.items()}
        return (
            arrays | {f"{name}.samples": values for name, values in samples.items()}
            | {f"{name}.series": values for name, values in series.items()}
        )  # fmt: skip
