"""What the experiment `lyapunov` draws: twins, convergence, the published recipe and other embeddings, surrogates."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minnet.experiments.lorenz.lyapunov import EMBEDDINGS, KNOWN, PUBLISHED, Result
from minnet.experiments.lorenz.lyapunov_runs import COORDINATES, FOLLOWED, RECIPE, REGION, STATISTICS
from minnet.numerics.chaos import plot_divergence
from minnet.presentation import Drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS = dict(zip(COORDINATES, "os^", strict=True))


def draw(result: Result) -> list[Drawing]:
    """Five figures."""
    config = result.config
    twins = (
        f"Left: {config.pairs} pairs of trajectories that begin 1e-8 apart. Right: nearest neighbours in series of "
        f"{config.followed} samples of one coordinate, with lines of slope {KNOWN['Lorenz']} over the region that is "
        "fitted. Both from the Lorenz system."
    )
    convergence = (
        f"How far the largest exponent of the Lorenz system is from {KNOWN['Lorenz']}, in {config.runs} runs: "
        "the root mean square error falls like one over the root of the time."
    )
    recipe = (
        "Eckmann's largest exponent of each coordinate of 1000 samples, dt = 0.1, by the published recipe (dimensions "
        "10 and 4), in four ways. The published numbers come from the first: the way to the attractor kept, and maps "
        "of three samples multiplied at every sample."
    )
    embeddings = (
        "Eckmann's largest exponent on the attractor, every map in its place, by embedding and length of the series."
    )
    surrogates = (
        "What surrogates (median, open) and data (median, filled) have, and for how many of the series they differ."
    )
    return [
        Drawing("divergence", twins, _draw_twins(result)),
        Drawing("convergence", convergence, _draw_convergence(result)),
        Drawing("recipe", recipe, _draw_recipe(result)),
        Drawing("embeddings", embeddings, _draw_embeddings(result)),
        Drawing("surrogates", surrogates, _draw_surrogates(result)),
    ]


def _draw_twins(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4))
    plot_divergence(result.twins, ax=left)
    left.set_title("Twins")
    times = FOLLOWED["dt"] * np.arange(result.curves.shape[1])
    inside = (times >= REGION[0]) & (times <= REGION[1])
    for c, (name, curve) in enumerate(zip(COORDINATES, result.curves, strict=True)):
        slope = result.neighbours[:, c].mean()
        right.plot(times, curve, color=f"C{c}", label=f"{name}: slope {slope:.2f}")
        line = curve[inside].mean() + KNOWN["Lorenz"] * (times[inside] - times[inside].mean())
        right.plot(times[inside], line, "--", color="black", linewidth=1)
    right.set(xlabel="time", ylabel="mean ln(distance)", title="Nearest neighbours (Rosenstein)")
    right.legend()
    return figure


def _draw_convergence(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(6.4, 4))
    found = result.spectra["Lorenz"]
    times, errors = found["times"][0], found["history"] / KNOWN["Lorenz"] - 1
    ax.loglog(times, 100 * np.abs(errors).T, color="C0", alpha=0.25, linewidth=0.7)
    mean = 100 * np.sqrt(np.mean(errors**2, axis=0))
    ax.loglog(times, mean, color="C0", label="root mean square over runs")
    late = times > times[-1] / 100
    level = np.exp(np.mean(np.log(mean[late] * np.sqrt(times[late]))))
    ax.loglog(times, level / np.sqrt(times), "--", color="black", label=rf"{level:.0f} % / $\sqrt{{T}}$")
    ax.axhline(0.5, color="C1", linewidth=1, label="0.5 %")
    ax.set(xlabel="time followed, all trajectories together", ylabel="error (%)", ylim=(1e-3, None))
    ax.set_title("Convergence of the largest exponent (Benettin)")
    ax.legend(loc="lower left")
    return figure


def _draw_recipe(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(8, 4.2))
    ways = [
        ("as published:\nevery map,\nwith the way", 1, 0),
        ("every map,\non the\nattractor", 0, 0),
        ("every third map,\nwith the way", 1, 1),
        ("every third map,\non the attractor\n(Eckmann's paper)", 0, 1),
    ]
    for c, name in enumerate(COORDINATES):
        for place, (_, begun, product) in enumerate(ways):
            values = result.recipe[begun, product, :, c]
            x = place + 0.2 * (c - 1) + np.linspace(-0.05, 0.05, len(values))
            ax.plot(x, values, MARKERS[name], color=f"C{c}", markersize=4, alpha=0.7, label=None if place else name)
        ax.plot([0.2 * (c - 1) - 0.09, 0.2 * (c - 1) + 0.09], 2 * [PUBLISHED[name]], color="black", linewidth=2)
    ax.plot([], [], color="black", linewidth=2, label="published")
    ax.axhline(KNOWN["Lorenz"], color="black", linestyle="--", linewidth=1, label=f"the system's: {KNOWN['Lorenz']}")
    ax.set_xticks(range(len(ways)), [words for words, *_ in ways])
    ax.set(
        ylabel="largest exponent (1 / time)", ylim=(0, None), title=f"One recipe, {result.config.series} series each"
    )
    ax.legend(loc="upper right", ncols=2)
    return figure


def _draw_embeddings(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(10, 4), sharey=True)
    dashes = dict(zip(result.config.samples, ("-", "--", ":", "-."), strict=False))
    for c, (name, ax) in enumerate(zip(COORDINATES, axes, strict=True)):
        for samples, found in zip(result.config.samples, result.embeddings, strict=True):
            for color, d_M in (("C0", 3), ("C1", 4)):
                chosen = [e for e, embedding in enumerate(EMBEDDINGS) if embedding[1] == d_M]
                d_E = [EMBEDDINGS[e][0] for e in chosen]
                values = found[chosen, :, c]
                label = f"{d_M} x {d_M} maps, {samples} samples"
                style: dict[str, Any] = {
                    "color": color,
                    "linestyle": dashes.get(samples, "-"),
                    "marker": "o",
                    "markersize": 4,
                }
                scatter = values.std(axis=1, ddof=1)
                ax.errorbar(d_E, values.mean(axis=1), scatter, capsize=2, label=label, **style)
        ax.axhline(KNOWN["Lorenz"], color="black", linestyle="--", linewidth=1, label=f"{KNOWN['Lorenz']}")
        ax.set(xlabel=f"samples embedded, dt = {RECIPE['dt']}", title=name)
    axes[0].set(ylabel="largest exponent (1 / time)", ylim=(0, None))  # the others share it
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _draw_surrogates(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(STATISTICS), figsize=(10, 4))
    for s, (statistic, ax) in enumerate(zip(STATISTICS, axes, strict=True)):
        _draw_statistic(result, s, ax)
        ax.set(title=statistic, ylim=(0, None))
    axes[0].set_ylabel("exponent (1 / time)")
    axes[2].set_ylabel("error / standard deviation")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=6)
    return figure


def _draw_statistic(result: Result, s: int, ax: "Axes") -> None:
    for c, name in enumerate(COORDINATES):
        for place, kind in enumerate(result.config.kinds):
            x = place + 0.2 * (c - 1)
            data, others = (np.median(part[kind][:, s, c]) for part in (result.values, result.surrogates))
            style: dict[str, Any] = {"color": f"C{c}", "marker": MARKERS[name], "linestyle": "none"}
            ax.plot(x, data, **style, label=None if place else f"{name}, data")
            ax.plot(x, others, **style, fillstyle="none", label=None if place else f"{name}, surrogates")
            told = f"{result.refused(kind)[s, c]}/{result.config.tested}"
            ax.annotate(told, (x, max(data, others)), (0, 6), textcoords="offset points", ha="center", fontsize=7)
    ax.set_xticks(range(len(result.config.kinds)), [kind.replace("-", "-\n") for kind in result.config.kinds])
    ax.set_xlim(-0.5, len(result.config.kinds) - 0.5)
    ax.margins(y=0.15)
