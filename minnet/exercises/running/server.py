"""The process that checks one student's file after another: `python -m minnet.exercises.running.server FOLDER`.

It has NumPy and the checks loaded, so that a file costs no more than a fork. A line of JSON on the standard input is a
job, a line on the standard output its result; it ends with its input.
"""

import json
import os
import shutil
import signal
import sys
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from minnet.exercises.exercise import FILES, Exercise
from minnet.exercises.running import namespaces
from minnet.exercises.running.limits import Limits
from minnet.exercises.running.process import Job
from minnet.exercises.running.supervisor import check


def main(folder: str, confined: bool) -> NoReturn:
    """Serve until the input ends; `folder` is an empty one, below which students' files may write."""
    jobs, results = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what checks print is no result
    achieved: set[str] = set()
    if confined:
        os.chmod(folder, 0o711)
        if (child := os.fork()) and os.waitpid(child, 0):
            _leave(folder)  # from outside, where it is no mounted folder
        namespaces.end_with_parent()
        achieved = namespaces.enter(Path(folder))
        if "processes" in achieved:
            if (child := os.fork()) and os.waitpid(child, 0):
                os._exit(0)
            namespaces.end_with_parent()
            namespaces.mount_processes()
    namespaces.adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(json.dumps(sorted(achieved)), file=results, flush=True)
    for line in jobs:
        print(json.dumps(_answer(json.loads(line), Path(folder))), file=results, flush=True)
    _leave(folder)


def _leave(folder: str) -> NoReturn:
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _answer(content: dict[str, Any], folder: Path) -> dict[str, Any]:
    job = Job(**content | {"limits": Limits(**content["limits"]), "seeds": tuple(content["seeds"])})
    try:
        changed = tuple((Path(job.exercise) / name).stat().st_mtime_ns for name in FILES)
        return asdict(check(job, _exercise(job.exercise, changed), folder))
    except Exception as error:  # of the exercise, not of the student
        return {"fault": f"{type(error).__name__}: {error}"}


@lru_cache(maxsize=256)
def _exercise(folder: str, changed: tuple[int, ...]) -> Exercise:
    return Exercise(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] == ["confined"])
