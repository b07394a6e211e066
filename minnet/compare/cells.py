"""The cells of a table: what is a number, and what is missing.

A number is ``-1.5e3``, with a decimal comma where commas do not separate cells; missing is what pandas takes for
missing, ``?``, ``n.a.``, and the errors of spreadsheets such as ``#DIV/0!``.
"""

import re
from collections.abc import Iterable

import numpy as np

from minnet.types import Array

MISSING = {
    "", "?", "#n/a", "#n/a n/a", "#na", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>", "n/a", "na", "null",
    "nan", "none", "n.a.", "nat", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#error!", "#spill!",
}  # fmt: skip
"""In lower case: as in `pandas.read_csv`, with the errors of Excel, LibreOffice and Google's sheets."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
TRUTH = {"true": 1.0, "false": 0.0}
DECORATION = re.compile(r"[\s'’%$€£¥]")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d*")


def is_missing(cell: str) -> bool:
    return cell.lower() in MISSING


def as_numbers(cells: list[str]) -> Array | None:
    """Cells as finite numbers (n,), or None if one of them is something else."""
    if not all(NUMBER.fullmatch(cell) for cell in cells):
        return None
    values = np.array([float(cell) for cell in cells])
    return values if np.isfinite(values).all() else None


def plain_number(cell: str) -> str:
    """The end of a message about a number with a currency, a percent sign or thousands; empty for other cells.

    >>> plain_number("$1,012.50"), plain_number("1.012,50 %"), plain_number("n.a.")
    (' (write 1012.50)', ' (write 1012.50)', '')
    """
    plain = DECORATION.sub("", cell)
    if THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    elif DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    return f" (write {plain})" if plain != cell and NUMBER.fullmatch(plain) else ""


def have_decimal_commas(cells: Iterable[str]) -> bool:
    """Whether there are numbers with a decimal comma, and none with a decimal point."""
    found = False
    for cell in cells:
        if "." in cell and NUMBER.fullmatch(cell):
            return False
        found |= "," in cell and NUMBER.fullmatch(with_point(cell)) is not None
    return found


def with_point(cell: str) -> str:
    """A number with its decimal comma made a point; other cells as they are."""
    changed = cell.replace(",", ".")
    return changed if NUMBER.fullmatch(changed) else cell
