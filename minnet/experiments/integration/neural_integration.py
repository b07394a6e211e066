"""Integrals of ln x by a network: why a published attempt gives inf, nan and a drift, and nine digits in a second.

The notebook "Реализация 1 для NNI по статье: Using Neural Networks for Fast Numerical Integration and Optimization"
fits ln x on [0, 100] with 10 000 sigmoids and integrates the fit in closed form over ten intervals. Three results are
too large, by 0.2 per unit of length; three are infinite; three are no numbers. Its questions: which width, and why the
integrals differ so much from Simpson's. The run is made as its code makes it: with 1 000 000 samples where its text
says 100 000, and 10 epochs where that says 30.

*Infinite, and no number.* The polylogarithm's argument, -exp(-b - w x), is formed in float32, where exp overflows from
89 on. A unit with a negative weight gets there: at the upper end of an interval first, which gives inf, and at the
lower one further on, which gives inf - inf. As a softplus, the same integral has no such limit.

*The drift.* The output bias is a list. Times the length L of the interval it becomes L times as long, not as large, and
enters once instead of L times. The error is (1 - L) b_2; the b_2 = -0.21 that the first published deviation implies
predicts the others to half a per cent.

*From 0.* Simpson's rule asks for ln 0. The network does not.

*Past 100.* Three of the intervals reach beyond the samples, up to 140. There, a sum of sigmoids becomes constant.

In our run at full size (seed 0), overflow sets in at x = 7, and 5 to 20 is no number already; b_2 is -0.194. Without
the slips, the integrals are off by 0.01 to 0.06 up to 95, and by 1.4 from 45 to 140.

Then the same by `mn.integrate`: samples and units in logarithmic scales towards 0, and variable projection, which is of
the family of the Levenberg-Marquardt method that the notebook wished for. From 400 evaluations, 30 units have all ten
integrals to 6e-8 and 50 units to 2e-9, in less than a second; 200 evaluations are nearly as good. Which width? Ten more
units gain three digits each up to 30, then one; beyond 50 there is nothing to gain.
"""

from dataclasses import dataclass
from functools import partial
from itertools import compress
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import study
from minnet.errors import SettingError, check_range
from minnet.experiments.integration import published_integration as published
from minnet.experiments.integration.integration_drawings import (
    draw_deviations,
    draw_exponents,
    draw_losses,
    draw_widths,
)
from minnet.experiments.integration.published_integration import HIGHEST, INTERVALS, PUBLISHED, SIMPSON_POINTS
from minnet.experiments.parts import check_values, make_runs, seed_of, setting
from minnet.numerics.integration import integrate
from minnet.numerics.integration.network_integrals import network_integral
from minnet.presentation import Drawing, Table
from minnet.types import Array

if TYPE_CHECKING:
    from minnet.network import Network

__all__ = ["PUBLISHED", "Config", "Result", "figures", "run", "table"]

LEAST = 3  # evaluations for a unit: with fewer, the fit has hardly more samples than weights


@dataclass(frozen=True)
class Config:
    """The document's training, and the widths and samples to try instead."""

    samples: int = setting(1_000_000, "samples of the document's training, test and validation included")
    hidden: int = setting(10_000, "sigmoids of the document's network")
    epochs: int = setting(10, "passes over its data")
    batch_size: int = setting(20, "samples per update")
    widths: tuple[int, ...] = setting((5, 10, 15, 20, 25, 30, 40, 50, 60, 80), "units, in logarithmic scales")
    evaluations: tuple[int, ...] = setting((50, 100, 200, 400, 800), "evaluations of ln x for each of them")

    @classmethod
    def fast(cls) -> "Config":
        """A fiftieth of the samples and of the units, and five widths."""
        return cls(samples=20_000, hidden=200, epochs=5, widths=(10, 20, 30, 40, 50), evaluations=(200, 400))

    def __post_init__(self) -> None:
        for name, least in (("samples", 100), ("hidden", 1), ("epochs", 1), ("batch_size", 1)):
            at_least = (lambda n, least=least: n >= least), f"at least {least}"
            check_range("neural-integration", **{name: (getattr(self, name), *at_least)})
        check_values("neural-integration", self, "widths")
        check_values("neural-integration", self, "evaluations", least=32)
        if max(self.evaluations) < LEAST * min(self.widths):
            raise SettingError(
                f"neural-integration: evaluations must be at least {LEAST} for each unit of the least width"
            )


@dataclass(frozen=True)
class Result:
    """Ten integrals in several ways, and how they err.

    Attributes
    ----------
    loss, val_loss : array (epochs,)
    net : Network
        The document's, trained.
    exact, simpson : array (10,)
        Integrals: exact, and by Simpson's rule on 100 points.
    as_written, finite, whole : array (10,)
        Integrals of the network: by the document's expressions; by them, but for the overflow; and as they should be.
    seconds : float
        Of training it.
    errors : array (widths, evaluations, 10)
        Of `mn.integrate`; NaN where there are fewer than three evaluations for a unit.
    estimates, times : array (widths, evaluations)
        Its error estimates for the whole [0, 140], and seconds.
    """

    config: Config
    loss: Array
    val_loss: Array
    net: "Network"
    exact: Array
    simpson: Array
    as_written: Array
    finite: Array
    whole: Array
    seconds: float
    errors: Array
    estimates: Array
    times: Array

    @property
    def drift(self) -> Array:
        """``(1 - L) b_2`` (10,): what the document's slip adds."""
        return (1 - np.diff(INTERVALS)[:, 0]) * float(self.net.layers[-1].b[0])

    def worst(self) -> Array:
        """Largest of the ten errors (widths, evaluations)."""
        return np.abs(self.errors).max(axis=2)

    def metrics(self) -> list[dict[str, Any]]:
        """One record per interval, one per width and number of evaluations, and one of the training."""
        records: list[dict[str, Any]] = [
            {"low": int(low), "high": int(high), "exact": float(self.exact[i])}
            | {name: _told(getattr(self, name)[i]) for name in ("simpson", "as_written", "finite", "whole", "drift")}
            | {"published": _told(PUBLISHED["network"][i])}
            for i, (low, high) in enumerate(INTERVALS)
        ]
        for i, width in enumerate(self.config.widths):
            for j, count in enumerate(self.config.evaluations):
                if np.isnan(self.estimates[i, j]):
                    continue
                found = {"largest_error": float(self.worst()[i, j]), "error_estimate": float(self.estimates[i, j])}
                records.append({"units": width, "evaluations": count, **found, "seconds": float(self.times[i, j])})
        last = {"final_loss": float(self.loss[-1]), "final_val_loss": float(self.val_loss[-1])}
        return [*records, {**last, "seconds": self.seconds}]

    def arrays(self) -> dict[str, Array]:
        """Losses, integrals, the network's parameters, and errors."""
        names = ("loss", "val_loss", "exact", "simpson", "as_written", "finite", "whole", "errors", "estimates")
        return {name: getattr(self, name) for name in names} | {"theta": self.net.theta}


def _told(value: float) -> float | str:
    """Infinities and NaN by their names: JSON has no numbers for them."""
    return float(value) if np.isfinite(value) else str(float(value))


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Train the document's network, integrate it in both ways, and do better.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
    progress : bool
    checkpoints : Path, optional
        A folder for the runs that are done; what is found there is not done again.
    """
    made = partial(make_runs, seed=seed_of(rng), checkpoints=checkpoints, progress=progress, alone=True)
    settings = {name: getattr(config, name) for name in ("samples", "hidden", "epochs", "batch_size")}
    (row,) = made(published.train, [study.Point(settings)], name="neural-integration, as published")
    net = published.network(config.hidden)
    net.theta = row.metrics["theta"]
    low, high = INTERVALS.T
    points = np.linspace(low, high, SIMPSON_POINTS)
    grid = study.grid(units=config.widths, evaluations=config.evaluations)
    enough = np.array([point.settings["evaluations"] >= LEAST * point.settings["units"] for point in grid])
    rows = made(integrate_logarithm, list(compress(grid, enough)), name="neural-integration, logarithmic scales")

    def laid_out(name: str) -> Array:
        found = study.metric(rows, name)
        values = np.full((len(grid), *found.shape[1:]), np.nan)
        values[enough] = found
        return values.reshape(len(config.widths), len(config.evaluations), *found.shape[1:])

    return Result(
        config,
        loss=np.array(row.metrics["loss"]),
        val_loss=np.array(row.metrics["val_loss"]),
        net=net,
        exact=exact_integral(low, high),
        simpson=simpson(points),
        as_written=np.array([published.integral_as_written(net, int(a), int(b)) for a, b in INTERVALS]),
        finite=np.array([published.integral_as_written(net, int(a), int(b), published.li_1) for a, b in INTERVALS]),
        whole=network_integral(net, low, high).value[:, 0].astype(float),
        seconds=float(row.metrics["seconds"]),
        errors=laid_out("errors"),
        estimates=laid_out("estimate"),
        times=laid_out("seconds"),
    )


def exact_integral(low: Array, high: Array) -> Array:
    """Integrals of ln x, by ``x ln x - x``, which is 0 at 0."""
    from scipy.special import xlogy

    return np.asarray(xlogy(high, high) - high - (xlogy(low, low) - low), float)


def simpson(points: Array) -> Array:
    """Integrals of ln x by Simpson's rule on evenly spaced points (n, intervals)."""
    from scipy.integrate import simpson as rule

    with np.errstate(divide="ignore"):  # ln 0
        return np.asarray(rule(np.log(points), x=points, axis=0))


def integrate_logarithm(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """All ten intervals from one fit on [0, 140]: errors (10,), the error estimate for the whole, and seconds."""
    began = perf_counter()
    low, high = INTERVALS.T
    units, evaluations = settings["units"], settings["evaluations"]
    found = integrate(
        np.log, (0, int(high.max())), units=units, evaluations=evaluations, singular="low", tolerance=np.inf, rng=rng
    )
    errors = found.over(low, high) - exact_integral(low, high)
    return {"errors": errors, "estimate": found.error_estimate, "seconds": perf_counter() - began}


def table(result: Result) -> Table:
    """The ten intervals, and the best of the other fits."""
    rows = []
    for i, (low, high) in enumerate(INTERVALS):
        numbers = (
            PUBLISHED["network"][i] - result.exact[i],
            result.as_written[i] - result.exact[i],
            result.finite[i] - result.exact[i],
            result.drift[i],
            result.whole[i] - result.exact[i],
            result.simpson[i] - result.exact[i],
        )
        rows.append((f"{low} to {high}", f"{result.exact[i]:.4f}", *(f"{number:.2g}" for number in numbers)))
    worst = result.worst()
    for i, width in enumerate(result.config.widths):
        if np.isnan(worst[i]).all():
            continue
        j = int(np.nanargmin(worst[i]))
        found = f"{worst[i, j]:.1e}", f"{result.config.evaluations[j]} evaluations", f"{result.times[i, j]:.2f} s"
        rows.append((f"{width} units in log scales", "-", "-", "-", "-", "-", found[0], ", ".join(found[1:])))
    network = "error: published", "ours, as written", "without overflow", "(1 - L) b_2", "without slips"
    headers = ("interval", "exact", *network, "Simpson")
    return Table(headers, tuple(rows))


def figures(result: Result) -> list[Drawing]:
    """The losses, the deviations of the ten integrals, where exp overflows, and error against width and samples."""
    x = np.linspace(0, 140, 281)
    exponents = published.largest_exponent(result.net, x)
    reach = f"{exponents.max():.0f} at x = {x[exponents.argmax()]:.0f}"
    return [
        Drawing("losses", "Mean squared error after each epoch, published and ours.", draw_losses(result)),
        Drawing(
            "deviations",
            "What is printed minus the exact integral. Crosses at the upper edge: infinite or no number. The line is "
            "what the bias that enters once predicts.",
            draw_deviations(result),
        ),
        Drawing(
            "exponents",
            f"The largest of the exponents -b - w x that the document's expressions raise e to: {reach}.",
            draw_exponents(x, exponents, HIGHEST),
        ),
        Drawing(
            "widths",
            "Largest error of the ten integrals against the number of units, for several numbers of evaluations.",
            draw_widths(result),
        ),
    ]
