"""Pictures of a comparison: what the generated series have, over what the real ones have."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minnet.numerics.generation.comparison import Comparison
from minnet.numerics.generation.flow import Flow, Scaled
from minnet.numerics.generation.spectra import power
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 60
STATES = 20_000  # at most, whose residuals are drawn
REAL: dict[str, Any] = {"color": "0.6", "linewidth": 4}
GENERATED: dict[str, Any] = {"color": "C0"}


def plot_marginal(comparison: Comparison, variable: int = 0, *, ax: "Axes | None" = None) -> "Axes":
    """Densities of the values of one variable, in its own units.

    >>> import matplotlib.pyplot as plt
    >>> from minnet.numerics import generation
    >>> rng = np.random.default_rng(0)
    >>> comparison = generation.compare_series(rng.standard_normal((20, 50, 1)), rng.standard_normal((20, 50, 1)))
    >>> for plot in (generation.plot_marginal, generation.plot_spectrum):
    ...     plt.close(plot(comparison, variable=0).figure)
    """
    ax = _axes(ax)
    real, generated = (x[..., variable].ravel() for x in (comparison.reference, comparison.generated))
    low, high = np.quantile(np.concatenate([real, generated]), [0.001, 0.999])
    edges = np.linspace(low, high, BINS + 1) if high > low else np.linspace(low - 1, low + 1, BINS + 1)
    for x, label, style in ((real, "real", REAL), (generated, "generated", GENERATED)):
        counts = np.histogram(x, edges)[0] / (len(x) * np.diff(edges))
        ax.plot((edges[1:] + edges[:-1]) / 2, counts, label=label, **style)
    ax.set(xlabel=comparison.variables[variable], ylabel="density", ylim=(0, None))
    ax.legend()
    return ax


def plot_spectrum(comparison: Comparison, variable: int = 0, *, dt: float = 1.0, ax: "Axes | None" = None) -> "Axes":
    """Power spectra of one variable over the frequency, in dB of the largest power of the real series."""
    ax = _axes(ax)
    samples = min(comparison.reference.shape[1], comparison.generated.shape[1])
    mean = comparison.reference[..., variable].mean()
    spectra = [
        power(x[:, :samples, variable : variable + 1] - mean) for x in (comparison.reference, comparison.generated)
    ]
    largest = spectra[0][1].mean(axis=0).max()
    for (frequencies, values), label, style in zip(spectra, ("real", "generated"), (REAL, GENERATED), strict=True):
        decibels = 10 * np.log10(np.maximum(values.mean(axis=0)[:, 0] / largest, 1e-16))
        ax.plot(frequencies / dt, decibels, label=label, **style)
    ax.set(
        xlabel="frequency (1 / sample)" if dt == 1 else "frequency (1 / time)",
        ylabel=f"power of {comparison.variables[variable]} (dB)",
    )
    ax.legend()
    return ax


def plot_residuals(comparison: Comparison, flow: Flow, *, ax: "Axes | None" = None) -> "Axes":
    """How many steps have a residual of the flow, in standard deviations, below each value (from 1e-4).

    >>> import matplotlib.pyplot as plt
    >>> from minnet import dynamics
    >>> from minnet.numerics import generation
    >>> states = [dynamics.states_on_attractor(dynamics.henon(), 20, rng=k) for k in range(2)]
    >>> series = [dynamics.simulate(dynamics.henon(), starts, dt=1, samples=50) for starts in states]
    >>> flow = generation.flow_map(dynamics.henon(), dt=1)
    >>> ax = generation.plot_residuals(generation.compare_series(*series, flow=flow), flow)
    >>> plt.close(ax.figure)
    """
    from minnet.ticks import readable_ticks

    ax = _axes(ax)
    reference = comparison.reference
    mean, std = reference.mean(axis=(0, 1)), reference.std(axis=(0, 1))
    scaled, values = Scaled(flow, mean, std), np.geomspace(1e-4, 10, 200)
    medians = []
    for x, label, style in ((reference, "real", REAL), (comparison.generated, "generated", GENERATED)):
        few: Array = x[: max(1, STATES // x.shape[1])]
        residuals = np.sort(scaled.residuals((few - mean) / std), axis=None)
        below = np.searchsorted(residuals, values, side="right") / len(residuals)
        ax.semilogx(values, 100 * below, label=label, **style)
        medians.append(f"{label} {np.median(residuals):.2g}")
    ax.set_title(f"median: {', '.join(medians)}")
    ax.set(xlabel="residual of the flow (standard deviations)", ylabel="steps with less (per cent)", ylim=(-3, 103))
    readable_ticks(ax)
    ax.legend()
    return ax


def _axes(ax: "Axes | None") -> "Axes":
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots()[1]
