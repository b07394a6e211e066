"""Figures of active learning: who needs how many evaluations, where they are made, and whether estimates are honest."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Ways = dict[tuple[str, str], list[dict[str, Any]]]
COLOURS = {"Disagreement": "C0", "ModelChange": "C1", "Residual": "C2", "SpaceFilling": "C3"}
LINES = {"kink": "-", "tanh": "--"}


def draw_race(
    runs: Ways, triangles: dict[str, tuple[Array, Array]], attempts: dict[int, dict[str, Any]], wanted: float
) -> "Figure":
    """Error over evaluations of every model and strategy, of interpolation, and of the three attempts."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(8.5, 5.2))
    for (model, strategy), metrics in runs.items():
        n = np.array(metrics[0]["evaluations"])
        errors = np.array([made["error"] for made in metrics])
        colour = COLOURS[strategy]
        ax.plot(n, np.median(errors, axis=0), LINES[model], color=colour, label=f"{model}, {strategy}", marker=".")
        if len(errors) > 1:
            ax.fill_between(n, errors.min(axis=0), errors.max(axis=0), color=colour, alpha=0.15, linewidth=0)
    for (name, (n, errors)), marker in zip(triangles.items(), ("s", "^"), strict=True):
        ax.plot(n, errors, ":", marker=marker, color="0.4", markersize=4, label=f"triangles, {name}")
    for number, attempt in attempts.items():
        place = attempt["distinct"][-1], attempt["error"][-1]
        ax.plot(*place, "k*", markersize=10)
        ax.annotate(f" attempt {number}", place, fontsize="small")
    ax.axhline(wanted, color="black", linestyle=":", linewidth=1)
    ax.set(xscale="log", yscale="log", xlabel="evaluations", ylabel="mean absolute error on the grid")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def draw_look(metrics: dict[str, Any], truth: Callable[[Array], Array]) -> "Figure":
    """The points over the surface, and the logarithm of the error."""
    import matplotlib.pyplot as plt

    side = int(np.sqrt(len(metrics["surface"])))
    along = np.linspace(0, 1, side)
    true = truth(np.stack(np.meshgrid(along, along, indexing="ij"), axis=-1).reshape(-1, 2)).reshape(side, side)
    error = np.abs(np.reshape(metrics["surface"], (side, side)) - true)
    x, y = np.reshape(metrics["points"], (-1, 2)).T
    first = metrics["evaluations"][0]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.5), sharey=True)
    filled = left.contourf(along, along, true.T, levels=21)
    figure.colorbar(filled, ax=left, label="f(x, y)")
    left.plot(x[:first], y[:first], "o", markersize=3, color="white", markeredgecolor="black", label=f"first {first}")
    left.plot(x[first:], y[first:], "o", markersize=5, color="C1", markeredgecolor="black", label="chosen")
    left.legend(loc="lower left", frameon=True)
    shown = right.contourf(along, along, np.log10(error.T + 1e-12), levels=21)
    figure.colorbar(shown, ax=right, label=r"$\log_{10}$ |error|")
    left.set(title=f"{len(x)} points", xlabel="x", ylabel="y", aspect="equal")
    right.set(title=f"error left, {error.mean():.1e} on average", xlabel="x", aspect="equal")
    for ax in (left, right):
        ax.grid(False)
    return figure


def draw_estimates(runs: Ways) -> "Figure":
    """Estimates over errors, one dot per training."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(5.2, 5))
    for (model, strategy), metrics in runs.items():
        errors = np.concatenate([made["error"] for made in metrics])
        estimates = np.concatenate([made["estimate"] for made in metrics])
        marker = "o" if model == "kink" else "^"
        ax.loglog(errors, estimates, marker, color=COLOURS[strategy], alpha=0.6, label=f"{model}, {strategy}")
    ends = np.array([min(ax.get_xlim()[0], ax.get_ylim()[0]), max(ax.get_xlim()[1], ax.get_ylim()[1])])
    ax.loglog(ends, ends, color="black", linewidth=1)
    ax.set(xlabel="mean error", ylabel="the learner's estimate of it", title="Can the estimate be trusted?")
    ax.legend(fontsize="small", frameon=True)
    return figure
