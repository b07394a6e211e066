"""The answer on one page that loads nothing from anywhere: verdict, tables, pictures, and what was done."""

import os
import platform
from html import escape
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from minnet import storage
from minnet.compare.data import HELD_OUT, VALIDATION
from minnet.presentation import figure_html, page_html, without_screen

if TYPE_CHECKING:
    from minnet.compare.comparison import Comparison


def write(comparison: "Comparison", path: str | os.PathLike[str], command: str) -> None:
    """Write the page."""
    question = comparison.question
    labels = ", ".join(spec.label for spec in question.specs)
    verdict, *doubts = comparison.notes()
    cautions = "".join(f"<li>{escape(text)}</li>" for text in doubts)
    again = f"<p>The same again: <code>{escape(command)}</code></p>\n" if command else ""
    body = (
        f"<h1>{escape(labels)}</h1>\n<p>{escape(str(question.data))}</p>\n"
        f"<p><strong>{escape(verdict)}</strong></p>\n<ul>{cautions}</ul>\n"
        f"<h2>Where they end</h2>\n<p>At the best learning rate of each; medians, with quartiles in brackets.</p>\n"
        f"{comparison.table().html()}<h2>How they get there</h2>\n{comparison.ways().html()}"
        f'<h2>Pictures</h2>\n<div class="figures">{_figures(comparison)}</div>\n'
        f"<h2>Every learning rate</h2>\n{comparison.sensitivity().html()}"
        f"<h2>What was done</h2>\n{_method(comparison)}{again}"
        f'<p class="small">{escape(_versions())}</p>\n'
    )
    storage.write_text(path, page_html(labels, [body]))


def _method(comparison: "Comparison") -> str:
    question = comparison.question
    layers = "-".join(map(str, question.hidden)) or "no"
    chosen = (
        "Learning rates are chosen and optimizers ranked by the median loss of the training samples after the last "
        "epoch; held-out samples have no part in either."
        if question.by == "training"
        else f"Learning rates are chosen by the median loss of {VALIDATION:.0%} of the training samples, which are set "
        "aside for that; the ranking is by the loss of the held-out samples, which have no part in the choice."
    )
    counts = len(question.specs[0].learning_rates)
    texts = (
        f"Networks with {layers} hidden units, {question.activation}, first weights {question.initializer}, float64; "
        f"{question.epochs} epochs of batches of {question.batch_size}; seed {question.seed}.",
        f"{len(question.specs)} optimizers, {counts} learning rates each, {question.seeds} seeds: "
        f"{len(comparison.rows)} runs. A seed parts the samples ({HELD_OUT:.0%} held out), draws the network's first "
        "parameters and the order of the samples, the same for all optimizers and learning rates. A run that diverged "
        "is one with an infinite loss, or with a larger one at the end than at the beginning.",
        chosen,
        "p is that of Wilcoxon's signed-rank test, over pairs of runs from the same seed, of the ratio of losses, "
        "between the first and each of the others, adjusted for their number by Holm's method. Learning rates and the "
        "first are chosen on the same runs, which makes p a little too small; and it speaks of these data alone, of "
        "which seeds draw different parts.",
        "Seconds are those of one processor in training alone, with nothing compiled and nothing looked at in between. "
        + _target(comparison),
    )
    return "".join(f"<p>{escape(text)}</p>\n" for text in texts)


def _target(comparison: "Comparison") -> str:
    if comparison.given_target is not None:
        return f"The target, a training loss of {comparison.given_target:.3g}, was given."
    if not np.isfinite(comparison.target_loss):
        return "There is no target: too many runs diverged."
    return (
        f"The target, a training loss of {comparison.target_loss:.3g}, is the largest of the optimizers' upper "
        "quartiles: each of them comes as far in three quarters of its runs."
    )


def _figures(comparison: "Comparison") -> str:
    with without_screen():
        return "".join(figure_html(drawing.png(), drawing.caption) for drawing in comparison.figures())


def _versions() -> str:
    packages = ", ".join(f"{package} {version(package)}" for package in ("minnet", "numpy", "scipy", "numba"))
    return f"Made with {packages}, Python {platform.python_version()}."
