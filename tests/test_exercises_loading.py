"""A student's file in this process: what it imports, what it changes, which line is named, and how long it may take."""

import math
import os
import sys

import numpy as np
import pytest

from minnet.errors import DataError, SettingError
from minnet.exercises import Case, check, examine, find
from minnet.exercises.behaviour import call
from minnet.exercises.deadline import Endless, deadline
from minnet.exercises.diagnosis import of_functions
from minnet.exercises.loading import solution
from minnet.exercises.quiet import quietly
from minnet.exercises.running.peer import description
from minnet.exercises.workbook import Workbook


@pytest.fixture
def file(tmp_path):
    def written(name, text):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


CHANGES = {
    "np.seterr(all='raise')": lambda: np.geterr()["divide"],
    "np.exp = None": lambda: np.exp,
    "del np.exp": lambda: np.exp,
    "np.linalg.inv = None": lambda: np.linalg.inv,
    "math.exp = None": lambda: math.exp,
    "import builtins; builtins.sum = None": lambda: sum,
    "np.set_printoptions(precision=1)": lambda: np.get_printoptions()["precision"],
    "sys.setrecursionlimit(5000)": sys.getrecursionlimit,
    "os.chdir('/')": os.getcwd,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("early", [True, False], ids=["by the file", "by a call"])
def test_what_a_file_changes_for_all_holds_for_its_functions_alone(change, early, file):
    look, before = CHANGES[change], CHANGES[change]()
    inside = "" if early else f"    {change}\n"
    text = f"import math, os, sys\nimport numpy as np\n{change if early else ''}\ndef f(look):\n{inside}"
    module = solution(file("own.py", f"{text}    return look()\n\ndef g(look):\n    return look()\n"))
    assert look() == before
    for function in (module.f, module.g):  # what a call has changed holds for the next ones of the file
        if change.startswith("del"):
            with pytest.raises((AttributeError, NameError)):
                function(look)
        else:
            assert function(look) != before
        assert look() == before


def test_what_stands_beside_a_file_can_be_imported_and_is_forgotten(file):
    file("helper_of_mine.py", "from other_of_mine import factor\n\ndef scaled(x):\n    return factor * x\n")
    file("other_of_mine.py", "factor = 2\n")
    path = file("own.py", "from helper_of_mine import scaled\n\ndef f(x):\n    return scaled(x) + 1\n")
    known, places = set(sys.modules), list(sys.path)
    assert solution(path).f(3) == 7
    assert set(sys.modules) == known
    assert sys.path == places
    file("other_of_mine.py", "factor = 10000\n")
    assert solution(path).f(3) == 30001


def test_check_and_debug_and_pytest_find_a_helper(file, capsys, monkeypatch, tmp_path):
    from minnet.cli import main

    monkeypatch.chdir(tmp_path)
    main(["exercise", "start", "."])
    body = "from helper_of_mine import dense as dense_forward\n\ndef two_layers(x, W1, b1, W2, b2):\n    missing\n"
    file("dense_forward.py", body)
    file("helper_of_mine.py", "def dense(x, W, b):\n    return x @ W + b[100]\n")
    capsys.readouterr()
    main(["exercise", "check", "dense_forward"])
    assert "(helper_of_mine.py, line 2)" in " ".join(capsys.readouterr().out.split())
    book, exercise = Workbook.here("."), find("dense_forward")
    assert "(helper_of_mine.py, line 2)" in examine(exercise, book.solution(exercise)).failure.what


def test_the_line_that_raised_is_named(file):
    text = "import numpy as np\n\ndef f(x):\n    y = 2\n    return np.linalg.inv(np.zeros((y, y)))\n"
    with pytest.raises(np.linalg.LinAlgError) as caught:
        solution(file("own.py", text)).f(1)
    assert caught.value.__notes__ == ["line 5"]


@pytest.mark.parametrize("odd", ["5", "[5]", "None"])
def test_notes_that_are_none_do_no_harm(odd, file):
    text = f"def sigmoid(x):\n    error = ValueError('mine')\n    error.__notes__ = {odd}\n    raise error\n"
    module = solution(file("own.py", f"{text}\ndef softplus(x):\n    return x\n"))
    assert "it raised ValueError: mine" in examine(find("sigmoid"), module).failure.what
    assert description(call(module.sigmoid, Case("sigmoid", {"x": 1})).error)[:2] == ["ValueError", "mine"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\n# caf\u00e9\n".encode("latin-1"), "line 2: the byte 0xe9 is no UTF-8; save the file as UTF-8"),
        ("x = 1\n".encode("utf-16"), "line 1: the byte 0xff is no UTF-8"),
        (b"x = 1\n\ny = '\0'\n", "line 3: a NUL character"),
        (b"# coding: nonsense\nx = 1\n", "unknown encoding"),
        ("def f(:\n", "line 1: invalid syntax"),
        ("x = 1\nx.y\n", "line 2: AttributeError"),
        ("x = 1\nexit()\n", "line 2: the file ends itself"),
        ("x = 1\ninput()\n", "line 2: the file asks for input"),
        ("import a_module_that_nobody_has\n", "line 1: ModuleNotFoundError"),
    ],
)
def test_a_file_that_cannot_be_run_is_told_by_its_line(text, words, file):
    with quietly(), pytest.raises(DataError) as caught:
        solution(file("own.py", text))
    assert words in str(caught.value)


def test_a_declared_encoding_is_read(file):
    assert solution(file("own.py", "# coding: latin-1\nx = 'caf\u00e9'\n".encode("latin-1"))).x == "caf\u00e9"


def test_what_comes_to_no_end_is_ended(file):
    text = "def f():\n    while True:\n        try:\n            while True:\n                pass\n"
    module = solution(file("own.py", f"{text}        except Exception:\n            pass\n"))
    with pytest.raises(Endless, match="within the limit of") as caught, deadline(0.05):
        module.f()
    assert caught.value.__notes__[0].startswith("line ")
    with deadline(5.0):
        pass  # what ends in time is left alone


def test_exit_in_a_notebook_is_a_wrong_result_and_closes_nothing():
    stdin = sys.stdin

    def sigmoid(x):
        sys.stdin.close()
        raise SystemExit

    checked = check("sigmoid", sigmoid, seed=0)
    assert "it raised SystemExit" in checked.report.failure.what
    assert "ends all" in checked.report.failure.reason
    assert sys.stdin is stdin


def test_a_function_in_the_place_of_the_name_is_answered():
    def adam():
        pass

    with pytest.raises(SettingError, match=r'the name of the exercise comes first: check\("adam", adam\)'):
        check(adam)


def test_a_misspelt_name_is_guessed_and_hides_no_other_result():
    exercise = find("sigmoid")
    own = {"Sigmiod": exercise.reference("sigmoid"), "softplus": lambda x: x}
    report = examine(exercise, of_functions(own))
    assert report.failure.case.function == "softplus"
    report = examine(exercise, of_functions(own | {"softplus": exercise.reference("softplus")}))
    assert (report.passed, report.total, report.to_do) == (7, 14, True)
    assert report.failure.what == "there is no function 'sigmoid' in it; is 'Sigmiod' meant to be it?"
    assert "meant" not in examine(exercise, of_functions({"softplus": lambda x: x})).failure.what
