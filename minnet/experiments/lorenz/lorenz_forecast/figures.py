"""The table of the experiment `lorenz-forecast`, and its figures: forecasts, errors, horizons, free-running series."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import plotting
from minnet.experiments.lorenz.lorenz_forecast.result import EXPONENT, LIMIT, METHODS, NETWORKS, Result
from minnet.numerics.generation import Comparison
from minnet.presentation import Drawing
from minnet.tables import Table
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLES: dict[str, dict[str, Any]] = {
    "persistence": {"color": "0.6", "linestyle": ":"},
    "local linear regression": {"color": "0.6", "linestyle": "--"},
    "local quadratic regression": {"color": "black", "linestyle": "--"},
    "flow matching": {"color": "black", "linestyle": "-."},
    "dense": {"color": "C0"},
    "dense, Levenberg-Marquardt": {"color": "C1"},
    "convolution": {"color": "C2"},
    "convolution, own steps": {"color": "C2", "linestyle": ":"},
    "LSTM": {"color": "C3"},
}
MARKERS = dict(zip(METHODS, "xv^dosD*P", strict=True))
TARGET = 5.0  # Lyapunov times
SHOWN = 20.0  # Lyapunov times of forecasts
SPARE = 100  # samples of a free run before it is shown: the forecast is over, and the series is its own


def table(result: Result) -> Table:
    """Errors and horizons of every method, and what its free-running series are like."""
    rows = []
    for name in result.runs:
        horizons = result.horizons(name)
        medians, lower = np.median(horizons, axis=1), np.quantile(horizons, 0.1, axis=1)
        judged: tuple[str, ...] = ("-",) * 6
        if name in result.comparisons:
            comparison = result.comparisons[name]
            judged = (
                _number(comparison, "flow", "{:.2g}"), _number(comparison, "spectrum", "{:.2f}"),
                _number(comparison, "dimension", "{:.2f}"), _each(comparison, "rosenstein"),
                f"{result.escaped(name)}", comparison.verdict,
            )  # fmt: skip
        one_step = result.one_step(name)
        rows.append(
            (
                name, f"{np.median(one_step):.2g}",
                f"{np.median(medians):.2f} ({medians.min():.2f} to {medians.max():.2f})", f"{np.median(lower):.2f}",
                *judged,
            )
        )  # fmt: skip
    headers = (
        "method", "error of one step (std)", "horizon (Lyapunov times)", "of nine in ten", "free runs: flow (std)",
        "spectrum (dB), worst", "dimension", "Rosenstein's exponent, ratios", f"escaped, of {result.config.series}",
        "verdict",
    )  # fmt: skip
    return Table(headers, tuple(rows))


def _number(comparison: Comparison, name: str, words: str) -> str:
    """A measure, of the worst variable; constant series do not have them all."""
    return words.format(np.max(comparison[name].value)) if name in comparison.measures else "-"


def _each(comparison: Comparison, name: str) -> str:
    """A measure of each variable."""
    if name not in comparison.measures:
        return "-"
    return ", ".join(f"{value:.2f}" for value in comparison[name].value)


def figures(result: Result) -> list[Drawing]:
    """Forecasts of one start, errors on the way, horizons beside errors of one step, and free-running series."""
    config = result.config
    forecasts = (
        "The first held-out series and its forecasts, of the first seed. Titles: horizons, where there are vertical "
        f"lines; there the error, the root mean square over x, y and z in standard deviations, rises above {LIMIT}."
    )
    error = f"Median error of {config.starts} starts, of all {config.seeds} seeds (geometric mean)."
    horizon = (
        f"Horizons: the median of {config.starts} starts for each of {config.seeds} seeds (dots), the median of these "
        "(lines), and how long nine starts of ten last (open)."
    )
    one_step = (
        "What the error of one step, from true samples, says about the horizon. Line: errors that grow by the Lyapunov "
        f"exponent alone, ln({LIMIT} / error)."
    )
    drawings = [
        Drawing("forecasts", forecasts, _draw_forecasts(result)),
        Drawing("errors", error, _draw_errors(result)),
        Drawing("horizons", horizon, _draw_horizons(result)),
        Drawing("one-step", one_step, _draw_one_step(result)),
    ]
    if result.comparisons:
        free = (
            f"Free-running series, x and z, from their sample {SPARE} on, beside real ones: two of each. In titles "
            "the median residual of the flow, in standard deviations."
        )
        drawings.append(Drawing("free-runs", free, _draw_free_runs(result)))
    return drawings


def _draw_forecasts(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    names, times = list(result.runs), result.lyapunov_times
    shown = times <= SHOWN
    figure, axes = plt.subplots(
        len(names), 1, figsize=(7.5, 0.8 + 0.95 * len(names)), sharex=True, sharey=True, squeeze=False
    )
    for ax, name in zip(axes.flat, names, strict=True):
        forecast = np.array(result.runs[name][0].metrics["forecast"])
        horizon = result.horizons(name)[0, 0]
        ax.plot(times[shown], result.truth[shown], color="0.82", linewidth=4)
        ax.plot(times[shown], forecast[shown], **(STYLES[name] | {"linestyle": "-", "linewidth": 1.2}))
        if horizon < SHOWN:
            ax.axvline(horizon, color="black", linewidth=1)
        ax.set_title(f"{name}: {horizon:.1f}", fontsize=9)
        ax.set(ylim=(-2.6, 2.6), xlim=(0, SHOWN))
    axes[-1, 0].set_xlabel("time (Lyapunov times)")
    figure.supylabel("x (standard deviations); grey: truth")
    return figure


def _draw_errors(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(7.5, 5.2))
    for name, rows in result.runs.items():
        curves = np.array([row.metrics["median_errors"] for row in rows])
        mean = np.exp(np.log(np.maximum(curves, 1e-16)).mean(axis=0))
        ax.semilogy(result.lyapunov_times, mean, label=name, **STYLES[name])
    ax.axhline(LIMIT, color="C4", linewidth=1)
    ax.annotate(f"{LIMIT}", (result.lyapunov_times[-1], LIMIT), (0, -11), textcoords="offset points", ha="right")
    slope = 1e-10 * np.exp([0.0, 5.0])
    ax.semilogy([22, 27], slope, color="C5", linewidth=1.6, label=f"growth by {EXPONENT} per unit of time")
    ax.set(xlabel="time (Lyapunov times)", ylabel="error (standard deviations)", title="Median error of forecasts")
    plotting.legend_below(ax, ncols=2)
    return figure


def _draw_horizons(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    names = list(result.runs)
    figure, ax = plt.subplots(figsize=(7.5, 1.6 + 0.4 * len(names)))
    for place, name in zip(range(len(names))[::-1], names, strict=True):
        horizons, color = result.horizons(name), STYLES[name]["color"]
        medians, lower = np.median(horizons, axis=1), np.quantile(horizons, 0.1, axis=1)
        ax.plot(medians, np.full(len(medians), place), "o", color=color, alpha=0.4, markersize=5)
        ax.plot(lower, np.full(len(lower), place), "o", color=color, alpha=0.6, markersize=4, fillstyle="none")
        ax.plot(2 * [np.median(medians)], [place - 0.35, place + 0.35], color=color, linewidth=2)
        ax.annotate(
            f"{np.median(medians):.1f}", (medians.max(), place), (7, 0), textcoords="offset points", va="center",
            fontsize=8, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    ax.plot([], [], "o", color="0.4", label="median of the starts, each seed")
    ax.plot([], [], "o", color="0.4", fillstyle="none", label="nine starts of ten last longer")
    ax.axvline(TARGET, color="black", linestyle="--", linewidth=1, label=f"{TARGET:g} Lyapunov times")
    ax.set_yticks(range(len(names))[::-1], names)
    ax.margins(x=0.08)  # so that there is room for the number of the longest
    ax.set(xlabel="horizon (Lyapunov times)", xlim=(-0.3, None))
    plotting.legend_below(ax, ncols=3)
    return figure


def _draw_one_step(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(7, 5.4))
    seen: list[Array] = []
    for name in result.runs:
        one_step, medians = result.one_step(name), np.median(result.horizons(name), axis=1)
        style = {"color": STYLES[name]["color"], "marker": MARKERS[name], "linestyle": "none"}
        ax.semilogx(
            one_step, medians, **style, alpha=0.75, label=name, fillstyle="full" if name in NETWORKS else "none"
        )
        seen.append(one_step)
    ends = np.array([min(part.min() for part in seen), LIMIT])
    ax.semilogx(ends, np.log(LIMIT / ends), color="black", linewidth=1, label=f"ln({LIMIT} / error)")
    ax.set(xlabel="error of one step (standard deviations)", ylabel="horizon (Lyapunov times)", ylim=(-0.3, None))
    plotting.legend_below(ax, ncols=2)
    return figure


def _draw_free_runs(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    sets = {"real": next(iter(result.comparisons.values())).reference}
    sets |= {name: comparison.generated for name, comparison in result.comparisons.items()}
    columns = min(3, len(sets))
    rows = -(-len(sets) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(2.7 * columns, 0.4 + 2.3 * rows), sharex=True, sharey=True, squeeze=False
    )
    for ax, (name, series) in zip(axes.flat, sets.items(), strict=False):
        for path in series[:2, SPARE:]:
            ax.plot(path[:, 0], path[:, 2], linewidth=0.4, color="0.4" if name == "real" else STYLES[name]["color"])
        residual = "" if name == "real" else f"\n{result.comparisons[name]['flow'].value:.1g}"
        ax.set_title(name + residual, fontsize=9)
    axes[0, 0].set(xlim=(-25, 25), ylim=(-5, 55))
    for ax in axes[:, 0]:
        ax.set_ylabel("z")
    for ax in plotting.use_panels(axes, len(sets)):
        ax.set_xlabel("x")
    return figure
