"""Settings, published numbers and results of the experiment `lorenz-gan`."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.errors import SettingError
from minnet.experiments.parts import check_settings, setting
from minnet.numerics.generation import Comparison
from minnet.types import Array

PUBLISHED = {"generated": (1.35, 1.25, 0.86), "real": (2.86, 3.05, 3.64)}  # Eckmann's exponents of x, y and z
COORDINATES = "x", "y", "z"
DT = 0.1
ROW, PLACES = 32, 1024  # samples of a series in one row of a picture, and in all of it
CROP = 256  # samples of a series that the better generator's discriminator sees at once
# Sets of series that are measured, by name, and what they are
KINDS = {
    "pictures": "DCGAN on pictures, as published",
    "unpenalised": "generator along time, without the penalty",
    "series": "generator along time",
    "shadows": "the same, moved to trajectories of the learned predictor",
    "predictor": "the learned predictor alone, from real states",
    "surrogates": "phase-randomised surrogates",
    "real": "other real series",
}


@dataclass(frozen=True)
class Config:
    """How much data, and how long the training."""

    series: int = setting(1000, "real series to learn from, dt = 0.1")
    samples: int = setting(1000, "of a series; 24 more fill a picture")
    tested: int = setting(200, "series of each kind that are measured, against as many real ones")
    picture_steps: int = setting(3000, "steps of the published way, 64 pictures each")
    channels: int = setting(64, "of its discriminator's first layer")
    steps: int = setting(12_000, "steps of the better generator, 32 stretches of 256 samples each")
    wide: int = setting(2, "convolutions at its coarse level besides the first")
    penalty: float = setting(4.0, "weight of errors of the learned predictor in its loss")
    predictor_epochs: int = setting(20, "epochs in which a step of the dynamics is learned")
    seeds: int = setting(1, "times that the better generator is trained")

    @classmethod
    def fast(cls) -> "Config":
        """Few series and steps: to see that it runs."""
        return cls(64, 320, 4, picture_steps=4, channels=4, steps=8, wide=0, predictor_epochs=40)

    def __post_init__(self) -> None:
        check_settings(
            "lorenz-gan", self, series=64, samples=CROP, tested=4, picture_steps=1, channels=1, steps=2, wide=0,
            penalty=0, predictor_epochs=1, seeds=1,
        )  # fmt: skip
        if self.samples > PLACES:
            raise SettingError(f"lorenz-gan: a picture has room for {PLACES} samples, not for {self.samples}")


@dataclass(frozen=True)
class Result:
    """Generated series, and what was measured of them.

    Attributes
    ----------
    comparisons : dict of str to list of Comparison
        For each of `KINDS`; of "series", "shadows" and "predictor" one for each seed.
    exponents : dict of str to array (3,)
        Eckmann's largest exponents of each coordinate by the slides' recipe, means over series.
    errors : dict of str to array (seeds, 2)
        Of what generators along time made, and of shadows: median residuals by the true flow, and by the learned
        predictor.
    moved : array (seeds,)
        Root mean square distance of shadows from the series, in standard deviations.
    histories : dict of str to array
        Losses of both networks in every epoch.
    """

    config: Config
    comparisons: dict[str, list[Comparison]]
    exponents: dict[str, Array]
    errors: dict[str, Array]
    moved: Array
    histories: dict[str, Array]

    @property
    def reference(self) -> Array:
        """Real series (series, sample, variable) that everything is measured against."""
        return self.comparisons["real"][0].reference

    def metrics(self) -> list[dict[str, Any]]:
        """A record for every measure of every set of series."""
        records: list[dict[str, Any]] = []
        for kind, comparisons in self.comparisons.items():
            for seed, comparison in enumerate(comparisons):
                record = {"kind": kind, "seed": seed}
                records.append({**record, "measure": "verdict", "value": comparison.verdict})
                for name, measure in comparison.measures.items():
                    values = {key: np.asarray(getattr(measure, key)).tolist() for key in ("value", "error", "ceiling")}
                    records.append({**record, "measure": name, **values})
        for kind, exponents in self.exponents.items():
            records.append({"kind": kind, "measure": "exponents, slides' recipe", "value": exponents.tolist()})
        return records

    def arrays(self) -> dict[str, Array]:
        """Series in physical units: ``better/generated`` becomes the file ``better/generated.npy``, and so on."""
        better, published = self.comparisons["shadows"][0], self.comparisons["pictures"][0]
        return {
            "published/generated": published.generated, "published/reference": published.reference,
            "better/generated": better.generated, "better/reference": better.reference,
            "unmoved/generated": self.comparisons["series"][0].generated, "unmoved/reference": self.reference,
            "moved": self.moved, **{f"errors.{kind}": values for kind, values in self.errors.items()},
            **{f"history.{name}": values for name, values in self.histories.items()},
        }  # fmt: skip
