"""Table and figures of `gaussian-error`."""

from typing import TYPE_CHECKING

import numpy as np

from minnet import datasets, plotting, study
from minnet.experiments.gaussian.fits import HIGH, LOW
from minnet.experiments.gaussian.gaussian_error.result import CURVE, FIGURES, PUBLISHED, Result
from minnet.experiments.gaussian.sweeps import LABELS, Sweep, plot_overlay, quartile_cells
from minnet.experiments.parts import Beside
from minnet.presentation import Drawing
from minnet.tables import Table, two_digits

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def table(result: Result) -> Table:
    """Quartiles of the mean squared difference at every setting, and the remark on figure 57."""
    rows = []
    for sweep in result.sweeps:
        errors, seconds = sweep.metric("mean_squared_difference"), sweep.metric("seconds")
        for value, row, times in zip(sweep.values, errors, seconds, strict=True):
            name = f"figures {FIGURES[sweep.name]}: {LABELS[sweep.name]}"
            rows.append((name, str(value), *quartile_cells(row), two_digits(np.median(times)), "-", "-"))
    for name, errors in result.by_training().items():
        rows.append((f"chance: {name}", f"{len(errors)} runs", *quartile_cells(errors), "-", "-", "-"))
    tested = result.above()
    n = tested["runs"]
    for text, outcome, p in (
        ("more area above than below", f"{tested['runs_above']} of {n} runs", f"{tested['runs_above_p']:.2g}"),
        ("largest error is above", f"{tested['further_above']} of {n} runs", f"{tested['further_above_p']:.2g}"),
        ("net area above", f"{tested['net_area']:.1e} ± {tested['net_area_error']:.1e}", "-"),
        ("share of points above", f"{tested['share_above']:.3f} ± {tested['share_above_error']:.3f}", "-"),
    ):
        rows.append((f"figure 57: {text}", *5 * ["-"], outcome, p))
    quartiles = "mean squared difference: lower quartile", "median", "upper quartile"
    headers = ("varied", "value", *quartiles, "seconds", "outcome", "p")
    return Table(headers, tuple(rows))


def beside(result: Result) -> list[Beside]:
    """Both claims of section 6, tested over runs."""
    tested, (more, further) = result.above(), PUBLISHED["claims"]
    runs = "{} of {} runs, p = {:.2g}"
    above = runs.format(tested["runs_above"], tested["runs"], tested["runs_above_p"])
    most = runs.format(tested["further_above"], tested["runs"], tested["further_above_p"])
    return [
        Beside("runs with more area above the gaussian than below, figure 57", more, above),
        Beside("runs with their largest error above the gaussian, figure 57", further, most),
    ]


def figures(result: Result) -> list[Drawing]:
    """Runs laid over each other, their squared differences, the three sweeps, and the remark on figure 57."""
    overlay = f"Figures 15, 16 and 57: five runs, and {len(result.overlay)}. 200-200 units, 30 epochs, batch 200."
    squared = (
        "Figures 17 and 18: one fit and its squared difference at every point, over the median and the quartiles of "
        "all runs."
    )
    drawings = [
        Drawing("overlay", overlay, _draw_overlay(result)),
        Drawing("squared-difference", squared, _draw_squared(result)),
    ]
    for sweep in result.sweeps:
        caption = f"Figures {FIGURES[sweep.name]}: mean squared difference against {LABELS[sweep.name]} ({sweep})."
        drawings.append(Drawing(sweep.name.replace("_", "-"), caption, _draw_sweep(sweep)))
    training = (
        "The mean squared difference of all runs: as the document trains, without the lone sample, and with decay."
    )
    drawings.append(Drawing("chance", training, _draw_by_training(result)))
    tested = result.above()
    remark = (
        "Are fits more often above? The area above minus the area below, of every run; and the mean error at each "
        f"point with twice its standard error. {tested['runs_above']} of {tested['runs']} runs have more area above "
        f"(p = {tested['runs_above_p']:.2g})."
    )
    return [*drawings, Drawing("above-or-below", remark, _draw_above(result))]


def _draw_overlay(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    curves = study.metric(result.overlay, "curve")
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(10, 4))
    for ax, some in zip(axes, (curves[:5], curves), strict=True):
        plot_overlay(some, ax)
        ax.set_title(f"{len(some)} runs")
    return figure


def _draw_squared(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    curves = study.metric(result.overlay, "curve")
    x = np.linspace(LOW, HIGH, CURVE)
    target = datasets.gaussian(x)
    lower, median, upper = np.quantile((curves - target) ** 2, [0.25, 0.5, 0.75], axis=0)
    figure, (above, below) = plt.subplots(2, 1, sharex=True)
    above.plot(x, target, color="0.6", linewidth=4, label="gaussian")
    above.plot(x, curves[0], label="one run")
    above.set(ylabel="density", title="One run, and the squared difference at every point")
    above.legend()
    below.fill_between(x, lower, upper, color="0.8", label=f"quartiles of {len(curves)} runs")
    below.semilogy(x, median, color="0.4", label="median")
    below.semilogy(x, (curves[0] - target) ** 2, color="C0", linewidth=1, label="this run")
    below.set(xlabel="x", ylabel="squared difference", ylim=(max(1e-12, lower.min()), None))
    plotting.legend_below(below)
    return figure


def _draw_sweep(sweep: Sweep) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    sweep.plot("mean_squared_difference", ax, label="median, quartiles and every run")
    ax.set_title(f"Mean squared difference: {sweep}")
    ax.legend()
    return figure


def _draw_by_training(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    for name, errors in result.by_training().items():
        ax.step(np.sort(errors), np.arange(1, len(errors) + 1) / len(errors), where="post", label=name)
    ax.set(xscale="log", xlabel=LABELS["mean_squared_difference"], ylabel="share of runs below")
    ax.set_title("200-200 units, 30 epochs, batch 200")
    ax.legend(fontsize="small")
    return figure


def _draw_above(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    net = study.metric(result.overlay, "above") - study.metric(result.overlay, "below")
    x = np.linspace(LOW, HIGH, CURVE)
    errors = study.metric(result.overlay, "curve") - datasets.gaussian(x)
    mean, error = errors.mean(axis=0), errors.std(axis=0, ddof=1) / np.sqrt(len(errors))
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    left.hist(net, bins=25)
    left.axvline(0, color="black", linewidth=1)
    plotting.whole_numbers(left.yaxis)
    left.set(xlabel="area above minus area below", ylabel="runs", title="Each run")
    right.fill_between(x, mean - 2 * error, mean + 2 * error, color="C0", alpha=0.3, label="two standard errors")
    right.plot(x, mean, label="mean error")
    right.axhline(0, color="black", linewidth=1)
    right.set(xlabel="x", ylabel="network - gaussian", title="Each point")
    right.legend(fontsize="small")
    return figure
