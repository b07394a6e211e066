"""The table of the experiment `lyapunov`, and its figures: twins, convergence, recipes, embeddings, surrogates."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import plotting
from minnet.experiments.lorenz.lyapunov.result import (
    COORDINATES,
    EMBEDDINGS,
    FOLLOWED,
    GENERATED,
    KNOWN,
    PUBLISHED,
    RECIPE,
    REGION,
    STATISTICS,
    Result,
)
from minnet.experiments.parts import Beside
from minnet.numerics.chaos import plot_divergence
from minnet.presentation import Drawing
from minnet.tables import Table
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS = dict(zip(COORDINATES, "os^", strict=True))


def table(result: Result) -> Table:
    """Exponents beside known and published ones."""
    rows = []
    for name, spectrum in result.spectra.items():
        exponent = _spread(spectrum["exponents"][:, 0], spectrum["errors"][:, 0])
        rows.append((f"{name}, from its equations", f"{KNOWN[name]:.4f}", exponent))
    twins = result.twins
    rows.append(("Lorenz, twins", f"{PUBLISHED['theory']}", f"{twins.exponent:.4f} ± {twins.error:.4f}"))
    for c, name in enumerate(COORDINATES):
        rows.append((f"{name}, Rosenstein", f"{PUBLISHED['theory']}", _spread(result.neighbours[:, c])))
    recipes = (
        (1, 0, "Eckmann 10/4, every map, with the transient"),
        (0, 0, "the same on the attractor"),
        (1, 1, "every third map as in the paper, with the transient"),
        (0, 1, "the same on the attractor"),
    )
    for from_rest, product, description in recipes:
        for c, name in enumerate(COORDINATES):
            published = f"{PUBLISHED[name]}" if product == 0 else f"{PUBLISHED['theory']}"
            rows.append((f"{name}, {description}", published, _spread(result.recipe[from_rest, product, :, c])))
    for samples, row in zip(result.config.samples, result.embeddings, strict=True):
        for (d_E, d_M), exponents in zip(EMBEDDINGS, row, strict=True):
            values = ", ".join(f"{value:.2f}" for value in exponents.mean(axis=0))
            rows.append((f"x, y, z, Eckmann {d_E}/{d_M}, {samples} samples", f"{PUBLISHED['theory']}", values))
    for kind in result.config.kinds:
        for s, statistic in enumerate(STATISTICS):
            data, surrogates = (np.median(part[kind][:, s], axis=0) for part in (result.values, result.surrogates))
            compared = ", ".join(f"{b:.2f} ({a:.2f})" for a, b in zip(data, surrogates, strict=True))
            rejected = " ".join(str(count) for count in result.rejected(kind)[s])
            name = f"{kind} surrogates (data): {statistic}; rejected for {rejected} of {result.config.tested}"
            generated = ", ".join(f"{value}" for value in GENERATED.values()) + " of generated series"
            rows.append((name, "-" if s else generated, compared))
    return Table(("quantity", "known or published", "measured"), tuple(rows))


def _spread(values: Array, errors: Array | None = None) -> str:
    """Mean and scatter of several runs; of one, its own error."""
    if len(values) > 1:
        return f"{values.mean():.4f} ± {values.std(ddof=1):.1g} (each)"
    return f"{values[0]:.4f}" + ("" if errors is None else f" ± {errors[0]:.1g}")


def beside(result: Result) -> list[Beside]:
    """The exponent in theory, from the equations; and the slides' table, by what seems to be its recipe."""
    exponent, published = result.spectra["Lorenz"]["exponents"][:, 0].mean(), PUBLISHED["theory"]
    rows = [Beside("largest Lyapunov exponent, Lorenz, introduction", f"{published}", f"{exponent:.4f}")]
    for c, name in enumerate(COORDINATES):
        quantity = f"exponent of {name} by Eckmann's algorithm, table of section 4"
        rows.append(Beside(quantity, f"{PUBLISHED[name]}", f"{result.recipe[1, 0, :, c].mean():.2f}"))
    return rows


def figures(result: Result) -> list[Drawing]:
    """Twins, convergence, the published recipe and others, and surrogates."""
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
        "10 and 4), in four variants. The published numbers come from the first: the transient kept, and maps of three "
        "samples multiplied at every sample."
    )
    embeddings = (
        "Eckmann's largest exponent on the attractor, every map in its place, by embedding and length of the series."
    )
    surrogates = (
        "Statistics of surrogates (median, open) and of data (median, filled), and for how many of the series they "
        "differ."
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
    spectrum = result.spectra["Lorenz"]
    times, errors = spectrum["times"][0], spectrum["history"] / KNOWN["Lorenz"] - 1
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
    variants = [
        ("as published:\nevery map,\nwith the transient", 1, 0),
        ("every map,\non the\nattractor", 0, 0),
        ("every third map,\nwith the transient", 1, 1),
        ("every third map,\non the attractor\n(Eckmann's paper)", 0, 1),
    ]
    for c, name in enumerate(COORDINATES):
        for place, (_, from_rest, product) in enumerate(variants):
            values = result.recipe[from_rest, product, :, c]
            x = place + 0.2 * (c - 1) + np.linspace(-0.05, 0.05, len(values))
            ax.plot(x, values, MARKERS[name], color=f"C{c}", markersize=4, alpha=0.7, label=None if place else name)
        ax.plot([0.2 * (c - 1) - 0.09, 0.2 * (c - 1) + 0.09], 2 * [PUBLISHED[name]], color="black", linewidth=2)
    ax.plot([], [], color="black", linewidth=2, label="published")
    ax.axhline(KNOWN["Lorenz"], color="black", linestyle="--", linewidth=1, label=f"the system's: {KNOWN['Lorenz']}")
    ax.set_xticks(range(len(variants)), [label for label, *_ in variants])
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
        for samples, exponents in zip(result.config.samples, result.embeddings, strict=True):
            for color, d_M in (("C0", 3), ("C1", 4)):
                chosen = [e for e, embedding in enumerate(EMBEDDINGS) if embedding[1] == d_M]
                d_E = [EMBEDDINGS[e][0] for e in chosen]
                values = exponents[chosen, :, c]
                label = f"{d_M} x {d_M} maps, {samples} samples"
                style: dict[str, Any] = {"color": color, "linestyle": dashes.get(samples, "-"), "marker": "o"}
                scatter = values.std(axis=1, ddof=1)
                ax.errorbar(d_E, values.mean(axis=1), scatter, capsize=2, markersize=4, label=label, **style)
        ax.axhline(KNOWN["Lorenz"], color="black", linestyle="--", linewidth=1, label=f"known: {KNOWN['Lorenz']}")
        plotting.whole_numbers(ax.xaxis)
        ax.set(xlabel=f"samples embedded, dt = {RECIPE['dt']}", title=name)
    axes[0].set(ylabel="largest exponent (1 / time)", ylim=(0, None))  # the others share it
    plotting.legend_below(axes[0], ncols=3)
    return figure


def _draw_surrogates(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(STATISTICS), figsize=(10, 4))
    for s, (statistic, ax) in enumerate(zip(STATISTICS, axes, strict=True)):
        _draw_statistic(result, s, ax)
        ax.set(title=statistic, ylim=(0, None))
    for ax in axes[:2]:
        ax.set_ylabel("exponent (1 / time)")
    axes[2].set_ylabel("error / standard deviation")
    plotting.legend_below(axes[0])
    return figure


def _draw_statistic(result: Result, s: int, ax: "Axes") -> None:
    for c, name in enumerate(COORDINATES):
        for place, kind in enumerate(result.config.kinds):
            x = place + 0.2 * (c - 1)
            data, surrogates = (np.median(part[kind][:, s, c]) for part in (result.values, result.surrogates))
            style: dict[str, Any] = {"color": f"C{c}", "marker": MARKERS[name], "linestyle": "none"}
            ax.plot(x, data, **style, label=None if place else f"{name}, data")
            ax.plot(x, surrogates, **style, fillstyle="none", label=None if place else f"{name}, surrogates")
            count = f"{result.rejected(kind)[s, c]}/{result.config.tested}"
            ax.annotate(count, (x, max(data, surrogates)), (0, 6), textcoords="offset points", ha="center", fontsize=7)
    ax.set_xticks(range(len(result.config.kinds)), [kind.replace("-", "-\n") for kind in result.config.kinds])
    ax.set_xlim(-0.5, len(result.config.kinds) - 0.5)
    ax.margins(y=0.15)
