"""`minnet exercise`: list, start, check, hint, progress; and, for teachers, grade and check-course."""

import argparse
import os
import secrets
import textwrap
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from minnet.errors import DataError, SettingError
from minnet.exercises.exercise import Exercise, course
from minnet.exercises.grading import command as grading
from minnet.exercises.running.client import Client
from minnet.exercises.running.limits import Limits
from minnet.exercises.text import WIDTH, paint, report_text
from minnet.exercises.workbook import FOLDER, LIMITS, Workbook

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
    starting.add_argument("folder", nargs="?", default=FOLDER, help="a new or an old folder (%(default)s)")
    starting.add_argument("--again", metavar="NAME", help="begin this exercise anew; what you had is kept beside it")
    checking = action("check", "check one exercise, or the first that is not solved", check)
    checking.add_argument("name", nargs="?", metavar="NAME")
    checking.add_argument("--all", action="store_true", help="check every exercise")
    checking.add_argument("--seed", type=int, help="of the drawn arguments, to repeat a check")
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
    stepping.add_argument("--seed", type=int, help="of the drawn arguments, as a check has printed it")
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
        print(f"{number:3}  {exercise.name:24} {state:7} {exercise.title}"[:WIDTH])
    return 0


def start(options: argparse.Namespace) -> int:
    workbook = Workbook.begun(Path(options.folder), options.course)
    copied = workbook.start(options.again)
    first = workbook.path(next(iter(workbook.exercises)))
    print(f"{len(copied)} new files in {workbook.folder}{'' if copied else '; yours are as they were'}")
    print(f"Next: open {copied[0] if copied else first}, fill it in, and call: minnet exercise check")
    return 0


def check(options: argparse.Namespace) -> int:
    workbook = Workbook.here(options.folder, options.course)
    limits = replace(LIMITS, seconds=options.seconds)
    with Client(confined=False) if hasattr(os, "fork") else nullcontext() as client:

        def checked(exercise: Exercise) -> int:
            return _checked(workbook, exercise, options.seed, client, limits)

        if options.watch:
            return _watch(workbook, _chosen(workbook, options.name), checked)
        return max(map(checked, workbook.exercises if options.all else [_chosen(workbook, options.name)]))


def _chosen(workbook: Workbook, name: str | None) -> Exercise:
    """That of the name, or the first that is not solved, or the last."""
    if name:
        return workbook.find(name)
    record = workbook.record()
    unsolved = [e for e in workbook.exercises if not record.get(e.name, {}).get("solved")]
    return (unsolved or workbook.exercises[-1:])[0]


def _checked(workbook: Workbook, exercise: Exercise, seed: int | None, client: Client | None, limits: Limits) -> int:
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    report = workbook.check(exercise, seed, client, limits)
    if report.printed:
        print(f"{paint('printed', 'bold')}\n{textwrap.indent(report.printed.rstrip(), '  ')}\n")
    print(report_text(report))
    if report.failure and not report.to_do:
        print(f"          (the same numbers again: minnet exercise check {exercise.name} --seed {seed})")
    return 0 if report.solved else 1


def _watch(workbook: Workbook, exercise: Exercise, checked: Callable[[Exercise], int]) -> int:
    path, seen = workbook.path(exercise), 0
    print(f"Checking {path} at every save; Ctrl-C ends it.")
    try:
        while True:
            changed = path.stat().st_mtime_ns if path.exists() else 0
            if changed and changed != seen:
                seen = changed
                try:
                    checked(exercise)
                except DataError as error:
                    print(paint(str(error), "red"))
            time.sleep(POLL)
    except KeyboardInterrupt:
        return 0


def hint(options: argparse.Namespace) -> int:
    workbook = Workbook.here(options.folder, options.course)
    exercise = workbook.find(options.name)
    number, total, text = workbook.hint(exercise, options.solution)
    print(paint(f"{exercise.name}, hint {number} of {total}", "bold"))
    for paragraph in text.split("\n\n"):
        print()
        print(paragraph if paragraph.startswith("    ") else textwrap.fill(" ".join(paragraph.split()), WIDTH))
    print(f"\nNext: minnet exercise check {exercise.name}")
    return 0


def debug(options: argparse.Namespace) -> int:
    from minnet.exercises import debugging  # only here: pdb takes a while

    workbook = Workbook.here(options.folder)
    seed = secrets.randbelow(SEEDS) if options.seed is None else options.seed
    return 0 if debugging.debug(workbook, workbook.find(options.name), seed) else 1


def progress(options: argparse.Namespace) -> int:
    workbook = Workbook.here(options.folder, options.course)
    record, solved = workbook.record(), 0
    for exercise in workbook.exercises:
        state = record.get(exercise.name, {})
        solved += bool(state.get("solved"))
        word = "solved" if state.get("solved") else "tried" if state.get("attempts") else "to do"
        shown = f", {state['hints']} hints" if state.get("hints") else ""
        print(f"{word:7} {exercise.name:24} {state.get('attempts', 0)} checks{shown}")
    print(f"\n{solved} of {len(workbook.exercises)} solved. Next: minnet exercise check")
    return 0
