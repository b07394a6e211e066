"""The cells of a target: numbers, or names of classes. A gap is neither. What would be a class only because it is no
number, or is spelt in two ways, is named and not guessed: who says that the task is a classification means it."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from minnet.compare.cells import NUMBER, as_numbers, is_missing, plain_number
from minnet.errors import DataError

MARKS = {"-", "--", "---", ".", "..", "...", "–", "—"}
"""Of what is missing, where other cells are words or numbers; but where ``+`` is a class, ``-`` is one as well."""
INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)


def check_target(cells: Sequence[str], places: Sequence[str], target: str, task: str | None) -> None:
    """Raise for the first cell that a task cannot use, or that is probably not meant as a class.

    Parameters
    ----------
    cells : sequence of str
    places : sequence of str
        Where they are from, to begin a message with: ``"houses.csv, line 3, column 'price'"``.
    target : str
        What they are together, for messages.
    task : "classification", "regression" or None

    Raises
    ------
    DataError
        A value is missing; a regression, or a target whose other cells are numbers, has a cell that is no finite
        number; if no task is given, also for classes whose names differ by capitals or spaces alone.
    """
    numeric = np.array([as_numbers([cell]) is not None for cell in cells], bool)
    words = {cell for cell, is_number in zip(cells, numeric, strict=True) if not is_number}
    has_marks = "+" not in words and any(letter.isalnum() for cell in cells for letter in cell)
    few = numeric.sum() >= len(cells) / 2 or len(set(cells)) - len(words) > len(words)
    for place, cell, is_number in zip(places, cells, numeric, strict=True):
        if is_number:
            continue
        if (has_marks and cell in MARKS) or (task is None and is_missing(cell)):
            raise DataError(
                f"{place}: there is no value ({cell!r}); remove the sample, or fill it in. If it is a class, "
                + ("write a word" if cell in MARKS else "say that the task is a classification")
            )
        if task == "regression":
            raise DataError(
                f"{place}: {cell!r} is not a finite number{plain_number(cell)}; {target} is not made of finite "
                "numbers, as a regression needs it"
            )
        infinite = NUMBER.fullmatch(cell) or INFINITE.fullmatch(cell)
        if numeric.any() and (infinite or (task is None and few)):
            raise DataError(
                f"{place}: {cell!r} is not a finite number{plain_number(cell)}, and {numeric.sum()} of the "
                f"{len(cells)} values of {target} are: remove the sample, or write a number"
                + ("" if infinite else ". If it is a class, say that the task is a classification")
            )
    if task is None:
        _check_spelling(cells, places)


def _check_spelling(cells: Sequence[str], places: Sequence[str]) -> None:
    """Raise for names that differ by capitals or spaces alone."""
    first: dict[str, str] = {}
    for place, cell in zip(places, cells, strict=True):
        spelt = first.setdefault(" ".join(unicodedata.normalize("NFKC", cell).casefold().split()), cell)
        if spelt != cell and as_numbers([cell]) is None:
            raise DataError(
                f"{place}: {cell!r} is {spelt!r} spelt otherwise; write both alike. If they are two classes, say that "
                "the task is a classification"
            )
