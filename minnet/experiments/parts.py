"""What all experiments have in common: settings that are checked and have a help text, and their studies."""

import operator
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType
from typing import Any, TypedDict, get_args, get_origin, get_type_hints

import numpy as np

from minnet import kernels, study
from minnet.errors import DivergenceError, SettingError, check_range, is_number, is_whole, known_name
from minnet.study.backends import chosen
from minnet.study.single import Function

STORE = "runs.sqlite"


def setting(default: Any, help: str, names: Iterable[str] | None = None, may_be_empty: bool = False) -> Any:
    """A field of a `Config`: its default, what `--help` says about it, and the names it may be or hold, if there are
    such; of several names there is at least one, unless it `may_be_empty`."""
    return field(default=default, metadata={"help": help, "names": names, "may_be_empty": may_be_empty})


@dataclass(frozen=True)
class Beside:
    """A number of a document and the same one from a run, for the report's first table.

    Attributes
    ----------
    quantity : str
        What, with its unit, and where it stands in the document (a figure, a section, a page).
    published : str
        The number as it is printed there.
    found : str
        The run's, to as many digits as say something; "-" where its settings leave it out.
    """

    quantity: str
    published: str
    found: str


def check_settings(owner: str, config: Any, **least: float) -> None:
    """Raise `SettingError` if a setting of a `Config` is not of its kind, or less than the least given for it.

    Numbers must be finite, and whole where the field is an int; names must be known, in capitals or not, and become the
    known ones. Of a setting with several values, a tuple, every one is checked, and there must be one. It is said
    before the first run is made, not after the others.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Config:
    ...     widths: tuple[int, ...] = (10, 0)
    >>> check_settings("fits", Config(), widths=1)
    Traceback (most recent call last):
    minnet.errors.SettingError: fits: widths=0 is out of range; widths must be at least 1
    """
    hints = get_type_hints(type(config))
    for one in fields(config):
        value = _of_kind(owner, one.name, getattr(config, one.name), hints[one.name], one.metadata.get("names"))
        if value == () and one.metadata.get("names") and not one.metadata["may_be_empty"]:
            raise SettingError(f"{owner}: {one.name} is empty; give at least one of {', '.join(one.metadata['names'])}")
        object.__setattr__(config, one.name, value)
    for name, smallest in least.items():
        values = getattr(config, name)
        if values == ():
            raise SettingError(f"{owner}: {name} is empty; give at least one value")
        at_least = partial(operator.le, smallest), f"at least {smallest:g}"
        for value in values if isinstance(values, tuple) else (values,):
            check_range(owner, **{name: (value, *at_least)})


def _of_kind(owner: str, name: str, value: Any, hint: Any, names: Iterable[str] | None) -> Any:
    """The value of a setting, with names as they are written."""
    kinds = get_args(hint)
    if NoneType in kinds:
        return None if value is None else _of_kind(owner, name, value, kinds[0], names)
    if get_origin(hint) is tuple:
        if kinds[-1] is not Ellipsis and len(value) != len(kinds):
            raise SettingError(f"{owner}: {name} has {len(kinds)} values, and {len(value)} were given")
        return tuple(_of_kind(owner, name, part, kinds[0], names) for part in value)
    if names is not None:
        return known_name(f"{owner}: {name}", "choice", value, names)
    if hint is int and not is_whole(value):
        raise SettingError(f"{owner}: {name}={value!r} must be a whole number")
    if hint is float and not (is_number(value) and isfinite(value)):
        raise SettingError(f"{owner}: {name}={value!r} must be a finite number")
    return value


def check_batches(owner: str, samples: int, **sizes: int | tuple[int, ...]) -> None:
    """Raise `SettingError` if a batch is larger than the number of samples, as `fit` would after the first runs.

    Examples
    --------
    >>> check_batches("fits", 1001, batch_sizes=(20, 2000))
    Traceback (most recent call last):
    minnet.errors.SettingError: fits: batch_sizes=2000 is larger than the 1001 samples to train with
    """
    for name, values in sizes.items():
        largest = max(values, default=0) if isinstance(values, tuple) else values
        if largest > samples > 0:  # that there are none is said where they are made
            raise SettingError(f"{owner}: {name}={largest} is larger than the {samples} samples to train with")


class RunOptions(TypedDict, total=False):
    """What every experiment's ``run(config, **options)`` takes besides its settings.

    Attributes
    ----------
    rng : int, numpy.random.Generator or None
        Every run of a study has a stream of its own that follows from it, so results do not depend on the number of
        processors. None: another result every time.
    progress : bool
        Show how far the runs have come.
    checkpoints : Path or None
        A folder for the runs that are done; what is found there is not done again.
    """

    rng: int | np.random.Generator | None
    progress: bool
    checkpoints: Path | None


class Studies:
    """The studies of one experiment, made from its `RunOptions`: they share a seed, and a folder for finished runs."""

    def __init__(
        self,
        rng: int | np.random.Generator | None = None,
        progress: bool = False,
        checkpoints: Path | None = None,
    ) -> None:
        self.rng, self.progress, self.checkpoints = np.random.default_rng(rng), progress, checkpoints

    @cached_property
    def seed(self) -> int:
        """One number for all random streams: the first that is drawn."""
        return int(self.rng.integers(2**32))

    def runs(self, function: Function, points: list[study.Point], *, name: str, alone: bool = False) -> list[study.Row]:
        """The runs of one study, in as many threads as there are processors; one by one if timed `alone`.

        `minnet.study.use_backend` may send them to a cluster instead.

        Compiled epochs release the interpreter, so threads are as good as processes here, and start at once. Finished
        runs are kept in ``checkpoints / "runs.sqlite"``, which becomes one of the experiment's results.

        Raises
        ------
        DivergenceError
            A run failed; the experiments are not to speak of the others alone. The message gives its settings.
        """
        with TemporaryDirectory() as spare:
            rows = study.run(
                function,
                points,
                store=(self.checkpoints or Path(spare)) / STORE,
                seed=self.seed,
                name=name,
                progress=self.progress,
                **chosen(1 if alone else kernels.threads()),
            )
        for row in rows:
            if row.error is not None:
                raise DivergenceError(f"{name}: the run with {row.settings}, repeat {row.repeat}, failed: {row.error}")
        return rows
