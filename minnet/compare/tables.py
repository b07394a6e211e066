"""The answer as tables: medians, with the quartiles over the seeds in brackets."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from minnet.compare.ranking import is_diverged, quartiles, values
from minnet.presentation import Table
from minnet.study import Row
from minnet.types import Array

if TYPE_CHECKING:
    from minnet.compare.comparison import Comparison


def ends(comparison: "Comparison") -> Table:
    """Losses and scores after the last epoch at the best learning rate, best optimizer first."""
    rows = []
    for place, one in enumerate(comparison.ranked, 1):
        score = spread(-quartiles(-_scores(one.best))[::-1], score_cell)
        losses = [spread(one.quartiles(name), cell) for name in ("train_loss", "held_out_loss")]
        rows.append((str(place), one.label, f"{one.learning_rate:g}", *losses, score, against(comparison, place)))
    headers = ("", "optimizer", "learning rate", "training loss", "held-out loss", f"held-out {score_name(comparison)}",
               "against the first")  # fmt: skip
    return Table(headers, tuple(rows))


def ways(comparison: "Comparison") -> Table:
    """Seconds of training, updates and seconds to the target, and runs that diverged, at the best learning rate."""
    rows = []
    for place, one in enumerate(comparison.ranked, 1):
        updates, seconds = one.to_target(comparison.target_loss)
        here, of_all = one.diverged()
        cells = (
            spread(one.quartiles("seconds"), seconds_cell),
            spread(quartiles(updates), lambda number: f"{number:.0f}"),
            spread(quartiles(seconds), seconds_cell),
            f"{np.isfinite(seconds).sum()} of {len(one.best)}",
            f"{here} of {len(one.best)}",
            f"{of_all} of {sum(map(len, one.runs))}",
        )
        rows.append((str(place), one.label, *cells))
    target = cell(comparison.target_loss) if np.isfinite(comparison.target_loss) else "the target"
    headers = ("", "optimizer", "seconds in all", f"updates to {target}", f"seconds to {target}", "runs there",
               "diverged", "at any rate")  # fmt: skip
    return Table(headers, tuple(rows))


def sensitivity(comparison: "Comparison") -> Table:
    """Losses and diverged runs of every optimizer at each learning rate."""
    rows = []
    for one in comparison.ranked:
        for index, (rate, runs) in enumerate(zip(one.learning_rates, one.runs, strict=True)):
            losses = [spread(quartiles(values(runs, name)), cell) for name in ("train_loss", "held_out_loss")]
            diverged = f"{sum(map(is_diverged, runs))} of {len(runs)}"
            rows.append((one.label, f"{rate:g}", "best" if index == one.chosen else "", *losses, diverged))
    return Table(("optimizer", "learning rate", "", "training loss", "held-out loss", "diverged"), tuple(rows))


def against(comparison: "Comparison", place: int) -> str:
    """The verdict on who came in at that place, counted from 1."""
    if place == 1:
        return "-"
    verdict = comparison.verdicts[place - 2]
    says = "worse" if verdict.is_told_apart else "not told apart"
    return f"{says}, p = {p_cell(verdict.p)} (worse in {verdict.worse_in} of {verdict.seeds})"


def score_name(comparison: "Comparison") -> str:
    return "R²" if comparison.question.data.task == "regression" else "accuracy"


def spread(found: Array, say: Callable[[float], str]) -> str:
    """Median [lower quartile, upper quartile]."""
    lower, median, upper = (say(number) if np.isfinite(number) else "-" for number in found)
    return "-" if median == "-" else f"{median} [{lower}, {upper}]"


def cell(number: float) -> str:
    """Three digits.

    >>> cell(0.12345), cell(1e-7), cell(123.4)
    ('0.123', '1e-07', '123')
    """
    return f"{number:.3g}"


def seconds_cell(number: float) -> str:
    return f"{number:.2g}" if number < 10 else f"{number:.0f}"


def score_cell(number: float) -> str:
    return f"{number:.3f}"


def p_cell(p: float) -> str:
    return f"{p:.1g}" if p < 0.1 else f"{p:.2f}"


def _scores(rows: Sequence[Row]) -> Array:
    """Scores of runs, minus infinity where a run failed."""
    found = values(rows, "score")
    return np.where(np.isinf(found), -np.inf, found)
