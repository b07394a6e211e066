"""Grades as tables: on a terminal, and as CSV that a spreadsheet cannot run."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from minnet import storage
from minnet.exercises.grading.gradebook import Grade
from minnet.exercises.text import WIDTH

MARKS = {"solved": "+", "wrong": "x", "to do": ".", "missing": " ", "stopped": "!", "broken": "!"}
LEGEND = "+ solved, x wrong, . as the stub is, ! stopped or cannot be run, blank: no file, *: late"
SHORTEST_NAME, LONGEST_NAME = 12, 24  # columns
SUMS = 25  # columns
FORMULAS = "=+-@\u2212"  # what a spreadsheet takes for the start of a formula (OWASP, CSV injection)
SEPARATORS = ";\t\r\n"  # where, in some countries' settings, a spreadsheet begins another cell

Book = Mapping[str, list[Grade]]


def terminal(book: Book) -> str:
    """Students by exercise, with points, the number of named mistakes, and seconds; at most 100 columns.

    The numbers of the exercises are written downwards.
    """
    exercises = [grade.exercise for grade in next(iter(book.values()))]
    room = WIDTH - SUMS
    longest = min(LONGEST_NAME, max(map(len, ["student", *book])))
    name_width = min(longest, max(SHORTEST_NAME, room - 2 * len(exercises)))
    count = (room - name_width) // 2
    lines = []
    for first in range(0, len(exercises), count):
        part = range(first, min(first + count, len(exercises)))
        downwards = zip(*(f"{k + 1:{len(str(part[-1] + 1))}}" for k in part), strict=True)
        heads = ["".join(f" {digit}" for digit in digits) for digits in downwards]
        lines += [f"{'':{name_width}}{head}".rstrip() for head in heads[:-1]]
        lines.append(f"{'student':{name_width}}{heads[-1]}{'points':>13}{'named':>6}{'s':>6}")
        for student, grades in book.items():
            cells = "".join(_mark(grades[k]) for k in part)
            total = f"{_number(sum(g.points for g in grades))} of {_number(sum(g.most for g in grades))}"
            named = sum(bool(grade.result.summary.reason) for grade in grades)
            seconds = sum(grade.result.seconds for grade in grades)
            lines.append(f"{_cut(student, name_width):{name_width}}{cells}{total:>13}{named:6}{seconds:6.1f}")
        lines.append("")
    lines += [LEGEND, *_columns([f"{k} {name}" for k, name in enumerate(exercises, 1)])]
    return "\n".join(lines)


def mistakes(book: Book) -> list[tuple[str, str, int]]:
    """Exercise, named mistake, and how many students made it; the most frequent first."""
    counts = Counter(
        (grade.exercise, grade.result.summary.reason)
        for grades in book.values() for grade in grades if grade.result.summary.reason
    )  # fmt: skip
    return [(exercise, reason, count) for (exercise, reason), count in counts.most_common()]


def write_csv(book: Book, folder: Path) -> None:
    """Write ``grades.csv``, a line for each student, and ``mistakes.csv``, one for each file that is not right."""
    exercises = [grade.exercise for grade in next(iter(book.values()))]
    rows: list[list[Any]] = [["student", *exercises, "points", "most", "late_days", "seconds"]]
    for student, grades in book.items():
        points = [grade.points for grade in grades]
        late, seconds = max(g.late_days for g in grades), round(sum(g.result.seconds for g in grades), 3)
        rows.append([student, *points, round(sum(points), 6), sum(g.most for g in grades), late, seconds])
    write_rows(folder / "grades.csv", rows)
    header = "student exercise state passed cases mistake found called points most submitted late_days seconds notes"
    rows = [header.split()]
    for grade in (grade for grades in book.values() for grade in grades):
        summary = grade.result.summary
        notes = "; ".join(filter(None, [*grade.result.notes, summary.note, grade.remark]))
        if summary.solved and not notes and not grade.late_days:
            continue
        when = grade.submitted.isoformat(timespec="seconds") if grade.submitted else ""
        rows.append([
            grade.student, grade.exercise, summary.state, summary.passed, summary.total, summary.reason, summary.what,
            summary.called, grade.points, grade.most, when, grade.late_days, grade.result.seconds, notes,
        ])  # fmt: skip
    write_rows(folder / "mistakes.csv", rows)


def write_rows(path: Path, rows: Iterable[Iterable[Any]]) -> None:
    """Write rows as CSV (UTF-8), no cell of which is a formula."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows([harmless(cell) for cell in row] for row in rows)
    storage.write_text(path, file.getvalue())


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula, or a part of which, with apostrophes; all else as it is.

    >>> harmless("=1+1"), harmless("adam"), harmless(-1), harmless("a;=1+1")
    ("'=1+1", 'adam', -1, "a;'=1+1")
    """
    if not isinstance(cell, str):
        return cell
    pieces = re.split(f"([{SEPARATORS}])", cell)
    text = "".join(f"'{piece}" if _is_formula(piece) else piece for piece in pieces)
    bare = cell.lstrip(" \n")
    begins = bare.startswith(tuple(SEPARATORS)) or _is_formula(bare)
    return f"'{text}" if begins and not text.startswith("'") else text


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula; signs have wide and small forms."""
    return unicodedata.normalize("NFKC", text.lstrip()[:1]).startswith(tuple(FORMULAS))


def _mark(grade: Grade) -> str:
    mark = MARKS[grade.result.summary.state]
    return f"*{mark}" if grade.late_days and mark != " " else f" {mark}"


def _cut(text: str, width: int) -> str:
    """A name that fits, and has no control characters."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text)
    return plain if len(plain) <= width else f"{plain[: width - 1]}~"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _columns(texts: list[str]) -> list[str]:
    """Texts side by side, as many as fit."""
    width = max(map(len, texts)) + 2
    count = max(1, WIDTH // width)
    return ["".join(text.ljust(width) for text in texts[k : k + count]).rstrip() for k in range(0, len(texts), count)]
