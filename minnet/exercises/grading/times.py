"""Times of submission from a CSV file."""

import csv
from collections.abc import Iterable
from datetime import datetime, tzinfo
from pathlib import Path

from minnet.errors import DataError, nearest

Times = dict[tuple[str, str], datetime]


def read_times(path: Path, zone: tzinfo | None) -> Times:
    """Times of submission by student and exercise ("" for all) from a CSV file.

    Raises
    ------
    DataError
        The file cannot be read, a column is missing, or a time cannot be read or says no time zone: the message names
        the line.
    """
    try:
        return _times(path, zone)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not in UTF-8 ({error.reason}, byte {error.start}); save it as CSV UTF-8") from None
    except csv.Error as error:
        raise DataError(f"{path} is no CSV file: {error}") from None


def _times(path: Path, zone: tzinfo | None) -> Times:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        for column in ("student", "submitted"):
            if column not in (rows.fieldnames or []):
                raise DataError(f"{path} has no column {column!r}, but {', '.join(rows.fieldnames or [])}")
        times = {}
        for row in rows:
            text, place = (row["submitted"] or "").strip(), f"{path}, line {rows.line_num}"
            try:
                when = datetime.fromisoformat(text)
            except ValueError:
                raise DataError(f"{place}: {text!r} is no time such as 2026-11-30 17:05+01:00") from None
            if when.tzinfo is None and zone is None:
                raise DataError(f"{place}: {text!r} says no time zone; time_zone in grading.toml does for all")
            student, exercise = ((row.get(column) or "").strip() for column in ("student", "exercise"))
            times[student, exercise] = when if when.tzinfo else when.replace(tzinfo=zone)
    return times


def strangers(times: Times, students: Iterable[str], exercises: Iterable[str]) -> list[str]:
    """Sentences about names in times that fit no student or exercise, and so make nothing late."""
    found = []
    for kind, known, named in (
        ("student", list(students), dict.fromkeys(student for student, _ in times)),
        ("exercise", list(exercises), dict.fromkeys(exercise for _, exercise in times if exercise)),
    ):
        for name in named:
            if name not in known:
                guess = nearest(name, known).partition("Known:")[0].strip()
                found.append(f"a time is given for {name!r}, which is no {kind} here; {guess}".rstrip("; "))
    return found
