"""CSV files: numbers in columns that have names, and one column to be predicted. Nothing is guessed or repaired."""

import csv
import io
import math
import os
from pathlib import Path

import numpy as np

from minnet.errors import DataError, SettingError, nearest
from minnet.types import Array

MISSING = ("", "na", "n/a", "nan", "null", "none", "?")


def read(path: str | os.PathLike[str], target: str | None = None) -> tuple[Array, list[str], str]:
    """Inputs x (n, i), the cells of the target column, and its name.

    The first line names the columns; commas, semicolons or tabs separate them. Empty lines do not count.

    Parameters
    ----------
    path : str or path
    target : str, optional
        Name of the column to predict; the last one by default. All others are inputs.

    Raises
    ------
    DataError
        A value is missing, an input is not a finite number, or lines are of different lengths: the message names
        line and column. Also if names are missing or not unique, or the file is no text.
    SettingError
        There is no column of that name.
    FileNotFoundError
        There is no such file.
    """
    path = Path(path)
    header, lines = _cells(path)
    if target is not None and target not in header:
        raise SettingError(f"{path.name} has no column {target!r}; {nearest(target, header)}")
    chosen = len(header) - 1 if target is None else header.index(target)
    inputs, targets = [], []
    for number, cells in lines:
        if len(cells) != len(header):
            raise DataError(
                f"{path.name}, line {number}: {len(cells)} cells, but the first line names {len(header)} columns"
            )
        for name, cell in zip(header, cells, strict=True):
            if cell.lower() in MISSING:
                raise DataError(
                    f"{path.name}, line {number}, column {name!r}: there is no value ({cell!r}); remove the line or "
                    "the column, or fill it in"
                )
        targets.append(cells[chosen])
        pairs = zip(header, cells, strict=True)
        inputs.append([_number(path, number, *pair) for i, pair in enumerate(pairs) if i != chosen])
    if not targets:
        raise DataError(f"{path.name} has a line of names, but no lines of values")
    return np.array(inputs), targets, header[chosen]


def names(path: str | os.PathLike[str]) -> list[str]:
    """Of the columns, as `read` takes them; with its errors."""
    return _cells(Path(path))[0]


def as_numbers(cells: list[str]) -> Array | None:
    """Cells as finite numbers (n,), or None if one of them is something else."""
    try:
        values = np.array([float(cell) for cell in cells])
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def _cells(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Names of the columns; and of each further line its number and its cells, stripped."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: there is no such file to read data from") from None
    except UnicodeDecodeError:
        raise DataError(f"{path.name} is not a text file in UTF-8; save it as CSV (UTF-8)") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise DataError(f"{path.name}, line {reader.line_num}: {error}") from None
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise DataError(f"{path.name} is empty")
    header = lines[0][1]
    if len(header) < 2:
        raise DataError(f"{path.name} has one column; an input and a target, separated by commas, are needed")
    if any(as_numbers([name]) is not None for name in header):
        raise DataError(f"{path.name}: the first line must name the columns, but it holds numbers: {first[:60]!r}")
    for index, name in enumerate(header):
        if not name or name in header[:index]:
            raise DataError(f"{path.name}, line 1: the name {name!r} of column {index + 1} is empty, or there twice")
    return header, lines[1:]


def _number(path: Path, line: int, name: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(
            f"{path.name}, line {line}, column {name!r}: {cell!r} is not a finite number; inputs are numbers: remove "
            "the column, or code it as numbers (if it is what is to be predicted, name it as the target)"
        )
    return value
