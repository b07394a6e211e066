"""The figures of `optimizer_study`."""

from typing import TYPE_CHECKING

import numpy as np

from minnet import datasets, study
from minnet.experiments.replay import OPTIMIZERS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from minnet.experiments.optimizer_study import Result

COLORS = {name: f"C{index}" for index, name in enumerate(OPTIMIZERS)}


def curves(result: "Result") -> "Figure":
    """Loss above, accuracy below, a column for each learning rate."""
    import matplotlib.pyplot as plt

    final = result.final(result.config.widths[-1], result.config.points[-1])
    figure, axes = plt.subplots(2, len(final), sharex=True, sharey="row", squeeze=False, figsize=(4 * len(final), 6))
    for (above, below), (rate, by_name) in zip(axes.T, final.items(), strict=True):
        for name, row in by_name.items():
            updates = np.arange(1, len(row.metrics["loss"]) + 1)
            above.semilogy(updates, np.maximum(row.metrics["loss"], 1e-8), color=COLORS[name], label=name)
            below.plot(updates, row.metrics["accuracy"], color=COLORS[name])
        above.set_title(f"learning rate {rate:g}")
        below.set_xlabel("update")
    axes[0, 0].set_ylabel("log loss before the update")
    axes[1, 0].set_ylabel("accuracy after it")
    axes[0, 0].legend(fontsize="x-small")
    return figure


def planes(result: "Result") -> "Figure":
    """Classified planes over some of the points."""
    import matplotlib.pyplot as plt

    from minnet.experiments.optimizer_study import PLANE

    figure, axes = plt.subplots(1, len(result.single), sharey=True, figsize=(3 * len(result.single), 3.4))
    along = np.linspace(-1.5, 1.5, PLANE)
    x, labels = datasets.circles(300, noise=0.1, factor=0.3, rng=0)
    for ax, (name, row) in zip(axes, result.single.items(), strict=True):
        score = np.reshape(row.metrics["plane"], (PLANE, PLANE))
        filled = ax.contourf(
            along, along, 0.5 * (1 + np.tanh(0.5 * score)), levels=np.linspace(0, 1, 11), cmap="PuOr_r"
        )
        for label, marker in ((0, "o"), (1, "^")):
            ax.plot(*x[labels == label].T, marker, color="0.2", markersize=2, label=f"class {label}")
        settings = row.settings
        title = (
            f"{name}, {settings['steps']} steps at {settings['learning_rate']:g}\n{row.metrics['final_accuracy']:.1%}"
        )
        ax.set_title(title, fontsize="small")
        ax.set(xlabel="$x_0$", aspect="equal")
        ax.grid(False)
    axes[0].set_ylabel("$x_1$")
    axes[0].legend(fontsize="x-small", loc="lower left", frameon=True)
    figure.colorbar(filled, ax=axes, label="probability of class 1", shrink=0.8)
    return figure


def starts(result: "Result") -> "Figure":
    """Bars of the share of settings that reach 99 %, for both starts."""
    import matplotlib.pyplot as plt

    found = result.starts()
    figure, ax = plt.subplots()
    for small, shift, label in ((False, -0.2, "normal draws"), (True, 0.2, "weights / 100, biases 0")):
        heights = [np.divide(*found[name, small]) for name in OPTIMIZERS]
        ax.bar(np.arange(len(heights)) + shift, heights, 0.4, label=label)
    ax.set_xticks(range(len(OPTIMIZERS)), list(OPTIMIZERS), rotation=20)
    ax.set(ylabel="share of settings with 99 % accuracy", ylim=(0, 1), title="Is it the optimizer, or its start?")
    ax.legend()
    return figure


def sensitivity(result: "Result") -> "Figure":
    """Final loss against learning rate, a panel for each width."""
    import matplotlib.pyplot as plt

    widths = result.config.widths
    figure, axes = plt.subplots(1, len(widths), sharey=True, squeeze=False, figsize=(4.5 * len(widths), 4))
    for ax, width in zip(axes[0], widths, strict=True):
        for name in OPTIMIZERS:
            groups = result.groups(name, width)
            rates = [made.settings["learning_rate"] for made in groups]
            quartiles = np.array([made.quartiles("final_loss") for made in groups])
            shown = np.where(np.isfinite(quartiles), np.maximum(quartiles, 1e-9), np.nan)
            ax.loglog(rates, shown[:, 1], ".-", color=COLORS[name], label=name)
            ax.fill_between(rates, shown[:, 0], shown[:, 2], color=COLORS[name], alpha=0.15, linewidth=0)
            for rate, made in zip(rates, groups, strict=True):
                if study.metric(made.rows, "diverged").any():
                    ax.plot(rate, 10, "x", color=COLORS[name])
        ax.set(xlabel="learning rate", title=f"three layers of {width}")
    axes[0, 0].set_ylabel("final log loss")
    axes[0, -1].legend(fontsize="x-small")
    return figure


def profiles(result: "Result") -> "Figure":
    """Share of problems solved within a multiple of the fastest optimizer's steps."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    times = np.geomspace(1, 100, 400)
    for name, ratios in result.profiles().items():
        if len(ratios):
            ax.step(times, [(ratios <= t).mean() for t in times], where="post", color=COLORS[name], label=name)
    ax.set(xscale="log", xlabel="steps to the target / steps of the fastest optimizer", ylabel="share of networks")
    ax.set(ylim=(0, 1.02), title="Performance profiles")
    ax.legend(fontsize="small")
    return figure
