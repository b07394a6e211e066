"""The table and the figures of the study."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import datasets, plotting, study
from minnet.experiments.adam.optimizer_study.fair_comparison import TARGET
from minnet.experiments.adam.optimizer_study.result import PLANE, PUBLISHED, REACHED, STARTS, Config, Result, by_rate
from minnet.experiments.adam.replay import OPTIMIZERS, THRESHOLDS
from minnet.experiments.parts import Beside
from minnet.presentation import Drawing
from minnet.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

COLORS = {name: f"C{index}" for index, name in enumerate(OPTIMIZERS)}
LEAST = 1e-12  # a loss of 0 is drawn here


def table(result: Result) -> Table:
    """The published table beside the replay, the same from the other start, what starts do, and the fair ranking."""
    config, rows = result.config, []
    width, n = config.widths[-1], config.points[-1]
    for label, runs in (("as published", result.published), ("other start", result.other_start)):
        for rate, by_name in by_rate(runs, width, n).items():
            alike = (label, width, n, config.steps) == ("as published", 16, 10_000, 3000)
            published = PUBLISHED["table"].get(rate, {}) if alike else {}
            for name, row in by_name.items():
                metrics = row.metrics
                values = f"{metrics['swapped']:.3g}", f"{metrics['final_loss']:.2e}", f"{metrics['final_accuracy']:.1%}"
                first = " / ".join("never" if step < 0 else str(step) for step in metrics["first_below"])
                rows.append((f"{label}: {name}", f"{rate:g}", str(published.get(name, "-")), *values, first))
    settings = f"{_spaced(config.learning_rates)}; widths {_spaced(config.widths)}"
    for (name, small), reached in result.starts().items():
        rates = f"{_spaced(reached.sum(axis=(1, 2)))} of {reached[0].size}"
        widths = f"{_spaced(reached.sum(axis=(0, 2)))} of {reached[:, 0].size}"
        rows.append(
            (f"{REACHED:.0%} reached: {name}, {STARTS[small]}", settings, "-", "-", "-", f"{rates}; {widths}", "-")
        )
    for record in result.fair.ranking():
        lower, median, upper = ("never" if s is None else str(s) for s in record["steps_to_target"])
        reach = f"{record['rates_that_reach']} of {len(config.fair_rates)} reach, {record['diverged']:.0%} diverge"
        rows.append((
            f"fair, width {record['width']}: {record['optimizer']}", f"{record['learning_rate']:g} ({reach})", "-", "-",
            f"{record['final_loss'][1]:.1e}", f"{record['accuracy']:.1%}", f"{median} ({lower} to {upper})",
        ))  # fmt: skip
    first = f"first step below {' / '.join(f'{t:g}' for t in THRESHOLDS)}; fair: {TARGET:g}"
    headers = ("runs", "learning rate", "loss (published)", "same measure", "log loss", "accuracy", first)
    return Table(headers, tuple(rows))


def _spaced(numbers: Iterable[float]) -> str:
    return " ".join(f"{number:g}" for number in numbers)


def beside(result: Result) -> list[Beside]:
    """Adam's column of the table, in the document's measure, and the time of its four optimizers' runs."""
    full, names = Config(), next(iter(PUBLISHED["table"].values()))
    final = by_rate(result.published, 16, 10_000) if result.config.steps == full.steps else {}
    rows = [
        Beside(
            f"final loss of Adam at learning rate {rate:g}, table of section 6",
            f"{by_name['Adam']:g}",
            f"{final[rate]['Adam'].metrics['swapped']:.3g}" if rate in final else "-",
        )
        for rate, by_name in PUBLISHED["table"].items()
    ]
    grid = ("steps", "learning_rates", "points", "widths")
    alike = all(getattr(result.config, name) == getattr(full, name) for name in grid)
    seconds = sum(row.metrics["seconds"] for row in result.published if row.settings["optimizer"] in names)
    quantity = "seconds of all runs of four optimizers, appendix, In [60]"
    return [*rows, Beside(quantity, f"{PUBLISHED['seconds']}", f"{seconds:.0f}" if alike else "-")]


def figures(result: Result) -> list[Drawing]:
    """Learning curves, classified planes, both starts, sensitivity to the learning rate, and profiles."""
    width, n = result.config.widths[-1], result.config.points[-1]
    curves = f"Log loss and accuracy at every update, as published: width {width}, {n} points, by learning rate."
    planes = (
        "The document's single runs: the plane as each has classified it, with some of the points, and its log loss."
    )
    points = ", ".join(map(str, result.config.points))
    starts = (
        f"Is it the optimizer, or its start? How many of the runs with {points} points end with an accuracy of "
        f"{REACHED:.0%}, by learning rate and width. Bold: as published."
    )
    sensitivity = (
        "Fair comparison: final log loss against the learning rate, median and quartiles over "
        f"{result.config.seeds} seeds. Crosses: runs that diverged."
    )
    profiles = (
        "Performance profiles: fraction of networks and seeds on which an optimizer, at its best learning rate, "
        f"reaches a loss of {TARGET:g} within so many times the steps of the fastest."
    )
    return [
        Drawing("curves", curves, _draw_curves(result)),
        Drawing("planes", planes, _draw_planes(result)),
        Drawing("starts", starts, _draw_starts(result)),
        Drawing("sensitivity", sensitivity, _draw_sensitivity(result)),
        Drawing("profiles", profiles, _draw_profiles(result)),
    ]


def _style(name: str) -> dict[str, Any]:
    """Colour and label; averaged SGD, which may lie on gradient descent, is dashed."""
    return {"color": COLORS[name], "label": name, "linestyle": "--" if name == "averaged SGD" else "-"}


def _mark(lines: list["Line2D"], name: str) -> None:
    """Markers: where the optimizers do not get on, their lines lie over each other. They are spaced by numbers of
    points: along a line that oscillates they would hide it."""
    for line in lines:
        number, points = list(COLORS).index(name), len(np.asarray(line.get_xydata(), float))
        plotting.mark_apart(line, number)
        line.set_markevery((number * points // 40, max(1, points // 6)))


def _draw_curves(result: Result) -> "Figure":
    """Loss above, accuracy below, a column for each learning rate."""
    import matplotlib.pyplot as plt

    final = by_rate(result.published, result.config.widths[-1], result.config.points[-1])
    figure, axes = plt.subplots(2, len(final), sharex=True, sharey="row", squeeze=False, figsize=(4 * len(final), 6.4))
    for (above, below), (rate, by_name) in zip(axes.T, final.items(), strict=True):
        for name, row in by_name.items():
            updates = np.arange(1, len(row.metrics["loss"]) + 1)
            _mark(above.semilogy(updates, np.maximum(row.metrics["loss"], LEAST), **_style(name)), name)
            _mark(below.plot(updates, row.metrics["accuracy"], **_style(name)), name)
        above.set_title(f"learning rate {rate:g}")
        below.set_xlabel("update")
    axes[0, 0].set_ylabel("log loss before the update")
    axes[1, 0].set_ylabel("accuracy after it")
    plotting.legend_below(axes[0, 0], fontsize="small")
    return figure


def _draw_planes(result: Result) -> "Figure":
    """Classified planes over some of the points; below them the losses."""
    import matplotlib.pyplot as plt

    count = len(result.single)
    figure, axes = plt.subplots(2, count, sharey="row", figsize=(2.8 * count, 5.6), height_ratios=(1.5, 1))
    along = np.linspace(-1.5, 1.5, PLANE)
    x, labels = datasets.circles(300, noise=0.1, factor=0.3, rng=0)
    for (above, below), (name, row) in zip(axes.T, result.single.items(), strict=True):
        score = np.reshape(row.metrics["plane"], (PLANE, PLANE))
        probability = 0.5 * (1 + np.tanh(0.5 * score))
        filled = above.contourf(
            along, along, probability, levels=np.linspace(0, 1, 11), cmap=plotting.between_classes()
        )
        above.contour(along, along, probability, levels=[0.5], colors="black", linewidths=1)
        for label, marker in ((0, "o"), (1, "^")):
            members = labels == label
            above.plot(*x[members].T, marker, color="black", fillstyle="none", markersize=3, label=f"class {label}")
        settings, accuracy = row.settings, row.metrics["final_accuracy"]
        title = f"{name}\n{settings['steps']} steps at {settings['learning_rate']:g}: {accuracy:.2%}"
        above.set_title(title, fontsize="small")
        above.set(xlabel="$x_0$", aspect="equal")
        above.grid(False)
        below.semilogy(np.arange(1, settings["steps"] + 1), row.metrics["loss"], color=COLORS[name])
        below.set_xlabel("update")
    axes[0, 0].set_ylabel("$x_1$")
    axes[1, 0].set_ylabel("log loss")
    axes[0, 0].legend(fontsize="x-small", loc="lower left", frameon=True)
    figure.colorbar(filled, ax=axes[0], label="probability of class 1")
    return figure


def _draw_starts(result: Result) -> "Figure":
    """A map for each optimizer and start: learning rates down, widths across."""
    import matplotlib.pyplot as plt

    config, reached = result.config, result.starts()
    figure, axes = plt.subplots(2, len(OPTIMIZERS), sharex=True, sharey=True, figsize=(2 * len(OPTIMIZERS), 5))
    for line, (small, start) in zip(axes, STARTS.items(), strict=True):
        for ax, name in zip(line, OPTIMIZERS, strict=True):
            counts = reached[name, small].sum(axis=2)
            ax.imshow(counts, vmin=0, vmax=1.5 * len(config.points), cmap="Blues", aspect="auto")
            for (i, j), count in np.ndenumerate(counts):
                ax.text(j, i, count, ha="center", va="center")
            ax.set_title(name, fontsize="small", fontweight="bold" if small == (name == "Adam") else "normal")
            ax.set_xticks(range(len(config.widths)), map(str, config.widths))
            ax.set_yticks(range(len(config.learning_rates)), [f"{rate:g}" for rate in config.learning_rates])
            ax.grid(False)
        line[0].set_ylabel(f"{start}\n\nlearning rate")
    title = f"Runs, of {len(config.points)}, that end with an accuracy of {REACHED:.0%}; bold: as published"
    figure.supxlabel("units of each hidden layer")
    figure.suptitle(title)
    return figure


def _draw_sensitivity(result: Result) -> "Figure":
    """Final loss against learning rate, a panel for each width."""
    import matplotlib.pyplot as plt

    widths = result.config.widths
    figure, axes = plt.subplots(1, len(widths), sharey=True, squeeze=False, figsize=(4.5 * len(widths), 4.4))
    for ax, width in zip(axes[0], widths, strict=True):
        for name in OPTIMIZERS:
            groups = result.fair.groups(name, width)
            rates = [group.settings["learning_rate"] for group in groups]
            quartiles = np.array([group.quartiles("final_loss") for group in groups])
            shown = np.where(np.isfinite(quartiles), np.maximum(quartiles, LEAST), np.nan)
            size = 10 - list(COLORS).index(name)  # rings around each other where values are the same
            ax.loglog(rates, shown[:, 1], marker="o", markersize=size, fillstyle="none", **_style(name))
            ax.fill_between(rates, shown[:, 0], shown[:, 2], color=COLORS[name], alpha=0.15, linewidth=0)
            for rate, group in zip(rates, groups, strict=True):
                if study.metric(group.rows, "diverged").any():
                    ax.plot(rate, 1.5**size, "x", color=COLORS[name])  # each at a height of its own
        ax.set(xlabel="learning rate", title=f"three layers of {width}")
    axes[0, 0].set_ylabel("final log loss")
    plotting.legend_below(axes[0, 0], fontsize="small")
    return figure


def _draw_profiles(result: Result) -> "Figure":
    """Fraction of problems solved within a multiple of the fastest optimizer's steps."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    times = np.geomspace(1, 100, 400)
    for name, ratios in result.fair.profiles().items():
        if len(ratios):
            _mark(ax.step(times, [(ratios <= t).mean() for t in times], where="post", **_style(name)), name)
    ax.set(xscale="log", xlabel="steps to the target / steps of the fastest optimizer", ylabel="fraction of networks")
    ax.set(ylim=(-0.02, 1.02), title="Performance profiles")
    plotting.legend_below(ax, ncols=3, fontsize="small")
    return figure
