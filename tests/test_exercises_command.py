"""`minnet exercise` on a student's folder: commands that lead back to it, what is remembered, and what comes next."""

import json
import os
import shlex
from contextlib import nullcontext
from pathlib import Path

import pytest

from minnet.cli import main
from minnet.exercises import command, course
from minnet.exercises.printing import OTHERS
from minnet.exercises.running.client import Client
from minnet.exercises.text import WIDTH
from minnet.exercises.workbook import RECORD
from tests.exercise_class import solution

COURSE = course()
SIGMOID, SECOND = COURSE[:2]
WRONG = "def sigmoid(x):\n    print('here', x.shape)\n    return x\n\ndef softplus(x):\n    return x\n"


@pytest.fixture(scope="module")
def client():
    with Client(confined=False) as client:
        yield client


@pytest.fixture
def minnet(tmp_path, monkeypatch, capsys, client):
    """Call `minnet exercise` in an empty folder: the exit status, and what was printed, out and err.

    The process that checks is the same for all calls: to start it takes longer than to check a file.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "Client", lambda confined: nullcontext(client))

    def call(*words):
        status = main(["exercise", *words])
        out, err = capsys.readouterr()
        assert max(map(len, [*out.splitlines(), *err.splitlines(), ""])) <= WIDTH
        return status, out, err

    return call


def solve(folder, *exercises):
    for exercise in exercises:
        (Path(folder) / f"{exercise.name}.py").write_text(solution(exercise))


def commands(text):
    """Those that a text tells to type, as words."""
    flat = " ".join(text.split())
    return [shlex.split(part.partition(")")[0].partition(" (")[0]) for part in flat.split("minnet exercise ")[1:]]


def test_a_check_ends_the_process_that_it_started(minnet, monkeypatch):
    started = []

    def start(confined):
        assert not confined  # on one's own machine, one's own file
        started.append(Client(confined))
        return started[-1]

    monkeypatch.setattr(command, "Client", start)
    minnet("start")
    solve("exercises", SIGMOID)
    assert minnet("check", "sigmoid")[0] == 0
    assert [client._process for client in started] == [None]


def test_what_is_told_to_type_works_on_the_folder_that_was_named(minnet):
    minnet("start")
    _, out, _ = minnet("start", "my work")
    assert commands(out) == [["check", "--folder", "my work"]]
    (Path("my work") / "sigmoid.py").write_text(WRONG)
    texts = [
        minnet("check", "sigmoid", "--folder", "my work", "--seed", "3")[1],
        minnet("hint", "sigmoid", "--folder", "my work")[1],
        minnet("progress", "--folder", "my work")[1],
    ]
    told = [words for text in texts for words in commands(text)]
    assert ["check", "sigmoid", "--seed", "3", "--folder", "my work"] in told
    assert ["hint", "sigmoid", "--folder", "my work"] in told
    assert all(words[-2:] == ["--folder", "my work"] for words in told)
    assert commands(minnet("progress", "--folder", str(Path("my work").resolve()))[1])[0][-1] == "my work"
    for words in told:
        assert minnet(*words)[0] in (0, 1)
    assert "tried   sigmoid" in minnet("progress", "--folder", "my work")[1]
    assert "tried" not in minnet("progress")[1]
    (Path("my work") / "adam.py").unlink()
    _, _, err = minnet("check", "adam", "--folder", "my work")
    assert commands(err)[0][:2] == ["start", "my work"]
    assert commands(minnet("hint", "adam", "--folder", "nowhere")[2]) == [["start", "nowhere"]]
    assert commands(minnet("check", "--folder", "nowhere", "--course", "own")[2]) == [
        ["start", "--course", "own", "nowhere"]
    ]


def test_no_folder_is_named_where_it_is_found(minnet, monkeypatch):
    assert commands(minnet("start")[1]) == [["check"]]
    assert commands(minnet("progress", "--folder", str(Path("exercises").resolve()))[1]) == [["check"]]
    monkeypatch.chdir("exercises")
    assert minnet("start")[1].startswith("0 new files in .; yours are as they were")
    assert not Path("exercises").exists()
    assert "open sigmoid.py, " in minnet("start", ".")[1]
    assert commands(minnet("start", ".")[1]) == [["check"]]


def test_what_comes_next(minnet):
    minnet("start")
    solve("exercises", SIGMOID)
    status, out, _ = minnet("check")
    assert status == 0
    assert f"1 of {len(COURSE)} solved. Next: open {Path('exercises') / SECOND.name}.py" in out
    assert f"open {Path('exercises') / SECOND.name}.py" in minnet("start")[1]
    record = {exercise.name: {"attempts": 1, "solved": True} for exercise in COURSE}
    (Path("exercises") / RECORD).write_text(json.dumps(record))
    for action in ("start", "progress"):
        _, out, _ = minnet(action)
        assert f"{len(COURSE)} of {len(COURSE)} solved. That is all of them" in out
        assert "Next" not in out
    assert "1 check\n" in minnet("progress")[1]
    _, out, _ = minnet("start", "--again", "adam")
    assert out.startswith("1 new file in exercises\n")
    assert commands(out) == [["check", "adam"]]


def test_a_folder_that_cannot_be_written_hides_no_result(minnet):
    minnet("start")
    (Path("exercises") / "sigmoid.py").write_text(WRONG)
    before = (Path("exercises") / RECORD).read_text()
    (Path("exercises") / RECORD).with_suffix(".new").mkdir()  # what is written goes by this name first
    status, out, err = minnet("check", "sigmoid")
    assert status == 1
    assert f"of {len(SIGMOID.cases(0))} cases are right" in out
    assert "this is not remembered: " in err
    status, out, err = minnet("hint", "adam")
    assert status == 0
    assert "hint 1 of" in out
    assert err.count("this is not remembered") == 1
    assert (Path("exercises") / RECORD).read_text() == before


def test_beginning_anew_where_nothing_can_be_written(minnet, monkeypatch):
    minnet("start")

    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refused)
    status, _, err = minnet("start", "--again", "adam")
    assert status == 2
    assert "exercises cannot be written to exercises: Permission denied" in err


@pytest.mark.parametrize(
    "record",
    [
        {"sigmoid": 3},
        {"sigmoid": {"attempts": "x", "solved": 1, "hints": -5}},
        {"sigmoid": {"attempts": True, "hints": 1.5, "solved": None}, ".course": {"folder": 3}},
        {"sigmoid": [], ".course": "own"},
        [1],
        3,
    ],
    ids=str,
)
def test_a_record_that_was_damaged_counts_as_nothing(minnet, record):
    minnet("start")
    (Path("exercises") / RECORD).write_text(json.dumps(record))
    assert f"to do   {'sigmoid':24} 0 checks\n" in minnet("progress")[1]
    assert "hint 1 of" in minnet("hint", "sigmoid")[1]
    (Path("exercises") / "sigmoid.py").write_text(WRONG)
    assert minnet("check", "sigmoid")[0] == 1
    assert f"tried   {'sigmoid':24} 1 check, 1 hint\n" in minnet("progress")[1]


def test_the_solution_is_shown_again_once_it_was_asked_for(minnet):
    minnet("start")
    total = len(SIGMOID.hints)
    for _ in range(total - 1):
        minnet("hint", "sigmoid")
    status, _, err = minnet("hint", "sigmoid")
    assert status == 2
    assert commands(err) == [["hint", "sigmoid", "--solution"]]
    assert f"hint {total} of {total}" in minnet("hint", "sigmoid", "--solution")[1]
    assert f"hint {total} of {total}" in minnet("hint", "sigmoid")[1]


@pytest.mark.parametrize("action", ["check", "debug"])
@pytest.mark.parametrize("seed", ["-1", "1.5", "many"])
def test_seeds_are_whole_numbers(minnet, capsys, action, seed):
    minnet("start")
    with pytest.raises(SystemExit):
        minnet(action, "sigmoid", "--seed", seed)
    assert f"a whole number of at least 0 is needed, not '{seed}'" in capsys.readouterr().err


PRINTS = """import numpy as np
print('file')
def sigmoid(x):
    print('call', x.ravel()[0])
    return 1.0 * np.exp(-np.logaddexp(0, -x)) + 0 * softplus(x)
def softplus(x):
    print('inner', x.shape)
    return np.logaddexp(0, x) + (x.size > 4) * 1e-3
"""


def test_what_the_call_that_is_shown_prints_comes_after_the_result_and_alone(minnet):
    minnet("start")
    path = Path("exercises") / "sigmoid.py"
    case = next(c for c in SIGMOID.cases(3) if c.function == "softplus" and c.arguments["x"].size > 4)
    path.write_text(PRINTS)
    _, out, _ = minnet("check", "sigmoid", "--seed", "3")
    assert "called  softplus" in out
    assert out.index("found") < out.index("printed")
    assert out.endswith(f"\nprinted\n  inner {case.arguments['x'].shape}\n")
    path.write_text(PRINTS.replace("1.0 *", "0.7 *"))  # the first call is wrong; the other function is called in it
    x = SIGMOID.cases(3)[0].arguments["x"]
    _, out, _ = minnet("check", "sigmoid", "--seed", "3")
    assert out.endswith(f"\nprinted\n  call {x.ravel()[0]}\n  inner {x.shape}\n")
    path.write_text("print('file')\n" + WRONG.replace("print('here', x.shape)", "pass"))
    assert minnet("check", "sigmoid")[1].endswith(f"\nprinted\n  {OTHERS}\n  file\n")


def test_what_is_printed_fits(minnet):
    minnet("start")
    (Path("exercises") / "sigmoid.py").write_text(WRONG.replace("'here', x.shape", "'word ' * 60, 'x' * 300"))
    _, out, _ = minnet("check", "sigmoid")
    assert out.partition("printed\n")[2].count("word ") == 60


def test_messages_and_titles_fit_and_are_whole(minnet, capsys):
    _, _, err = minnet("check", "nope")
    assert "begin with" in err
    minnet("start")
    _, _, err = minnet("check", "nope")
    assert all(exercise.name in err for exercise in COURSE)
    listed = " ".join(minnet("list")[1].split())
    assert all(exercise.title in listed for exercise in COURSE)
    with pytest.raises(SystemExit):
        main(["exercise", "check", "--sede"])
    lines = capsys.readouterr().err.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert "did you mean '--seed'" in " ".join(lines)


def watched(monkeypatch, minnet, *edits, words=()):
    """What `--watch` prints, with edits of files between its looks; Ctrl-C after them."""
    steps = iter(edits)

    def pause(_):
        edit = next(steps, None)
        if edit is None:
            raise KeyboardInterrupt
        edit()

    monkeypatch.setattr(command.time, "sleep", pause)
    return minnet("check", "--watch", *words)


def test_watching_goes_on_to_the_next_exercise_and_says_what_is_gone(minnet, monkeypatch):
    minnet("start")
    path = Path("exercises") / "sigmoid.py"

    def save(text):
        path.write_text(text)
        os.utime(path, ns=(1, os.stat(path).st_mtime_ns + 10**9))

    status, out, _ = watched(
        monkeypatch,
        minnet,
        lambda: save(WRONG),
        path.unlink,
        lambda: None,
        lambda: save(solution(SIGMOID)),
        lambda: None,
    )
    assert status == 0
    told = [
        f"Checking {path} at every save",
        "to do   sigmoid",
        "wrong   sigmoid",
        "sigmoid.py is missing; minnet exercise start brings",
        "solved  sigmoid",
        f"Checking {Path('exercises') / SECOND.name}.py at every save",
        f"to do   {SECOND.name}",
    ]
    places = [out.find(words) for words in told]
    assert -1 not in places
    assert places == sorted(places)


def test_watching_all_checks_what_is_saved(minnet, monkeypatch):
    minnet("start")

    def save():
        path = Path("exercises") / f"{SECOND.name}.py"
        path.write_text("def broken(:\n")
        os.utime(path, ns=(1, os.stat(path).st_mtime_ns + 10**9))

    _, out, _ = watched(monkeypatch, minnet, save, lambda: None, words=("--all",))
    assert out.startswith("Checking all files in exercises at every save")
    assert out.count("to do ") == len(COURSE)
    assert f"{SECOND.name}.py, line 1" in out.rpartition("to do ")[2]


def test_all_are_checked_though_one_is_broken(minnet):
    minnet("start")
    (Path("exercises") / "sigmoid.py").write_text("def broken(:\n")
    solve("exercises", SECOND)
    status, out, _ = minnet("check", "--all")
    assert status == 2
    assert "sigmoid.py, line 1" in out
    assert f"solved  {SECOND.name}" in out
    assert out.count("Next: ") == 1
    assert f"1 of {len(COURSE)} solved. Next: open {Path('exercises') / 'sigmoid.py'}" in out


def test_ctrl_c_ends_a_check_without_promises(minnet, monkeypatch):
    minnet("start")

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(command.Workbook, "check", interrupt)
    status, _, err = minnet("check")
    assert status == 130
    assert "stopped" in err
    assert "Go on" not in err


def test_debugging_ends_with_what_to_do(minnet):
    minnet("start", "work")
    assert commands(minnet("debug", "sigmoid", "--folder", "work")[1])[-1] == ["check", "sigmoid", "--folder", "work"]
