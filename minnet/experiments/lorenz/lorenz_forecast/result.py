"""Settings and result of the experiment `lorenz-forecast`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from minnet import study
from minnet.experiments.lorenz.lorenz_forecast import baselines, networks
from minnet.experiments.lorenz.lorenz_forecast.forecasters import Forecaster, Units
from minnet.experiments.parts import check_settings, setting
from minnet.numerics.generation import Comparison
from minnet.types import Array

PUBLISHED: dict[str, float] = {}  # the document forecasts nothing
EXPONENT = 0.9056  # of the Lorenz system (Sprott, 2003); its inverse is a Lyapunov time
LIMIT = 0.4  # standard deviations, beyond which a forecast is not good any more
PAST, FUTURE = 50, 350  # samples that a forecast is made from, at most, and for
FAR = 1e3  # standard deviations: larger errors count as this
OUTSIDE = 6.0  # standard deviations from the mean, where no real series comes: they remain within 3

BASELINES: dict[str, Callable[[Array, Units, float], Forecaster]] = {
    "persistence": baselines.persistence,
    "local linear regression": partial(baselines.local_regression, degree=1),
    "local quadratic regression": partial(baselines.local_regression, degree=2),
    "flow matching": baselines.flow_matching,
}  # made from series in units of standard deviation, these units, and the time between samples
NETWORKS: dict[str, Callable[[Array, float, np.random.Generator], Forecaster]] = {
    "dense": networks.dense,
    "dense, Levenberg-Marquardt": networks.polished,
    "convolution": partial(networks.convolutional, own_steps=(1, 1)),
    "convolution, own steps": partial(networks.convolutional, own_steps=(1, 4)),
    "LSTM": networks.recurrent,
}  # made from series in units of standard deviation, effort, and a stream of random numbers
METHODS = (*BASELINES, *NETWORKS)


@dataclass(frozen=True)
class Config:
    """What is forecast, from how much, and by what."""

    series: int = setting(100, "training series")
    samples: int = setting(1000, "of each training series, and of those that are made to be judged")
    dt: float = setting(0.1, "time between samples")
    starts: int = setting(200, "held-out series that are forecast")
    seeds: int = setting(10, "runs of every method, each with series and first parameters of its own")
    methods: tuple[str, ...] = setting(METHODS, "what forecasts", METHODS)
    judged: tuple[str, ...] = setting(
        METHODS[1:], "methods whose free runs, of the first seed, are judged", METHODS, may_be_empty=True
    )
    effort: float = setting(1.0, "factor of the epochs and iterations of all networks")

    @classmethod
    def fast(cls) -> "Config":
        """A fifth of the series, two seeds, the cheap methods."""
        return cls(
            series=20, samples=400, starts=40, seeds=2, judged=("dense, Levenberg-Marquardt",), effort=0.25,
            methods=("persistence", "local linear regression", "dense, Levenberg-Marquardt", "LSTM"),
        )  # fmt: skip

    def __post_init__(self) -> None:
        check_settings("lorenz-forecast", self, series=2, samples=100, dt=1e-3, starts=1, seeds=1, effort=1e-3)


@dataclass(frozen=True)
class Result:
    """Forecasts of every method.

    Attributes
    ----------
    runs : dict of str to list of study.Row
        By method, one for each seed.
    truth : array (FUTURE,)
        The first variable of the first held-out series of the first seed, in standard deviations, after the past.
    comparisons : dict of str to Comparison
        Of the methods that are judged: their free-running series against held-out ones.
    """

    config: Config
    runs: dict[str, list[study.Row]]
    truth: Array
    comparisons: dict[str, Comparison]

    @property
    def lyapunov_times(self) -> Array:
        """Times of forecasts (FUTURE,), the first being one sample after the last that was known."""
        return self.config.dt * EXPONENT * np.arange(1, FUTURE + 1)

    def horizons(self, method: str) -> Array:
        """Horizons (seeds, starts) in Lyapunov times."""
        return self.config.dt * EXPONENT * study.metric(self.runs[method], "horizons")

    def one_step(self, method: str) -> Array:
        """Root mean square errors (seeds,) of forecasts one sample ahead, from true samples."""
        return study.metric(self.runs[method], "one_step")

    @property
    def best_network(self) -> str | None:
        """That with the largest median horizon; None if there is no network."""
        medians = {name: np.median(self.horizons(name)) for name in self.runs if name in NETWORKS}
        return max(medians, key=lambda name: medians[name], default=None)

    def escaped(self, method: str) -> int:
        """How many of the free runs that were judged leave the attractor, at some time."""
        comparison = self.comparisons[method]
        mean, std = comparison.reference.mean(axis=(0, 1)), comparison.reference.std(axis=(0, 1))
        outside = (np.abs(comparison.generated - mean) > OUTSIDE * std).any(axis=(1, 2))
        return self.config.series - len(outside) + int(outside.sum())

    def metrics(self) -> list[dict[str, Any]]:
        """A record for every run, and one for every judgement."""
        records: list[dict[str, Any]] = []
        for name, rows in self.runs.items():
            for row, horizons in zip(rows, self.horizons(name), strict=True):
                record = {"method": name, "seed": row.settings["number"], "one_step": row.metrics["one_step"]}
                lower, median = np.quantile(horizons, [0.1, 0.5])
                records.append({**record, "horizon": float(median), "horizon_of_nine_in_ten": float(lower)})
        for name, comparison in self.comparisons.items():
            measures = {key: measure.value.tolist() for key, measure in comparison.measures.items()}
            records.append({"judged": name, "verdict": comparison.verdict, "escaped": self.escaped(name), **measures})
        return records

    def arrays(self) -> dict[str, Array]:
        """Horizons, median errors on the way and first forecasts of all methods; series that were judged."""
        arrays: dict[str, Array] = {"truth": self.truth}
        for name, rows in self.runs.items():
            arrays[f"{name}.horizons"] = self.horizons(name)
            arrays |= {f"{name}.{key}": study.metric(rows, key) for key in ("median_errors", "forecast")}
        for name, comparison in self.comparisons.items():
            arrays[f"{name}.generated"] = comparison.generated.astype(np.float32)
        return arrays
