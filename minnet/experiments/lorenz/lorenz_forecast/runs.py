"""One method and one seed, and the run of them all."""

from functools import cached_property, lru_cache
from typing import Any, Unpack

import numpy as np

from minnet import study
from minnet.dynamics import lorenz, simulate, states_on_attractor
from minnet.experiments.lorenz.lorenz_forecast.forecasters import Units, errors, horizons
from minnet.experiments.lorenz.lorenz_forecast.result import (
    BASELINES,
    FAR,
    FUTURE,
    LIMIT,
    NETWORKS,
    PAST,
    Config,
    Result,
)
from minnet.experiments.parts import RunOptions, Studies
from minnet.numerics.generation import Comparison, compare_series, flow_map
from minnet.types import Array

LORENZ = lorenz()
DIGITS = 6  # of generated series that are kept, after the point, in standard deviations


class Data:
    """Series of one seed, all in standard deviations of those for training."""

    def __init__(self, seed: int, series: int, samples: int, starts: int, dt: float) -> None:
        self.seed, self.sizes, self.dt = seed, (series, samples, starts), dt

    @cached_property
    def physical(self) -> Array:
        """Training series (series, samples, 3), as they are."""
        return self._simulated(0, *self.sizes[:2])

    @cached_property
    def train(self) -> Array:
        """Training series."""
        return self.units.scaled(self.physical)

    @cached_property
    def units(self) -> Units:
        """Those of the training series."""
        return Units.of(self.physical)

    @cached_property
    def test(self) -> Array:
        """Series (starts, PAST + FUTURE, 3) that are forecast."""
        return self.units.scaled(self._simulated(1, self.sizes[2], PAST + FUTURE))

    @cached_property
    def reference(self) -> Array:
        """Series as many and as long as for training, and as they are, for what is generated to be judged by."""
        return self._simulated(2, *self.sizes[:2])

    def _simulated(self, stream: int, count: int, samples: int) -> Array:
        starts = states_on_attractor(LORENZ, count, rng=np.random.default_rng(self.seed).spawn(3)[stream])
        return simulate(LORENZ, starts, dt=self.dt, samples=samples)


SIZES = "seed", "series", "samples", "starts", "dt"


@lru_cache(maxsize=16)
def data_of(**sizes: Any) -> Data:
    """The data of a seed, which all methods have in common."""
    return Data(**sizes)


def forecast(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Fit a method to training series, and forecast held-out ones.

    Returns its error one step ahead; from free runs the horizon of each start in samples, the median error on the way,
    and the forecast of the first variable of the first start; and, if asked for, series for `compare_series`, which go
    on from the ends of the training series.
    """
    data, name = data_of(**{key: settings[key] for key in SIZES}), settings["method"]
    if name in NETWORKS:
        forecaster = NETWORKS[name](data.train, settings["effort"], rng)
    else:
        forecaster = BASELINES[name](data.train, data.units, settings["dt"])
    one_step = forecaster.next_samples(data.test, PAST) - data.test[:, PAST:]
    path = forecaster.free_run(data.test[:, :PAST], FUTURE)
    missed = errors(path, data.test[:, PAST:])
    metrics = {
        "one_step": np.sqrt(np.mean(one_step**2)),
        "horizons": horizons(missed, limit=LIMIT),
        "median_errors": np.median(_finite(missed), axis=0),
        "forecast": _finite(path[0, :, 0]),
    }
    if settings["judged"]:
        series = forecaster.free_run(data.train[:, -PAST:], settings["samples"])
        remaining = np.isfinite(series).all(axis=(1, 2))
        metrics["generated"] = np.round(series[remaining], DIGITS).ravel().tolist()
    return metrics


def _finite(x: Array) -> Array:
    return np.clip(np.nan_to_num(x, nan=FAR), -FAR, FAR)


def judge(row: study.Row) -> Comparison | None:
    """The series of a run against real ones; None if all but one or two have blown up."""
    data = data_of(**{key: row.settings[key] for key in SIZES})
    series = np.array(row.metrics["generated"]).reshape(-1, row.settings["samples"], 3)
    if len(series) < 2:
        return None
    return compare_series(
        data.units.unscaled(series), data.reference, flow=flow_map(LORENZ, data.dt), train=data.physical, dt=data.dt,
        variables="xyz",
    )  # fmt: skip


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Fit and forecast by every method and seed, then judge what the methods go on to make of the first seed."""
    studies = Studies(**options)
    sizes: dict[str, Any] = {
        "series": config.series,
        "samples": config.samples,
        "starts": config.starts,
        "dt": config.dt,
    }
    runs = {}
    for name in config.methods:
        points = [
            study.Point(
                {
                    "method": name, **sizes, "effort": config.effort, "number": number, "seed": studies.seed + number,
                    "judged": name in config.judged and number == 0,
                }
            )
            for number in range(config.seeds)
        ]  # fmt: skip
        runs[name] = studies.runs(forecast, points, name=f"lorenz-forecast, {name}")
    comparisons = {}
    for name in config.judged:
        if name not in runs:
            continue
        if studies.progress:
            print(f"lorenz-forecast: judging the series of {name}", flush=True)
        comparison = judge(runs[name][0])
        if comparison is not None:
            comparisons[name] = comparison
    first = data_of(seed=studies.seed, **sizes)
    return Result(config, runs, first.test[0, PAST:, 0], comparisons)
