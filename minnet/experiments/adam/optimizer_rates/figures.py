"""The table and the figures: predictions are dashed or lines, measurements are drawn through or dots."""

from typing import TYPE_CHECKING

import numpy as np

from minnet import plotting
from minnet.experiments.adam.optimizer_rates.result import PUBLISHED, Hover, Rate, Result
from minnet.experiments.parts import Beside
from minnet.numerics.descent import rates as theory
from minnet.presentation import Drawing
from minnet.tables import Table
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLORS = [*(f"C{number}" for number in range(6)), "0.6"]  # black is for predictions
LEAST = 1e-300  # a distance whose square underflows is 0, which a logarithmic axis cannot show


def table(result: Result) -> Table:
    """Every prediction and its measurement."""
    rows: list[tuple[str, ...]] = []
    for rate in result.rates:
        name = f"{rate.problem}, kappa {rate.condition:.4g}: {rate.method}"
        note = f"{rate.corrected / rate.predicted:.3f} with t divided out" if rate.transient else ""
        rows.append((name, "rate", *_compared(rate.predicted, rate.measured), note))
    for hover in result.hovers:
        name = f"{hover.problem}, kappa {hover.condition:.4g}: {hover.method}, h = {hover.learning_rate}"
        cells = (
            ("no theory", f"{hover.median:.2e}", "-")
            if np.isnan(hover.predicted)
            else _compared(hover.predicted, hover.median)
        )
        rows.append((name, "late distance / h", *cells, f"largest {hover.greatest:.3g}"))
        if not np.isnan(hover.curvature):
            cells = _compared(theory.adam_edge(0.9), hover.curvature)
            rows.append((name, "largest curvature it sees x h", *cells, "predicted: the edge of stability"))
    separable = result.separable
    rows.append(("separable classes", "exponent of the loss", *_compared(-1, separable.exponent), ""))
    earlier = separable.ratios[np.searchsorted(separable.steps, separable.steps[-1] / 10)]
    margin = separable.margins[-1] / separable.margin
    note = f"{earlier:.3f} in a tenth of the steps; margin {margin:.3f} of the largest"
    rows.append(("separable classes", "loss x margin^2 h t", *_compared(1, separable.ratios[-1]), note))
    neuron, accuracy = result.neuron, PUBLISHED["accuracy"]
    at_best = f"{neuron.accuracy_at_minimum:.3f} at the minimum; 'predicted' is the published one"
    rows.append(("neuron, 100 steps", "accuracy", *_compared(accuracy, float(np.median(neuron.accuracies))), at_best))
    for floor in result.floors:
        note = f"h tr(G)/4b {floor.proportional:.2e}, Lyapunov {floor.lyapunov:.2e}, reshuffled {floor.reshuffled:.1e}"
        name = f"least squares, h = {floor.learning_rate}, batch {floor.batch_size}"
        rows.append((name, "noise floor", *_compared(floor.exact, floor.independent), note))
    for mean in result.means:
        quantity, note = (
            ("floor of Averaged", f"beta = {mean.beta}") if mean.beta else ("excess of the plain mean x n", "")
        )
        cells = _compared(mean.predicted, mean.measured)
        rows.append((f"least squares, h = {mean.learning_rate}, batch 1", quantity, *cells, note))
    return Table(("problem", "quantity", "predicted", "measured", "ratio", "note"), tuple(rows))


def _compared(predicted: float, measured: float) -> tuple[str, str, str]:
    return f"{predicted:.4g}", f"{measured:.4g}", f"{measured / predicted:.3f}"


def beside(result: Result) -> list[Beside]:
    """The accuracy of the document's neuron."""
    found = f"{np.median(result.neuron.accuracies):.3f}"
    return [Beside("accuracy of one neuron after 100 steps, appendix", f"{PUBLISHED['accuracy']}", found)]


def figures(result: Result) -> list[Drawing]:
    """Paths and rates on quadratics, adaptive optimizers, logistic regression, the neuron, noise floors and means."""
    paths = "Distances from the minimum of quadratics, as fractions of the first, and the predicted factor (dashed)."
    rates = "Rates, predicted (lines) and measured (dots), and their ratio; with the transient divided out, hollow."
    adaptive = (
        "The adaptive optimizers on the same curvatures along the axes and along random directions. AdaGrad converges; "
        "RMSProp stays half a learning rate away in each coordinate (dashed); Adam returns in bursts."
    )
    neuron = "One neuron on the document's blobs: distances from the best weights, and the predicted factor (dashed)."
    boundary = (
        "The document's blobs, and where the neuron has them apart: after 100 steps from weights of zero, and at best. "
        "Right: its accuracy after 100 steps from a hundred random starts."
    )
    bowl = (
        "The loss of the neuron over its two weights, the bias being at its best everywhere, and 1000 steps of five "
        "optimizers; dots are where they are after the document's 100 steps. Right: near the minimum."
    )
    separable = "Classes that can be separated: the loss, and 1 / (margin^2 h t); what it is of that; and the margin."
    noise = (
        "Noise floors: measured with independent batches (dots) and reshuffled epochs (crosses; the full batch has "
        "none); exact (lines) and in proportion to the learning rate (dashed). Right: means of the parameters, "
        "measured and predicted (dashed)."
    )
    return [
        Drawing("quadratics", paths, _draw_paths(result)),
        Drawing("rates", rates, _draw_rates(result)),
        Drawing("adaptive", adaptive, _draw_adaptive(result)),
        Drawing("neuron", neuron, _draw_neuron(result)),
        Drawing("neuron-boundary", boundary, _draw_boundary(result)),
        Drawing("neuron-landscape", bowl, _draw_bowl(result)),
        Drawing("separable", separable, _draw_separable(result)),
        Drawing("noise", noise, _draw_noise(result)),
    ]


def _draw_path(rate: Rate, ax: "Axes", number: int) -> None:
    """A path, and below it a straight line that begins in its middle with the predicted slope (and transient)."""
    (line,) = ax.semilogy(rate.steps, rate.distances / rate.distances[0], color=COLORS[number], label=rate.method)
    plotting.mark_apart(line, number)
    late = rate.steps >= rate.steps[-1] // 2
    t = rate.steps[late]
    logs = rate.transient * np.log(t / t[0]) - rate.predicted * (t - t[0])
    ax.semilogy(t, rate.distances[late][0] / rate.distances[0] * np.exp(logs), "--", color="black", linewidth=1)


def _draw_paths(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    conditions = result.config.conditions
    figure, axes = plt.subplots(1, len(conditions), figsize=(3.2 * len(conditions), 4.6), sharey=True, squeeze=False)
    for condition, ax in zip(conditions, axes[0], strict=True):
        chosen = [r for r in result.rates if _is_on(r, "quadratic, rotated", condition)]
        for number, rate in enumerate(chosen):
            _draw_path(rate, ax, number)
        ax.set(xlabel="step", title=rf"$\kappa$ = {condition:g}", xscale="log", ylim=(None, 100))
    axes[0, 0].set_ylabel("distance / first distance")
    plotting.legend_below(axes[0, 0], ncols=3, fontsize="small")
    return figure


def _is_on(path: Rate | Hover, problem: str, condition: float) -> bool:
    return path.problem == problem and abs(path.condition / condition - 1) < 1e-6


def _draw_rates(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6))
    rates = [r for r in result.rates if r.problem == "quadratic, rotated"]
    for number, method in enumerate(dict.fromkeys(r.method for r in rates)):
        chosen = [r for r in rates if r.method == method]
        conditions = [r.condition for r in chosen]
        predicted, measured, corrected = (
            np.array([getattr(r, name) for r in chosen]) for name in ("predicted", "measured", "corrected")
        )
        colour = COLORS[number]
        left.loglog(conditions, predicted, color=colour)
        left.loglog(conditions, measured, "o", color=colour, label=method)
        shifted = np.array(conditions) * 1.05 ** (number - 3)  # or equal ratios hide each other
        right.semilogx(shifted, measured / predicted, "o", color=colour)
        if chosen[0].transient:
            right.semilogx(shifted, corrected / predicted, "o", color=colour, fillstyle="none")
    left.set(xlabel=r"condition number $\kappa$", ylabel="rate (-log factor, per step)", title="Rates")
    right.axhspan(0.9, 1.1, color="0.93")
    right.set(
        xlabel=r"condition number $\kappa$", ylabel="measured / predicted", title="Their ratio", ylim=(0.85, 1.15)
    )
    plotting.legend_below(left, ncols=3, fontsize="small")
    return figure


def _draw_adaptive(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    condition = result.config.conditions[min(1, len(result.config.conditions) - 1)]
    figure, axes = plt.subplots(1, 2, figsize=(11, 4.6), sharey=True)
    for kind, ax in zip(("axes", "rotated"), axes, strict=True):
        problem = f"quadratic, {kind}"
        hovers = [h for h in result.hovers if _is_on(h, problem, condition) and h.learning_rate == 0.01]
        for number, hover in enumerate(hovers):
            name = f"{hover.method}, h = {hover.learning_rate}"
            ax.loglog(1 + hover.steps, np.maximum(hover.distances, LEAST), color=f"C{number}", label=name)
            if not np.isnan(hover.predicted):
                ax.axhline(hover.predicted * hover.learning_rate, linestyle="--", color="black", linewidth=1)
        rate = next(r for r in result.rates if _is_on(r, problem, condition) and r.method.startswith("AdaGrad"))
        ax.loglog(1 + rate.steps, rate.distances, color="C2", label="AdaGrad, h = 0.5")
        where = "the axes" if kind == "axes" else "random directions"
        ax.set(xlabel="1 + step", title=rf"$\kappa$ = {condition:g}, along {where}", ylim=(1e-20, 100))
    axes[0].set_ylabel("distance from the minimum")
    axes[0].legend(loc="lower left")
    return figure


def _draw_neuron(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    names = list(dict.fromkeys(r.problem for r in result.rates if r.problem.startswith("neuron")))
    figure, axes = plt.subplots(1, len(names), figsize=(4.2 * len(names), 4.6), sharey=True)
    for name, ax in zip(names, axes, strict=True):
        for number, rate in enumerate(r for r in result.rates if r.problem == name):
            _draw_path(rate, ax, number)
        condition = next(r.condition for r in result.rates if r.problem == name)
        ax.set(xlabel="step", xscale="log", title=rf"{name}: $\kappa$ = {condition:.3g}")
    axes[0].set_ylabel("distance / first distance")
    plotting.legend_below(axes[0], ncols=3, fontsize="small")
    return figure


def _draw_boundary(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    neuron = result.neuron
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6))
    for label, marker in ((0, "o"), (1, "^")):
        members = neuron.labels == label
        left.plot(*neuron.x[members, :2].T, marker, color=("0.65", "0.35")[label], markersize=3, label=f"class {label}")
    (name, path), across = next(iter(neuron.paths.items())), np.array([-2.0, 5.0])
    for weights, style, text in ((path[100], "C0-", f"100 steps of {name}"), (neuron.minimum, "k--", "best weights")):
        left.plot(across, -(weights[0] * across + weights[2]) / weights[1], style, label=text)
    left.set(xlabel="$x_0$", ylabel="$x_1$", title="Boundaries", ylim=(neuron.x[:, 1].min() - 2, None))
    left.grid(False)
    left.legend(fontsize="small", ncols=2, loc="lower center")
    right.hist(neuron.accuracies, bins=20, color="C0")
    plotting.whole_numbers(right.yaxis)
    right.axvline(PUBLISHED["accuracy"], color="black", label="published")
    right.axvline(neuron.accuracy_at_minimum, color="black", linestyle="--", label="best weights")
    right.set(xlabel="accuracy after 100 steps", ylabel="random starts", title=f"{len(neuron.accuracies)} starts")
    right.legend(fontsize="small")
    return figure


def _profile(x: Array, labels: Array, first: Array, second: Array) -> Array:
    """The loss of a neuron over a grid of weights first (i, j), second (i, j), at the best bias of each, by bisection.

    The derivative with respect to the bias grows with it: its zero is between where all scores are of one sign. Near it
    the loss is flat, so that a bias to three digits gives a loss to six.
    """
    scores = first[..., np.newaxis] * x[:, 0] + second[..., np.newaxis] * x[:, 1]
    low, high = -scores.max(axis=-1) - 10, -scores.min(axis=-1) + 10
    for _ in range(16):
        middle = (low + high) / 2
        too_high = (0.5 * (1 + np.tanh((scores + middle[..., np.newaxis]) / 2)) - labels).mean(axis=-1) > 0
        low, high = np.where(too_high, low, middle), np.where(too_high, middle, high)
    signed = np.where(labels > 0.5, 1, -1) * (scores + ((low + high) / 2)[..., np.newaxis])
    return np.logaddexp(0, -signed).mean(axis=-1)


def _draw_bowl(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    neuron = result.neuron
    points = np.concatenate([path[:, :2] for path in neuron.paths.values()])
    corners = (points.min(axis=0) - 0.4, points.max(axis=0) + 0.4), (neuron.minimum[:2] - 2.5, neuron.minimum[:2] + 2.5)
    figure, axes = plt.subplots(1, 2, figsize=(12, 5.4))
    for ax, (low, high) in zip(axes, corners, strict=True):
        first, second = np.meshgrid(*(np.linspace(low[i], high[i], 40) for i in range(2)))
        excess = _profile(neuron.x, neuron.labels, first, second) - neuron.least
        levels = np.geomspace(1e-3, 10 ** (1 / 3), 11)
        lines = ax.contour(first, second, excess, levels=levels, colors="0.7", linewidths=0.8)
        for number, (name, path) in enumerate(neuron.paths.items()):
            ax.plot(*path[:, :2].T, color=f"C{number}", label=name)
            ax.plot(*path[100, :2], "o", color=f"C{number}")
        ax.plot(*neuron.minimum[:2], "*", color="black", markersize=12, label="minimum")
        ax.set(xlabel="$w_0$", ylabel="$w_1$", xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        ax.grid(False)
    ax.clabel(lines, fmt="%.1g", fontsize="x-small")
    axes[0].set_title(f"Loss above its least, {neuron.least:.4f}")
    axes[1].set_title("Near the minimum")
    plotting.legend_below(axes[0], ncols=3, fontsize="small")
    return figure


def _draw_separable(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    separable = result.separable
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.8))
    left.loglog(separable.steps, separable.losses, label="measured")
    predicted = 1 / (separable.margin**2 * separable.learning_rate * separable.steps)
    left.loglog(separable.steps, predicted, "--", color="black", label=r"1 / ($\gamma^2$ h t)")
    left.set(xlabel="step t", ylabel="loss", title="Loss")
    left.legend()
    middle.semilogx(separable.steps, separable.ratios)
    middle.axhline(1, linestyle="--", color="black", linewidth=1)
    middle.set(xlabel="step t", ylabel="measured / predicted", title="Ratio of the two", ylim=(0, 1.1))
    right.semilogx(separable.steps, separable.margins / separable.margin)
    right.axhline(1, linestyle="--", color="black", linewidth=1)
    right.set(xlabel="step t", ylabel=r"margin / largest margin $\gamma$", title="Margin")
    return figure


def _draw_noise(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6))
    for number, size in enumerate(dict.fromkeys(f.batch_size for f in result.floors)):
        chosen = [f for f in result.floors if f.batch_size == size]
        rates, colour = [f.learning_rate for f in chosen], f"C{number}"
        left.loglog(rates, [f.independent for f in chosen], "o", color=colour, label=f"batches of {size}")
        left.loglog(rates, [f.exact for f in chosen], color=colour)
        left.loglog(rates, [f.proportional for f in chosen], "--", color=colour, linewidth=1)
        if size < result.config.samples:  # a reshuffled batch of all samples has no noise
            left.loglog(rates, [f.reshuffled for f in chosen], "x", color=colour)
    left.set(xlabel="learning rate h", ylabel="loss above its least", title="Noise floors")
    left.legend(fontsize="small")
    for number, mean in enumerate(result.means):
        name = f"h = {mean.learning_rate}, " + (f"beta = {mean.beta}" if mean.beta else "plain mean")
        predicted = np.full(len(mean.steps), mean.predicted) if mean.beta else mean.predicted / mean.steps
        right.loglog(mean.steps, mean.excess, color=f"C{number}", label=name)
        right.loglog(mean.steps, predicted, "--", color="black", linewidth=1)
    right.set(xlabel="steps", ylabel="loss above its least", title="Means of the parameters, batches of 1")
    right.set_ylim(0.3 * min(float(mean.excess[-1]) for mean in result.means), None)
    right.legend(fontsize="small")
    return figure
