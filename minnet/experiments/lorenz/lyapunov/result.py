"""Settings, constants and results of the experiment `lyapunov`."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.experiments.parts import check_settings, setting
from minnet.numerics import chaos
from minnet.types import Array

PUBLISHED = {"theory": 0.9056, "x": 2.86, "y": 3.05, "z": 3.64}
GENERATED = {"x": 1.35, "y": 1.25, "z": 0.86}  # published of the series that the document's network made
# J. C. Sprott, Chaos and Time-Series Analysis, 2003, appendix A; the logistic map's is exact
KNOWN = {"Lorenz": 0.9056, "Roessler": 0.0714, "logistic map": float(np.log(2)), "Henon map": 0.41922}
# d_E, samples in which neighbours are found, and d_M, size of the tangent maps (Eckmann)
EMBEDDINGS = ((3, 3), (5, 3), (7, 3), (9, 3), (4, 4), (7, 4), (10, 4), (13, 4))
COORDINATES = "x", "y", "z"
# of the published table, by Eckmann's algorithm: the defaults of nolds, and dt and length as in the document
RECIPE: dict[str, Any] = {"dt": 0.1, "samples": 1000, "dimension": 10, "matrix_dimension": 4}
EVERY_MAP, AS_IN_THE_PAPER = 1, 3  # samples from one tangent map of the product to the next
# how nearest neighbours are followed, by Rosenstein's algorithm; one turn of the butterfly takes 0.75
FOLLOWED: dict[str, Any] = {"dt": 0.02, "window": 60, "horizon": 200}
REGION = 0.8, 2.4  # of time, where their divergence is a line: between the first jump and the size of the attractor
DIMENSION, LAG = 5, 5  # of the embedding in which they are neighbours
KINDS: dict[str, chaos.Surrogate] = {
    "phase-randomised": chaos.phase_randomised, "amplitude-adjusted": chaos.aaft, "shuffled": chaos.shuffled,
}  # fmt: skip
STATISTICS = "exponent, as published", "exponent, Eckmann's product", "error of prediction"


@dataclass(frozen=True)
class Config:
    """How long, and how often."""

    time: float = setting(
        20_000.0, "for which Lorenz's and Roessler's systems are followed; maps, ten times that often"
    )
    runs: int = setting(10, "runs of that length, of Lorenz's system")
    pairs: int = setting(1000, "of trajectories that begin close together")
    series: int = setting(20, "series for each estimate")
    samples: tuple[int, ...] = setting((1000, 10_000), "lengths of the series for the effect of the embedding")
    followed: int = setting(20_000, "samples of the series whose neighbours are followed")
    kinds: tuple[str, ...] = setting(tuple(KINDS), "kinds of surrogates", KINDS)
    tested: int = setting(5, "series that are set against surrogates")
    surrogates: int = setting(39, "of each kind; outside of all 39 is significant at 5 per cent")

    @classmethod
    def fast(cls) -> "Config":
        """A fortieth of the time, and few and short series."""
        return cls(
            1000.0, runs=2, pairs=100, series=3, samples=(1000,), followed=5000, kinds=("phase-randomised",), tested=1,
            surrogates=19,
        )  # fmt: skip

    def __post_init__(self) -> None:
        check_settings(
            "lyapunov", self, time=100, runs=2, pairs=2, series=2, followed=1000, tested=1, surrogates=1, samples=200
        )


@dataclass(frozen=True)
class Result:
    """Exponents per unit of time, of maps per iteration.

    Attributes
    ----------
    spectra : dict of str to dict
        For each system the metrics of `from_equations`; of Lorenz's, of all runs.
    twins : Divergence
        Of pairs of Lorenz trajectories.
    curves : array (3, horizon + 1)
        Mean logarithm of the distance between neighbours, by coordinate.
    neighbours : array (series, 3)
        Rosenstein's exponents, by coordinate.
    recipe : array (2, 2, series, 3)
        Eckmann's largest exponents with the published recipe: on the attractor, and with the transient; by the product
        of every map, and by the paper's.
    embeddings : array (samples, embeddings, series, 3)
        The same on the attractor, by the paper's product, for other lengths and `EMBEDDINGS`.
    values, surrogates, p_values : dict of str to array (tested, statistics, 3)
        By kind of surrogate: the data's statistics, the medians of the surrogates', and the p-values.
    """

    config: Config
    spectra: dict[str, dict[str, Array]]
    twins: chaos.Divergence
    curves: Array
    neighbours: Array
    recipe: Array
    embeddings: Array
    values: dict[str, Array]
    surrogates: dict[str, Array]
    p_values: dict[str, Array]

    def rejected(self, kind: str) -> Array:
        """In how many of the tested series (statistics, 3) the data are outside of all surrogates."""
        least = 2 / (self.config.surrogates + 1)
        return np.asarray((self.p_values[kind] < 1.001 * least).sum(axis=0))

    def metrics(self) -> list[dict[str, Any]]:
        """One record per system, method, embedding, and surrogate test."""
        records: list[dict[str, Any]] = []
        for name, spectrum in self.spectra.items():
            record = {"kind": "equations", "system": name, "exponent": float(spectrum["exponents"][:, 0].mean())}
            record |= {"known": KNOWN[name], "sum_less_trace": float(np.abs(spectrum["sum_less_trace"]).max())}
            records.append(record)
        records.append({"kind": "twins", "exponent": self.twins.exponent, "error": self.twins.error})
        for c, coordinate in enumerate(COORDINATES):
            where = {"coordinate": coordinate}
            records.append({"kind": "neighbours", **where, "exponent": float(np.median(self.neighbours[:, c]))})
            for s, start in enumerate(("attractor", "rest")):
                every, paper = (float(self.recipe[s, p, :, c].mean()) for p in (0, 1))
                record = {"kind": "recipe", **where, "begun": start, "published": PUBLISHED[coordinate]}
                records.append({**record, "every_map": every, "as_in_the_paper": paper})
            for samples, row in zip(self.config.samples, self.embeddings, strict=True):
                for (d_E, d_M), exponents in zip(EMBEDDINGS, row, strict=True):
                    record = {"kind": "embedding", **where, "samples": samples, "dimension": d_E}
                    mean = float(exponents[:, c].mean())
                    records.append({**record, "matrix_dimension": d_M, "exponent": mean})
            for kind in self.config.kinds:
                for s, statistic in enumerate(STATISTICS):
                    record = {"kind": "surrogates", **where, "surrogate": kind, "statistic": statistic}
                    medians = (float(np.median(part[kind][:, s, c])) for part in (self.values, self.surrogates))
                    record |= dict(zip(("data", "surrogates"), medians, strict=True))
                    records.append({**record, "refused": int(self.rejected(kind)[s, c]), "of": self.config.tested})
        return records

    def arrays(self) -> dict[str, Array]:
        """Everything, by name."""
        arrays = {f"{name}.{key}": values for name, runs in self.spectra.items() for key, values in runs.items()}
        arrays |= {"twins.times": self.twins.times, "twins.log_distance": self.twins.log_distance}
        arrays |= {"curves": self.curves, "neighbours": self.neighbours, "recipe": self.recipe}
        for kind in self.config.kinds:
            tests = {"values": self.values, "surrogates": self.surrogates, "p_values": self.p_values}
            arrays |= {f"{kind}.{part}": by_kind[kind] for part, by_kind in tests.items()}
        return arrays | {"embeddings": self.embeddings}
