"""The answer as sentences: who is first and how surely, and what should make one doubt it."""

from typing import TYPE_CHECKING

import numpy as np

from minnet.compare import tables
from minnet.compare.ranking import Contender, has_learned, is_diverged, values

if TYPE_CHECKING:
    from minnet.compare.comparison import Comparison

MEASURE = {"training": "training loss", "held-out": "held-out loss"}
FEWEST = 6  # seeds that can give p < 0.05 for one pair


def notes(comparison: "Comparison") -> list[str]:
    """The verdict first; then a sentence for each reason to doubt it that there is."""
    said = [verdict(comparison), *_edges(comparison.ranked)]
    question, first = comparison.question, comparison.ranked[0]
    pairs = len(comparison.verdicts)
    if pairs and pairs * 2.0 ** (1 - question.seeds) >= 0.05:
        enough = max(FEWEST, int(np.ceil(1 - np.log2(0.05 / pairs))))
        said.append(
            f"With {question.seeds} seeds, no difference between {pairs + 1} optimizers can be told from chance; "
            f"{enough} are the fewest that can."
        )
    said += _generalises(comparison)
    for one in comparison.ranked:
        failures = {row.error for rows in one.runs for row in rows if row.error and "DivergenceError" not in row.error}
        if failures:
            said.append(f"Runs of {one.label} did not diverge but failed, for instance: {sorted(failures)[0]}.")
        here = one.diverged()[0]
        if here:
            said.append(f"{one.label} diverged in {here} of {len(one.best)} runs even at its best learning rate.")
        idle = sum(not (has_learned(row) or is_diverged(row)) for row in one.best)
        if idle:
            said.append(
                f"{one.label} has learned nothing in {idle} of {len(one.best)} runs at its best learning rate: they "
                "end no better than one answer for all samples. A median may hide that."
            )
    plain = [one.label for one in comparison.ranked if not any(row.metrics.get("compiled", True) for row in one.best)]
    if plain and len(plain) < len(comparison.ranked):
        said.append(
            f"The seconds of {', '.join(plain)} are those of the loop in Python, those of the others of compiled "
            "epochs: compare updates instead."
        )
    if 2 * first.diverged()[0] >= question.seeds:
        said.append("Even the first diverged in half of its runs or more: try smaller learning rates.")
    return said


def verdict(comparison: "Comparison") -> str:
    """Who is first, who cannot be told apart from it, and who is worse."""
    seeds = comparison.question.seeds
    measure = f"by the median {MEASURE[comparison.question.by]} over {seeds} seed{'s' * (seeds > 1)}"
    parts = [f"{comparison.ranked[0].label} is first {measure}"]
    others = list(zip(comparison.ranked[1:], comparison.verdicts, strict=True))
    close = [f"{one.label} (p = {tables.p_cell(said.p)})" for one, said in others if not said.is_told_apart]
    worse = [f"{one.label} (p = {tables.p_cell(said.p)})" for one, said in others if said.is_told_apart]
    if close:
        parts.append(f"not told apart from it: {', '.join(close)}")
    if worse:
        parts.append(f"worse, by more than the seeds' scatter: {', '.join(worse)}")
    return "; ".join(parts) + "."


def _generalises(comparison: "Comparison") -> list[str]:
    """Where another one than the first has the smallest held-out loss."""
    first, ranked = comparison.ranked[0], comparison.ranked
    other = min(ranked, key=lambda one: one.quartiles("held_out_loss")[1])
    if comparison.question.by == "held-out" or other is first:
        return []
    theirs, ours = values(other.best, "held_out_loss"), values(first.best, "held_out_loss")
    return [
        f"By the held-out loss, which chose nothing here, {other.label} has the smallest median: "
        f"{np.median(theirs):.3g} against {np.median(ours):.3g}, smaller in {(theirs < ours).sum()} of {len(ours)} "
        "seeds. To ask which generalises best, compare by held-out."
    ]


def _edges(ranked: list[Contender]) -> list[str]:
    """Best learning rates that are the smallest or the largest tried: better ones may lie beyond."""
    said = []
    for end, index, word in (("largest", -1, "larger"), ("smallest", 0, "smaller")):
        there = [
            one.label for one in ranked if len(one.learning_rates) > 1 and one.chosen == index % len(one.learning_rates)
        ]
        if there:
            said.append(f"Best at the {end} learning rate tried, so try {word} ones: {', '.join(there)}.")
    return said
