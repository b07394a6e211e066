"""What `derivatives` differentiates, and what comes of it."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from minnet.errors import SettingError, check_range
from minnet.experiments.gaussian.derivatives.formulas import FIT_STEPS, FORMULAS, STEPS
from minnet.experiments.parts import check_settings, setting
from minnet.numerics.differentiation.broken_lines import BrokenLine
from minnet.types import Array

PUBLISHED: dict[str, Any] = {
    "seconds": {49: 91.587, 50: 57.19},
    "figure 49 against 48": "slightly better",
}


class Case(NamedTuple):
    """A network of the document, and the figures that show its derivatives."""

    figures: tuple[int, ...]
    hidden: int
    epochs: int
    batch_size: int

    def __str__(self) -> str:
        first, last = self.figures[0], self.figures[-1]
        word = "and" if last == first + 1 else "to"
        number = f"figure {first}" if first == last else f"figures {first} {word} {last}"
        return f"{number}: {self.hidden}-{self.hidden}, {self.epochs} epochs, batch {self.batch_size}"


CASES = (
    Case((44, 45, 46), 30, 15, 100),
    Case((47, 48), 200, 100, 100),
    Case((49,), 300, 100, 100),
    Case((50,), 500, 20, 50),
)


@dataclass(frozen=True)
class Config:
    """What to differentiate, and how."""

    hidden: tuple[int, ...] = setting((30, 200, 300, 500), "units of both hidden layers: 30, 200, 300, 500")
    points: int = setting(10_001, "number of evenly spaced samples")
    step: float = setting(0.001, "h of the finite differences; not in the text, here the spacing of its samples")
    width: int = setting(30, "tanh units of the fits by variable projection")
    seeds: int = setting(5, "initialisations of every fit")

    @classmethod
    def fast(cls) -> "Config":
        """The smallest of the document's networks, twice."""
        return cls(hidden=(30,), seeds=2)

    def __post_init__(self) -> None:
        if not self.hidden or not set(self.hidden) <= {case.hidden for case in CASES}:
            raise SettingError(f"derivatives: hidden must be among 30, 200, 300 and 500, not {self.hidden}")
        check_settings("derivatives", self, points=1001, width=1, seeds=1)
        check_range("derivatives", step=(self.step, lambda h: 0 < h <= 0.5, "positive and at most 0.5"))

    def cases(self) -> list[Case]:
        """The document's networks to differentiate."""
        return [case for case in CASES if case.hidden in self.hidden]


@dataclass(frozen=True)
class Result:
    """Errors on the gaussian, and the runs.

    Attributes
    ----------
    exact : dict of dtype to array (formula, step)
        Largest errors for `STEPS`, of the gaussian itself.
    relu : dict of Case to list of dict
        The metrics of every seed, as `differentiate_relu` gives them.
    tanh : list of dict
        As `differentiate_tanh` gives them.
    """

    config: Config
    exact: dict[str, Array]
    relu: dict[Case, list[dict[str, Any]]]
    tanh: list[dict[str, Any]]

    def median_run(self, case: Case) -> dict[str, Any]:
        """The run whose second derivative by formula (2) has the median error."""
        runs = sorted(self.relu[case], key=lambda metrics: metrics["second.float32.rms"])
        return runs[len(runs) // 2]

    def line(self, case: Case) -> BrokenLine:
        """The network of that run."""
        return BrokenLine(*(np.array(self.median_run(case)[f"line.{name}"]) for name in ("x", "y", "jumps")))

    def best_step(self, case: Case, name: str) -> tuple[float, float]:
        """Of `FIT_STEPS`, the one with the least error of a formula in float32, and that error (rms, |x| < 4)."""
        errors = np.hypot(*(median(self.relu[case], f"{name}.{part}.steps") for part in ("float64", "rounding")))
        return float(FIT_STEPS[np.argmin(errors)]), float(errors.min())

    def better(self) -> tuple[int, int] | None:
        """In how many of how many pairs of seeds 300-300 has a smaller error by formula (2) than 200-200 (rms).

        The document found a slight improvement from figure 48 to 49, "perhaps a stroke of luck".
        """
        errors = {case.hidden: [run["second.float32.rms"] for run in runs] for case, runs in self.relu.items()}
        if not {200, 300} <= set(errors):
            return None
        pairs = np.less.outer(errors[300], errors[200])
        return int(pairs.sum()), pairs.size

    def metrics(self) -> list[dict[str, Any]]:
        """One record per formula and precision on the gaussian, one per network (medians over seeds), one for tanh."""
        records: list[dict[str, Any]] = []
        for dtype, errors in self.exact.items():
            for (name, formula), by_step in zip(FORMULAS.items(), errors, strict=True):
                best = int(np.argmin(by_step))
                records.append(
                    {"formula": name, "dtype": dtype, "best_step": float(STEPS[best])}
                    | {"theory": formula.best_step(dtype), "least_error": float(by_step[best])}
                )
        for case, runs in self.relu.items():
            record = {"figures": list(case.figures), "hidden": case.hidden} | medians(runs)
            for name in FORMULAS:
                record[f"{name}.best_step"], record[f"{name}.best_step.rms"] = self.best_step(case, name)
            records.append(record)
        if (better := self.better()) is not None:
            records.append({"better_300_than_200": better[0], "of": better[1]})
        return [*records, {"width": self.config.width} | medians(self.tanh)]

    def arrays(self) -> dict[str, Array]:
        """Errors over steps, and every curve of the median runs."""
        arrays = {f"gaussian.{dtype}": errors for dtype, errors in self.exact.items()}
        arrays |= {"steps": STEPS, "fit_steps": FIT_STEPS}
        for case in self.relu:
            for name, values in self.median_run(case).items():
                if isinstance(values, list):
                    arrays[f"{case.hidden}.{name}"] = np.array(values)
            for size in ("second.float32.max", "second.float32.rms"):  # of every seed
                arrays[f"{case.hidden}.{size}"] = np.array([run[size] for run in self.relu[case]])
        for name, values in self.tanh[0].items():
            if isinstance(values, list):
                arrays[f"tanh.{name}"] = np.array(values)
        return arrays


def median(runs: list[dict[str, Any]], name: str) -> Array:
    """Of a metric, over runs."""
    return np.median([run[name] for run in runs], axis=0)


def medians(runs: list[dict[str, Any]]) -> dict[str, float]:
    """Of every metric that is a number, over runs."""
    return {name: float(median(runs, name)) for name, value in runs[0].items() if not isinstance(value, list)}
