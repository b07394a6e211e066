"""The answer on one page that loads nothing from anywhere: verdict, tables, figures, and the method."""

import os
import platform
from html import escape
from importlib.metadata import version

import numpy as np

from minnet import storage
from minnet.compare import figures, notes, tables
from minnet.compare.data import HELD_OUT, VALIDATION
from minnet.compare.results import Results
from minnet.page import figures_html, page_html
from minnet.presentation import without_screen


def write(results: Results, path: str | os.PathLike[str], command: str) -> None:
    """Write the page."""
    question = results.question
    title = ", ".join(spec.label for spec in question.specs)
    verdict, *doubts = notes.notes(results)
    cautions = "".join(f"<li>{escape(text)}</li>" for text in doubts)
    repeat = f"<p>To repeat it: <code>{escape(command)}</code></p>\n" if command else ""
    body = (
        f"<h1>{escape(title)}</h1>\n<p>{escape(str(question.data))}</p>\n"
        f"<p><strong>{escape(verdict)}</strong></p>\n<ul>{cautions}</ul>\n"
        f"<h2>Final losses</h2>\n<p>At the best learning rate of each; medians, with quartiles in brackets.</p>\n"
        f"{tables.final_losses(results).html()}<h2>Convergence</h2>\n{tables.convergence(results).html()}"
        f"<h2>Figures</h2>\n{_figures(results)}"
        f"<h2>Every learning rate</h2>\n{tables.sensitivity(results).html()}"
        f"<h2>Method</h2>\n{_method(results)}{repeat}"
        f'<p class="small">{escape(_versions())}</p>\n'
    )
    storage.write_text(path, page_html(title, [body]))


def _method(results: Results) -> str:
    question = results.question
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
        f"{len(results.rows)} runs. A seed splits the samples ({HELD_OUT:.0%} held out), draws the network's first "
        "parameters and the order of the samples, the same for all optimizers and learning rates. A run that diverged "
        "is one with an infinite loss, or with a larger one at the end than at the beginning.",
        chosen,
        "p is that of Wilcoxon's signed-rank test, over pairs of runs from the same seed, of the ratio of losses, "
        "between the first and each of the others, adjusted for their number by Holm's method. Learning rates and the "
        "first are chosen on the same runs, which makes p a little too small; and it holds for these data alone, of "
        "which seeds draw different splits.",
        "Seconds are those of one processor in training alone, compiling and the recording of curves left out. "
        + _target(results),
    )
    return "".join(f"<p>{escape(text)}</p>\n" for text in texts)


def _target(results: Results) -> str:
    if results.given_target is not None:
        return f"The target, a training loss of {results.given_target:.3g}, was given."
    if not np.isfinite(results.target_loss):
        return "There is no target: too many runs diverged."
    return (
        f"The target, a training loss of {results.target_loss:.3g}, is the largest of the optimizers' upper "
        "quartiles: each of them comes as far in three quarters of its runs."
    )


def _figures(results: Results) -> str:
    with without_screen():
        return figures_html(drawing.shown() for drawing in figures.figures(results))


def _versions() -> str:
    packages = ", ".join(f"{package} {version(package)}" for package in ("minnet", "numpy", "scipy", "numba"))
    return f"Made with {packages}, Python {platform.python_version()}."
