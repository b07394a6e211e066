"""`compare`, which asks a question, makes the runs and ranks them; and `Comparison`, the answer."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from minnet import study
from minnet.activations import ACTIVATIONS
from minnet.compare import data as sources
from minnet.compare import figures, notes, ranking, report, runs, tables
from minnet.compare.data import Data
from minnet.compare.ranking import Contender, Verdict
from minnet.compare.specs import Spec, known, parse
from minnet.errors import SettingError, check_range, is_whole, nearest
from minnet.experiments.parts import STORE
from minnet.initializers import INITIALIZERS
from minnet.presentation import Drawing, Table
from minnet.study import Row

LEARNING_RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
STUDY = "compare"


@dataclass(frozen=True)
class Question:
    """What is compared on what; see `compare`. Checked when it is made."""

    specs: tuple[Spec, ...]
    data: Data
    source: str
    target: str | None
    hidden: tuple[int, ...]
    activation: str
    initializer: str
    epochs: int
    batch_size: int
    seeds: int
    by: str
    seed: int

    def __post_init__(self) -> None:
        whole = (lambda n: is_whole(n) and n >= 1), "a whole number of at least 1"
        for name in ("epochs", "batch_size", "seeds"):
            check_range("compare", **{name: (getattr(self, name), *whole)})
        for width in self.hidden:
            check_range("compare", hidden=(width, *whole))
        if self.by not in ranking.RANKED_BY:
            raise SettingError(f"compare: losses are not ranked by {self.by!r}; {nearest(self.by, ranking.RANKED_BY)}")
        n = sources.training_samples(len(self.data.x), self.by)
        if self.batch_size > n:
            raise SettingError(f"compare: batch_size={self.batch_size} is larger than the {n} samples to train with")
        labels = [spec.label for spec in self.specs]
        if not labels or len(set(labels)) < len(labels):
            raise SettingError(f"compare: there must be optimizers, each once, not {', '.join(labels) or 'none'}")
        counts = {spec.label: len(spec.learning_rates) for spec in self.specs}
        if len(set(counts.values())) > 1:
            raise SettingError(
                f"compare: every optimizer must be tried with as many learning rates as the others, not {counts}"
            )

    def points(self) -> list[study.Point]:
        """All runs: every optimizer at each of its learning rates, from every seed."""
        common = {
            "data": self.source,
            "digest": self.data.digest,
            "target": self.target,
            "task": self.data.task,
            "hidden": self.hidden,
            "activation": self.activation,
            "initializer": self.initializer,
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "by": self.by,
        }
        settings = []
        for spec in self.specs:
            of_spec = {"optimizer": spec.label, "file": spec.kind.file, "code": spec.kind.code}
            settings += [common | of_spec | {"learning_rate": rate} for rate in spec.learning_rates]
        return study.repeat(settings, self.seeds)


@dataclass(frozen=True)
class Comparison:
    """The answer.

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

    def table(self) -> Table:
        """Where they end: losses and scores with their quartiles, ranked."""
        return tables.ends(self)

    def ways(self) -> Table:
        """How they get there: time, updates and time to the target, and how many diverge."""
        return tables.ways(self)

    def sensitivity(self) -> Table:
        """Every optimizer at each learning rate."""
        return tables.sensitivity(self)

    def notes(self) -> list[str]:
        """The answer in words, and what should make one doubt it."""
        return notes.notes(self)

    def figures(self) -> list[Drawing]:
        """Curves, sensitivity, and every run; draw inside ``with minnet.plotting.style():``."""
        return figures.figures(self)

    def write_report(self, path: str | os.PathLike[str], command: str = "") -> None:
        """One page that needs no other file; `command`, if given, is shown as the way to repeat it."""
        report.write(self, path, command)

    def __str__(self) -> str:
        return "\n\n".join([str(self.table()), str(self.ways()), *self.notes()])


def compare(
    optimizers: Sequence[str],
    *,
    data: Any = "circles",
    target: str | None = None,
    task: str | None = None,
    learning_rates: Sequence[float] = LEARNING_RATES,
    hidden: Sequence[int] = (16, 16),
    activation: str = "tanh",
    initializer: str = "glorot_uniform",
    epochs: int = 50,
    batch_size: int = 32,
    seeds: int = 10,
    by: str = "training",
    target_loss: float | None = None,
    optimizer_files: Sequence[str | Path] = (),
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    n_jobs: int = 1,
    progress: bool = False,
) -> Comparison:
    """Compare optimizers on a problem; `minnet.compare` says what is done to be fair.

    Parameters
    ----------
    optimizers : sequence of str
        ``"adam"``, ``"sgd(momentum=0.9)"``; the latter may bring learning rates of its own, as many as the others
        have: ``"lion(learning_rate=[1e-4, 1e-3])"``.
    data : str, path, or (x, y)
        "circles", "blobs", "moons", "digits"; a CSV file; or arrays (n, i) and (n,).
    target : str, optional
        The column of the file to predict; the last one by default.
    task : str, optional
        "classification" or "regression". By default it is classification if the target is text, or whole numbers of
        at most 20 kinds with five samples of each on average.
    learning_rates : sequence of float
        Each is tried with every seed.
    hidden : sequence of int
        Units of each hidden layer; none for a linear model.
    activation : str
        After each hidden layer.
    initializer : str
        Of the first weights, the same for all optimizers; one of `minnet.initializers.INITIALIZERS`.
    epochs, batch_size : int
    seeds : int
        How often each optimizer is run at each learning rate.
    by : str
        "training": learning rates are chosen and optimizers ranked by the loss of the training samples, after the last
        epoch. "held-out": a fifth of them is set aside to choose learning rates with, and the ranking is by the loss
        of the held-out samples, which have no part in any choice.
    target_loss : float, optional
        A training loss; how long it takes to reach is told. By default it is as low as each of them comes.
    optimizer_files : sequence of path
        Python files whose `minnet.Optimizer` subclasses become names.
    seed : int
        Of all random numbers.
    out : path, optional
        A folder for finished runs, which are not made again. By default none are kept.
    n_jobs : int
        Runs at once, in processes; -1 for as many as there are processors. Results do not depend on it, but for times.
    progress : bool

    Raises
    ------
    SettingError, DataError, FileNotFoundError
        Something is not known, out of its range, or cannot be learned from.
    OSError, FileFormatError, StudyInterrupted
        As in `minnet.study.run`.

    Examples
    --------
    >>> made = compare(["adam", "sgd"], learning_rates=[0.01, 0.1], epochs=2, seeds=2)
    >>> sorted(one.label for one in made.ranked), len(made.rows)
    (['Adam', 'SGD'], 8)
    """
    if isinstance(optimizers, str):
        raise SettingError(f"compare: optimizers is a list such as ['adam', 'sgd'], not {optimizers!r}")
    if target_loss is not None:
        check_range("compare", target_loss=(target_loss, lambda loss: 0 < loss < float("inf"), "positive"))
    kinds = known(optimizer_files)
    specs = tuple(parse(text, kinds, learning_rates) for text in optimizers)
    with TemporaryDirectory() as spare:
        folder = Path(spare if out is None else out)
        source = sources.source_of(data) if isinstance(data, str | os.PathLike) else sources.keep(data, folder)
        loaded = sources.load(source, target, task, seed)
        question = Question(
            specs,
            loaded,
            source,
            target,
            tuple(hidden),
            _activation(activation),
            _initializer(initializer),
            epochs,
            batch_size,
            seeds,
            by,
            seed,
        )
        for spec in specs:
            if spec.kind.file:
                runs.try_out(spec)
        rows = study.run(
            runs.train,
            question.points(),
            store=folder / STORE,
            seed=seed,
            name=STUDY,
            version=runs.VERSION,
            n_jobs=n_jobs,
            progress=progress,
        )
    return Comparison(question, rows, target_loss)


def _initializer(name: str) -> str:
    if name not in INITIALIZERS:
        raise SettingError(f"there is no initializer {name!r}; {nearest(str(name), INITIALIZERS)}")
    return name


def _activation(name: str) -> str:
    by_lower = {known.lower(): known for known in ACTIVATIONS}
    if name.lower() not in by_lower:
        raise SettingError(f"there is no activation {name!r}; {nearest(name, ACTIVATIONS)}")
    return by_lower[name.lower()]
