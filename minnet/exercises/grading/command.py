"""`minnet exercise grade` and `minnet exercise check-course`: what teachers call."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from minnet.errors import DataError
from minnet.exercises.exercise import Exercise, course
from minnet.exercises.grading import exports, report, tables
from minnet.exercises.grading.course_check import faults
from minnet.exercises.grading.gradebook import grades
from minnet.exercises.grading.grader import Grading, cores
from minnet.exercises.grading.settings import Settings, read
from minnet.exercises.grading.store import Store
from minnet.exercises.grading.submissions import remarks, students
from minnet.exercises.grading.times import read_times, strangers
from minnet.exercises.text import WIDTH, paint
from minnet.terminal import jobs

SETTINGS = "grading.toml"
SHOWN = 10  # most frequent mistakes on the terminal
NOT_PREVENTED = {
    "processes": "signals to your other processes by compiled code, looking into them, and processes that go on",
    "network": "network by compiled code",
    "files": "writing where you may write, by compiled code",
}


def add_grade(action: Callable[[str, str, Any], argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the action ``grade``."""
    parser = action("grade", "grade the folders of many students (for teachers)", grade)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="a student's, or one with many of them")
    parser.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help=f"points, deadlines, seeds ({SETTINGS} here or in the course)",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("grades"), metavar="DIR", help="results go here, and go on here (%(default)s)"
    )
    parser.add_argument("--single", action="store_true", help="each FOLDER is one student's, whatever is in it")
    parser.add_argument("--jobs", type=jobs, metavar="N", default=cores(), help="files at the same time (%(default)s)")
    parser.add_argument("--restart", action="store_true", help="forget earlier results of these students")
    parser.add_argument("--quiet", action="store_true", help="no progress and no table")
    return parser


def add_check_course(action: Callable[[str, str, Any], argparse.ArgumentParser]) -> None:
    """Add the action ``check-course``."""
    parser = action("check-course", "check exercises of your own: stub, solution, mistakes, hints, time", check_course)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="with a folder for each exercise")
    parser.add_argument("name", nargs="*", metavar="NAME", help="these exercises alone")


def grade(options: argparse.Namespace) -> int:
    if options.jobs < 1:
        raise DataError(f"--jobs {options.jobs}: there must be at least one")
    settings = _settings(options.settings, options.course)
    exercises = course(options.course)
    if settings.exercises:
        exercises = [exercise for name in settings.exercises for exercise in exercises if exercise.name == name]
    names = [exercise.name for exercise in exercises]
    times = read_times(settings.times, settings.time_zone) if settings.times else None
    taken = options.folders, names, [options.out, *filter(None, [options.course])], options.single
    class_ = students(*taken)
    every = [exercise.name for exercise in course(options.course)]
    for text in [
        *remarks(*taken),
        *(strangers(times, [student.name for student in class_], every) if times else []),
    ]:
        print(paint(f"Note: {text}.", "yellow"), file=sys.stderr)
    store = Store(options.out)
    if options.restart:
        store.clear([student.name for student in class_], names)
    grading = Grading(class_, exercises, settings, store)
    _say(options, f"{len(class_)} students, {len(names)} exercises: {len(grading.tasks)} files to run")
    try:
        grading.run(options.jobs, not options.quiet)
    except KeyboardInterrupt:
        left = len(class_) * len(names) - len(grading.results)
        print(f"\n{left} files are left; all other results are kept in {options.out}", file=sys.stderr)
        raise
    book = grades(class_, names, grading.results, settings, times)
    _write(book, exercises, settings, options)
    if not options.quiet:
        print(f"\n{tables.terminal(book)}\n")
        for exercise, reason, count in tables.mistakes(book)[:SHOWN]:
            print(f"{count:5} x {exercise}: {' '.join(reason.split())}"[:WIDTH])
        print(f"\nThe class is in {options.out / 'report.html'}, points in grades.csv, each mistake in mistakes.csv.")
    for student, exercise in grading.untried:
        _say(
            options, paint(f"Not graded, for want of room on this machine; call again: {student}, {exercise}", "yellow")
        )
    for kind, words in NOT_PREVENTED.items():
        if grading.tasks and kind not in grading.isolation:
            _say(options, paint(f"Not prevented on this machine: {words}.", "yellow"))
    return 0


def _say(options: argparse.Namespace, text: str) -> None:
    if not options.quiet:
        print(text, file=sys.stderr)


def _settings(path: Path | None, folder: Path | None) -> Settings:
    known = [exercise.name for exercise in course(folder)]
    if path is None:
        candidates = [Path(SETTINGS), *([folder / SETTINGS] if folder else [])]
        path = next((candidate for candidate in candidates if candidate.is_file()), None)
    return read(path, known) if path else Settings()


def _write(book: tables.Book, exercises: list[Exercise], settings: Settings, options: argparse.Namespace) -> None:
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    tables.write_csv(book, out)
    report.write(book, {exercise.name: exercise.title for exercise in exercises}, out / "report.html")
    exports.write_gradescope(book, settings.visibility, out / "gradescope")
    exports.write_nbgrader(book, out / "nbgrader.csv")
    exports.write_otter(exercises, settings, options.course, out / "otter")


def check_course(options: argparse.Namespace) -> int:
    exercises = [each for each in course(options.folder) if not options.name or each.name in options.name]
    if unknown := set(options.name) - {each.name for each in exercises}:
        raise DataError(f"{options.folder} has no exercise {', '.join(sorted(unknown))}")
    count = 0
    for exercise in exercises:
        found = faults(exercise)
        count += len(found)
        print(f"{paint('fault', 'red') if found else paint('ok', 'green')}  {exercise.name}")
        for text in found:
            print(f"       {text}")
    print(f"\n{len(exercises)} exercises, {count} faults.")
    return 1 if count else 0
