"""Files of columns that have names: CSV of any spelling, also compressed by gzip, and Parquet. One column is to be
predicted, the others are numbers. Nothing is repaired, and what was understood can be printed: `Table.account`.

The grammar of CSV: the first line names the columns; commas, semicolons, tabs, bars or spaces separate cells, whichever
gives all lines as many; Excel's ``sep=;`` may come before. `cells` says what is a number.
"""

import codecs
import csv
import gzip
import io
import os
import re
import zlib
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from minnet.compare.cells import TRUTH, as_numbers, have_decimal_commas, is_missing, plain_number, with_point
from minnet.errors import DataError, SettingError, nearest
from minnet.types import Array

SUFFIXES = ".csv", ".tsv", ".txt", ".dat", ".gz", ".parquet"
SEPARATORS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "bars", " ": "spaces"}
LOOKED_AT = 20  # lines, for what separates cells
GZIP, PARQUET = b"\x1f\x8b", b"PAR1"  # how such files begin


@dataclass(frozen=True)
class Table:
    """A file as it was read.

    Attributes
    ----------
    source : str
        Name of the file, for messages.
    names : list of str
        Of the columns.
    lines : list of (int, list of str)
        Numbers of lines, and their cells, with decimal points.
    separator : str
        Of cells; empty if the file is no text.
    form : str
        How cells are written, in words.
    """

    source: str
    names: list[str]
    lines: list[tuple[int, list[str]]]
    separator: str
    form: str

    def place(self, line: int, column: str) -> str:
        """Where a cell is, to begin a message with: ``houses.csv, line 3, column 'price'``."""
        return f"{self.source}, {'line' if self.separator else 'row'} {line}, column {column!r}"

    def check_complete(self) -> None:
        """Raise `DataError` for the first line that has not one value in each column."""
        for number, cells in self.lines:
            if len(cells) != len(self.names):
                advice = " (numbers with decimal commas? Separate the cells by semicolons)"
                raise DataError(
                    f"{self.source}, line {number}: {len(cells)} cells, but the first line names {len(self.names)} "
                    f"columns{advice if self.separator == ',' and len(cells) > len(self.names) else ''}"
                )
            for name, cell in zip(self.names, cells, strict=True):
                if is_missing(cell):
                    gaps = sum(any(map(is_missing, each)) for _, each in self.lines)
                    others = f"; so it is in {gaps} of {len(self.lines)} lines" if gaps > 1 else ""
                    raise DataError(
                        f"{self.place(number, name)}: there is no value ({cell!r}); remove the line or the column, or "
                        f"fill it in{others}"
                    )

    def account(self) -> str:
        """What was understood, in words."""
        rows = [f"{len(self.lines)} lines of {len(self.names)} cells, {self.form}"]
        for index, name in enumerate(self.names):
            cells = [cells[index] for _, cells in self.lines if index < len(cells)]
            known = [cell for cell in cells if not is_missing(cell)]
            values = as_numbers(known)
            numeric = sum(as_numbers([cell]) is not None for cell in known) if values is None else 0
            among = f", {numeric} of {len(known)} cells are numbers" if numeric else ""
            kind = (
                f"text, {len(set(known))} kinds{among}"
                if values is None
                else (f"numbers from {values.min():g} to {values.max():g}" if len(known) else "nothing")
            )
            missing = f", {len(cells) - len(known)} missing" if len(known) < len(cells) else ""
            rows.append(f"  {name}: {kind}{missing}")
        return "\n".join(rows)


def read(path: str | os.PathLike[str], target: str | None = None) -> tuple[Array, list[str], str]:
    """Inputs x (n, i), the cells of the target column, and its name.

    Parameters
    ----------
    path : str or path
    target : str, optional
        Name of the column to predict; the last one by default. All others are inputs: numbers, or true and false.

    Raises
    ------
    DataError
        A value is missing, an input is not a finite number, or lines are of different lengths: the message names
        line and column. Also if names are missing or not unique, or the file is no table.
    SettingError
        There is no column of that name; or the file is Parquet, and pyarrow is not installed.
    FileNotFoundError
        There is no such file.
    """
    return samples(open_table(Path(path)), target)


def samples(table: Table, target: str | None) -> tuple[Array, list[str], str]:
    """`read`, of a table that was opened: a sample for each of its lines."""
    names = table.names
    if len(names) < 2:
        raise DataError(f"{table.source} has one column; an input and a target, separated by commas, are needed")
    if target is not None and target not in names:
        raise SettingError(f"{table.source} has no column {target!r}; {nearest(target, names)}")
    table.check_complete()
    if not table.lines:
        raise DataError(f"{table.source} has a line of names, but no lines of values")
    chosen = len(names) - 1 if target is None else names.index(target)
    inputs = [_numbers(table, column) for column in range(len(names)) if column != chosen]
    return np.stack(inputs, axis=1), [cells[chosen] for _, cells in table.lines], names[chosen]


def open_table(path: Path) -> Table:
    """A file as a table; errors as for `read`."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: there is no such file to read data from") from None
    if content.startswith(GZIP):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            raise DataError(f"{path.name} is damaged: it begins as a file that gzip compressed, but is none") from None
    if content.startswith(PARQUET):
        return _from_parquet(content, path.name)
    text, encoding = decoded(content, path.name)
    table = from_text(text, path.name)
    return replace(table, form=f"{table.form}; text in Windows-1252") if encoding == "cp1252" else table


def decoded(content: bytes, source: str) -> tuple[str, str]:
    """A text and its encoding: UTF-8, with a byte order mark or without; UTF-16 with one, as Excel's "Unicode text"; or
    Windows-1252, as Excel's CSV.

    Raises
    ------
    DataError
        It is none of them.
    """
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if is_wide else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise DataError(f"{source} is not a text file in UTF-8; save it, or the sheet of a workbook, as CSV (UTF-8)")


def from_text(text: str, source: str) -> Table:
    """The text of a CSV file as a table; errors as for `read`."""
    text = re.sub("\r\n?", "\n", text)
    told = re.match(r"sep=(.)\n", text)
    text = text[told.end() - 1 :] if told else text  # the end of the line stays, so that lines are counted as they are
    separator = told[1] if told else _separator(text)
    if separator == " ":
        text = re.sub("^ +| +$", "", text, flags=re.MULTILINE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise DataError(f"{source}, line {reader.line_num}: {error}") from None
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise DataError(f"{source} is empty")
    (line, names), lines = lines[0], lines[1:]
    if not _are_names(names):
        raise DataError(
            f"{source}: the first line must name the columns, but it holds numbers: {separator.join(names)[:60]!r}. "
            "Put a line of names before it"
        )
    _check_names(names, f"{source}, line {line}")
    commas = separator != "," and have_decimal_commas(cell for _, cells in lines for cell in cells)
    if commas:
        lines = [(number, [with_point(cell) for cell in cells]) for number, cells in lines]
    marks = SEPARATORS.get(separator, repr(separator))
    form = f"separated by {marks}; numbers with decimal {'commas' if commas else 'points'}"
    return Table(source, names, lines, separator, form)


def _from_parquet(content: bytes, source: str) -> Table:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise SettingError(
            f"{source} is a Parquet file, which pyarrow reads: pip install pyarrow, or save the file as CSV"
        ) from None
    try:
        columns = parquet.read_table(io.BytesIO(content)).to_pydict()
    except ArrowException as error:
        raise DataError(f"{source} is not a Parquet file that can be read: {error}") from None
    columns = {name: column for name, column in columns.items() if not name.startswith("__index_level_")}  # pandas'
    _check_names(list(columns), source)
    cells = [["" if value is None else str(value) for value in column] for column in columns.values()]
    rows = [(number, list(row)) for number, row in enumerate(zip(*cells, strict=True), start=1)]
    return Table(source, list(columns), rows, "", "from Parquet")


def _separator(text: str) -> str:
    """What separates as many cells in all of the first lines, spaces if nothing else does; or at least the most names.
    Where there is nothing to separate, semicolons leave decimal commas alone."""
    text = re.sub('"[^"]*"', "''", text).strip("\n")  # what is in quotes may hold any of them
    lines = text.split("\n", LOOKED_AT)[:LOOKED_AT]

    def rank(mark: str) -> tuple[bool, int]:
        counts = [len(line.split()) - 1 if mark == " " else line.count(mark) for line in lines if line.strip()]
        separates = bool(counts) and counts[0] > 0
        return separates and len(set(counts)) == 1, counts[0] if separates and mark != " " else -(mark == " ")

    return max(SEPARATORS, key=rank)


def _are_names(header: list[str]) -> bool:
    """Whether a first line names columns: by text, or by consecutive years."""
    numbers = [as_numbers([cell]) for cell in header]
    if all(number is None for number in numbers):
        return True
    years = all(re.fullmatch("[12][0-9]{3}", cell) for cell in header)
    return years and all(int(after) - int(before) == 1 for before, after in pairwise(header))


def _check_names(names: list[str], where: str) -> None:
    """Raise `DataError` unless columns have names of their own."""
    for index, name in enumerate(names):
        if not name or name in names[:index]:
            pandas = "; pandas leaves out the index, a column without a name, by to_csv(..., index=False)"
            raise DataError(
                f"{where}: the name {name!r} of column {index + 1} is empty, or there twice: name it, or "
                f"remove the column{'' if name or index else pandas}"
            )


def _numbers(table: Table, column: int) -> Array:
    """An input (n,): numbers, or true and false."""
    values = as_numbers([cells[column] for _, cells in table.lines])
    if values is not None:
        return values
    return np.array([_number(table, line, column, cells[column]) for line, cells in table.lines])


def _number(table: Table, line: int, column: int, cell: str) -> float:
    values = as_numbers([cell])
    if values is not None:
        return float(values[0])
    if cell.lower() in TRUTH:
        return TRUTH[cell.lower()]
    plain = plain_number(cell)
    advice = "remove the column, or code it as numbers (if it is what is to be predicted, name it as the target)"
    raise DataError(
        f"{table.place(line, table.names[column])}: {cell!r} is not a finite number"
        + (plain or f"; inputs are numbers: {advice}")
    )
