"""CSV files: numbers in columns that have names, and one column to be predicted. Nothing is repaired, and what was
understood can be printed: `Table.account`.

The grammar: the first line names the columns; semicolons, tabs or commas separate cells, whichever the first line has
most of; a number is ``-1.5e3``, with a decimal comma where commas do not separate; missing is what pandas takes for
missing, ``?``, ``n.a.``, and the errors of spreadsheets such as ``#DIV/0!``.
"""

import csv
import io
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from minnet.errors import DataError, SettingError, nearest
from minnet.types import Array

MISSING = {
    "", "?", "#n/a", "#n/a n/a", "#na", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>", "n/a", "na", "null",
    "nan", "none", "n.a.", "nat", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#error!", "#spill!",
}  # fmt: skip
"""In lower case: as in `pandas.read_csv`, with the errors of Excel, LibreOffice and Google's sheets."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True)
class Table:
    """A file as it was read.

    Attributes
    ----------
    names : list of str
        Of the columns.
    lines : list of (int, list of str)
        Numbers of lines, and their cells, with decimal points.
    separator : str
    decimal_comma : bool
    """

    names: list[str]
    lines: list[tuple[int, list[str]]]
    separator: str
    decimal_comma: bool

    def account(self) -> str:
        """What was understood, in words."""
        numbers = "numbers with decimal commas" if self.decimal_comma else "numbers with decimal points"
        rows = [
            f"{len(self.lines)} lines of {len(self.names)} cells, separated by {SEPARATORS[self.separator]}; {numbers}"
        ]
        for index, name in enumerate(self.names):
            cells = [cells[index] for _, cells in self.lines if index < len(cells)]
            known = [cell for cell in cells if not is_missing(cell)]
            values = as_numbers(known)
            numeric = sum(as_numbers([cell]) is not None for cell in known)
            among = f", {numeric} of {len(known)} cells are numbers" if numeric else ""
            kind = (
                f"text, {len(set(known))} kinds{among}"
                if values is None
                else (f"numbers from {values.min():g} to {values.max():g}" if len(known) else "nothing")
            )
            missing = f", {len(cells) - len(known)} missing" if len(known) < len(cells) else ""
            rows.append(f"  {name}: {kind}{missing}")
        return "\n".join(rows)


def is_missing(cell: str) -> bool:
    return cell.lower() in MISSING


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
    return samples(open_table(path), path, target)


def samples(table: Table, path: Path, target: str | None) -> tuple[Array, list[str], str]:
    """`read`, of a table that was opened: a sample for each of its lines."""
    header, lines = table.names, table.lines
    if len(header) < 2:
        raise DataError(f"{path.name} has one column; an input and a target, separated by commas, are needed")
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
            if is_missing(cell):
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
    return open_table(Path(path)).names


def as_numbers(cells: list[str]) -> Array | None:
    """Cells as finite numbers (n,), or None if one of them is something else."""
    if not all(NUMBER.fullmatch(cell) for cell in cells):
        return None
    values = np.array([float(cell) for cell in cells])
    return values if np.isfinite(values).all() else None


def open_table(path: Path) -> Table:
    """A file as a table; errors as for `read`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: there is no such file to read data from") from None
    except UnicodeDecodeError:
        raise DataError(f"{path.name} is not a text file in UTF-8; save it as CSV (UTF-8)") from None
    first = re.sub('"[^"]*"', "", text.lstrip("\n").partition("\n")[0])  # a name in quotes may hold any of them
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise DataError(f"{path.name}, line {reader.line_num}: {error}") from None
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise DataError(f"{path.name} is empty")
    header = lines[0][1]
    if not _are_names(header):
        raise DataError(
            f"{path.name}: the first line must name the columns, but it holds numbers: {first[:60]!r}. Put a line of "
            "names before it"
        )
    for index, name in enumerate(header):
        if not name or name in header[:index]:
            pandas = "; pandas leaves out the index, a column without a name, by to_csv(..., index=False)"
            raise DataError(
                f"{path.name}, line 1: the name {name!r} of column {index + 1} is empty, or there twice: name it, or "
                f"remove the column{'' if name or index else pandas}"
            )
    lines = lines[1:]
    commas = separator != "," and _has_decimal_commas(cell for _, cells in lines for cell in cells)
    if commas:
        lines = [(number, [_with_point(cell) for cell in cells]) for number, cells in lines]
    return Table(header, lines, separator, commas)


def _are_names(header: list[str]) -> bool:
    """Whether a first line names columns: by text, or by consecutive years."""
    numbers = [as_numbers([cell]) for cell in header]
    if all(number is None for number in numbers):
        return True
    years = all(re.fullmatch("[12][0-9]{3}", cell) for cell in header)
    return years and all(int(after) - int(before) == 1 for before, after in pairwise(header))


def _has_decimal_commas(cells: Iterable[str]) -> bool:
    """Whether there are numbers with a decimal comma, and none with a decimal point."""
    found = False
    for cell in cells:
        if "." in cell and NUMBER.fullmatch(cell):
            return False
        found |= "," in cell and NUMBER.fullmatch(_with_point(cell)) is not None
    return found


def _with_point(cell: str) -> str:
    changed = cell.replace(",", ".")
    return changed if NUMBER.fullmatch(changed) else cell


def _number(path: Path, line: int, name: str, cell: str) -> float:
    values = as_numbers([cell])
    if values is None:
        raise DataError(
            f"{path.name}, line {line}, column {name!r}: {cell!r} is not a finite number; inputs are numbers: remove "
            "the column, or code it as numbers (if it is what is to be predicted, name it as the target)"
        )
    return float(values[0])
