"""Lyapunov exponents of the Lorenz system, and why those of a published table are three to four times too large.

S. Agudelo, G. Quintana and G. Rodrigues dos Reis (slides of a project, IMT Atlantique) measure chaos by Eckmann's
algorithm, for each coordinate of series of 1000 samples at dt = 0.1: 2.86, 3.05 and 3.64, where theory says 0.9056.
That they are positive is taken to prove chaos, and so are 1.35, 1.25 and 0.86 for series that their network generates.

From the equations the exponent is 0.9052 (Benettin, the mean of ten runs of T = 20 000 each; their root mean square
error is 0.15 per cent, and below 0.5 from T = 1500 on), and the sum of the spectrum is the trace to 1e-12. A thousand
pairs of trajectories give 0.907 +- 0.004. From series, nearest neighbours (Rosenstein, 20 000 samples) give 0.86, 0.85
and 0.78 for x, y and z, with a scatter of 0.03 to 0.04.

The document does not say how it chose the embedding. The defaults of the package nolds (neighbours in 10 samples, maps
on 4 of them) give 2.78, 2.95 and 3.56 when series begin near the origin and their way to the attractor is kept, with a
scatter of 0.15 to 0.17 between series: the published numbers, within what one series has by chance. Two things make
them too large. Maps lead three samples on, but nolds (0.6) multiplies one for every sample; with every third, as
Eckmann and his co-authors have it, the same series give 1.26, 1.47 and 1.43. The rest is the embedding: four exponents,
one of which the system has not, from neighbours over 0.9 units of time. Four successive samples of a series ten times
as long, on the attractor, give 0.92, 0.95 and, for z, 1.59; five samples and three exponents 1.02, 1.16 and 0.99. No
embedding here is right for all three coordinates, so none can be trusted without the others.

A positive exponent proves nothing. Linear noise with the spectrum of the coordinates (phase-randomised surrogates) has
1.32, 1.10 and 0.79 by the published recipe, and 1.32, 1.07 and 0.78 by the paper's; the numbers published for the
generated series are of that size. Of x, by the paper's product, the data are outside of 39 surrogates in only three
series of five. The error of prediction tells data and noise apart at once: 0.07 to 0.12 standard deviations against
0.48 to 0.64.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from minnet import dynamics, study
from minnet.errors import SettingError, check_range
from minnet.experiments.lorenz.lyapunov_runs import (
    AS_IN_THE_PAPER,
    COORDINATES,
    EVERY_MAP,
    FOLLOWED,
    KINDS,
    RECIPE,
    STATISTICS,
    SYSTEMS,
    against_surrogates,
    from_equations,
    from_maps,
    from_neighbours,
)
from minnet.experiments.parts import check_values, make_runs, seed_of, setting
from minnet.numerics.chaos import Divergence, divergence_of_twins
from minnet.presentation import Drawing, Table
from minnet.types import Array

PUBLISHED = {"theory": 0.9056, "x": 2.86, "y": 3.05, "z": 3.64}
GENERATED = {"x": 1.35, "y": 1.25, "z": 0.86}  # published of the series that the document's network made
# J. C. Sprott, Chaos and Time-Series Analysis, 2003, appendix A; the logistic map's is exact
KNOWN = {"Lorenz": 0.9056, "Roessler": 0.0714, "logistic map": float(np.log(2)), "Henon map": 0.41922}
EMBEDDINGS = ((3, 3), (5, 3), (7, 3), (9, 3), (4, 4), (7, 4), (10, 4), (13, 4))  # d_E and d_M


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
    kinds: tuple[str, ...] = setting(tuple(KINDS), "kinds of surrogates")
    tested: int = setting(5, "series that are set against surrogates")
    surrogates: int = setting(39, "of each kind; outside of all 39 is significant at 5 per cent")

    @classmethod
    def fast(cls) -> "Config":
        """A fortieth of the time, and few and short series."""
        return cls(
            1000.0,
            runs=2,
            pairs=100,
            series=3,
            samples=(1000,),
            followed=5000,
            kinds=("phase-randomised",),
            tested=1,
            surrogates=19,
        )

    def __post_init__(self) -> None:
        for name, least in (("time", 100), ("runs", 2), ("pairs", 2), ("series", 2), ("followed", 1000), ("tested", 1),
                            ("surrogates", 1)):  # fmt: skip
            at_least = (lambda n, least=least: n >= least), f"at least {least}"
            check_range("lyapunov", **{name: (getattr(self, name), *at_least)})
        check_values("lyapunov", self, "samples", least=200)
        if not self.kinds or not set(self.kinds) <= set(KINDS):
            raise SettingError(f"lyapunov: kinds must be among {list(KINDS)}, not {self.kinds}")


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
        Eckmann's largest exponents with the published recipe: on the attractor, and with the way to it; by the product
        of every map, and by the paper's.
    embeddings : array (samples, embeddings, series, 3)
        The same on the attractor, by the paper's product, for other lengths and `EMBEDDINGS`.
    values, surrogates, p_values : dict of str to array (tested, statistics, 3)
        By kind of surrogate: the data's statistics, the medians of the surrogates', and the p-values.
    """

    config: Config
    spectra: dict[str, dict[str, Array]]
    twins: Divergence
    curves: Array
    neighbours: Array
    recipe: Array
    embeddings: Array
    values: dict[str, Array]
    surrogates: dict[str, Array]
    p_values: dict[str, Array]

    def refused(self, kind: str) -> Array:
        """In how many of the tested series (statistics, 3) the data are outside of all surrogates."""
        least = 2 / (self.config.surrogates + 1)
        return np.asarray((self.p_values[kind] < 1.001 * least).sum(axis=0))

    def metrics(self) -> list[dict[str, Any]]:
        """One record per system, method, embedding, and surrogate test."""
        records: list[dict[str, Any]] = []
        for name, found in self.spectra.items():
            largest = {"exponent": float(found["exponents"][:, 0].mean()), "known": KNOWN[name]}
            traced = {"sum_less_trace": float(np.abs(found["sum_less_trace"]).max())}
            records.append({"kind": "equations", "system": name, **largest, **traced})
        records.append({"kind": "twins", "exponent": self.twins.exponent, "error": self.twins.error})
        for c, coordinate in enumerate(COORDINATES):
            here = {"coordinate": coordinate}
            records.append({"kind": "neighbours", **here, "exponent": float(np.median(self.neighbours[:, c]))})
            for b, begun in enumerate(("attractor", "rest")):
                every, paper = (float(self.recipe[b, p, :, c].mean()) for p in (0, 1))
                record = {"kind": "recipe", **here, "begun": begun, "published": PUBLISHED[coordinate]}
                records.append({**record, "every_map": every, "as_in_the_paper": paper})
            for samples, row in zip(self.config.samples, self.embeddings, strict=True):
                for (d_E, d_M), found_here in zip(EMBEDDINGS, row, strict=True):
                    record = {"kind": "embedding", **here, "samples": samples, "dimension": d_E}
                    mean = float(found_here[:, c].mean())
                    records.append({**record, "matrix_dimension": d_M, "exponent": mean})
            for kind in self.config.kinds:
                for s, statistic in enumerate(STATISTICS):
                    record = {"kind": "surrogates", **here, "surrogate": kind, "statistic": statistic}
                    medians = (float(np.median(part[kind][:, s, c])) for part in (self.values, self.surrogates))
                    record |= dict(zip(("data", "surrogates"), medians, strict=True))
                    records.append({**record, "refused": int(self.refused(kind)[s, c]), "of": self.config.tested})
        return records

    def arrays(self) -> dict[str, Array]:
        """Everything, by name."""
        named = {f"{name}.{key}": value for name, found in self.spectra.items() for key, value in found.items()}
        named |= {"twins.times": self.twins.times, "twins.log_distance": self.twins.log_distance}
        named |= {"curves": self.curves, "neighbours": self.neighbours, "recipe": self.recipe}
        for kind in self.config.kinds:
            parts = {"values": self.values, "surrogates": self.surrogates, "p_values": self.p_values}
            named |= {f"{kind}.{part}": arrays[kind] for part, arrays in parts.items()}
        return named | {"embeddings": self.embeddings}


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Measure everything.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
        For starts and surrogates; every run has a stream of its own.
    progress : bool
    checkpoints : Path, optional
        A folder for the runs that are done; what is found there is not done again.
    """
    seed = seed_of(rng)
    made = partial(make_runs, seed=seed, checkpoints=checkpoints, progress=progress)
    spectra = {}
    for name, system in SYSTEMS.items():
        time, repeats = config.time * (10 if system.is_map else 1), config.runs if name == "Lorenz" else 1
        points = study.grid(system=name, time=time, trajectories=8, repeats=repeats)
        rows = made(from_equations, points, name="lyapunov, equations")
        metrics = ("exponents", "errors", "sum_less_trace", "times", "history")
        spectra[name] = {metric: study.metric(rows, metric) for metric in metrics}
    if progress:
        print("lyapunov: twins", flush=True)
    twins = divergence_of_twins(dynamics.lorenz(), dt=0.1, samples=250, pairs=config.pairs, rng=seed)
    rows = made(
        from_neighbours, study.grid(samples=config.followed, repeats=config.series), name="lyapunov, neighbours"
    )
    curves = study.metric(rows, "curves").mean(axis=0).reshape(3, FOLLOWED["horizon"] + 1)
    neighbours = study.metric(rows, "exponents")
    strides = EVERY_MAP, AS_IN_THE_PAPER
    points = study.grid(**RECIPE, from_rest=[False, True], strides=[strides], repeats=config.series)
    rows = made(from_maps, points, name="lyapunov, published recipe")
    recipe = [study.metric(rows, f"stride {stride}").reshape(2, config.series, 3) for stride in strides]
    embeddings = np.empty((len(config.samples), len(EMBEDDINGS), config.series, 3))
    for e, (d_E, d_M) in enumerate(EMBEDDINGS):
        m = (d_E - 1) // (d_M - 1)
        chosen = {"dt": RECIPE["dt"], "dimension": d_E, "matrix_dimension": d_M, "strides": [[m]], "from_rest": False}
        points = study.grid(samples=config.samples, **chosen, repeats=config.series)
        rows = made(from_maps, points, name="lyapunov, embeddings")
        embeddings[:, e] = study.metric(rows, f"stride {m}").reshape(-1, config.series, 3)
    kinds = config.kinds
    points = study.grid(kind=kinds, surrogates=config.surrogates, repeats=config.tested)
    rows = made(against_surrogates, points, name="lyapunov, surrogates")
    tests = [
        dict(zip(kinds, study.metric(rows, part).reshape(len(kinds), config.tested, len(STATISTICS), 3), strict=True))
        for part in ("values", "surrogates", "p_values")
    ]
    return Result(config, spectra, twins, curves, neighbours, np.stack(recipe, axis=1), embeddings, *tests)


def table(result: Result) -> Table:
    """Exponents beside known and published ones."""
    rows = [
        (f"{name}, from its equations", f"{KNOWN[name]:.4f}", _spread(found["exponents"][:, 0], found["errors"][:, 0]))
        for name, found in result.spectra.items()
    ]
    twins = result.twins
    rows.append(("Lorenz, twins", f"{PUBLISHED['theory']}", f"{twins.exponent:.4f} ± {twins.error:.4f}"))
    for c, name in enumerate(COORDINATES):
        rows.append((f"{name}, Rosenstein", f"{PUBLISHED['theory']}", _spread(result.neighbours[:, c])))
    told = (
        (1, 0, "Eckmann 10/4, every map, with the way to the attractor"),
        (0, 0, "the same on the attractor"),
        (1, 1, "every third map as in the paper, with the way"),
        (0, 1, "the same on the attractor"),
    )
    for begun, product, words in told:
        for c, name in enumerate(COORDINATES):
            published = f"{PUBLISHED[name]}" if product == 0 else f"{PUBLISHED['theory']}"
            rows.append((f"{name}, {words}", published, _spread(result.recipe[begun, product, :, c])))
    for samples, row in zip(result.config.samples, result.embeddings, strict=True):
        for (d_E, d_M), found in zip(EMBEDDINGS, row, strict=True):
            values = ", ".join(f"{value:.2f}" for value in found.mean(axis=0))
            rows.append((f"x, y, z, Eckmann {d_E}/{d_M}, {samples} samples", f"{PUBLISHED['theory']}", values))
    for kind in result.config.kinds:
        for s, statistic in enumerate(STATISTICS):
            data, others = (np.median(part[kind][:, s], axis=0) for part in (result.values, result.surrogates))
            compared = ", ".join(f"{b:.2f} ({a:.2f})" for a, b in zip(data, others, strict=True))
            refused = " ".join(str(count) for count in result.refused(kind)[s])
            name = f"{kind} surrogates (data): {statistic}; refused for {refused} of {result.config.tested}"
            generated = ", ".join(f"{value}" for value in GENERATED.values()) + " of generated series"
            rows.append((name, "-" if s else generated, compared))
    return Table(("quantity", "known or published", "found"), tuple(rows))


def _spread(values: Array, errors: Array | None = None) -> str:
    """Mean and scatter of several runs; of one, its own error."""
    if len(values) > 1:
        return f"{values.mean():.4f} ± {values.std(ddof=1):.1g} (each)"
    return f"{values[0]:.4f}" + ("" if errors is None else f" ± {errors[0]:.1g}")


def figures(result: Result) -> list[Drawing]:
    """Twins, convergence, the published recipe and others, and surrogates."""
    from minnet.experiments.lorenz import lyapunov_drawings

    return lyapunov_drawings.draw(result)
