"""The answer as sentences: who is first and how surely, and what should make one doubt it."""

import numpy as np

from minnet.compare import tables
from minnet.compare.ranking import Contender, has_learned, is_lost, values
from minnet.compare.results import Results

FEWEST = 6  # seeds that can give p < 0.05 for one pair


def notes(results: Results) -> list[str]:
    """The verdict first; then a sentence for each reason to doubt it that there is."""
    sentences = [verdict(results), *_edges(results.ranked)]
    question, first = results.question, results.ranked[0]
    pairs = len(results.verdicts)
    if pairs and pairs * 2.0 ** (1 - question.seeds) >= 0.05:
        enough = max(FEWEST, int(np.ceil(1 - np.log2(0.05 / pairs))))
        sentences.append(
            f"With {question.seeds} seeds, no difference between {pairs + 1} optimizers can be significant; {enough} "
            "are the fewest with which one can."
        )
    sentences += _generalises(results)
    for contender in results.ranked:
        sentences += _troubles(contender)
    plain = [
        contender.label
        for contender in results.ranked
        if not any(row.metrics.get("compiled", True) for row in contender.best)
    ]
    if plain and len(plain) < len(results.ranked):
        sentences.append(
            f"The seconds of {', '.join(plain)} are those of the loop in Python, those of the others of compiled "
            "epochs: compare updates instead."
        )
    if 2 * first.diverged()[0] >= question.seeds:
        sentences.append("Even the first diverged in half of its runs or more: try smaller learning rates.")
    return sentences


def verdict(results: Results) -> str:
    """Who is first, who is not significantly different from it, and who is worse."""
    seeds = results.question.seeds
    measure = f"by the median {results.ranking_loss} over {seeds} seed{'s' * (seeds > 1)}"
    parts = [f"{results.ranked[0].label} is first {measure}"]
    others = [
        (f"{contender.label} (p = {tables.p_cell(verdict.p)})", verdict.is_significant)
        for contender, verdict in zip(results.ranked[1:], results.verdicts, strict=True)
    ]
    close = [text for text, significant in others if not significant]
    worse = [text for text, significant in others if significant]
    if close:
        parts.append(f"not significantly different from it: {', '.join(close)}")
    if worse:
        parts.append(f"significantly worse: {', '.join(worse)}")
    return "; ".join(parts) + "."


def _generalises(results: Results) -> list[str]:
    """Where another one than the first has the smallest held-out loss."""
    first, ranked = results.ranked[0], results.ranked
    other = min(ranked, key=lambda contender: contender.quartiles("held_out_loss")[1])
    if results.question.by == "held-out" or other is first:
        return []
    theirs, ours = values(other.best, "held_out_loss"), values(first.best, "held_out_loss")
    return [
        f"By the held-out loss, which chose nothing here, {other.label} has the smallest median: "
        f"{np.median(theirs):.3g} against {np.median(ours):.3g}, smaller in {(theirs < ours).sum()} of {len(ours)} "
        "seeds. To ask which generalises best, compare by held-out."
    ]


def _troubles(contender: Contender) -> list[str]:
    """Runs of one optimizer that failed, diverged or learned nothing."""
    label, n = contender.label, len(contender.best)
    sentences = []
    errors = {row.error for rows in contender.runs for row in rows if row.error and not row.diverged}
    if errors:
        sentences.append(
            f"Runs of {label} did not diverge but failed, for instance: {sorted(errors)[0]}. The same command tries "
            "them again."
        )
    if diverged := contender.diverged()[0]:
        sentences.append(f"{label} diverged in {diverged} of {n} runs even at its best learning rate.")
    if stuck := sum(not (has_learned(row) or is_lost(row)) for row in contender.best):
        sentences.append(
            f"{label} has learned nothing in {stuck} of {n} runs at its best learning rate: they end no better than "
            "one answer for all samples. A median may hide that."
        )
    return sentences


def _edges(ranked: list[Contender]) -> list[str]:
    """Best learning rates that are the smallest or the largest tried: better ones may lie beyond."""
    sentences = []
    for edge, index, word in (("largest", -1, "larger"), ("smallest", 0, "smaller")):
        labels = [
            contender.label
            for contender in ranked
            if len(contender.learning_rates) > 1 and contender.best_index == index % len(contender.learning_rates)
        ]
        if labels:
            sentences.append(f"Best at the {edge} learning rate tried, so try {word} ones: {', '.join(labels)}.")
    return sentences
