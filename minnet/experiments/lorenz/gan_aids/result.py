"""Settings and result of the experiment `gan-aids`."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet import study
from minnet.errors import SettingError, nearest
from minnet.experiments.lorenz.gan_aids.aids import AIDS, SLIDES
from minnet.experiments.lorenz.gan_aids.gaussians import KEPT
from minnet.experiments.parts import check_settings, setting
from minnet.types import Array

PUBLISHED = {"aids": tuple(SLIDES), "discriminator's learning rate over the generator's": 4, "label smoothing": 0.1}
MEASURES = "modes", "good", "kl"


@dataclass(frozen=True)
class Config:
    """Which aids, and how long and how often they are tried."""

    aids: tuple[str, ...] = setting(tuple(AIDS), "aids, each tried alone; the document's also left out of all of them")
    steps: int = setting(8000, "steps of a run")
    width: int = setting(64, "units of each of the two hidden layers of both networks")
    batch_size: int = setting(64, "real samples of a step, and as many generated ones")
    learning_rate: float = setting(0.001, "of Adam, in both networks; beta_1 is 0.5")
    seeds: int = setting(5, "runs of every set of aids")

    @classmethod
    def fast(cls) -> "Config":
        """One aid, a quarter of the steps, each twice as long, two seeds."""
        return cls(aids=("falling noise",), steps=2000, learning_rate=0.002, seeds=2)

    def __post_init__(self) -> None:
        check_settings("gan-aids", self, steps=50, width=1, batch_size=2, learning_rate=1e-9, seeds=1)
        for name in self.aids:
            if name not in AIDS:
                raise SettingError(f"gan-aids: there is no aid {name!r}; {nearest(name, AIDS)}")

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
            sets |= {f"all but {name}": tuple(other for other in slides if other != name) for name in slides}
        return sets


@dataclass(frozen=True)
class Result:
    """Runs of every set of aids on eight gaussians.

    Attributes
    ----------
    runs : dict of str to list of study.Row
        By the name of the set, one for each seed.
    """

    config: Config
    runs: dict[str, list[study.Row]]

    def values(self, name: str, measure: str) -> Array:
        """A measure (seeds,) of a set of aids."""
        return study.metric(self.runs[name], measure)

    def samples(self, name: str, seed: int = 0) -> Array:
        """What was generated in the end (n, 2)."""
        return np.array(self.runs[name][seed].metrics["samples"]).reshape(KEPT, 2)

    def metrics(self) -> list[dict[str, Any]]:
        """A record for every run."""
        names = (*MEASURES, "discriminator_loss", "generator_loss")
        return [
            {"aids": name, "seed": row.settings["seed"], **{measure: row.metrics[measure] for measure in names}}
            for name, rows in self.runs.items() for row in rows
        ]  # fmt: skip

    def arrays(self) -> dict[str, Array]:
        """Modes on the way (seeds, looks) and samples in the end (seeds, n, 2) of every set."""
        arrays = {f"{name}.modes": study.metric(rows, "modes_on_the_way") for name, rows in self.runs.items()}
        samples = {name: study.metric(rows, "samples").reshape(-1, KEPT, 2) for name, rows in self.runs.items()}
        return arrays | {f"{name}.samples": values for name, values in samples.items()}
