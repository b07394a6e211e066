"""What to look at before believing a number: one plot per measurement. Each draws into the axes it is given."""

from typing import TYPE_CHECKING

import numpy as np

from minnet.numerics.chaos.correlation import CorrelationDimension
from minnet.numerics.chaos.delays import FalseNeighbours, MutualInformation
from minnet.numerics.chaos.spectrum import Spectrum
from minnet.numerics.chaos.surrogates import SurrogateTest
from minnet.numerics.chaos.twins import Divergence

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_mutual_information(found: MutualInformation, *, dt: float = 1.0, ax: "Axes | None" = None) -> "Axes":
    """Information over the lag, in the units of dt, and the first minimum."""
    ax = _axes(ax)
    ax.plot(dt * found.lags, found.information)
    if found.first_minimum is not None:
        k = found.first_minimum
        ax.plot(dt * k, found.information[k], "o", color="C1", label=f"first minimum: {dt * k:g}")
        ax.legend()
    ax.set(xlabel="lag (samples)" if dt == 1 else "lag (time)", ylabel="mutual information (nats)", ylim=(0, None))
    return ax


def plot_false_neighbours(found: FalseNeighbours, *, ax: "Axes | None" = None) -> "Axes":
    """Fraction of false neighbours over the dimension."""
    ax = _axes(ax)
    ax.plot(found.dimensions, 100 * found.fractions, "o-")
    ax.set(xlabel="embedding dimension", ylabel="false neighbours (per cent)", xticks=found.dimensions, ylim=(0, None))
    return ax


def plot_divergence(found: Divergence, *, ax: "Axes | None" = None, label: str = "mean over pairs") -> "Axes":
    """Mean logarithm of the distance over time, and the line that was fitted to a part of it."""
    ax = _axes(ax)
    drawn = ax.plot(found.times, found.log_distance, label=label)[0]
    inside = (found.times >= found.first) & (found.times <= found.last)
    middle = found.times[inside].mean(), found.log_distance[inside].mean()
    ends = np.array([found.first, found.last])
    line = middle[1] + found.exponent * (ends - middle[0])
    told = f"slope {found.exponent:.3g} ± {found.error:.1g}"
    ax.plot(ends, line, "--", color="black", label=told)
    ax.plot(ends, line, "|", color=drawn.get_color(), markersize=10)
    ax.set(xlabel="time", ylabel="mean ln(distance)")
    ax.legend()
    return ax


def plot_correlation_sums(found: CorrelationDimension, *, ax: "Axes | None" = None) -> "Axes":
    """Slopes of ln C over ln r between neighbouring distances, the region, and the dimension."""
    ax = _axes(ax)
    radii, slopes = found.local_slopes()
    ax.semilogx(radii, slopes, "o-", markersize=3, label="local slope")
    told = f"D = {found.dimension:.3g} ± {found.error:.1g}"
    ax.semilogx([found.first, found.last], 2 * [found.dimension], "--", color="black", label=told)
    ax.set(xlabel="distance r", ylabel="d ln C / d ln r", ylim=(0, None))
    ax.legend()
    return ax


def plot_convergence(
    found: Spectrum, *, known: float | None = None, ax: "Axes | None" = None, label: str = "largest exponent"
) -> "Axes":
    """What the largest exponent was after each time, and what it is known to be.

    Times are those of each trajectory (of each chain of maps, where the exponents are from a series).
    """
    ax = _axes(ax)
    ax.semilogx(found.times, found.history[:, 0], label=label)
    if known is not None:
        ax.axhline(known, color="black", linestyle="--", label=f"known: {known:.4g}")
    ax.set(xlabel="time followed", ylabel="exponent (1 / time)")
    ax.legend()
    return ax


def plot_surrogate_test(found: SurrogateTest, *, statistic: str = "statistic", ax: "Axes | None" = None) -> "Axes":
    """Surrogates as a histogram, and the data."""
    ax = _axes(ax)
    ax.hist(found.surrogates, bins="auto", color="0.7", label=f"{len(found.surrogates)} surrogates")
    told = f"data: rank {found.rank} of {len(found.surrogates) + 1}, p = {found.p_value:.2g}"
    ax.axvline(found.value, color="C1", label=told)
    ax.set(xlabel=statistic, ylabel="surrogates", ylim=(0, 1.35 * ax.get_ylim()[1]))  # room for the legend
    ax.legend()
    return ax


def _axes(ax: "Axes | None") -> "Axes":
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots()[1]
