"""The side that checks: draws arguments, calls a student's functions in their process, and compares.

Arguments are drawn, results compared and mistakes named in this process, in which no line of the student's runs: what a
file does to NumPy, to minnet or to its own process changes nothing here, and nothing that it prints or sends can say
"solved" for it.
"""

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from minnet.errors import DataError
from minnet.exercises.characters import plain
from minnet.exercises.diagnosis import Failure, examine, of_functions
from minnet.exercises.exercise import Exercise
from minnet.exercises.running.nursery import Nursery
from minnet.exercises.running.process import Job, Process
from minnet.exercises.running.watch import Stopped
from minnet.exercises.running.wire import WireError
from minnet.exercises.summary import Summary
from minnet.exercises.text import called

LONGEST = 4000  # characters of a finding
LACKS = (  # what an error says when the machine has no more of something
    *map(os.strerror, (errno.ENOSPC, errno.EAGAIN, errno.ENOMEM, errno.ENFILE, errno.EDQUOT)),
    "can't start new thread",
    "No usable temporary directory",
)


def check(job: Job, exercise: Exercise, work: Path, nursery: Nursery) -> Summary:
    """Run the checks of an exercise on a student's file.

    Parameters
    ----------
    job : Job
    exercise : Exercise
    work : Path
        An existing folder, below which the process gets a folder of its own.
    nursery : Nursery

    Raises
    ------
    OSError
        The machine has no room for a process or a folder.
    """
    summary = Summary(exercise.name, "broken")
    for seed in job.seeds:
        process = Process(job, exercise.functions, work, nursery)
        try:
            summary = _checked(process, exercise, seed)
        finally:
            printed = process.end()
        if not summary.solved:
            lacking = process.watch.late or process.watch.full or process.was_killed
            lacking = lacking or any(words in summary.what + printed for words in LACKS)
            summary = replace(summary, doubt="neighbours" if lacking else "")
        summary = cleaned(replace(summary, printed=printed))
        if not summary.solved:
            break
    return summary


def cleaned(summary: Summary) -> Summary:
    """All texts `plain`, and not too much of them."""
    texts: dict[str, Any] = {
        name: plain(text[:LONGEST]) for name, text in vars(summary).items() if isinstance(text, str)
    }
    return replace(summary, **texts)


def _checked(process: Process, exercise: Exercise, seed: int) -> Summary:
    try:
        loaded = process.load()
    except Stopped as stopped:
        return Summary(exercise.name, "stopped", seed=seed, what=f"when the file is run, {stopped}")
    if isinstance(loaded, str):
        return Summary(exercise.name, "broken", seed=seed, what=loaded)
    cases, calls = exercise.cases(seed), 0

    def counted(remote: Callable[..., Any]) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            nonlocal calls
            calls += 1
            try:
                return remote(**arguments)
            except WireError as error:
                raise Stopped(str(error)) from None

        return call

    try:
        report = examine(exercise, of_functions({k: counted(f) for k, f in loaded.items()}), seed, cases)
    except Stopped as stopped:
        there = [k for k, case in enumerate(cases) if case.function in loaded]
        k = there[min(calls, len(there)) - 1]  # cases are called first, in their order
        call = called(Failure(cases[k], ""))
        return Summary(exercise.name, "stopped", k, len(cases), seed, k, call, str(stopped))
    except DataError:  # of the exercise
        raise
    except Exception as error:  # what the file returned is so strange that it cannot even be compared
        return Summary(exercise.name, "broken", seed=seed, what=f"its results cannot be compared: {error!r}")
    failed = [k for k, case in enumerate(cases) if report.failure and case is report.failure.case]
    return Summary.of(report, failed[0] if failed else 0)
