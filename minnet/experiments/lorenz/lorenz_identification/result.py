"""Settings, published numbers and results of the experiment `lorenz-identification`."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from minnet.errors import check_range
from minnet.experiments.lorenz.lorenz_identification.methods import METHODS, TABLED
from minnet.experiments.parts import check_settings, setting
from minnet.types import Array

# dt -> method -> root mean square error of the parameters, and exponent; one search, whose unknowns are not stated
PUBLISHED: dict[float, dict[str, tuple[float, float]]] = {
    0.01: {
        "data": (0.0, 0.9592),
        "LASSO": (0.9884, 0.3223),
        "Galerkin": (0.7741, 0.2278),
        "ridge": (0.8501, 0.3327),
        "Jaya-Powell": (0.8362, 0.4059),
        "Jaya-Powell, seven": (0.8362, 0.4059),
    },
    0.1: {
        "data": (0.0, 0.9193),
        "LASSO": (6.6577, -0.4516),
        "Galerkin": (5.8982, -0.4866),
        "ridge": (5.9576, -0.4810),
        "Jaya-Powell": (8.3441, -0.4736),
        "Jaya-Powell, seven": (8.3441, -0.4736),
    },
}
THEORY = 0.9056


@dataclass(frozen=True)
class Config:
    """How long trajectories are, and how many."""

    duration: float = setting(100.0, "units of time that the samples for the tables cover")
    seeds: int = setting(10, "trajectories for the tables")
    time: float = setting(500.0, "units of time for which the exponent of the equations identified is followed")
    dts: tuple[float, ...] = setting((0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3), "times between samples, for the map")
    noises: tuple[float, ...] = setting((0.0, 0.001, 0.01, 0.05, 0.1), "noise, as a part of the spread, for the map")
    samples: int = setting(1000, "of each trajectory, for the map")
    mapped: tuple[str, ...] = setting(
        ("LASSO", "differences", "weak form", "flow matching", "multiple shooting"), "methods, for the map", METHODS
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
        check_settings(
            "lorenz-identification", self, dts=0, noises=0, duration=10, samples=100, seeds=1, time=1, draws=1
        )
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
                record: dict[str, Any] = {"dt": dt, "method": method, "error": _finite(np.median(self.errors[d, m]))}
                record |= {"worst": _finite(self.errors[d, m].max()), "exact": int(self.exact[d, m].sum())}
                record |= {"identified": int(self.identified[d, m].sum()), "of": self.config.seeds}
                record["exponent"] = _finite(finite_median(self.exponents[d, m]))
                record["blow_up"] = int(np.isnan(self.exponents[d, m]).sum())
                if published:
                    record |= {"published_error": published[0], "published_exponent": published[1]}
                records.append(record)
        for index, (method, dt, noise) in zip(
            np.ndindex(self.map_errors.shape[:3]),
            product(self.config.mapped, self.config.dts, self.config.noises),
            strict=True,
        ):
            record = {"method": method, "dt": dt, "noise": noise, "error": _finite(np.median(self.map_errors[index]))}
            record |= {"exact": int(self.map_exact[index].sum())}
            record |= {"identified": int(self.map_identified[index].sum()), "of": self.config.draws}
            records.append(record)
        return records

    def arrays(self) -> dict[str, Array]:
        """Everything that the figures show."""
        names = ("errors", "exponents", "exact", "identified", "xi", "map_errors", "map_exact", "map_identified")
        return {name: getattr(self, name) for name in names}


def finite_median(values: Array) -> float:
    """The median of the values that are numbers; NaN where none is."""
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")


def _finite(value: float) -> float | None:
    """What a file of JSON can hold: None for what is not finite."""
    return float(value) if np.isfinite(value) else None
