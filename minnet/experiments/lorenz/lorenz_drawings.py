"""Figures of the identification of the Lorenz system."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from minnet.dynamics import simulate
from minnet.experiments.lorenz.lorenz_runs import LORENZ
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from minnet.experiments.lorenz.lorenz_identification import Result

LEAST, MOST = 1e-12, 1e2  # errors drawn


def draw_comparison(
    result: "Result", published: dict[str, dict[float, dict[str, float]]], document: list[str], better: list[str],
    theory: float,
) -> "Figure":  # fmt: skip
    """A row for each method, a column for error and one for the exponent, both times between samples in each."""
    import matplotlib.pyplot as plt

    methods = document + better
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 5), sharey=True, layout="constrained")
    for d, (dt, color, shift) in enumerate(zip(published["error"], ("C0", "C1"), (0.17, -0.17), strict=True)):
        for m, method in enumerate(methods):
            at = np.full(result.config.seeds, len(methods) - 1 - m + shift)
            left.semilogx(np.clip(result.errors[d, m], LEAST, MOST), at, "o", color=color, alpha=0.5, markersize=4)
            right.plot(result.exponents[d, m], at, "o", color=color, alpha=0.5, markersize=4)
            if method in published["error"][dt]:
                for ax, name in ((left, "error"), (right, "exponent")):
                    ax.plot(published[name][dt][method], at[0], "D", color="0.3", markersize=5, fillstyle="none")
        left.plot([], [], "o", color=color, label=f"dt = {dt:g}")
    left.plot([], [], "D", color="0.3", fillstyle="none", label="published")
    right.axvline(theory, color="0.5", lw=0.8, label=f"theory: {theory}")
    for ax in (left, right):
        ax.axhline(len(better) - 0.5, color="0.5", lw=0.8, ls=":")
        ax.legend(fontsize="small", loc="lower right" if ax is left else "lower left")
    left.set(xlabel="error of the coefficients", title="Seven coefficients", xlim=(LEAST / 3, 3 * MOST))
    left.set_yticks(np.arange(len(methods))[::-1], methods)
    right.set(xlabel="exponent, per unit of time", title="Largest exponent of what was found")
    return figure


def draw_butterflies(xi: Array, methods: list[str]) -> "Figure":
    """x and z of the true equations, and of each method's coefficients (methods, t, i), from one start."""
    import matplotlib.pyplot as plt

    columns = 4
    rows = -(-(len(methods) + 1) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(9, 2.3 * rows), sharex=True, sharey=True, layout="constrained", squeeze=False
    )
    for ax, method, coefficients in zip(
        axes.flat, ["true equations", *methods], [LORENZ.coefficients, *xi], strict=False
    ):
        ax.set_title(method, fontsize="small")
        if np.isfinite(coefficients).all():
            system = replace(LORENZ, coefficients=coefficients)
            path = simulate(system, LORENZ.start, dt=0.01, samples=3000)
            stays = np.isfinite(path).all(axis=1) & (np.abs(path) < 200).all(axis=1)
            path = path[: np.argmin(stays)] if not stays.all() else path
            ax.plot(path[:, 0], path[:, 2], lw=0.5, color="C0" if ax is not axes[0, 0] else "0.2")
            ax.plot(path[-1:, 0], path[-1:, 2], "o", color="C1", markersize=4)
            if not stays.all():
                ax.text(
                    0.5, 0.9, f"blows up at t = {len(path) * 0.01:.3g}", transform=ax.transAxes, ha="center", fontsize=7
                )
    axes[0, 0].set(xlim=(-25, 25), ylim=(-5, 55))
    for ax in axes.flat[len(methods) + 1 :]:
        ax.set_axis_off()
    for ax in axes[:, 0]:
        ax.set_ylabel("z")
    for ax in axes[-1]:
        ax.set_xlabel("x")
    return figure


def draw_map(result: "Result") -> "Figure":
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
    for ax in axes.flat[len(config.mapped) :]:
        ax.set_axis_off()
    for ax in axes[:, 0]:
        ax.set_ylabel("noise")
    for ax in axes[-1]:
        ax.set_xlabel("time between samples")
    figure.colorbar(axes[0, 0].images[0], ax=axes, label="error of the coefficients")
    return figure


def _short(value: float) -> str:
    """3e-5 for 0.00003: one digit, and no zeros in the power."""
    digit, power = f"{value:.0e}".split("e")
    return f"{digit}e{int(power)}"
