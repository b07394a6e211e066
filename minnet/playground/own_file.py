"""A small CSV file of the visitor's own as what is learned in a race; what is wrong with it, in a visitor's words."""

import numpy as np

from minnet.checks import varies
from minnet.compare import tabular
from minnet.compare.cells import as_numbers, plain_number
from minnet.compare.targets import check_target
from minnet.errors import DataError
from minnet.playground.curve import Curve
from minnet.playground.plane import Plane
from minnet.playground.problem import RaceProblem
from minnet.playground.series import FUTURE, WINDOW, cut
from minnet.types import Array

CLASSES = 7  # colours that can be told apart
SAMPLES = 5000
CHARACTERS = 1_000_000
LARGE = 1e100  # squares of larger numbers overflow
NAME = "your file"


def decoded(content: bytes) -> str:
    """A file's text, of any encoding in which spreadsheets save it.

    Raises
    ------
    DataError
        It is none, or nothing is in it.
    """
    text, _ = tabular.decoded(content, NAME)
    _check_content(text)
    return text


def _check_content(text: str) -> None:
    if not text.strip("\ufeff \t\r\n"):
        raise DataError(f"{NAME} is empty")


def from_csv(text: str) -> RaceProblem:
    """Samples of a CSV file's text: a column of numbers for a series, two for a curve, or two and one of classes.

    Inputs, and the values of a series or a curve, are scaled to mean 0 and variance 1.

    Raises
    ------
    DataError
        It is not such a file, or a larger one than can be raced on; the message names line and column.
    """
    if len(text) > CHARACTERS:
        raise DataError(f"{NAME} has {len(text):,} characters; files of up to {CHARACTERS:,} can be raced on")
    _check_content(text)
    table = tabular.from_text(text, NAME)
    names, lines = tuple(table.names), table.lines
    if len(names) > 3:
        raise DataError(f"{NAME} has {len(names)} columns; a race is drawn for one (a series), two (x, y) or "
                        "three (x1, x2, class)")  # fmt: skip
    table.check_complete()
    if len(names) == 1:
        return _series(_numbers(table, 0), names[0])
    x = np.column_stack([_numbers(table, column) for column in range(len(names) - 1)])
    if not 10 <= len(lines) <= SAMPLES:
        raise DataError(f"{NAME} has {len(lines)} samples; 10 to {SAMPLES} can be raced on")
    for name, column in zip(names, x.T, strict=False):
        if not varies(column):
            raise DataError(f"{NAME}: column {name!r} is the same in all samples; there is nothing to learn from it")
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    if len(names) == 2:
        y = _numbers(table, 1)
        if not varies(y):
            raise DataError(f"{NAME}: the values of a curve, {names[1]!r}, must be not all the same")
        return Curve(x=x, y=(y - y.mean()) / y.std(), names=names)
    cells = [cells[2] for _, cells in lines]
    try:
        check_target(cells, [table.place(line, names[2]) for line, _ in lines], f"column {names[2]!r}", None)
    except DataError as error:
        raise DataError(str(error).partition(". If ")[0]) from None  # the rest is advice to who can name the task
    labels = sorted(set(cells))
    if not 2 <= len(labels) <= CLASSES:
        raise DataError(
            f"{NAME}: the last column, {names[2]!r}, has {len(labels)} different classes; 2 to {CLASSES} can be drawn"
        )
    y = np.array([float(labels.index(cell)) for cell in cells])
    return Plane(x=x, y=y, names=names, labels=tuple(labels))


def _series(values: Array, name: str) -> RaceProblem:
    if not 10 <= len(values) - WINDOW <= SAMPLES:
        raise DataError(
            f"{NAME} has {len(values)} values; series of {WINDOW + 10} to {WINDOW + SAMPLES} can be raced on: each is "
            f"predicted from the {WINDOW} before it"
        )
    if not varies(values):
        raise DataError(f"{NAME}: the values of a series, {name!r}, must be not all the same")
    return cut((values - values.mean()) / values.std(), np.full(len(values) + FUTURE, np.nan), (name, f"next {name}"))


def _numbers(table: tabular.Table, column: int) -> Array:
    """A column of numbers (n,); a `DataError` for the first cell that is none, or too large to be scaled."""
    for line, cells in table.lines:
        cell, place = cells[column], table.place(line, table.names[column])
        values = as_numbers([cell])
        if values is None:
            raise DataError(f"{place}: {cell!r} is not a finite number{plain_number(cell)}")
        if abs(values[0]) > LARGE:
            raise DataError(f"{place}: numbers beyond {LARGE:g} cannot be scaled")
    return np.array([float(cells[column]) for _, cells in table.lines])
