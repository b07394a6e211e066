"""The answer as tables: medians, with the quartiles over the seeds in brackets."""

from collections.abc import Callable, Sequence

import numpy as np

from minnet.compare.ranking import is_diverged, quartiles, values
from minnet.compare.results import Results
from minnet.study import Row
from minnet.tables import Table, two_digits
from minnet.types import Array


def final_losses(results: Results) -> Table:
    """Losses and scores after the last epoch at the best learning rate, best optimizer first."""
    rows = []
    for place, contender in enumerate(results.ranked, 1):
        score = spread(-quartiles(-_scores(contender.best))[::-1], score_cell)
        losses = [spread(contender.quartiles(name), cell) for name in ("train_loss", "held_out_loss")]
        rate = f"{contender.learning_rate:g}"
        rows.append((str(place), contender.label, rate, *losses, score, against_first(results, place)))
    headers = ("", "optimizer", "learning rate", "training loss", "held-out loss", f"held-out {results.score_name}",
               "against the first")  # fmt: skip
    return Table(headers, tuple(rows))


def convergence(results: Results) -> Table:
    """Seconds of training, updates and seconds to the target, and runs that diverged, at the best learning rate."""
    rows = []
    for place, contender in enumerate(results.ranked, 1):
        updates, seconds = contender.to_target(results.target_loss)
        cells = (
            spread(contender.quartiles("seconds"), two_digits),
            spread(quartiles(updates), lambda number: f"{number:.0f}"),
            spread(quartiles(seconds), two_digits),
            f"{np.isfinite(seconds).sum()} of {len(contender.best)}",
            lost_cell(contender.best),
            lost_cell([row for runs in contender.runs for row in runs]),
        )
        rows.append((str(place), contender.label, *cells))
    target = cell(results.target_loss) if np.isfinite(results.target_loss) else "the target"
    headers = ("", "optimizer", "seconds in all", f"updates to {target}", f"seconds to {target}", "runs that reach it",
               "diverged", "at any rate")  # fmt: skip
    return Table(headers, tuple(rows))


def sensitivity(results: Results) -> Table:
    """Losses and diverged runs of every optimizer at each learning rate."""
    rows = []
    for contender in results.ranked:
        for index, (rate, runs) in enumerate(zip(contender.learning_rates, contender.runs, strict=True)):
            losses = [spread(quartiles(values(runs, name)), cell) for name in ("train_loss", "held_out_loss")]
            best = "best" if index == contender.best_index else ""
            rows.append((contender.label, f"{rate:g}", best, *losses, lost_cell(runs)))
    return Table(("optimizer", "learning rate", "", "training loss", "held-out loss", "diverged"), tuple(rows))


def against_first(results: Results, place: int) -> str:
    """The verdict on the contender at that place, counted from 1."""
    if place == 1:
        return "-"
    verdict = results.verdicts[place - 2]
    difference = "worse" if verdict.is_significant else "not significant"
    return f"{difference}, p = {p_cell(verdict.p)} (worse in {verdict.worse_in} of {verdict.seeds})"


def spread(quartiles: Array, as_text: Callable[[float], str]) -> str:
    """Median [lower quartile, upper quartile]."""
    lower, median, upper = (as_text(number) if np.isfinite(number) else "-" for number in quartiles)
    return "-" if median == "-" else f"{median} [{lower}, {upper}]"


def cell(number: float) -> str:
    """Three digits.

    >>> cell(0.12345), cell(1e-7), cell(123.4)
    ('0.123', '1e-07', '123')
    """
    return f"{number:.3g}"


def score_cell(number: float) -> str:
    return f"{number:.3f}"


def lost_cell(runs: Sequence[Row]) -> str:
    """How many runs diverged, and how many failed otherwise, if any did."""
    failed = sum(row.error is not None and not row.diverged for row in runs)
    return f"{sum(map(is_diverged, runs))} of {len(runs)}" + (f", {failed} failed" if failed else "")


def p_cell(p: float) -> str:
    return f"{p:.1g}" if p < 0.1 else f"{p:.2f}"


def _scores(rows: Sequence[Row]) -> Array:
    """Scores of runs, minus infinity where a run failed."""
    scores = values(rows, "score")
    return np.where(np.isinf(scores), -np.inf, scores)
