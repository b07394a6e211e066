"""The Lorenz equations from samples: two published tables of failures, what made them, and what does not fail.

S. Agudelo, G. Quintana and G. Rodrigues dos Reis (slides of a project, IMT Atlantique) fit the Lorenz equations to
samples by LASSO, ridge, a constrained Galerkin regression, and a search by Jaya and Powell. The parameters are off by
0.77 to 0.99 for samples at dt = 0.01, by 5.9 to 8.3 at dt = 0.1, where their exponents turn negative; the conclusion is
that dt must be small, and that something other than regression is called for.

What did they do? Their first-order formula, ``X(t + dt) = X(t) + dt f``, taken for the rates, gives errors of that size
by any regression: 0.8 (with rho known) to 1.2 at dt = 0.01, 4.3 to 9.3 at dt = 0.1, medians of ten trajectories of
T = 100 (all terms of second degree). The error of the formula, dt / 2 x'', is a function of the state, and is taken for
a part of the law; more samples do not help, nor does a penalty. What is found comes to rest: exponents of -0.4 to -0.5
at dt = 0.01 already. Only the published search is not reproduced: three parameters fitted to the same formula are off
by 0.06 and 1.1, not by 0.84 and 8.3, and remain chaotic.

What does not fail? From the same samples at dt = 0.01, differences of fourth order are off by 9e-4, a quintic spline by
5e-7, the weak form by 5e-12. At dt = 0.1 there are too few samples for any rate (6.7 and 3.4), the weak form is off by
0.04, and what integrates the equations from sample to sample has nine to eleven digits: 2e-9 by Jaya and Powell with
steps of eighth order, where the form is known, 3e-11 by flow matching, where it is not. Their exponents are 0.904 to
0.910, as followed for T = 500; that of the true equations is 0.908 by the same measure, in theory 0.9056.

Where does each method break? On the map (1000 samples, so that small dt means a short trajectory) the weak form ends at
dt = 0.1 without noise, and between 1 and 5 per cent of noise; flow matching at 5 per cent for dt up to 0.02. Multiple
shooting finds exactly the seven terms with up to 5 per cent of noise at every dt but 0.3: with errors of 4e-4 to 1e-3
at 0.1 per cent, 4e-3 to 1e-2 at 1, 2e-2 to 6e-2 at 5.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from minnet import study
from minnet.errors import SettingError, check_range
from minnet.experiments.lorenz.lorenz_drawings import draw_butterflies, draw_comparison, draw_map
from minnet.experiments.lorenz.lorenz_runs import (
    BETTER,
    DOCUMENT,
    LORENZ,
    METHODS,
    TABLED,
    TRUE,
    exponent,
    identify_once,
)
from minnet.experiments.parts import check_values, make_runs, seed_of, setting
from minnet.presentation import Drawing, Table
from minnet.types import Array

# dt -> method -> root mean square error of the parameters, and exponent
PUBLISHED: dict[float, dict[str, tuple[float, float]]] = {
    0.01: {
        "data": (0.0, 0.9592),
        "LASSO": (0.9884, 0.3223),
        "Galerkin": (0.7741, 0.2278),
        "ridge": (0.8501, 0.3327),
        "Jaya-Powell": (0.8362, 0.4059),
    },
    0.1: {
        "data": (0.0, 0.9193),
        "LASSO": (6.6577, -0.4516),
        "Galerkin": (5.8982, -0.4866),
        "ridge": (5.9576, -0.4810),
        "Jaya-Powell": (8.3441, -0.4736),
    },
}
THEORY = 0.9056


@dataclass(frozen=True)
class Config:
    """How long trajectories are, and how many."""

    duration: float = setting(100.0, "units of time that the samples for the tables cover")
    seeds: int = setting(10, "trajectories for the tables")
    time: float = setting(500.0, "units of time for which the exponent of what was found is followed")
    dts: tuple[float, ...] = setting((0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3), "times between samples, for the map")
    noises: tuple[float, ...] = setting((0.0, 0.001, 0.01, 0.05, 0.1), "noise, as a part of the spread, for the map")
    samples: int = setting(1000, "of each trajectory, for the map")
    mapped: tuple[str, ...] = setting(
        ("LASSO", "differences", "weak form", "flow matching", "multiple shooting"), "methods, for the map"
    )
    draws: int = setting(3, "trajectories for each point of the map")

    @classmethod
    def fast(cls) -> "Config":
        """Short trajectories, a short time for exponents, and a map of three methods at four points."""
        return cls(
            duration=10.0, samples=200, seeds=1, time=20.0, dts=(0.05, 0.1), noises=(0.0, 0.01), draws=1,
            mapped=("LASSO", "weak form", "flow matching"),
        )  # fmt: skip

    def __post_init__(self) -> None:
        check_values("lorenz-identification", self, "dts", "noises", least=0)
        unknown = set(self.mapped) - set(METHODS)
        if unknown or not self.mapped:
            raise SettingError(f"lorenz-identification: mapped must be among {list(METHODS)}, not {self.mapped}")
        for name, least in (("duration", 10), ("samples", 100), ("seeds", 1), ("time", 1), ("draws", 1)):
            at_least = (lambda n, least=least: n >= least), f"at least {least}"
            check_range("lorenz-identification", **{name: (getattr(self, name), *at_least)})
        for dt in self.dts:
            check_range("lorenz-identification", dts=(dt, lambda dt: 0 < dt <= 1, "above 0, at most 1"))


@dataclass(frozen=True)
class Result:
    """Errors are root mean squares over the seven coefficients of the true equations.

    Attributes
    ----------
    errors, exponents : arrays (2, methods, seeds)
        For the published times between samples, by `TABLED`; exponents are NaN where equations blow up.
    exact, identified : arrays of bool (2, methods, seeds)
        Whether the terms are those of the true equations, and whether the verdict is "identified".
    xi : array (2, methods, seeds, 30)
        Coefficients; NaN where there are none.
    data : float
        Exponent of the true equations, followed for as long as those of all trajectories together.
    map_errors : array (mapped, dts, noises, draws)
    map_exact, map_identified : arrays of bool (mapped, dts, noises, draws)
    """

    config: Config
    errors: Array
    exponents: Array
    exact: Array
    identified: Array
    xi: Array
    data: float
    map_errors: Array
    map_exact: Array
    map_identified: Array

    def metrics(self) -> list[dict[str, Any]]:
        """One record per method and published time between samples, one per point of the map, and the true exponent."""
        records: list[dict[str, Any]] = [{"true_exponent": self.data, "theory": THEORY}]
        for d, dt in enumerate(PUBLISHED):
            for m, method in enumerate(TABLED):
                published = PUBLISHED[dt].get(method)
                record: dict[str, Any] = {"dt": dt, "method": method, "error": _told(np.median(self.errors[d, m]))}
                record |= {"worst": _told(self.errors[d, m].max()), "exact": int(self.exact[d, m].sum())}
                record |= {"identified": int(self.identified[d, m].sum()), "of": self.config.seeds}
                record["exponent"] = _told(_median(self.exponents[d, m]))
                record["blow_up"] = int(np.isnan(self.exponents[d, m]).sum())
                if published:
                    record |= {"published_error": published[0], "published_exponent": published[1]}
                records.append(record)
        for at in np.ndindex(self.map_errors.shape[:3]):
            method, dt, noise = (
                values[i]
                for values, i in zip((self.config.mapped, self.config.dts, self.config.noises), at, strict=True)
            )
            found = {"error": _told(np.median(self.map_errors[at])), "exact": int(self.map_exact[at].sum())}
            found |= {"identified": int(self.map_identified[at].sum()), "of": self.config.draws}
            records.append({"method": method, "dt": dt, "noise": noise, **found})
        return records

    def arrays(self) -> dict[str, Array]:
        """Everything that the figures show."""
        names = ("errors", "exponents", "exact", "identified", "xi", "map_errors", "map_exact", "map_identified")
        return {name: getattr(self, name) for name in names}


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Identify the equations by every method, from the same samples.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
        Of the trajectories and the noise.
    progress : bool
    checkpoints : Path, optional
        A folder for the runs that are done; what is found there is not done again.
    """
    seed = seed_of(rng)
    made = partial(make_runs, identify_once, checkpoints=checkpoints, progress=progress, seed=seed)
    rows = made(
        [
            point
            for dt in PUBLISHED
            for point in study.grid(
                dt=(dt,), method=tuple(TABLED), problem=_problems(seed, config.seeds), noise=(0.0,),
                samples=(round(config.duration / dt),), time=(config.time,),
            )
        ],
        name="lorenz-identification, tables",
    )  # fmt: skip
    shape = len(PUBLISHED), len(TABLED), config.seeds
    of_map = study.grid(
        method=config.mapped, dt=config.dts, noise=config.noises, problem=_problems(seed, config.draws), time=(0.0,),
        samples=(config.samples,),
    )  # fmt: skip
    mapped = made(of_map, name="lorenz-identification, map")
    map_shape = len(config.mapped), len(config.dts), len(config.noises), config.draws
    return Result(
        config,
        errors=study.metric(rows, "error").reshape(shape),
        exponents=study.metric(rows, "exponent").reshape(shape),
        exact=study.metric(rows, "exact").reshape(shape).astype(bool),
        identified=study.metric(rows, "identified").reshape(shape).astype(bool),
        xi=study.metric(rows, "xi").reshape(*shape, -1),
        data=exponent(LORENZ, config.time * config.seeds),
        map_errors=study.metric(mapped, "error").reshape(map_shape),
        map_exact=study.metric(mapped, "exact").reshape(map_shape).astype(bool),
        map_identified=study.metric(mapped, "identified").reshape(map_shape).astype(bool),
    )


def _problems(seed: int, count: int) -> list[dict[str, int]]:
    return [{"seed": seed, "draw": draw} for draw in range(count)]


def table(result: Result) -> Table:
    """The published tables, beside ours and the better methods."""
    rows = []
    for d, dt in enumerate(PUBLISHED):
        published = PUBLISHED[dt]["data"]
        rows.append((f"{dt:g}", "true equations", "-", "-", "-", "-", f"{published[1]:.4f}", f"{result.data:.4f}"))
        for m, method in enumerate(TABLED):
            error, told = PUBLISHED[dt].get(method, (np.nan, np.nan))
            numbers = result.errors[d, m], result.exact[d, m], result.identified[d, m]
            rows.append(
                (
                    f"{dt:g}", method, "-" if np.isnan(error) else f"{error:.4f}",
                    f"{np.median(numbers[0]):.2g} (to {numbers[0].max():.2g})",
                    f"{numbers[1].sum()} of {result.config.seeds}", f"{numbers[2].sum()} of {result.config.seeds}",
                    "-" if np.isnan(told) else f"{told:.4f}", _exponent(result.exponents[d, m]),
                )
            )  # fmt: skip
    headers = (
        "dt", "method", "error: published", "ours (worst)", "exact terms", "identified", "exponent: published", "ours",
    )  # fmt: skip
    return Table(headers, tuple(rows))


def _exponent(values: Array) -> str:
    lost = int(np.isnan(values).sum())
    middle = _median(values)
    return ("-" if np.isnan(middle) else f"{middle:.4f}") + (f" ({lost} blow up)" if lost else "")


def _median(values: Array) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")


def _told(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def figures(result: Result) -> list[Drawing]:
    """Errors and exponents beside the published ones, butterflies, and the map of error over dt and noise."""
    published = {
        name: {dt: {method: values[k] for method, values in rows.items()} for dt, rows in PUBLISHED.items()}
        for k, name in enumerate(("error", "exponent"))
    }
    return [
        Drawing(
            "comparison",
            "Error of the seven coefficients, and exponent of the equations found, a dot for each trajectory, beside "
            "the published numbers. The upper four methods take their rates from the document's first-order formula.",
            draw_comparison(result, published, list(DOCUMENT), list(BETTER), THEORY),
        ),
        Drawing(
            "butterflies",
            "Trajectories of the true equations, and of those found from samples at dt = 0.1.",
            draw_butterflies(result.xi[1, :, 0].reshape(len(TABLED), *TRUE.shape), list(TABLED)),
        ),
        Drawing(
            "map",
            "Median error of the seven coefficients over the time between samples and the noise. A ring: not all "
            "trajectories gave exactly the true terms.",
            draw_map(result),
        ),
    ]
