"""`compare`, which makes the runs of a question and ranks them; and `Comparison`, the answer, ready to be shown."""

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from minnet import study
from minnet.activations import ACTIVATIONS
from minnet.compare import data as sources
from minnet.compare import figures, notes, report, runs, tables
from minnet.compare.question import Question
from minnet.compare.results import Results
from minnet.compare.specs import optimizer_classes, parse
from minnet.errors import SettingError, check_range, known_name
from minnet.experiments.parts import STORE
from minnet.initializers import INITIALIZERS
from minnet.names import explained
from minnet.notebook import bullets, output, paragraph
from minnet.presentation import Drawing
from minnet.tables import Table

LEARNING_RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
STUDY = "compare"


class Comparison(Results):
    """The answer: `Results`, whose attributes it has, with tables, sentences, figures and a report about them.

    >>> import numpy as np
    >>> from minnet.compare import LEARNING_RATES, Question, compare
    >>> answer = compare(["adam", "sgd"], learning_rates=LEARNING_RATES[1:3], epochs=1, seeds=2)
    >>> isinstance(answer, Comparison), isinstance(answer.question, Question)
    (True, True)
    >>> answer.question.epochs, len(answer.question.points())
    (1, 8)
    """

    def table(self) -> Table:
        """Losses and scores after the last epoch, with their quartiles, ranked."""
        return tables.final_losses(self)

    def convergence(self) -> Table:
        """Time, updates and time to the target, and how many diverge."""
        return tables.convergence(self)

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
        return "\n\n".join([str(self.table()), str(self.convergence()), *self.notes()])

    def _repr_html_(self) -> str:
        verdict, *doubts = self.notes()
        tables = self.table().html() + self.convergence().html()
        return output(f"Comparison: {self.question.data}", paragraph(verdict), tables, bullets(doubts))


@explained("compare(['adam', 'sgd'], data=(x, y))")
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
    keep_failed: bool = False,
    progress: bool = False,
) -> Comparison:
    """Compare optimizers on a problem; `minnet.compare` says what is done to be fair.

    Parameters
    ----------
    optimizers : sequence of str
        ``"adam"``, ``"sgd(momentum=0.9)"``; the latter may bring learning rates of its own, as many as the others
        have: ``"lion(learning_rate=[1e-4, 1e-3])"``.
    data : str, path, or (x, y)
        "circles", "blobs", "moons", "digits"; a CSV or Parquet file; or arrays (n, i) and (n,).
    target : str, optional
        The column of the file to predict; the last one by default.
    task : str, optional
        "classification" or "regression". By default it is classification if the target is text, or whole numbers of
        at most 20 kinds with five samples of each on average. What is doubtful, a word among numbers, say, or names
        that differ by capitals alone, is then an error; "classification" takes them as they stand.
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
        of the held-out samples, which have no part in any choice. Samples of the same inputs are held out together.
    target_loss : float, optional
        A training loss; the time to reach it is part of the answer. By default it is as low as each of them comes.
    optimizer_files : sequence of path
        Python files whose `minnet.Optimizer` subclasses become names.
    seed : int
        Of all random numbers.
    out : path, optional
        A folder for finished runs, which are not made again. By default none are kept.
    n_jobs : int
        Runs at once, in processes; -1 for as many as there are processors. Results do not depend on it, but for times.
    keep_failed : bool
        Do not try again what failed in an earlier call, otherwise than by a divergence.
    progress : bool

    Raises
    ------
    SettingError, DataError, FileNotFoundError
        Something is not known, out of its range, or cannot be learned from.
    OSError, FileFormatError, StudyInterrupted
        As in `minnet.study.run`.

    Examples
    --------
    >>> answer = compare(["adam", "sgd"], learning_rates=[0.01, 0.1], epochs=2, seeds=2)
    >>> sorted(contender.label for contender in answer.ranked), len(answer.rows)
    (['Adam', 'SGD'], 8)
    """
    if isinstance(optimizers, str):
        raise SettingError(f"compare: optimizers is a list such as ['adam', 'sgd'], not {optimizers!r}")
    if target_loss is not None:
        check_range("compare", target_loss=(target_loss, lambda loss: 0 < loss < float("inf"), "positive"))
    classes = optimizer_classes(optimizer_files)
    specs = tuple(parse(text, classes, learning_rates) for text in optimizers)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary if out is None else out)
        source = sources.whole_path(data) if isinstance(data, str | os.PathLike) else sources.save_arrays(data, folder)
        loaded = sources.load(source, target, task, seed)
        question = Question(
            specs,
            loaded,
            source,
            target,
            tuple(hidden),
            known_name("compare", "activation", activation, ACTIVATIONS),
            known_name("compare", "initializer", initializer, INITIALIZERS),
            epochs,
            batch_size,
            seeds,
            by,
            seed,
        )
        for spec in specs:
            if spec.source.file:
                runs.try_out(spec)
        rows = study.run(
            runs.train,
            question.points(),
            store=folder / STORE,
            seed=seed,
            name=STUDY,
            version=runs.VERSION,
            n_jobs=n_jobs,
            keep_failed=keep_failed,
            progress=progress,
        )
    return Comparison(question, rows, target_loss)
