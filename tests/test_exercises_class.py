"""At full size: a class of two hundred, interrupted and killed in the middle, and every mistake of the course."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import minnet
from minnet.exercises import course, examine
from minnet.exercises.loading import solution as loaded
from minnet.exercises.running.client import Client
from minnet.exercises.running.limits import Limits
from minnet.exercises.running.process import Job
from tests.exercise_class import mistaken, solution, write_class

STUDENTS, HOSTILE = 200, 20
SECONDS = 600


def heeding_interrupts():
    """As a process in the foreground does; a test in the background is told to ignore them, and so are its own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.acceptance
def test_two_hundred_folders(tmp_path):
    expected = write_class(tmp_path / "class", STUDENTS, HOSTILE)
    files = sum(state != "missing" for state, _ in expected.values())
    words = [sys.executable, "-m", "minnet", "exercise", "grade", "class", "--jobs", "2"]
    environment = os.environ | {"PYTHONPATH": str(Path(minnet.__file__).parents[1])}

    def kept():
        return {str(path): path.stat().st_mtime_ns for path in (tmp_path / "grades" / "parts").glob("*/[a-z]*.json")}

    begun, sent = time.monotonic(), []
    for number, share in ((signal.SIGINT, 0.2), (signal.SIGKILL, 0.5)):
        with subprocess.Popen(
            words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, preexec_fn=heeding_interrupts
        ) as process:
            while len(kept()) < share * files:
                assert process.poll() is None, process.stderr.read()
                time.sleep(0.1)
            process.send_signal(number)
            _, err = process.communicate()
        before = kept()
        sent.append(len(before))
        assert len(before) < files
        if number == signal.SIGINT:
            assert process.returncode == 130
            assert f"{len(expected) - len(before) - (len(expected) - files)} files are left" in err
            assert "minnet exercise grade class --jobs 2" in err
        for path in before:
            json.loads(Path(path).read_text())  # whole
    finished = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    seconds = time.monotonic() - begun
    after = kept()
    assert {path: after[path] for path in before} == before  # not run again
    assert len(after) == files
    summaries = [json.loads(Path(path).read_text())["summary"] | {"path": path} for path in after]
    results = {(Path(s["path"]).parent.name, s["exercise"]): (s["state"], s["reason"]) for s in summaries}
    wrong = {
        place: (results.get(place), wanted) for place, wanted in expected.items()
        if wanted[0] != "missing" and (results[place][0] != wanted[0] or wanted[1] not in (None, results[place][1]))
    }  # fmt: skip
    assert not wrong
    with (tmp_path / "grades" / "grades.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == STUDENTS
    solved = sum(state == "solved" for state, _ in expected.values())
    assert sum(float(row["points"]) for row in rows) == solved
    assert len(list((tmp_path / "grades" / "gradescope").glob("*/results.json"))) == STUDENTS
    assert max(map(len, finished.stdout.splitlines())) <= 100
    print(f"\n{STUDENTS} students, {len(course())} exercises, {files} files, {HOSTILE} hostile: {seconds:.0f} s")
    print(f"interrupted after {sent[0]}, killed after {sent[1]}, then finished; {solved} solved")
    assert seconds < SECONDS


@pytest.mark.acceptance
def test_every_solution_and_mistake_reads_the_same_in_a_process_of_its_own(tmp_path):
    different, count, path = [], 0, str(tmp_path / "file.py")
    with Client(confined=True) as client:
        for exercise in course():
            for text in (solution(exercise), *(mistaken(exercise, mistake) for mistake in exercise.mistakes)):
                Path(path).write_text(text)
                here = examine(exercise, loaded(Path(path)), 7)
                there = client.run(Job(str(exercise.folder), text, path, (7,), Limits(seconds=60)))
                count += 1
                if there.report(exercise).failure is None or here.failure is None:
                    same = there.solved and here.solved
                else:
                    same = (there.what, there.reason, there.hint) == (
                        here.failure.what, here.failure.reason, here.failure.hint
                    )  # fmt: skip
                if not same:
                    different.append((exercise.name, here.failure, there))
    assert not different
    print(f"\n{count} files of {len(course())} exercises")
