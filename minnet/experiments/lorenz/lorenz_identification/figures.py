"""The table of the experiment `lorenz-identification`, and its figures: comparison, butterflies, map."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from minnet import plotting
from minnet.dynamics import simulate
from minnet.experiments.lorenz.lorenz_identification.methods import BETTER, LORENZ, TABLED
from minnet.experiments.lorenz.lorenz_identification.result import PUBLISHED, THEORY, Result, finite_median
from minnet.experiments.parts import Beside
from minnet.presentation import Drawing
from minnet.tables import Table
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEAST, MOST = 1e-12, 1e2  # errors drawn


def table(result: Result) -> Table:
    """The published tables, beside ours and the better methods."""
    rows = []
    for d, dt in enumerate(PUBLISHED):
        published = PUBLISHED[dt]["data"]
        rows.append((f"{dt:g}", "true equations", "-", "-", "-", "-", f"{published[1]:.4f}", f"{result.data:.4f}"))
        for m, method in enumerate(TABLED):
            error, exponent = PUBLISHED[dt].get(method, (np.nan, np.nan))
            numbers = result.errors[d, m], result.exact[d, m], result.identified[d, m]
            rows.append(
                (
                    f"{dt:g}", method, "-" if np.isnan(error) else f"{error:.4f}",
                    f"{np.median(numbers[0]):.2g} (to {numbers[0].max():.2g})",
                    f"{numbers[1].sum()} of {result.config.seeds}", f"{numbers[2].sum()} of {result.config.seeds}",
                    "-" if np.isnan(exponent) else f"{exponent:.4f}", _exponent(result.exponents[d, m]),
                )
            )  # fmt: skip
    headers = (
        "dt", "method", "error: published", "ours (worst)", "exact terms", "identified", "exponent: published", "ours",
    )  # fmt: skip
    return Table(headers, tuple(rows))


def _exponent(values: Array) -> str:
    blow_up = int(np.isnan(values).sum())
    median = finite_median(values)
    return ("-" if np.isnan(median) else f"{median:.4f}") + (f" ({blow_up} blow up)" if blow_up else "")


def beside(result: Result) -> list[Beside]:
    """Of the slides' tables: errors and exponents of LASSO, their first method, at both times between samples."""
    rows, m = [], list(TABLED).index("LASSO")
    for d, (dt, published) in enumerate(PUBLISHED.items()):
        error, exponent = published["LASSO"]
        slide, errors = f"LASSO, dt = {dt:g}, slide {11 + d}", f"{np.median(result.errors[d, m]):.4f}"
        rows.append(Beside(f"root mean square error of the parameters, {slide}", f"{error:.4f}", errors))
        rows.append(Beside(f"largest Lyapunov exponent, {slide}", f"{exponent:.4f}", _exponent(result.exponents[d, m])))
    return rows


def figures(result: Result) -> list[Drawing]:
    """Errors and exponents beside the published ones, butterflies, and the map of error over dt and noise."""
    return [
        Drawing(
            "comparison",
            "Error of the seven coefficients, and exponent of the equations identified, a dot for each trajectory, "
            "beside the published numbers. The upper five take their rates from the document's first-order "
            "formula.",
            _draw_comparison(result),
        ),
        Drawing(
            "butterflies",
            "Trajectories of the true equations, and of those identified from samples at dt = 0.1, from one start. "
            "Dots: where they end.",
            _draw_butterflies(result),
        ),
        Drawing(
            "map",
            "Median error of the seven coefficients over the time between samples and the noise. A ring: not all "
            "trajectories gave exactly the true terms.",
            _draw_map(result),
        ),
    ]


def _draw_comparison(result: Result) -> "Figure":
    """A row for each method, a column for error and one for the exponent, both times between samples in each."""
    import matplotlib.pyplot as plt

    methods = list(TABLED)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 5), sharey=True, layout="constrained")
    for d, (dt, color, shift) in enumerate(zip(PUBLISHED, ("C0", "C1"), (0.17, -0.17), strict=True)):
        for m, method in enumerate(methods):
            y = np.full(result.config.seeds, len(methods) - 1 - m + shift)
            left.semilogx(np.clip(result.errors[d, m], LEAST, MOST), y, "o", color=color, alpha=0.5, markersize=4)
            right.plot(result.exponents[d, m], y, "o", color=color, alpha=0.5, markersize=4)
            for ax, published in zip((left, right), PUBLISHED[dt].get(method, ()), strict=False):
                ax.plot(published, y[0], "D", color="0.3", markersize=5, fillstyle="none")
        left.plot([], [], "o", color=color, label=f"dt = {dt:g}")
    left.plot([], [], "D", color="0.3", fillstyle="none", label="published")
    right.axvline(THEORY, color="0.5", lw=0.8, label=f"theory: {THEORY}")
    for ax in (left, right):
        ax.axhline(len(BETTER) - 0.5, color="0.5", lw=0.8, ls=":")
        ax.legend(fontsize="small", loc="lower right" if ax is left else "lower left")
    left.set(xlabel="error of the coefficients", title="Seven coefficients", xlim=(LEAST / 3, 3 * MOST))
    left.set_yticks(np.arange(len(methods))[::-1], methods)
    right.set(xlabel="exponent (1 / time)", title="Largest exponent of the equations identified")
    return figure


def _draw_butterflies(result: Result) -> "Figure":
    """x and z of the true equations, and of each method's, from one start."""
    import matplotlib.pyplot as plt

    equations = {"true equations": LORENZ.coefficients}
    for method, xi in zip(TABLED, result.xi[1, :, 0], strict=True):
        equations[method] = xi.reshape(LORENZ.coefficients.shape)
    columns = 4
    rows = -(-len(equations) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(9, 2.3 * rows), sharex=True, sharey=True, layout="constrained", squeeze=False
    )
    for ax, (title, coefficients) in zip(axes.flat, equations.items(), strict=False):
        ax.set_title(title, fontsize="small")
        if np.isfinite(coefficients).all():
            system = replace(LORENZ, coefficients=coefficients)
            path = simulate(system, LORENZ.start, dt=0.01, samples=3000)
            bounded = np.isfinite(path).all(axis=1) & (np.abs(path) < 200).all(axis=1)
            path = path[: np.argmin(bounded)] if not bounded.all() else path
            ax.plot(path[:, 0], path[:, 2], lw=0.5, color="C0" if ax is not axes[0, 0] else "0.2")
            ax.plot(path[-1:, 0], path[-1:, 2], "o", color="C1", markersize=4)
            if not bounded.all():
                ax.text(
                    0.5, 0.9, f"blows up at t = {len(path) * 0.01:.3g}", transform=ax.transAxes, ha="center", fontsize=7
                )
        else:
            ax.text(0.5, 0.5, "no equations", transform=ax.transAxes, ha="center", fontsize=7)
    axes[0, 0].set(xlim=(-25, 25), ylim=(-5, 55))
    for ax in axes[:, 0]:
        ax.set_ylabel("z")
    for ax in plotting.use_panels(axes, len(equations)):
        ax.set_xlabel("x")
    return figure


def _draw_map(result: Result) -> "Figure":
    """A panel for each method: time between samples across, noise upwards, the error as colour and number."""
    import matplotlib.pyplot as plt
    from matplotlib.colors import LogNorm

    config = result.config
    columns = min(3, len(config.mapped))
    rows = -(-len(config.mapped) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(3.4 * columns + 0.6, 0.45 * len(config.noises) * rows + 1.2 * rows), sharex=True,
        sharey=True, layout="constrained", squeeze=False,
    )  # fmt: skip
    errors = np.clip(np.median(result.map_errors, axis=-1), LEAST, MOST)
    exact = np.asarray(result.map_exact.all(axis=-1))
    for ax, method, values, all_exact in zip(axes.flat, config.mapped, errors, exact, strict=False):
        ax.imshow(values.T, norm=LogNorm(LEAST, MOST), cmap="cividis", origin="lower", aspect="auto")
        for d, n in np.ndindex(values.shape):
            dark = values[d, n] < 1e-4
            ax.text(d, n, _short(values[d, n]), ha="center", va="center", fontsize=6, color="w" if dark else "k")
            if not all_exact[d, n]:
                ax.plot(d, n, "o", color="w" if dark else "k", markersize=17, fillstyle="none", markeredgewidth=0.7)
        ax.set_title(method, fontsize="small")
        ax.set_xticks(range(len(config.dts)), [f"{dt:g}" for dt in config.dts], fontsize=7)
        ax.set_yticks(range(len(config.noises)), [f"{100 * noise:g} %" for noise in config.noises], fontsize=7)
        ax.grid(visible=False)
    for ax in axes[:, 0]:
        ax.set_ylabel("noise")
    for ax in plotting.use_panels(axes, len(config.mapped)):
        ax.set_xlabel("time between samples")
    figure.colorbar(axes[0, 0].images[0], ax=axes, label="error of the coefficients")
    return figure


def _short(value: float) -> str:
    """3e-5 for 0.00003: one digit, and no zeros in the power."""
    digit, power = f"{value:.0e}".split("e")
    return f"{digit}e{int(power)}"
