"""What is learned from: a generated problem, a file, or arrays; and how one seed splits and scales it."""

import hashlib
import os
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from minnet import datasets, storage
from minnet.archives import read_arrays
from minnet.checks import as_real, check_finite, check_not_masked, varies
from minnet.compare import tabular
from minnet.compare.cells import as_numbers, plain_number
from minnet.compare.targets import check_target
from minnet.errors import DataError, FileFormatError, SettingError, ShapeError, nearest
from minnet.frames import as_array
from minnet.types import Array

TASKS = ("classification", "regression")
NAMES = ("circles", "blobs", "moons", "digits")
MOST_CLASSES = 20  # different whole numbers in a target that are still taken for classes
FEWEST_SAMPLES = 20
LARGEST = 1e150  # values, whose squares are still in range, as are those of its inverse
HELD_OUT = 0.25  # of all samples: for no choice, only looked at
VALIDATION = 0.2  # of the others: to choose learning rates, where they are chosen on held-out data


@dataclass(frozen=True)
class Data:
    """Samples.

    Attributes
    ----------
    name : str
        "circles", or the name of the file.
    x : array (n, i)
    y : array (n,)
        Values; or classes, counted from 0.
    task : str
        "classification" or "regression".
    classes : tuple of str
        Names of the classes; none in regression.
    target : str
        Name of what is predicted.
    """

    name: str
    x: Array
    y: Array
    task: str
    classes: tuple[str, ...]
    target: str

    @property
    def digest(self) -> str:
        """A hash of all the numbers."""
        parts = [np.ascontiguousarray(values, float).tobytes() for values in (self.x, self.y)]
        return hashlib.sha256(b"".join(parts)).hexdigest()[:16]

    def __str__(self) -> str:
        target = f"of {self.target!r} " if self.target else ""
        classes = f"into {len(self.classes)} classes " if self.classes else ""
        different = 1 + int(_numbered(self.x).max())
        at = f" at {different} different points" if different < len(self.x) else ""
        return f"{self.name}: {self.task} {classes}{target}from {self.x.shape[1]} inputs, {len(self.x)} samples{at}"


@dataclass(frozen=True)
class Split:
    """Samples as one seed splits them, (x, y) each. `validation` is None unless learning rates are chosen on it.

    Inputs have mean 0 and variance 1 over the training samples, and so have the values of a regression; two classes
    are 0 and 1, more are one-hot (n, o).
    """

    train: tuple[Array, Array]
    validation: tuple[Array, Array] | None
    test: tuple[Array, Array]


def load(source: str, target: str | None, task: str | None, seed: int) -> Data:
    """The data of a name in `NAMES`, of a CSV or Parquet file, or of an ``.npz`` file with x and y from `save_arrays`.

    Raises
    ------
    SettingError, DataError, FileNotFoundError
        There is no such source or column, or what is there cannot be learned from.
    """
    if source in NAMES:
        if target is not None or task not in (None, "classification"):
            raise SettingError(f"{source} has a target of its own, classes; target and task are for files and arrays")
        x, labels = _generated(source, seed)
        return Data(source, x, labels.astype(float), "classification", tuple(map(str, np.unique(labels))), "")
    if source.endswith(".npz"):
        x, cells = _arrays(source)
        return _as_data("arrays", x, cells, "", task)
    if not source.lower().endswith(tabular.SUFFIXES) and not Path(source).is_file():
        raise SettingError(f"there are no data {source!r}; {nearest(source, NAMES)}, or a file, CSV or Parquet")
    table = tabular.open_table(Path(source))
    x, cells, name = tabular.samples(table, target)
    return _as_data(table.source, x, cells, name, task, [table.place(line, name) for line, _ in table.lines])


@lru_cache(maxsize=4)
def loaded(source: str, target: str | None, task: str, seed: int, digest: str) -> Data:
    """`load`, once for many runs; a `DataError` if the numbers are no longer those that the comparison began with."""
    data = load(source, target, task, seed)
    if data.digest != digest:
        raise DataError(f"{source} has changed since the comparison began")
    return data


def save_arrays(pair: Any, folder: Path) -> str:
    """Write arrays x (n, i) or (n,), and y (n,), to where all processes find them; returns the source for `load`."""
    if not (isinstance(pair, tuple | list) and len(pair) == 2):
        raise SettingError(f"data must be a name, a file, or a pair (x, y) of arrays, not {pair!r}")
    check_not_masked(pair[1], "y")
    inputs, cells = as_real(pair[0], "x"), as_array(pair[1], "y")
    inputs = inputs[:, np.newaxis] if inputs.ndim == 1 else inputs
    if inputs.ndim != 2 or cells.shape != (len(inputs),):
        raise ShapeError(f"data: x has shape {inputs.shape}, y {cells.shape}; (n, features) and (n,) are needed")
    check_finite(inputs, "x")
    if cells.dtype.kind == "O":
        for index, label in enumerate(cells):
            if label is None or str(label) in ("nan", "<NA>", "NaT"):
                raise DataError(f"y[{index}] is {label}: there is no value; remove the sample, or fill it in")
        cells = cells.astype(str)
    if cells.dtype.kind == "f":
        check_finite(cells, "y")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"data-{hashlib.sha256(inputs.tobytes() + cells.tobytes()).hexdigest()[:16]}.npz"
    with storage.full_disk_explained(path, "nothing has been compared yet", inputs.nbytes + cells.nbytes):
        np.savez(path, allow_pickle=False, x=inputs.astype(float), y=cells)
    return str(path.resolve())


def split(data: Data, by: str, rng: np.random.Generator) -> Split:
    """Samples in random order: training, validation (if `by` is "held-out"), test; scaled by the training samples.

    Samples of the same inputs stay together: one that is held out says little if its twin has been learned. Where few
    inputs differ, these are categories, and every sample is by itself.
    """
    inputs = _numbered(data.x)
    if inputs.max() + 1 < FEWEST_SAMPLES:
        inputs = np.arange(len(inputs))
    train, test = _held_out(inputs, HELD_OUT, rng)
    x, y, x_test, y_test = data.x[train], data.y[train], data.x[test], data.y[test]
    x_validation, y_validation = x[:0], y[:0]
    if by == "held-out":
        train, validation = _held_out(inputs[train], VALIDATION, rng)
        x, y, x_validation, y_validation = x[train], y[train], x[validation], y[validation]
    x, x_test, *rest = datasets.standardize(x, x_test, *([x_validation] if len(x_validation) else []))
    if not varies(y) or (data.task == "regression" and np.ptp(y) < 1 / LARGEST):
        what = f"{y[0]:g}" if data.task == "regression" else repr(data.classes[int(y[0])])
        raise DataError(
            f"{data.name}: in a split all {len(y)} training samples have the target {what}; too few others are there "
            "to learn from"
        )
    if data.task == "regression":
        mean, scale = y.mean(), y.std()
        if not varies(y_test):  # but by rounding, which divided by a small scale would be large
            y_test = np.full_like(y_test, y_test[0])
        y, y_validation, y_test = ((values - mean) / scale for values in (y, y_validation, y_test))
    elif len(data.classes) > 2:
        y, y_validation, y_test = (
            np.eye(len(data.classes))[values.astype(int)] for values in (y, y_validation, y_test)
        )
    return Split((x, y), (rest[0], y_validation) if rest else None, (x_test, y_test))


def _held_out(inputs: Array, part: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Of samples with inputs of these numbers (n,), which to train with, and which to hold out: this part of different
    inputs and of samples, rounded up, or a little less."""
    inputs = _numbered(inputs[:, np.newaxis])
    sizes = np.bincount(inputs)
    later, first, *_ = datasets.split(np.arange(len(sizes)), sizes, test_size=part, rng=rng)
    members = np.split(np.argsort(inputs, kind="stable"), np.cumsum(sizes)[:-1])
    train: list[Array] = []
    held_out: list[Array] = []
    room = np.ceil(part * len(inputs))
    for number in (*first, *later):
        fits = len(held_out) < len(first) and sizes[number] <= room
        (held_out if fits else train).append(members[number])
        room -= fits * sizes[number]
    return np.concatenate(train), np.concatenate(held_out)


def _numbered(x: Array) -> Array:
    """A number for each sample (n,), the same where all inputs are: 0, 1, ... in the order in which they first come."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(row.tobytes(), len(numbers)) for row in np.ascontiguousarray(x + 0.0)])


def training_samples(n: int, by: str) -> int:
    """How many of n samples `split` leaves for training, at least; scikit-learn rounds test sets up."""
    n -= int(np.ceil(HELD_OUT * n))
    return n - int(np.ceil(VALIDATION * n)) if by == "held-out" else n


def whole_path(data: str | os.PathLike[str]) -> str:
    """A name as it is; a file by its whole path, for other processes may have another working directory."""
    name = os.fspath(data)
    return name if name in NAMES or not Path(name).is_file() else str(Path(name).resolve())


def _arrays(source: str) -> tuple[Array, list[str]]:
    """x and the cells of y from an ``.npz`` file."""
    if not Path(source).is_file():
        raise FileNotFoundError(f"{source}: there is no such file to read data from")
    try:
        held = read_arrays(Path(source), "data, x and y,")
    except FileFormatError as error:
        raise DataError(str(error)) from None
    if not {"x", "y"} <= set(held):
        raise DataError(
            f"{source} holds the arrays {', '.join(held) or 'none'}; x (samples, features) and y are needed"
        )
    x = as_real(held["x"], f"{source}: x").astype(float)
    x = x[:, np.newaxis] if x.ndim == 1 else x
    if x.ndim != 2 or held["y"].shape != (len(x),):
        raise DataError(f"{source}: x {x.shape} and y {held['y'].shape}; (n, features) and (n,) are needed")
    check_finite(x, f"{source}: x")
    return x, list(map(str, held["y"].tolist()))


def _generated(name: str, seed: int) -> tuple[Array, Array]:
    if name == "digits":
        return datasets.digits()
    if name == "blobs":
        return datasets.blobs(1000, centers=3, rng=np.random.default_rng(seed))
    make = {"circles": datasets.circles, "moons": datasets.moons}[name]
    return make(1000, rng=np.random.default_rng(seed))


def _as_data(
    name: str, x: Array, cells: list[str], target: str, task: str | None, places: list[str] | None = None
) -> Data:
    """Cells of a target as classes or values; `places` say where they are from."""
    if task not in (None, *TASKS):
        raise SettingError(f"there is no task {task!r}; {nearest(str(task), TASKS)}")
    if len(cells) < FEWEST_SAMPLES:
        raise DataError(f"{name} has {len(cells)} samples; to train and to test, at least {FEWEST_SAMPLES} are needed")
    places = [f"y[{index}]" for index in range(len(cells))] if places is None else places
    check_target(cells, places, f"the target {target!r}" if target else "y", task)
    for index, column in enumerate(x.T):
        _check_range(name, column, f"input {index + 1}")
    values = as_numbers(cells)
    if values is not None:
        _check_range(name, values, f"the target {target!r}")
    if len(set(cells)) < 2:
        raise DataError(f"{name}: the target {target!r} is {cells[0]!r} everywhere; there is nothing to learn")
    few = len(set(cells)) <= min(MOST_CLASSES, len(cells) // 5)
    whole = values is not None and bool((values == np.round(values)).all())
    if values is not None and (task == "regression" or (task is None and not (few and whole))):
        return Data(name, x, values, "regression", (), target)
    names = [f"{value:.0f}" for value in values] if whole and values is not None else cells
    counts = Counter(names)
    if len(counts) > len(cells) // 2:
        place, cell = next(pair for pair in zip(places, names, strict=True) if counts[pair[1]] == 1)
        raise DataError(
            f"{name}: the target {target!r} has {len(counts)} different classes in {len(cells)} samples, for example "
            f"{cell!r} ({place}){plain_number(cell)}; is it the column to predict? Name another as the target"
        )
    classes = sorted(counts, key=float) if whole else sorted(counts)
    number = {label: float(index) for index, label in enumerate(classes)}
    return Data(name, x, np.array([number[label] for label in names]), "classification", tuple(classes), target)


def _check_range(name: str, values: Array, what: str) -> None:
    """Raise for numbers (n,) whose squares overflow, or whose differences vanish when they are squared."""
    largest = np.abs(values).max()
    if largest > LARGEST:
        raise DataError(f"{name}: {what} has values up to {largest:.0e}, whose squares are out of range; divide them")
    if varies(values) and np.ptp(values) < 1 / LARGEST:
        raise DataError(f"{name}: {what} differs by {np.ptp(values):.0e}, whose square is out of range; multiply it")
