"""`minnet exercise`: list, start, check, hint, progress; and, for teachers, grade and check-course."""

import argparse
import os
import secrets
import sys
import textwrap
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import cache, partial, wraps
from pathlib import Path
from typing import Any

from minnet.errors import DataError, SettingError
from minnet.exercises.diagnosis import Report
from minnet.exercises.exercise import Exercise, course
from minnet.exercises.grading import command as grading
from minnet.exercises.running.client import Client
from minnet.exercises.text import counted, paint, report_text
from minnet.exercises.workbook import FOLDER, LIMITS, Workbook
from minnet.terminal import WIDTH, folded
from minnet.terminal import seed as seed_option

SEEDS = 2**16
POLL = 0.5  # seconds between looks at a file


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "exercise",
        help="exercises whose checks name the mistake",
        description="Write parts of minnet yourself, from one neuron to Adam. Each check says what was called with "
        "what, the first number that differs, and, where it can tell, the mistake that makes it so.",
        epilog="First steps: minnet exercise start; edit exercises/sigmoid.py; minnet exercise check",
    )
    parser.set_defaults(command=lambda options: _usage(parser), parser=parser)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")

    def action(name: str, text: str, function: Any) -> argparse.ArgumentParser:
        found: argparse.ArgumentParser = actions.add_parser(
            name, help=text, description=f"{text[0].upper()}{text[1:]}."
        )
        found.set_defaults(command=function, parser=found)
        return found

    def of_course(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--course",
            metavar="FOLDER",
            type=Path,
            help="of exercises of one's own (minnet's, or those it began with)",
        )

    listing = action("list", "the exercises, in order", list_exercises)
    listing.add_argument("--folder", help="where yours are")
    starting = action("start", "copy the stubs that are to be filled in; work that is there stays", start)
    starting.add_argument(
        "folder", nargs="?", help=f"a new or an old folder (this one, if it has exercises, or {FOLDER})"
    )
    starting.add_argument("--again", metavar="NAME", help="begin this exercise anew; what you had is kept beside it")
    checking = action("check", "check one exercise, or the first that is not solved", check)
    checking.add_argument("name", nargs="?", metavar="NAME")
    checking.add_argument("--all", action="store_true", help="check every exercise; with --watch, those that are saved")
    checking.add_argument("--seed", type=seed_option, help="of the drawn arguments, to repeat a check")
    checking.add_argument("--watch", action="store_true", help="check at every save, until Ctrl-C")
    checking.add_argument(
        "--seconds",
        type=float,
        default=LIMITS.seconds,
        help="limit of time for a file (%(default)g)",
    )
    checking.add_argument("--folder", help=f"where yours are (this folder, or {FOLDER})")
    stepping = action("debug", "open the first call that goes wrong in pdb, Python's debugger", debug)
    stepping.add_argument("name", metavar="NAME")
    stepping.add_argument("--seed", type=seed_option, help="of the drawn arguments, as a check has printed it")
    stepping.add_argument("--folder", help=f"where yours are (this folder, or {FOLDER})")
    hinting = action("hint", "one more hint, each of which tells more", hint)
    hinting.add_argument("name", metavar="NAME")
    hinting.add_argument("--solution", action="store_true", help="the solution at once")
    hinting.add_argument("--folder", help=f"where yours are (this folder, or {FOLDER})")
    advancing = action("progress", "what is solved, tried and hinted at", progress)
    advancing.add_argument("--folder", help="where yours are")
    for each in (listing, starting, checking, hinting, advancing):
        of_course(each)
    of_course(grading.add_grade(action))
    grading.add_check_course(action)


def _usage(parser: argparse.ArgumentParser) -> int:
    parser.print_help()
    return 2


def list_exercises(options: argparse.Namespace) -> int:
    try:
        workbook = Workbook.here(options.folder, options.course)
        record, exercises = workbook.record(), workbook.exercises
    except SettingError:
        record, exercises = {}, course(options.course)
    for number, exercise in enumerate(exercises, 1):
        state = "solved" if record.get(exercise.name, {}).get("solved") else ""
        begin = f"{number:3}  {exercise.name:24} {state:7} "
        print(textwrap.fill(begin + exercise.title, WIDTH, subsequent_indent=" " * len(begin)))
    return 0


def start(options: argparse.Namespace) -> int:
    workbook = Workbook.begun(options.folder, options.course)
    copied = workbook.start(options.again)
    print(f"{counted(len(copied), 'new file')} in {workbook.folder}{'' if copied else '; yours are as they were'}")
    if options.again:
        print(folded(f"Next: {_to_do(workbook, workbook.find(options.again), options.again)}"))
    else:
        print(_next(workbook))
    return 0


def _next(workbook: Workbook) -> str:
    """How far one is, and what to do now."""
    unsolved, exercises = _unsolved(workbook), workbook.exercises
    then = f"That is all of them; to begin one anew: {workbook.command('start', '--again', exercises[-1].name)}"
    if unsolved:
        then = f"Next: {_to_do(workbook, unsolved[0])}"
    return folded(f"{len(exercises) - len(unsolved)} of {len(exercises)} solved. {then}")


def _to_do(workbook: Workbook, exercise: Exercise, *words: str) -> str:
    return f"open {workbook.path(exercise)}, fill it in, and call: {workbook.command('check', *words)}"


def _unsolved(workbook: Workbook) -> list[Exercise]:
    record = workbook.record()
    return [exercise for exercise in workbook.exercises if not record.get(exercise.name, {}).get("solved")]


def _interruptible(command: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Ctrl-C ends the command; there is nothing that a second call would go on with."""

    @wraps(command)
    def called(options: argparse.Namespace) -> int:
        try:
            return command(options)
        except KeyboardInterrupt:
            print("\nminnet: stopped; checks that came to an end are remembered", file=sys.stderr)
            return 130

    return called


@_interruptible
def check(options: argparse.Namespace) -> int:
    workbook = Workbook.here(options.folder, options.course)
    limits = replace(LIMITS, seconds=options.seconds)
    complain = cache(partial(print, file=sys.stderr))  # each sentence once
    is_one_of_many = options.all or options.watch

    def chosen() -> list[Exercise]:
        return workbook.exercises if options.all else [_chosen(workbook, options.name)]

    with Client(confined=False) if hasattr(os, "fork") else nullcontext() as client:

        def checked(exercise: Exercise) -> int:
            seed = secrets.randbelow(SEEDS) if options.seed is None else options.seed
            try:
                report = workbook.check(exercise, seed, client, limits)
            except DataError as error:
                if not is_one_of_many:
                    raise
                print(paint(folded(str(error)), "red"))
                return 2
            _show(workbook, report)
            is_kept = _tried(partial(workbook.remember_check, report), complain)
            if report.solved and is_kept and not options.all:
                print(_next(workbook))
            return 0 if report.solved else 1

        if options.watch:
            return _watch(workbook, chosen, checked)
        status = max(map(checked, chosen()))
    if options.all:
        print(_next(workbook))
    return status


def _tried(remember: Callable[[], None], complain: Callable[[str], None]) -> bool:
    """Whether something could be remembered; a folder that cannot be written does not hide what was found."""
    try:
        remember()
    except DataError as error:
        complain(folded(f"minnet: {error}"))
        return False
    return True


def _chosen(workbook: Workbook, name: str | None) -> Exercise:
    """That of the name, or the first that is not solved, or the last."""
    if name:
        return workbook.find(name)
    return (_unsolved(workbook) or workbook.exercises[-1:])[0]


def _show(workbook: Workbook, report: Report) -> None:
    print(report_text(report, workbook.command))
    if report.failure and not report.to_do:
        again = workbook.command("check", report.exercise.name, "--seed", str(report.seed))
        print(folded(f"          (the same numbers again: {again})"))
    if report.printed:
        print(paint("printed", "bold"))
        for line in report.printed.rstrip().splitlines():
            print(textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="  ", drop_whitespace=False) or "")


def _watch(workbook: Workbook, chosen: Callable[[], list[Exercise]], checked: Callable[[Exercise], int]) -> int:
    """Check what is chosen whenever its file is saved, or gone; once it is solved another may be chosen."""
    watched: list[Exercise] = []
    seen: dict[Path, int] = {}
    try:
        while True:
            if watched != (watched := chosen()):
                place = workbook.path(watched[0]) if len(watched) == 1 else f"all files in {workbook.folder}"
                print(f"Checking {place} at every save; Ctrl-C ends it.")
            for exercise in watched:
                path = workbook.path(exercise)
                saved = _saved(path)
                if not saved and seen.get(path):  # editors may remove a file before they write it
                    time.sleep(POLL)
                    saved = _saved(path)
                if seen.get(path) != saved:
                    seen[path] = saved
                    checked(exercise)
            time.sleep(POLL)
    except KeyboardInterrupt:
        return 0


def _saved(path: Path) -> int:
    """When a file was written, in nanoseconds; 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def hint(options: argparse.Namespace) -> int:
    workbook = Workbook.here(options.folder, options.course)
    exercise = workbook.find(options.name)
    number, total, text = workbook.hint(exercise, options.solution)
    print(paint(f"{exercise.name}, hint {number} of {total}", "bold"))
    for paragraph in text.split("\n\n"):
        print()
        print(paragraph if paragraph.startswith("    ") else textwrap.fill(" ".join(paragraph.split()), WIDTH))
    print(folded(f"\nNext: {workbook.command('check', exercise.name)}"))
    _tried(partial(workbook.remember_hint, exercise, number), partial(print, file=sys.stderr))
    return 0


@_interruptible
def debug(options: argparse.Namespace) -> int:
    from minnet.exercises import debugging  # only here: pdb takes a while

    workbook = Workbook.here(options.folder)
    seed = secrets.randbelow(SEEDS) if options.seed is None else options.seed
    exercise = workbook.find(options.name)
    is_right = debugging.debug(workbook, exercise, seed)
    print(folded(f"\nNext: {workbook.command('check', exercise.name)}"))
    return 0 if is_right else 1


def progress(options: argparse.Namespace) -> int:
    workbook = Workbook.here(options.folder, options.course)
    record = workbook.record()
    for exercise in workbook.exercises:
        state = record.get(exercise.name, {})
        word = "solved" if state.get("solved") else "tried" if state.get("attempts") else "to do"
        shown = f", {counted(state['hints'], 'hint')}" if state.get("hints") else ""
        print(f"{word:7} {exercise.name:24} {counted(state.get('attempts', 0), 'check')}{shown}")
    print(f"\n{_next(workbook)}")
    return 0
