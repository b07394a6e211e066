"""Plots that show whether to believe a number, one per measurement. Each draws into the axes it is given."""

from typing import TYPE_CHECKING

import numpy as np

from minnet.numerics.chaos.correlation import CorrelationDimension
from minnet.numerics.chaos.delays import FalseNeighbours, MutualInformation
from minnet.numerics.chaos.spectrum import Spectrum
from minnet.numerics.chaos.surrogates import SurrogateTest
from minnet.numerics.chaos.twins import Divergence

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_mutual_information(information: MutualInformation, *, dt: float = 1.0, ax: "Axes | None" = None) -> "Axes":
    """Information over the lag, in the units of dt, and the first minimum.

    >>> import matplotlib.pyplot as plt
    >>> from minnet.numerics import chaos
    >>> x = np.sin(2 * np.pi * np.arange(2000) / 40.3)
    >>> ax = chaos.plot_mutual_information(chaos.mutual_information(x, max_lag=30))
    >>> plt.close(ax.figure)
    """
    ax = _axes(ax)
    ax.plot(dt * information.lags, information.information)
    if information.first_minimum is not None:
        k = information.first_minimum
        ax.plot(dt * k, information.information[k], "o", color="C1", label=f"first minimum: {dt * k:g}")
        ax.legend()
    ax.set(xlabel="lag (samples)" if dt == 1 else "lag (time)", ylabel="mutual information (nats)", ylim=(0, None))
    return ax


def plot_false_neighbours(false_neighbours: FalseNeighbours, *, ax: "Axes | None" = None) -> "Axes":
    """Fraction of false neighbours over the dimension.

    >>> import matplotlib.pyplot as plt
    >>> from minnet.numerics import chaos
    >>> found = chaos.FalseNeighbours(np.array([1, 2, 3]), np.array([0.9, 0.1, 0.0]))
    >>> ax = chaos.plot_false_neighbours(found)
    >>> plt.close(ax.figure)
    """
    ax = _axes(ax)
    ax.plot(false_neighbours.dimensions, 100 * false_neighbours.fractions, "o-")
    ax.set(
        xlabel="embedding dimension",
        ylabel="false neighbours (per cent)",
        xticks=false_neighbours.dimensions,
        ylim=(0, None),
    )
    return ax


def plot_divergence(divergence: Divergence, *, ax: "Axes | None" = None, label: str = "mean over pairs") -> "Axes":
    """Mean logarithm of the distance over time, and the line that was fitted to a part of it.

    >>> import matplotlib.pyplot as plt
    >>> from minnet import dynamics
    >>> from minnet.numerics import chaos
    >>> ax = chaos.plot_divergence(chaos.divergence_of_twins(dynamics.logistic(), dt=1, samples=25, rng=0))
    >>> plt.close(ax.figure)
    """
    ax = _axes(ax)
    curve = ax.plot(divergence.times, divergence.log_distance, label=label)[0]
    fitted = (divergence.times >= divergence.first) & (divergence.times <= divergence.last)
    centre = divergence.times[fitted].mean(), divergence.log_distance[fitted].mean()
    region = np.array([divergence.first, divergence.last])
    line = centre[1] + divergence.exponent * (region - centre[0])
    fit_label = f"slope {divergence.exponent:.3g} ± {divergence.error:.1g}"
    ax.plot(region, line, "--", color="black", label=fit_label)
    ax.plot(region, line, "|", color=curve.get_color(), markersize=10)
    ax.set(xlabel="time", ylabel="mean ln(distance)")
    ax.legend()
    return ax


def plot_correlation_sums(correlation: CorrelationDimension, *, ax: "Axes | None" = None) -> "Axes":
    """Slopes of ln C over ln r between neighbouring distances, the region, and the dimension.

    >>> import matplotlib.pyplot as plt
    >>> from minnet.numerics import chaos
    >>> points = np.random.default_rng(0).random((1500, 2))
    >>> ax = chaos.plot_correlation_sums(chaos.correlation_dimension(points, window=1))
    >>> plt.close(ax.figure)
    """
    ax = _axes(ax)
    radii, slopes = correlation.local_slopes()
    ax.semilogx(radii, slopes, "o-", markersize=3, label="local slope")
    label = f"D = {correlation.dimension:.3g} ± {correlation.error:.1g}"
    ax.semilogx([correlation.first, correlation.last], 2 * [correlation.dimension], "--", color="black", label=label)
    ax.set(xlabel="distance r", ylabel="d ln C / d ln r", ylim=(0, None))
    _readable(ax)
    ax.legend()
    return ax


def plot_convergence(
    spectrum: Spectrum, *, reference: float | None = None, ax: "Axes | None" = None, label: str = "largest exponent"
) -> "Axes":
    """What the largest exponent was after each time, and a reference for it, if there is one.

    Times are those of each trajectory (of each chain of maps, where the exponents are from a series).

    >>> import matplotlib.pyplot as plt
    >>> from minnet import dynamics
    >>> from minnet.numerics import chaos
    >>> spectrum = chaos.lyapunov_spectrum(dynamics.logistic(), time=200, rng=0)
    >>> ax = chaos.plot_convergence(spectrum, reference=np.log(2))
    >>> plt.close(ax.figure)
    """
    ax = _axes(ax)
    ax.semilogx(spectrum.times, spectrum.history[:, 0], label=label)
    if reference is not None:
        ax.axhline(reference, color="black", linestyle="--", label=f"known: {reference:.4g}")
    ax.set(xlabel="time followed", ylabel="exponent (1 / time)")
    _readable(ax)
    ax.legend()
    return ax


def plot_surrogate_test(test: SurrogateTest, *, statistic: str = "statistic", ax: "Axes | None" = None) -> "Axes":
    """Surrogates as a histogram, and the data.

    >>> import matplotlib.pyplot as plt
    >>> from minnet.numerics import chaos
    >>> test = chaos.SurrogateTest(value=2.0, surrogates=np.array([0.1, 0.2, 0.3]), rank=4, p_value=0.5)
    >>> ax = chaos.plot_surrogate_test(test, statistic="skewness")
    >>> plt.close(ax.figure)
    """
    from minnet.ticks import readable_ticks, whole_numbers

    ax = _axes(ax)
    ax.hist(test.surrogates, bins="auto", color="0.7", label=f"{len(test.surrogates)} surrogates")
    data_label = f"data: rank {test.rank} of {len(test.surrogates) + 1}, p = {test.p_value:.2g}"
    ax.axvline(test.value, color="C1", label=data_label)
    ax.set(xlabel=statistic, ylabel="surrogates", ylim=(0, 1.35 * ax.get_ylim()[1]))  # room for the legend
    whole_numbers(ax.yaxis)
    readable_ticks(ax)
    ax.legend()
    return ax


def _axes(ax: "Axes | None") -> "Axes":
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots()[1]


def _readable(ax: "Axes") -> None:
    from minnet.ticks import readable_ticks

    readable_ticks(ax)
