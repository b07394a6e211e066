"""What a file could not have while others ran is given to it alone; what the machine lacks is no fault of a file."""

import os
from pathlib import Path

import pytest

from minnet.cli import main
from minnet.exercises import find
from minnet.exercises.grading import grader
from minnet.exercises.grading.grader import Grading
from minnet.exercises.grading.settings import Settings
from minnet.exercises.grading.store import Store
from minnet.exercises.grading.submissions import students
from minnet.exercises.running import client as clients
from minnet.exercises.running import process
from minnet.exercises.running.client import Client
from minnet.exercises.running.limits import Limits
from minnet.exercises.running.nursery import Nursery
from minnet.exercises.running.process import Job, Process
from minnet.exercises.running.supervisor import check
from minnet.exercises.summary import Summary
from tests.hostile_submissions import HOSTILE, WRONG

SIGMOID = find("sigmoid")


@pytest.fixture
def grading(tmp_path, monkeypatch):
    """Of four students, whose files are answered by what stands in `answers`, one after another."""
    answers, calls = {}, []

    class Answering:
        achieved = frozenset()

        def __init__(self, confined):
            calls.append("a process")

        def run(self, job):
            name = job.source.strip("# ")
            calls.append(name)
            return answers[name].pop(0)

        def stop(self):
            pass

        close = stop

    for name in ("ann", "bob", "cid", "dan"):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "sigmoid.py").write_text(f"# {name}")
        answers[name] = [Summary("sigmoid", "solved")]
    monkeypatch.setattr(grader, "Client", Answering)

    def made():
        return Grading(students([tmp_path / "class"], ["sigmoid"]), [SIGMOID], Settings(), Store(tmp_path / "out"))

    return made, answers, calls


def states(grading):
    return {student: result.summary.state for (student, _), result in grading.results.items()}


SLOW = Summary("sigmoid", "stopped", what="no end", doubt="neighbours")
LACK = Summary.of_machine("sigmoid", 1, "no space")


def test_who_was_late_among_others_runs_once_more_alone(grading):
    made, answers, calls = grading
    answers["bob"].insert(0, SLOW)
    answers["cid"] = [SLOW, SLOW]
    done = made()
    done.run(2, progress=False)
    assert states(done) == {"ann": "solved", "bob": "solved", "cid": "stopped", "dan": "solved"}
    assert calls[-3:] in (["a process", "bob", "cid"], ["a process", "cid", "bob"])
    assert calls.count("a process") == 3
    assert not made().tasks  # all are kept


def test_who_was_late_alone_is_late(grading):
    made, answers, calls = grading
    answers["bob"] = [SLOW]
    done = made()
    done.run(1, progress=False)
    assert states(done)["bob"] == "stopped"
    assert calls.count("bob") == 1


def test_what_the_machine_lacks_is_not_kept(grading):
    made, answers, _ = grading
    answers["bob"].insert(0, LACK)
    answers["cid"] = [LACK, LACK, Summary("sigmoid", "solved")]
    done = made()
    done.run(1, progress=False)
    assert states(done) == {"ann": "solved", "bob": "solved", "cid": "stopped", "dan": "solved"}
    assert done.untried == [("cid", "sigmoid")]
    assert "call again" in done.results["cid", "sigmoid"].notes[-1]
    again = made()
    assert [task.student.name for task in again.tasks] == ["cid"]
    again.run(1, progress=False)
    assert states(again)["cid"] == "solved"
    assert not again.untried


def test_what_the_machine_lacks_is_told(tmp_path, monkeypatch, capsys):
    class Lacking(Client):
        def run(self, job):
            return LACK

    monkeypatch.setattr(grader, "Client", Lacking)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann/sigmoid.py").write_text(WRONG)
    assert main(["exercise", "grade", "ann"]) == 0
    assert "call again: ann, sigmoid" in capsys.readouterr().err


def job(source, **limits):
    return Job(str(SIGMOID.folder), source, "sigmoid.py", (0,), Limits(**limits))


def test_results_say_why_they_are_in_doubt(monkeypatch):
    with Client(confined=True) as client:
        assert client.run(job(WRONG)).doubt == ""
        assert client.run(job(HOSTILE["hangs at import"][0], seconds=0.3)).doubt == "neighbours"
        assert client.run(job("import errno, os\nraise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))")).doubt
        killed = "import ctypes, os\nctypes.CDLL(None).kill(os.getpid(), 9)"
        assert client.run(job(killed)).doubt == "neighbours"
        client.close()
        monkeypatch.setattr(clients.tempfile, "mkdtemp", lack)
        assert client.run(job(WRONG)).doubt == "machine"


def lack(*_, **__):
    raise OSError(28, "No space left on device")


def test_who_has_no_process_or_no_room_is_not_wrong(tmp_path, monkeypatch):
    class Full(Nursery):
        def start(self, *_):
            lack()

    with pytest.raises(OSError, match="No space"):
        check(job(WRONG), SIGMOID, tmp_path, Full(None))
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(process, "is_full", lambda folder: True)
    with pytest.raises(OSError, match="is full"):
        Process(job(WRONG), [], Path(tmp_path), Nursery(None))
    assert os.listdir(tmp_path) == []
