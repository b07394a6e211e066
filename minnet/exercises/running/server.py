"""The process that checks one student's file after another: `python -m minnet.exercises.running.server FOLDER`.

It has NumPy and the checks loaded, so that a file costs no more than a fork: of another process, the nursery, which
starts this one before it knows anything. A line of JSON on the standard input is a job, a line on the standard output
its result; it ends with its input.
"""

import json
import os
import signal
import socket
import sys
import traceback
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from minnet.exercises.exercise import FILES, Exercise
from minnet.exercises.running import namespaces, nursery
from minnet.exercises.running.folders import remove
from minnet.exercises.running.limits import Limits, restrict_memory
from minnet.exercises.running.process import Job
from minnet.exercises.running.supervisor import check
from minnet.exercises.summary import Summary

MEMORY_MB = 2048  # of the process that checks, beyond what it begins with: answers may be large


def main(folder: str, confined: bool) -> NoReturn:
    """Serve until the input ends; `folder` is an empty one, below which students' files may write."""
    namespaces.forbid_tracing()
    achieved: set[str] = set()
    if confined:
        os.chmod(folder, 0o711)
        if (child := os.fork()) and os.waitpid(child, 0):
            _leave(folder)  # from outside, where it is no mounted folder
        namespaces.end_with_parent()
        achieved = namespaces.enter(Path(folder))
    namespaces.adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ours, theirs = socket.socketpair()
    checker = os.fork()
    if not checker:
        ours.close()
        _check_all(folder, achieved, nursery.Nursery(theirs))
    theirs.close()
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nothing, number)
    nursery.serve(ours, checker)
    if confined:
        os._exit(0)
    _leave(folder)


def _check_all(folder: str, achieved: set[str], students: nursery.Nursery) -> NoReturn:
    """Be the process that checks."""
    try:
        namespaces.end_with_parent()
        if "processes" in achieved:
            namespaces.mount_processes()
        restrict_memory(MEMORY_MB)
        jobs, results = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # what checks print is no result
        print(json.dumps(sorted(achieved)), file=results, flush=True)
        for line in jobs:
            print(json.dumps(_answer(json.loads(line), Path(folder), students)), file=results, flush=True)
    except BrokenPipeError:  # nobody wants to know any more
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _leave(folder: str) -> NoReturn:
    remove(folder)
    os._exit(0)


def _answer(content: dict[str, Any], folder: Path, students: nursery.Nursery) -> dict[str, Any]:
    job = Job(**content | {"limits": Limits(**content["limits"]), "seeds": tuple(content["seeds"])})
    try:
        changed = tuple((Path(job.exercise) / name).stat().st_mtime_ns for name in FILES)
    except OSError as error:
        return {"fault": f"{type(error).__name__}: {error}"}
    try:
        return asdict(check(job, _exercise(job.exercise, changed), folder, students))
    except OSError as error:
        return asdict(Summary.of_machine(Path(job.exercise).name, job.seeds[0], str(error)))
    except Exception as error:  # of the exercise, not of the student
        return {"fault": f"{type(error).__name__}: {error}"}


@lru_cache(maxsize=256)
def _exercise(folder: str, changed: tuple[int, ...]) -> Exercise:
    return Exercise(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] == ["confined"])
