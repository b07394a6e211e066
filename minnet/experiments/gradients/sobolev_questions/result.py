"""Settings and results of the experiment `sobolev-questions`."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet import study
from minnet.errors import check_range
from minnet.experiments.parts import check_settings, setting
from minnet.types import Array

QUESTIONS = ("many", "points", "noise", "slopes", "values")
PUBLISHED = {"points": 1000}  # where slopes are found to help


@dataclass(frozen=True)
class Config:
    """How much data of which kind."""

    points: tuple[int, ...] = setting(
        (10, 15, 20, 25, 30, 40, 60, 100, 200), "numbers of evenly spaced samples of [0, 10]"
    )
    many: int = setting(1000, "samples for the fit that is to be as good as it can be")
    few: int = setting(40, "samples for the questions of noise, weight and missing derivatives")
    noises: tuple[float, ...] = setting((0.0, 1e-8, 1e-6, 1e-4, 1e-2), "standard deviations of errors of the slopes")
    weights: tuple[float, ...] = setting(
        (0.0, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1.0, 1e2, 1e4), "of the slopes in the loss; the values have 1"
    )
    shares: tuple[float, ...] = setting((0.0, 0.125, 0.25, 0.5, 0.75, 1.0), "fractions of the points with slopes")
    width: int = setting(30, "tanh units")
    noise_widths: tuple[int, ...] = setting((8, 30), "tanh units, for the question of noise")
    iterations: int = setting(200, "of variable projection")
    seeds: int = setting(10, "first weights, noises and choices of points")

    @classmethod
    def fast(cls) -> "Config":
        """Few values of everything, and two seeds."""
        return cls(
            points=(15, 25, 40), many=200, noises=(0.0, 1e-2), weights=(0.0, 1e-8, 1.0), shares=(0.0, 0.5, 1.0),
            seeds=2, iterations=60,
        )  # fmt: skip

    def __post_init__(self) -> None:
        check_settings(
            "sobolev-questions", self, points=2, noise_widths=1, noises=0, weights=0, shares=0, many=2, few=2, width=1,
            iterations=1, seeds=1,
        )  # fmt: skip
        for fraction in self.shares:
            check_range("sobolev-questions", shares=(fraction, lambda s: s <= 1, "at most 1"))


@dataclass(frozen=True)
class Result:
    """Runs that answer each question.

    Attributes
    ----------
    answers : dict of str to list of Group
        By `QUESTIONS`: ``many`` points, values only; numbers of ``points``; ``noise`` of the slopes and their weight;
        numbers of ``slopes`` with all values, and of ``values`` with all slopes. One group for each different settings.
    """

    config: Config
    answers: dict[str, list[study.Group]]

    def errors(self, question: str, name: str, **settings: Any) -> tuple[Array, Array]:
        """The values of a setting (values,), and the largest errors of the fit there (values, seeds).

        Of the groups with the settings given.
        """
        chosen = [group for group in self.answers[question] if settings.items() <= group.settings.items()]
        chosen.sort(key=lambda group: group.settings[name])
        return np.array([g.settings[name] for g in chosen]), np.array([study.metric(g.rows, "value") for g in chosen])

    def metrics(self) -> list[dict[str, Any]]:
        """One record per question and settings: median and largest of the errors."""
        records = []
        for question, groups in self.answers.items():
            for group in groups:
                record: dict[str, Any] = {"question": question, **group.settings}
                for part in ("value", "first", "second"):
                    errors = study.metric(group.rows, part)
                    record |= {f"{part}_median": float(np.median(errors)), f"{part}_worst": float(errors.max())}
                records.append(record)
        return records

    def arrays(self) -> dict[str, Array]:
        """Largest errors of values by question (settings, seeds), in the order of `metrics`."""
        return {
            name: np.array([study.metric(g.rows, "value") for g in groups]) for name, groups in self.answers.items()
        }
