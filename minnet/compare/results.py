"""What came out: all runs, the optimizers ranked, and whether their differences are significant."""

from dataclasses import dataclass, field
from functools import cached_property

from minnet.compare import ranking
from minnet.compare.question import Question
from minnet.compare.ranking import Contender, Verdict
from minnet.study import Row


@dataclass(frozen=True)
class Results:
    """The runs of a comparison, ranked.

    Attributes
    ----------
    question : Question
    rows : list of Row
        Every run, diverged ones included; see `minnet.compare.runs.train` for its metrics.
    given_target, target_loss : float
        The training loss that updates and seconds are counted to: as given, or `ranking.common_target`.
    ranked : list of Contender
        Best first.
    verdicts : list of Verdict
        On each contender but the first: whether the difference is larger than the seeds' scatter.
    """

    question: Question
    rows: list[Row] = field(repr=False)
    given_target: float | None = None

    @cached_property
    def ranked(self) -> list[Contender]:
        return ranking.contenders(self.rows, self.question.by)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        return ranking.against_first(self.ranked, self.question.by)

    @cached_property
    def target_loss(self) -> float:
        return ranking.common_target(self.ranked) if self.given_target is None else self.given_target

    @property
    def ranking_metric(self) -> str:
        """Of a row: what the ranking is by."""
        return ranking.RANKED_BY[self.question.by]

    @property
    def ranking_loss(self) -> str:
        """The same in words: "training loss" or "held-out loss"."""
        return f"{self.question.by} loss"

    @property
    def score_name(self) -> str:
        return "R²" if self.question.data.task == "regression" else "accuracy"
