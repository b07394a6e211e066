"""Figures of `neural-integration`."""

from typing import TYPE_CHECKING

import numpy as np

from minnet.experiments.integration.published_integration import INTERVALS, PUBLISHED
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from minnet.experiments.integration.neural_integration import Result

OVERFLOW = 88.72  # ln of the largest float32


def draw_losses(result: "Result") -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    for name, label, style in (("loss", "training", "o-"), ("val_loss", "validation", "s--")):
        values = getattr(result, name)
        ax.semilogy(np.arange(1, len(values) + 1), values, style, markersize=4, label=f"{label}, ours")
        ax.semilogy(np.arange(1, 11), PUBLISHED[name], style, color="0.6", markersize=4, label=f"{label}, published")
    ax.set(xlabel="epoch", ylabel="mean squared error", title=f"ln x by {result.config.hidden} sigmoids, Adam")
    ax.legend()
    return figure


def published_bias() -> float:
    """The b_2 that the published deviation from 5 to 20 implies, if all of it is ``(1 - L) b_2``."""
    (low, high), printed = INTERVALS[1], PUBLISHED["network"][1]
    exact = high * np.log(high) - high - (low * np.log(low) - low)
    return float((printed - exact) / (1 - (high - low)))


def draw_deviations(result: "Result") -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(7.5, 5.4))
    position, length = np.arange(len(INTERVALS)), np.diff(INTERVALS)[:, 0]
    shown = (
        ("published", np.array(PUBLISHED["network"]) - result.exact, "s", "0.5"),
        ("ours, as written", result.as_written - result.exact, "o", "C1"),
        ("the same without overflow", result.finite - result.exact, "v", "C3"),
        ("ours, without slips", result.whole - result.exact, "^", "C2"),
        ("Simpson, 100 points", result.simpson - result.exact, "D", "C0"),
    )
    values = np.concatenate([deviation[np.isfinite(deviation)] for _, deviation, *_ in shown])
    top = 10 * np.abs(values).max()
    for (name, deviation, marker, color), shift in zip(shown, (-0.3, -0.15, 0.0, 0.15, 0.3), strict=True):
        finite = np.isfinite(deviation)
        ax.plot(position[finite] + shift, deviation[finite], marker, color=color, label=name, markersize=5)
        lost = position[~finite] + shift
        ax.plot(lost, np.full(len(lost), top), "x", color=color, markersize=6, clip_on=False)
    predictions = (
        ("(1 - L) $b_2$, $b_2$ from 5 to 20", (1 - length) * published_bias(), "0.5"),
        ("(1 - L) $b_2$, ours", result.drift, "C3"),
    )
    for label, predicted, color in predictions:
        ax.plot(position, predicted, color=color, linewidth=1, label=label)
    ax.axvspan(6.5, 9.5, color="0.93", zorder=0)
    ax.text(8, -top / 3, "past the samples", ha="center", fontsize="small")
    ax.set_yscale("symlog", linthresh=1e-3)
    ax.set(ylim=(-top, top), ylabel="integral - exact integral", xlabel="interval", title="Ten integrals of ln x")
    ax.set_xticks(position, [f"{low}\nto {high}" for low, high in INTERVALS], fontsize="small")
    ax.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)
    return figure


def draw_exponents(x: Array, exponents: Array, highest: float) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    ax.plot(x, exponents, label="largest of all units")
    ax.axhline(OVERFLOW, color="C1", linestyle="--", label="float32 overflows: 88.7")
    ax.axvline(highest, color="0.6", linewidth=1, label="end of the samples")
    ax.set(xlabel="x", ylabel="exponent -b - w x", title="What e is raised to")
    ax.legend()
    return figure


def draw_widths(result: "Result") -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    worst = result.worst()
    for j, (count, marker) in enumerate(zip(result.config.evaluations, "osD^vPX*" * 9, strict=False)):
        ax.semilogy(result.config.widths, worst[:, j], marker=marker, markersize=4, label=f"{count} evaluations")
    ax.axhline(1e-8, color="0.6", linewidth=1)
    ax.set(xlabel="units, in logarithmic scales", ylabel="largest error of ten integrals", title="How wide?")
    ax.legend()
    return figure
