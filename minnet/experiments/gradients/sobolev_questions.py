"""What are derivatives worth? Few points, wrong slopes, weights, and slopes that are known here and there.

The notebook "L06", E14.X01, gives a network the slopes of sin x and exp(sin x) at all of 1000 points. There, values
alone say everything. Here 30 tanh units are fitted by variable projection, which finds what there is to find in the
data, so that data are compared, not ways to train: numbers of points, noise in the slopes and their weight in the loss,
and slopes, or values, at some of the points only (`minnet.Mask`).

40 values leave an error of 9e-8 of sin x and 2e-7 of exp(sin x) (largest on the interval, medians of ten seeds), with
slopes 2e-11 and 9e-11; 200 values leave 4e-11 without. Against the number of *numbers* known, values, slopes and second
derivatives lie on one line: a slope is worth about as much as another value, and 40 slopes with a single value, which
is to integrate, as much as 40 values.

Exact slopes may have any weight from 1e-4 to 100. Wrong ones need a small weight, and fewer parameters than values.
With 8 units, which have 25, slopes that are off by 0.01 do no harm up to a weight of 1e-6: the square of the error of
the fit over that of the slopes. With 30 units, which have 91, what the values leave open is fitted to the errors of the
slopes: those off by 0.01 do harm at every weight, down to 1e-12, and those off by 1e-4 never help; good to 1e-6, slopes
help a little at a small weight.
"""

from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from minnet import study
from minnet.activations import Tanh
from minnet.errors import check_range
from minnet.experiments.gradients.waves import FUNCTIONS, HIGH, LEARNT_FROM, LOW, loss_and_target, wave
from minnet.experiments.parts import check_values, make_runs, seed_of, setting
from minnet.jet import Jet, Mask
from minnet.layers import Dense, Rescale
from minnet.losses import Sobolev
from minnet.network import Network
from minnet.presentation import Drawing, Table
from minnet.solvers import VariableProjection
from minnet.training import fit
from minnet.types import Array

GRID = 10_001  # points at which errors are measured
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
    shares: tuple[float, ...] = setting((0.0, 0.125, 0.25, 0.5, 0.75, 1.0), "of the points have slopes")
    width: int = setting(30, "tanh units")
    noise_widths: tuple[int, ...] = setting((8, 30), "tanh units, for the question of noise")
    iterations: int = setting(200, "of variable projection")
    seeds: int = setting(10, "first weights, noises and choices of points")

    @classmethod
    def fast(cls) -> "Config":
        """Few values of everything, and two seeds."""
        return cls(
            points=(15, 25, 40), many=200, noises=(0.0, 1e-2), weights=(0.0, 1e-8, 1.0), shares=(0.0, 0.5, 1.0),
            seeds=2, iterations=80,
        )  # fmt: skip

    def __post_init__(self) -> None:
        check_values("sobolev-questions", self, "points", least=2)
        check_values("sobolev-questions", self, "noise_widths")
        check_values("sobolev-questions", self, "noises", "weights", "shares", least=0)
        for name, least in (("many", 2), ("few", 2), ("width", 1), ("iterations", 1), ("seeds", 1)):
            at_least = (lambda n, least=least: n >= least), f"at least {least}"
            check_range("sobolev-questions", **{name: (getattr(self, name), *at_least)})
        for share in self.shares:
            check_range("sobolev-questions", shares=(share, lambda s: s <= 1, "at most 1"))


def project(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One fit by variable projection: the function of the studies.

    Parameters
    ----------
    settings : dict
        ``function``, ``points``, ``order`` (derivatives learnt from), ``width``, ``iterations``; and, of order 1,
        ``noise`` (standard deviation of errors of the slopes), ``weight`` (of the slopes in the loss), ``slopes`` and
        ``values`` (numbers of points, drawn at random, at which they are known), where they are not 0, 1, all and all.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        ``value``, ``first`` and ``second``: largest errors on [0, 10].
    """
    n, width, order = settings["points"], settings["width"], settings["order"]
    layers = [Rescale(LOW, HIGH), Dense(1, width, weights="steep", bias="spread"), Tanh(), Dense(width, 1)]
    net, x = Network(layers, rng=rng), np.linspace(LOW, HIGH, n)
    loss, target = loss_and_target(settings["function"], x, order)
    if isinstance(target, Jet) and order == 1:
        loss = Sobolev((1.0, settings.get("weight", 1.0)))
        slopes = target.first + settings.get("noise", 0.0) * rng.standard_normal(target.first.shape)
        mask = Mask(_some(n, settings.get("values", n), rng), _some(n, settings.get("slopes", n), rng))
        target = Jet(target.value, slopes, mask=mask)
    fit(net, x, target, loss=loss, optimizer=VariableProjection(), epochs=settings["iterations"])
    everywhere = np.linspace(LOW, HIGH, GRID)
    found, exact = net.jet(everywhere, order=2), wave(settings["function"], everywhere)
    return {
        part: float(np.abs(getattr(found, part) - getattr(exact, part)).max()) for part in ("value", "first", "second")
    }


def _some(n: int, known: int, rng: np.random.Generator) -> Array:
    """Which of n points are among so many, drawn at random."""
    return np.asarray(rng.permutation(n) < known)


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
        return {name: np.array([study.metric(g.rows, "value") for g in found]) for name, found in self.answers.items()}


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Fit with all kinds of data, side by side on as many processors as there are.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
        Results do not depend on the number of processors.
    progress : bool
    checkpoints : Path, optional
        A folder for the runs that are done; what is found there is not done again.
    """
    grid = partial(
        study.grid,
        function=list(FUNCTIONS),
        width=config.width,
        iterations=config.iterations,
        repeats=config.seeds,
    )
    some = [round(share * config.few) for share in sorted(config.shares)]
    asked = {
        "many": grid(points=config.many, order=0),
        "points": grid(points=config.points, order=[0, 1, 2]),
        "noise": grid(
            points=config.few, order=1, width=config.noise_widths, noise=config.noises, weight=config.weights
        ),
        "slopes": grid(points=config.few, order=1, slopes=some),
        "values": grid(points=config.few, order=1, values=[max(1, n) for n in some]),  # slopes leave a constant open
    }
    seed, answers = seed_of(rng), {}
    for question in QUESTIONS:
        name = f"sobolev-questions, {question}"
        rows = make_runs(project, asked[question], name=name, seed=seed, checkpoints=checkpoints, progress=progress)
        answers[question] = study.group(rows)
    return Result(config, answers)


def table(result: Result) -> Table:
    """Medians and worst of the largest errors, for both functions."""
    few, rows = result.config.few, []

    def add(what: str, question: str, name: str, **settings: Any) -> None:
        found = [result.errors(question, name, function=function, **settings) for function in FUNCTIONS]
        for index, value in enumerate(found[0][0]):
            cells = (f"{summary(errors[index]):.1e}" for _, errors in found for summary in (np.median, np.max))
            rows.append((what.format(value), *cells))

    add("{} points, values", "many", "points")
    for order, kind in enumerate(LEARNT_FROM):
        add(f"{{}} points, {kind}", "points", "points", order=order)
    for width, noise in product(result.config.noise_widths, sorted(result.config.noises)):
        rows += _noise_rows(result, width, noise)
    add(f"{few} points, {{}} slopes", "slopes", "slopes")
    add(f"{few} slopes, values at {{}}", "values", "values")
    headers = (f"{function}: {what}" for function in FUNCTIONS for what in ("largest error, median", "worst seed"))
    return Table(("data", *headers), tuple(rows))


def _noise_rows(result: Result, width: int, noise: float) -> list[tuple[str, ...]]:
    """Without slopes and with the weight 1, where these were tried; and with the best weight, which is told."""
    found = [result.errors("noise", "weight", function=function, width=width, noise=noise) for function in FUNCTIONS]
    what = f"{result.config.few} points, {width} units, slopes off by {noise:g}, "
    rows, weights = [], found[0][0]
    for weight in (0.0, 1.0):
        if weight in weights:
            at = list(weights).index(weight)
            cells = (f"{summary(errors[at]):.1e}" for _, errors in found for summary in (np.median, np.max))
            rows.append((what + f"weight {weight:g}", *cells))
    best = [int(np.median(errors, axis=1).argmin()) for _, errors in found]
    cells = (
        f"{summary(errors[at]):.1e} ({weights[at]:g})"
        for at, (_, errors) in zip(best, found, strict=True)
        for summary in (np.median, np.max)
    )
    return [*rows, (what + "best (weight)", *cells)]


def figures(result: Result) -> list[Drawing]:
    """Error against numbers of points and of data; against the weight, by noise; against what is missing."""
    from minnet.experiments.gradients import sobolev_questions_drawings

    return sobolev_questions_drawings.draw(result)
