"""Tables of text: on a terminal, in lines that fit it, and on a page, in a frame that scrolls by itself.

Columns of numbers stand to the right, their decimal points one below the other; columns of words to the left.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from minnet.errors import FileFormatError
from minnet.terminal import WIDTH

NUMBER = re.compile(r"[<>~]?[+\-−]?(\d[\d,]*|(?=\.\d)|inf|nan)")  # what a number begins with, up to its point
EMPTY = "", "-"
GAP = "  "
NARROWEST = 12  # characters that a column of words keeps
LONGEST = 24  # characters of a cell in a column of numbers
PHRASE = 16  # characters, from which on words on a page go on in further lines
FIGURE_SPACE = "\u2007"  # as wide as a digit


@dataclass(frozen=True)
class Table:
    """Rows of text under headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Table":
        """A table from what JSON makes of its fields: lists instead of tuples.

        Raises
        ------
        FileFormatError
            It is no table of texts.
        """
        try:
            headers, rows = tuple(content["headers"]), tuple(map(tuple, content["rows"]))
        except (LookupError, TypeError):
            raise FileFormatError("there is no table of headers and rows") from None
        if not all(isinstance(cell, str) for line in (headers, *rows) for cell in line):
            raise FileFormatError("the cells of the table are not all text")
        if not headers or any(len(row) != len(headers) for row in rows):
            raise FileFormatError("the rows of the table are not as long as its headers")
        return cls(headers, rows)

    def columns(self) -> list[tuple[str, ...]]:
        return [tuple(row[k] for row in self.rows) for k in range(len(self.headers))]

    def _set(self) -> list["_Column"]:
        """How the columns are set: the first, which names the rows, as numbers only if all of its cells are some."""
        pairs = list(zip(self.headers, self.columns(), strict=True))
        return [_Column(header, cells, share=0.5 if k else 1.0) for k, (header, cells) in enumerate(pairs)]

    def __str__(self) -> str:
        return self.text()

    def text(self, width: int = WIDTH) -> str:
        """The table for a terminal: headers, and then words, go on in further lines where it would be wider than that;
        if it still is, columns follow below the others, each time beside the first one.

        >>> print(Table(("method", "error"), (("by series", "0.25"), ("by jets", "1e-12"))).text())
        method     error
        ----------------
        by series  0.25
        by jets    1e-12
        """
        columns = self._set()
        bands = []
        for band in _bands(columns, width):
            _fit(band, width)
            head = _lines(band, [column.header_lines() for column in band])
            body = [line for row in range(len(self.rows)) for line in _lines(band, [c.cell_lines(row) for c in band])]
            bands.append("\n".join([*head, "-" * _total(band), *body]))
        return "\n\n".join(bands)

    def html(self) -> str:
        """The same for a page, where a wide table scrolls in its frame and its first column stays in sight."""
        columns = self._set()
        kinds = [f' class="{column.kind}"' for column in columns]
        head = "".join(f'<th scope="col"{kind}>{escape(h)}</th>' for kind, h in zip(kinds, self.headers, strict=True))
        rows = []
        for row in range(len(self.rows)):
            cells = [column.cells[row] for column in columns]
            texts = [
                escape(re.sub("^ +| +$", lambda spaces: FIGURE_SPACE * len(spaces[0]), cell)) if column.is_numbers
                else escape(cell)
                for cell, column in zip(cells, columns, strict=True)
            ]  # fmt: skip
            rows.append("".join(f"<td{kind}>{text}</td>" for kind, text in zip(kinds, texts, strict=True)))
        body = "".join(f"<tr>{row}</tr>\n" for row in rows)
        return (
            '<div class="scroll" role="region" aria-label="table" tabindex="0">'
            f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
        )


def two_digits(number: float) -> str:
    """Two significant digits, without a power of ten where it need not be: for times.

    >>> [two_digits(seconds) for seconds in (0.00314, 0.96, 12.3, 1375.2, 0.0)]
    ['0.0031', '0.96', '12', '1400', '0']
    """
    return f"{float(f'{number:.1e}'):.15g}"


def is_number(cell: str) -> bool:
    """Whether a cell begins with a number, has not more letters than digits, and is short.

    >>> [is_number(cell) for cell in ("1,250", "-3.1e-05", "0.05 (0.00 to 0.09)", "2 epochs, batch 100", "2 s")]
    [True, True, True, False, True]
    """
    letters, digits = sum(map(str.isalpha, cell)), sum(map(str.isdigit, cell))
    return NUMBER.match(cell) is not None and letters <= max(3, digits) and len(cell) <= LONGEST


def aligned(cells: Sequence[str]) -> tuple[str, ...]:
    """Cells of numbers, all of one length, with their decimal points at one place; what is none ends where they end.

    >>> aligned(["1.5", "-20", "3e-04", "never"])
    ('  1.5  ', '-20    ', '  3e-04', '  never')
    """
    matches = [NUMBER.match(cell) for cell in cells]
    before = max((match.end() for match in matches if match), default=0)
    after = max((len(cell) - match.end() for cell, match in zip(cells, matches, strict=True) if match), default=0)
    texts = [
        " " * (before - match.end()) + cell + " " * (after - len(cell) + match.end())
        if match
        else (cell.rjust(before) + " " * after if cell in EMPTY else cell.rjust(before + after))
        for cell, match in zip(cells, matches, strict=True)
    ]
    width = max(map(len, texts), default=0)
    return tuple(text.rjust(width) for text in texts)


class _Column:
    """A header and its cells, numbers if that share of them are some, and how wide they are to be."""

    def __init__(self, header: str, cells: Sequence[str], share: float) -> None:
        said = [cell for cell in cells if cell not in EMPTY]
        is_short = all(len(cell) <= LONGEST for cell in said)
        self.is_numbers = is_short and sum(map(is_number, said)) >= share * len(said)
        self.header, self.cells = header, aligned(cells) if self.is_numbers else tuple(cells)
        self.widest_cell = max(map(len, self.cells), default=0)
        self.width = max(len(header), self.widest_cell)

    @property
    def kind(self) -> str:
        """How a page sets the column: "number", "word", or "phrase", which goes on in further lines."""
        return "number" if self.is_numbers else "phrase" if self.widest_cell > PHRASE else "word"

    def least(self, wrap_cells: bool) -> int:
        """The width below which a word, or a number, would be torn."""
        of_header = _longest_word(self.header)
        if self.is_numbers or not wrap_cells:
            return max(of_header, self.widest_cell)
        return max(of_header, min(self.widest_cell, max([NARROWEST, *map(_longest_word, self.cells)])))

    def header_lines(self) -> list[str]:
        return _wrapped(self.header, self.width)

    def cell_lines(self, row: int) -> list[str]:
        return [self.cells[row]] if self.is_numbers else _wrapped(self.cells[row], self.width)

    def set(self, line: str) -> str:
        return line.rjust(self.width) if self.is_numbers else line.ljust(self.width)


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(1, width), break_long_words=False, break_on_hyphens=False) or [""]


def _total(columns: Sequence[_Column]) -> int:
    return sum(column.width for column in columns) + len(GAP) * (len(columns) - 1)


def _bands(columns: list[_Column], width: int) -> list[list[_Column]]:
    """Columns that fit side by side at their least widths; each band but the first begins with the first column too."""
    bands: list[list[_Column]] = [[]]
    for column in columns:
        least = sum(other.least(True) + len(GAP) for other in bands[-1]) + column.least(True)
        if least > width and len(bands[-1]) > 1:
            bands.append([columns[0]])
        bands[-1].append(column)
    return bands


def _fit(columns: list[_Column], width: int) -> None:
    """Make the widest columns narrower until all fit: first those whose headers are wide, then those of words."""
    for column in columns:
        column.width = max(len(column.header), column.widest_cell)
    for wrap_cells in (False, True):
        while _total(columns) > width:
            loose = [column for column in columns if column.width > column.least(wrap_cells)]
            if not loose:
                break
            max(loose, key=lambda column: column.width).width -= 1


def _lines(columns: Sequence[_Column], cells: Sequence[list[str]]) -> list[str]:
    """Cells of one row, each of several lines, side by side."""
    height = max(map(len, cells))
    filled = [lines + [""] * (height - len(lines)) for lines in cells]
    return [
        GAP.join(column.set(line) for column, line in zip(columns, row, strict=True)).rstrip()
        for row in zip(*filled, strict=True)
    ]
