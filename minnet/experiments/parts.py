"""What experiments have in common: settings with a help text, their studies, tables, and figures with a caption."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import kernels, study
from minnet.errors import DivergenceError, SettingError, check_range
from minnet.study.backends import chosen
from minnet.study.single import Function

STORE = "runs.sqlite"

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def setting(default: Any, help: str) -> Any:
    """A field of a `Config`: its default, and what `--help` says about it."""
    return field(default=default, metadata={"help": help})


def check_values(owner: str, config: Any, *names: str, least: float = 1) -> None:
    """Raise `SettingError` if one of the settings of a `Config`, which are tuples, is empty or holds less than `least`.

    It is said before the first run is made, not after the others.
    """
    for name in names:
        values = getattr(config, name)
        if not values:
            raise SettingError(f"{owner}: {name} is empty; give at least one value")
        for value in values:
            check_range(owner, **{name: (value, lambda given: given >= least, f"at least {least:g}")})


@dataclass(frozen=True)
class Table:
    """Rows of text under headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.headers, *self.rows, strict=True)]
        lines = ["  ".join(text.rjust(w) for text, w in zip(row, widths, strict=True)) for row in self._all()]
        return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])

    def _all(self) -> list[tuple[str, ...]]:
        return [self.headers, *self.rows]


@dataclass(frozen=True)
class Drawing:
    """A figure, the name of its file (without ending), and a sentence about it."""

    name: str
    caption: str
    figure: "Figure"


def make_runs(
    function: Function,
    points: list[study.Point],
    *,
    name: str,
    seed: int,
    checkpoints: Path | None,
    progress: bool,
    alone: bool = False,
) -> list[study.Row]:
    """The runs of an experiment's study, in as many threads as there are processors; one by one if timed `alone`.

    `minnet.study.use_backend` may send them to a cluster instead.

    Compiled epochs release the interpreter, so threads are as good as processes here, and start at once. Finished
    runs are kept in ``checkpoints / "runs.sqlite"``, which becomes one of the experiment's results.

    Raises
    ------
    DivergenceError
        A run failed; the experiments are not to speak of the others alone. Its settings are told.
    """
    with TemporaryDirectory() as spare:
        rows = study.run(
            function,
            points,
            store=(checkpoints or Path(spare)) / STORE,
            seed=seed,
            name=name,
            progress=progress,
            **chosen(1 if alone else kernels.threads()),
        )
    for row in rows:
        if row.error is not None:
            raise DivergenceError(f"{name}: the run with {row.settings}, repeat {row.repeat}, failed: {row.error}")
    return rows


def seed_of(rng: int | np.random.Generator | None) -> int:
    """One number for all random streams of a study."""
    return int(np.random.default_rng(rng).integers(2**32))
