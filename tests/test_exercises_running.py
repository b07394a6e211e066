"""A student's file in a process of its own: right ones pass, wrong ones are named, hostile ones cost one result."""

import inspect
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from minnet.cli import main
from minnet.errors import DataError, SettingError
from minnet.exercises import Case, course, examine, find
from minnet.exercises.behaviour import call
from minnet.exercises.diagnosis import Report
from minnet.exercises.exercise import load
from minnet.exercises.running import namespaces, supervisor
from minnet.exercises.running.client import Client
from minnet.exercises.running.folders import remove, usage
from minnet.exercises.running.limits import Limits
from minnet.exercises.running.memory import Memory
from minnet.exercises.running.peer import Peer
from minnet.exercises.running.process import Job
from minnet.exercises.running.wire import WireError, decode, encode
from minnet.exercises.summary import Summary
from minnet.exercises.text import report_text
from tests.exercise_class import mistaken, solution
from tests.hostile_submissions import HOSTILE, WRONG

LIMITS = Limits(seconds=0.5, memory_mb=300, output_kb=100, file_mb=2, processes=20)
PATIENT = replace(LIMITS, seconds=20)
ENDLESS = "no end within the limit", "when the file is run", "no end within"
COURSE = course()


@pytest.fixture(scope="module")
def client():
    with Client(confined=True) as client:
        yield client


def job(name, source, seeds=(0,), limits=PATIENT):
    return Job(str(find(name).folder), source, f"{name}.py", seeds, limits)


@pytest.mark.parametrize("exercise", COURSE, ids=lambda e: e.name)
def test_solutions_pass_and_stubs_wait(exercise, client):
    assert client.run(job(exercise.name, solution(exercise), (0, 1))).state == "solved"
    stub = (exercise.folder / "stub.py").read_text(encoding="utf-8")
    assert client.run(job(exercise.name, stub)).state == "to do"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_one_result(name, client):
    source, state, words = HOSTILE[name]
    limits = LIMITS if words in ENDLESS else PATIENT
    for _ in range(5):  # where other tests have taken what the file lacks, it is run again, as grading does
        summary = client.run(job("sigmoid", source, limits=limits))
        if summary.state == state or not summary.doubt:
            break
    assert (summary.state, words in summary.what) == (state, True), summary
    assert client.run(job("sigmoid", WRONG)).called.startswith("sigmoid(x=[[0.1257, -0.1321]")


def test_nothing_is_left_of_hostile_files(client, tmp_path):
    assert not Path("/tmp/minnet-was-here").exists()
    peek = "import os, sys\nraise ValueError([os.listdir('.'), sorted(os.environ), os.getcwd() == os.environ['HOME']])"
    os.environ["SECRET_OF_TEST"] = "x"
    with Client(confined=True) as other:
        what = other.run(job("sigmoid", peek)).what
    del os.environ["SECRET_OF_TEST"]
    assert "ValueError: [[], [" in what
    assert "SECRET" not in what
    assert what.endswith("True]")
    if "processes" in client.achieved:
        others = "import os\nraise ValueError(len([p for p in os.listdir('/proc') if p.isdigit()]))"
        assert "ValueError: 2" in client.run(job("sigmoid", others)).what  # itself, and the one that checks
    if "files" in client.achieved:
        below = f"import ctypes\nraise ValueError(ctypes.CDLL(None).creat(b'{tmp_path}/x', 0o644))"
        assert "ValueError: -1" in client.run(job("sigmoid", below)).what
        assert not (tmp_path / "x").exists()
    if "network" in client.achieved:
        devices = "raise ValueError(open('/proc/net/dev').read().count(':'))"
        assert "ValueError: 1" in client.run(job("sigmoid", devices)).what  # the loopback alone


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs Linux's /proc")
def test_memory_holds_no_seed_and_no_checks(client):
    """All that the process can read, beside a word that it must find there: the name of a function to write."""
    source = """
import ctypes, re
found = set()
for line in open("/proc/self/maps").read().splitlines():
    place, mode = line.split()[:2]
    if mode.startswith("rw"):
        first, last = (int(word, 16) for word in place.split("-"))
        text = ctypes.string_at(first, last - first)
        found.update(re.findall(b"softplu[s]|31415926[5]|def cases[(]rn[g]|0 among the number[s]", text))
raise ValueError(sorted(found))
"""
    for _ in range(2):  # the second comes when the checks have been read
        assert client.run(job("sigmoid", source, (314159265,))).what.endswith("ValueError: [b'softplus']")


@pytest.mark.skipif(namespaces._libc is None, reason="Linux alone has it")
def test_who_is_not_to_be_traced_is_closed_to_others():
    script = """
import os, sys, time
from minnet.exercises.running import namespaces
if os.getuid() == 0:
    os.setresgid(namespaces.NOBODY, namespaces.NOBODY, namespaces.NOBODY)
    os.setresuid(namespaces.NOBODY, namespaces.NOBODY, namespaces.NOBODY)
    namespaces._libc.prctl(namespaces.DUMPABLE, 1, 0, 0, 0)
for closed in (False, True):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        if closed:
            namespaces.forbid_tracing()
        os.write(writing, b"x")
        time.sleep(100)
    os.read(reading, 1)
    for name in ("mem", f"fd/{writing}"):
        try:
            os.close(os.open(f"/proc/{child}/{name}", os.O_RDWR if name == "mem" else os.O_WRONLY))
            print("open", end=" ")
        except PermissionError:
            print("closed", end=" ")
    os.kill(child, 9)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["open", "open", "closed", "closed"]


def test_texts_of_warnings_are_texts(client):
    warns = "import warnings\n" + WRONG.replace(
        "return 0 * x", "warnings.warn({!r}, RuntimeWarning)\n    return x * np.nan"
    )
    for text, shown in (
        ("a {operation.__class__} b {0", "a {operation.__class__} b {0"),
        ("invalid value encountered in {a}", None),
        ("\x1b[2J\x9b\u202e\ud800\nend", "\ufffd[2J\ufffd\ufffd\ufffd end"),
    ):
        summary = client.run(job("sigmoid", warns.format(text)))
        assert summary.state == "wrong"
        expected = f"NumPy warns: {shown}" if shown else "0 / 0 or inf / inf is nan ({a})"
        assert summary.reason == f"In this call {expected}."


def test_folders_are_counted_and_removed(tmp_path):
    top = tmp_path / "top"
    for name in ("a", "b"):
        (top / name).mkdir(parents=True)
        (top / name / "file").write_bytes(bytes(10_000))
    (top / "link").symlink_to(tmp_path)
    number, size = usage(top, 100)
    assert number == 5
    assert 20_000 <= size < 60_000
    assert usage(top, 3)[0] == 4
    (tmp_path / "kept").write_text("x")
    here = os.open(top / "a", os.O_RDONLY)
    for _ in range(200):  # a longer path than there may be, and a recursion that would be too deep
        os.mkdir("deeper" * 5, dir_fd=here)
        here, above = os.open("deeper" * 5, os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(here)
    (top / "b").chmod(0)
    assert usage(top, 1000)[0] == 1001
    allowed = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        remove(top)
    finally:
        sys.setrecursionlimit(allowed)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_every_seed_counts(client):
    """This file knows the numbers of seed 0 alone."""
    right = "import numpy as np\ndef softplus(x):\n    return np.logaddexp(0, x)\ndef sigmoid(x):\n    "
    by_heart = (
        f"{right}return np.exp(x - softplus(x)) if abs(x.ravel()[0] - 0.12573022) < 1e-6 or x.ndim == 1 else 0 * x\n"
    )
    assert client.run(job("sigmoid", by_heart, (0,))).state == "solved"
    summary = client.run(job("sigmoid", by_heart, (0, 5)))
    assert (summary.state, summary.seed, summary.passed) == ("wrong", 5, summary.total - 1)


def test_mistakes_have_the_same_names_as_in_one_process(client, tmp_path):
    for exercise in COURSE[:4]:
        for number, mistake in enumerate(exercise.mistakes[:3]):
            text = mistaken(exercise, mistake)
            path = tmp_path / f"{exercise.name}_{number}.py"  # of one file, Python would keep the first's bytecode
            path.write_text(text, encoding="utf-8")
            here = examine(exercise, load(path), 3)
            there = client.run(job(exercise.name, text, (3,), Limits()))
            assert there.reason == here.failure.reason == mistake.sentence
            assert (there.what, there.passed, there.hint) == (here.failure.what, here.passed, here.failure.hint)
            assert there.report(exercise).failure.case.about == here.failure.case.about


def paired():
    """Two ends that answer each other at once: what one tells, the other hears."""
    ends = {}

    class Both(Peer):
        def tell(self, content):
            if "call" in content:
                ends["other" if self is ends["one"] else "one"]._answer(content)
            else:
                ends["other" if self is ends["one"] else "one"].heard = content

        def hear(self):
            return self.heard

    ends["one"], ends["other"] = Both(None, None, "one"), Both(None, None, "other")
    return ends["one"], ends["other"]


def remote(function):
    one, other = paired()
    return one.function(other.export(function))


@pytest.mark.parametrize(
    "value",
    [
        1, -2.5, True, None, "text", 10**30, 1 + 2j, np.float32(0.1), np.bool_(True), np.arange(6.0).reshape(2, 3),
        np.zeros((0, 3)), np.array(3), (1, [2.0, (np.ones(2), "x")]), {"a": 1, (1, 2): np.int8(3)}, float("inf"),
        np.array([np.nan, -0.0]), np.asfortranarray(np.arange(4).reshape(2, 2)), np.arange(10)[::-2],
    ],
    ids=repr,
)  # fmt: skip
def test_values_come_over_whole(value):
    def same(a, b):
        assert type(a) is type(b)
        if isinstance(a, dict):
            assert list(a) == list(b)
            a, b = list(a.values()), list(b.values())
        if isinstance(a, tuple | list):
            assert len(a) == len(b)
            for each in zip(a, b, strict=True):
                same(*each)
        elif isinstance(a, np.ndarray | np.generic):
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            np.testing.assert_array_equal(a, b)
        else:
            assert a == b

    same(remote(lambda x: x)(x=value), value)


def test_a_remote_function_behaves_as_a_local_one():
    def change(x, rows, rng, f):
        x[0] = 7
        rows.append(f(rng.normal()))
        np.log(np.array([0.0]))
        return x[1:], x

    outcomes = []
    for function in (change, remote(change)):
        arguments = {"x": np.zeros(3), "rows": [1], "rng": np.random.default_rng(2), "f": lambda v: 10 * v}
        outcomes.append(call(function, Case("change", arguments)))
    here, there = outcomes
    np.testing.assert_array_equal(there.arguments["x"], [7, 0, 0])
    assert there.arguments["rows"] == here.arguments["rows"]
    assert there.arguments["rng"].normal() == here.arguments["rng"].normal()
    assert there.warned == here.warned == "divide by zero encountered in log"
    assert np.shares_memory(there.value[0], there.arguments["x"])
    assert np.shares_memory(there.value[1], there.arguments["x"])


def test_what_lies_in_one_memory_stays_there():
    kept, rows = np.zeros(4), [0]

    def scaled(a, b):
        a *= 2
        kept[:] += 1
        rows.append(len(rows))
        return b, kept, kept[1:3], rows

    there, zeros = remote(scaled), np.ones((2, 3))
    b, first, part, first_rows = there(a=zeros, b=zeros)
    np.testing.assert_array_equal(b, 2 * np.ones((2, 3)))
    assert np.shares_memory(b, zeros)
    np.testing.assert_array_equal(part, [1, 1])
    columns = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    b, second, _, second_rows = there(a=np.ones(1), b=columns.T)
    assert np.shares_memory(b, columns)
    np.testing.assert_array_equal(b, columns.T)
    assert np.shares_memory(first, second)
    np.testing.assert_array_equal(part, [2, 2])  # that of the first call sees the second
    assert first_rows is second_rows
    assert first_rows == rows == [0, 1, 2]


@pytest.mark.parametrize("kind", [NotImplementedError, ValueError, KeyError, np.linalg.LinAlgError, UnicodeDecodeError])
def test_exceptions_keep_their_type_and_text(kind):
    def fail():
        raise kind("utf-8", b"x", 0, 1, "text") if kind is UnicodeDecodeError else kind("text")

    with pytest.raises(Exception, match="text") as caught:
        remote(fail)()
    assert type(caught.value).__name__ == kind.__name__


ZEROS = encode(np.zeros(2), None)


def memory_of_zeros():
    memory = Memory("here")
    memory.add(np.zeros(2), "k")
    return memory


@pytest.mark.parametrize(
    "content",
    [
        [1], {"array": ["<f8", [10**12], "C", ""]}, {"array": ["|O", [1], "C", "AAAAAAAAAAA="]}, {}, {"dict": [[1]]},
        {"scalar": ["<f8", ""]}, {"known": ["k", ZEROS, ["<f8", [100], 0, [8]]]}, {"nothing": 1}, {"new": ["a"]},
        {"known": ["k", ZEROS, ["<f8", [2], 0, [-8]]]}, {"known": ["n", ZEROS, ["<f8", [2], 0, [8]]]},
        {"known": ["k", {"list": []}, None]}, {"known": ["k", ZEROS, None]}, {"known": ["k", 1, None]},
        {"generator": {"dict": []}}, {"complex": ["a", 1]}, {"dict": [[{"list": []}, 1]]},
    ],
    ids=str,
)  # fmt: skip
def test_nonsense_is_no_result(content):
    with pytest.raises(WireError):
        decode(content, None, memory_of_zeros())


def test_what_has_no_form_has_a_name():
    class Thing:
        pass

    sent = [encode(value, lambda f: None) for value in (Thing(), np.array([None]), (n for n in ()))]
    assert [type(decode(content, None)).__name__ for content in sent] == ["Thing", "ndarray", "generator"]


def test_limits_are_positive():
    with pytest.raises(SettingError, match="seconds=0"):
        Limits(seconds=0)


def test_an_exercise_that_is_at_fault_is_named(client, tmp_path):
    for name, text in {
        "stub.py": "",
        "mistakes.py": "",
        "hints.md": "",
        "checks.py": "def cases(rng):\n    1 / 0\n",
    }.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match="division by zero"):
        client.run(Job(str(tmp_path), WRONG, "x.py", (0,), LIMITS))


def test_results_that_cannot_be_compared_are_the_students(monkeypatch):
    class Loaded:
        def load(self):
            return {}

    def refused(error):
        def examine(*_):
            raise error

        monkeypatch.setattr(supervisor, "examine", examine)
        return supervisor._checked(Loaded(), find("sigmoid"), 0)

    summary = refused(OverflowError("too large"))
    assert (summary.state, summary.what) == ("broken", "its results cannot be compared: OverflowError('too large')")
    with pytest.raises(DataError, match="of the exercise"):
        refused(DataError("of the exercise"))


def test_a_process_that_was_killed_starts_anew():
    with Client(confined=True) as client:
        os.killpg(client._process.pid, signal.SIGKILL)
        assert "was ended" in client.run(job("sigmoid", WRONG)).what
        assert client.run(job("sigmoid", WRONG)).state == "wrong"
        folder = Path(client._folder)
    assert not folder.exists()


def test_check_stops_what_has_no_end(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main(["exercise", "start"])
    path = tmp_path / "exercises" / "sigmoid.py"
    path.write_text(HOSTILE["hangs"][0].replace("while True", "print('here')\n    while True"))
    capsys.readouterr()
    assert main(["exercise", "check", "sigmoid", "--seconds", "0.3"]) == 1
    out = capsys.readouterr().out
    assert "printed\n  here" in out
    assert "called  sigmoid(x=" in out
    assert "no end within the limit of 0.3 s" in out
    for text, words in [
        ("exit()", "line 1: the file ends itself"),
        ("x = 1\ninput()", "line 2: the file asks for input"),
    ]:
        path.write_text(text)
        assert main(["exercise", "check", "sigmoid"]) == 2
        assert words in capsys.readouterr().err


def test_what_is_said_of_a_right_solution_comes_over():
    exercise = find("sigmoid")
    report = Report(exercise, 10, 10, None, 3, note="Slow.")
    summary = Summary(**json.loads(json.dumps(asdict(Summary.of(report, None)))))
    assert summary.report(exercise) == report
    assert report_text(summary.report(exercise)).endswith("cases are right\n  note    Slow.")
