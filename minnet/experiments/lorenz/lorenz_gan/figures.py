"""The table of the experiment `lorenz-gan`, and its figures: pictures, series, butterflies, spectra, residuals."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import plotting
from minnet.experiments.lorenz.lorenz_gan.data import FLOW
from minnet.experiments.lorenz.lorenz_gan.result import COORDINATES, DT, KINDS, PUBLISHED, ROW, Result
from minnet.experiments.parts import Beside
from minnet.numerics.generation import plot_residuals, plot_spectrum
from minnet.presentation import Drawing
from minnet.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = "pictures", "series", "shadows", "real"  # kinds whose series are drawn
LABELS = {
    "pictures": "pictures", "unpenalised": "unpenalised", "series": "along time", "shadows": "shadows",
    "predictor": "predictor", "surrogates": "surrogates", "real": "real",
}  # fmt: skip
MEASURES = {
    "ks": "KS distance", "wasserstein": "W1 (std)", "spectrum": "spectrum (dB)", "autocorrelation": "autocorrelation",
    "dwell": "dwell times, KS", "flow": "flow, median (std)", "flow_90": "flow, 90 % (std)",
    "seam_ratio": "seams / inside", "flow_ten": "ten steps (std)", "diversity": "diversity",
    "dimension": "dimension", "copied": "copied windows", "eckmann": "Eckmann, ratio",
    "rosenstein": "Rosenstein, ratio",
}  # fmt: skip


def table(result: Result) -> Table:
    """A row for each measure, and coordinate, and the verdict on the first seed; a column for each kind of series, with
    means over seeds."""
    kinds = list(result.comparisons)
    rows: list[tuple[str, ...]] = []
    for name, words in MEASURES.items():
        values = {
            kind: np.mean([c.measures[name].value for c in many], axis=0)
            for kind, many in result.comparisons.items() if all(name in c.measures for c in many)
        }  # fmt: skip
        rows += _rows(words, kinds, values)
    rows += _rows("slides' recipe", kinds, result.exponents)
    rows += _rows("the same, published", kinds, {"pictures": PUBLISHED["generated"], "real": PUBLISHED["real"]})
    rows.append(("verdict", *(many[0].verdict for many in result.comparisons.values())))
    return Table(("", *(LABELS[kind] for kind in kinds)), tuple(rows))


def _rows(words: str, kinds: list[str], values: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """One row for a number, three for those of x, y and z; nothing where there is no value."""
    numbers = {kind: np.atleast_1d(value) for kind, value in values.items()}
    count = max(map(len, numbers.values()), default=0)
    return [
        (
            f"{words}, {COORDINATES[i]}" if count > 1 else words,
            *(f"{numbers[kind][i]:.3g}" if kind in numbers else "" for kind in kinds),
        )
        for i in range(count)
    ]


def beside(result: Result) -> list[Beside]:
    """The slides' table of exponents: of series that pictures give, and of real ones."""
    rows = []
    for kind, name in (("pictures", "generated"), ("real", "real")):
        published, found = (
            ", ".join(f"{value:.2f}" for value in values) for values in (PUBLISHED[name], result.exponents[kind])
        )
        rows.append(Beside(f"exponents of x, y, z of {name} series, Eckmann, table of section 4", published, found))
    return rows


def figures(result: Result) -> list[Drawing]:
    """All figures, with captions."""
    kinds = "; ".join(f"{LABELS[kind]}: {words}" for kind, words in KINDS.items())
    errors = {
        kind: ", ".join(f"{flow:.2g} and {own:.2g}" for flow, own in pairs) for kind, pairs in result.errors.items()
    }
    return [
        Drawing(
            "pictures",
            "Series as the published way sees them, in whole rows of 32 samples: x, y and z as red, green and blue; "
            "above generated ones, below real ones.",
            _draw_pictures(result),
        ),
        Drawing("series", "The first 30 units of time of one series of each kind.", _draw_series(result)),
        Drawing(
            "butterflies",
            "x and z of one series of each kind.",
            _draw_butterflies(result),
        ),
        Drawing("spectra", "Power spectra of z, generated and real.", _draw_spectra(result)),
        Drawing(
            "residuals",
            "How far from where the true flow leads the next sample is. Medians by the flow and by the learned "
            "predictor, in standard deviations: of series generated without the penalty "
            f"{errors['unpenalised']}; with it {errors['series']}; of the shadows of these {errors['shadows']}.",
            _draw_residuals(result),
        ),
        Drawing(
            "exponents",
            "Exponents of each coordinate by the slides' recipe, means over series, beside the published ones. "
            f"{kinds}.",
            _draw_exponents(result),
        ),
        Drawing("losses", "Losses of both networks; neither says how good the series are.", _draw_losses(result)),
    ]


def _draw_pictures(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    real = result.reference
    low, high = real.min(axis=(0, 1)), real.max(axis=(0, 1))
    count = min(6, len(real))
    figure, axes = plt.subplots(2, count, figsize=(1.5 * count, 3.4), squeeze=False)
    for row, kind, ylabel in zip(axes, ("pictures", "real"), ("generated", "real"), strict=True):
        series = result.comparisons[kind][0].generated[: len(row)]
        rows = series.shape[1] // ROW  # whole ones
        for ax, x in zip(row, (series[:, : rows * ROW] - low) / (high - low), strict=False):
            ax.imshow(np.clip(x.reshape(rows, ROW, 3), 0, 1), interpolation="nearest")
            ax.set(xticks=[], yticks=[])
        row[0].set_ylabel(ylabel)
    figure.suptitle(f"{rows} rows of {ROW} samples, x, y, z as red, green, blue")
    return figure


def _draw_series(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    times = DT * np.arange(300)
    figure, axes = plt.subplots(len(SHOWN), 1, figsize=(8, 7), sharex=True, sharey=True)
    for ax, kind in zip(axes, SHOWN, strict=True):
        for i, name in enumerate(COORDINATES):
            ax.plot(times, result.comparisons[kind][0].generated[0, : len(times), i], linewidth=0.9, label=name)
        ax.set_title(LABELS[kind])
    axes[-1].set_xlabel("time")
    figure.supylabel("x, y and z")
    plotting.legend_below(axes[0])
    return figure


def _draw_butterflies(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(SHOWN), figsize=(10, 3), sharex=True, sharey=True)
    for ax, kind in zip(axes, SHOWN, strict=True):
        x = result.comparisons[kind][0].generated[0]
        ax.plot(x[:, 0], x[:, 2], linewidth=0.4)
        ax.set(xlabel="x", title=LABELS[kind])
    axes[0].set_ylabel("z")
    return figure


def _draw_spectra(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    kinds = [kind for kind in SHOWN if kind != "real"]
    figure, axes = plt.subplots(1, len(kinds), figsize=(10, 3.4), sharex=True, sharey=True)
    for ax, kind in zip(axes, kinds, strict=True):
        plot_spectrum(result.comparisons[kind][0], variable=2, dt=DT, ax=ax)
        ax.set_title(LABELS[kind])
        ax.label_outer()
    return figure


def _draw_residuals(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(9, 6), sharex=True, sharey=True)
    for ax, kind in zip(axes.flat, (*SHOWN[:3], "surrogates"), strict=True):
        plot_residuals(result.comparisons[kind][0], FLOW, ax=ax)
        ax.get_legend().remove()
        ax.set_title(f"{LABELS[kind]}: median {result.comparisons[kind][0]['flow'].value:.2g}")
        ax.label_outer()
    plotting.legend_below(axes[0, 0])
    return figure


def _draw_exponents(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(8, 4))
    kinds = list(result.exponents)
    for i, name in enumerate(COORDINATES):
        places = np.arange(len(kinds)) + 0.2 * (i - 1)
        ax.plot(places, [result.exponents[kind][i] for kind in kinds], "os^"[i], color=f"C{i}", label=name)
        for place, kind in ((0, "generated"), (len(kinds) - 1, "real")):
            ax.plot(place + 0.2 * (i - 1), PUBLISHED[kind][i], "_", color="black", markersize=14)
    ax.plot([], [], "_", color="black", markersize=14, label="published")
    ax.set_xticks(range(len(kinds)), [LABELS[kind] for kind in kinds])
    ax.set(ylabel="Eckmann's exponent (1 / time)", ylim=(0, None), title="The slides' recipe, for each coordinate")
    ax.legend()
    return figure


def _draw_losses(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4))
    for ax, name in zip(axes, ("pictures", "series 0"), strict=True):
        for losses, label in zip(result.histories[name].T, ("discriminator", "generator"), strict=True):
            ax.plot(1 + np.arange(len(losses)), losses, linewidth=0.8, label=label)
        plotting.whole_numbers(ax.xaxis)
        ax.set(xlabel="epoch", ylabel="loss", title=LABELS[name.split()[0]])
    plotting.legend_below(axes[0])
    return figure
