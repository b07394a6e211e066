"""`minnet exercise debug`: where pdb stops, with which numbers, and where there is nothing to open."""

import io

import numpy as np
import pytest

from minnet.cli import main
from minnet.exercises import debugging, find
from minnet.exercises.running.limits import Limits

ADAM = """import numpy as np

def adam(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
    return theta - rate * m / (np.sqrt(v / (1 - beta_2**t)) + epsilon), m, v
"""


@pytest.fixture
def debug(tmp_path, monkeypatch, capsys):
    """Write a solution, and debug it with some commands to pdb: the exit status, and what was printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))  # where pdb looks for settings
    main(["exercise", "start"])
    capsys.readouterr()

    def run(name, code, *commands):
        if code is not None:
            (tmp_path / "exercises" / f"{name}.py").write_text(code)
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*commands, "q", ""])))
        return main(["exercise", "debug", name, "--seed", "3"]), capsys.readouterr().out

    return run


def test_a_wrong_result_stops_at_the_first_line_with_the_arguments_of_the_failing_case(debug):
    case = find("adam").cases(3)[0]  # all cases with an ordinary gradient are wrong
    status, out = debug("adam", ADAM, "p t, g[0, 0]", "n", "p m[0, 0]")
    assert status == 1
    assert "Your m is not corrected for its start at zero" in " ".join(out.split())
    assert f"adam.py(4)adam()\n-> {ADAM.splitlines()[3].strip()}" in out
    assert f"(1, {case.arguments['g'][0, 0]!r})" in out
    assert repr(0.1 * case.arguments["g"][0, 0])[:12] in out.partition("adam.py(5)adam()")[2]


def test_what_raised_is_opened_at_the_students_line_not_in_numpy(debug):
    code = ADAM.replace("    return", "    helper(m)\n    return")
    code += "\ndef helper(m):\n    square = 2\n    return np.linalg.inv(np.zeros((square, square)))\n"
    status, out = debug("adam", code, "p square", "u", "p t")
    assert status == 1
    assert "where it raised: LinAlgError" in out
    assert "adam.py(10)helper()" in out
    assert "\n(Pdb) 2\n" in out
    assert out.partition("adam.py(5)adam()")[2].count("(Pdb) 1\n") == 1


def test_a_warning_of_numpy_is_opened_where_it_is_given(debug):
    code = "import numpy as np\n\ndef sigmoid(x):\n    e = np.exp(-x)\n    return 1 / (1 + e)\n\ndef softplus(x):\n"
    status, out = debug("sigmoid", code + "    return np.log1p(np.exp(x))\n", "p x.min() < -709")
    assert status == 1
    assert "where it raised: RuntimeWarning: overflow" in out
    assert "sigmoid.py(4)sigmoid()" in out
    assert "\n(Pdb) True" in out or "\n(Pdb) np.True_" in out


def test_it_stops_behind_decorators_and_functions_of_numpy(debug):
    code = (
        "import functools\nimport numpy as np\n\n@np.vectorize\ndef sigmoid(x):\n    return x + 1\n\n"
        "softplus = functools.partial(np.logaddexp, 0)\n"
    )
    assert "sigmoid.py(6)sigmoid()\n-> return x + 1" in debug("sigmoid", code)[1]


def test_stepping_ends_with_the_students_function(debug):
    status, out = debug("adam", ADAM, *["n"] * 9)
    assert status == 1
    assert out.count("(Pdb)") == 3  # at its two lines, and where it returns
    assert "adam.py(5)adam()->(array(" in out
    elements = debug("sigmoid", "import numpy as np\n\n@np.vectorize\ndef sigmoid(x):\n    return x + 1\n", "n", "n")[1]
    assert elements.count("sigmoid.py(5)sigmoid()\n-> return x + 1") == 2  # of one element, and of the next


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # in a callback, it comes again
def test_a_call_without_end_is_opened_where_it_is(debug, monkeypatch):
    monkeypatch.setattr(debugging, "LIMITS", Limits(seconds=0.05))
    status, out = debug(
        "adam",
        "def adam(theta, g, m, v, t, **settings):\n    rounds = 7\n    while rounds:\n        rounds += 1\n",
        "p rounds > 7, t",
    )
    assert status == 1
    assert "has not come to an end: it came to no end within the limit of 0.05 s" in out
    assert "(True, 1)" in out


def test_input_finds_nothing_and_takes_no_command_of_pdb(debug):
    status, out = debug("adam", "def adam(theta, g, m, v, t, **settings):\n    return input()\n", "p t + 40")
    assert status == 1
    assert "asks for input" in " ".join(out.split())
    assert "(Pdb) 41" in out


def test_calls_before_the_failing_one_are_made_and_print_nothing(debug):
    count = "import numpy as np\n\ncalls = []\n\ndef adam(theta, g, m, v, t, **settings):\n    calls.append(t)\n"
    body = (
        "    print('busy')\n    breakpoint()\n    return right(theta, g, m, v, t, **settings) if t < 50 else None\n\n"
    )
    right = find("adam").hints[-1]
    right = "\n".join(line[4:] for line in right.splitlines()).replace("def adam", "def right")
    status, out = debug("adam", count + body + right, "p calls", "p t")
    assert status == 1
    assert "(Pdb) [1, 2]\n(Pdb) 50\n" in out
    assert "busy" not in out


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        (None, 1, "Nothing to step through yet: write adam"),
        ("def adam(a, b):\n    return a\n", 1, "is called with theta, g, m, v, t; yours takes a, b."),
        ("x = 1\n", 1, "there is no function 'adam'"),
    ],
)
def test_where_there_is_nothing_to_open(debug, code, status, words):
    found, out = debug("adam", code)
    assert found == status
    assert words in " ".join(out.split())
    assert "(Pdb)" not in out


def test_a_right_solution_opens_nothing(debug):
    code = "import numpy as np\n\n" + "\n".join(line[4:] for line in find("adam").hints[-1].splitlines())
    status, out = debug("adam", code)
    assert status == 0
    assert out.startswith("solved")
    assert "(Pdb)" not in out


def test_arguments_are_those_of_the_case_whatever_earlier_calls_did_to_them(debug):
    body = "    before = x.sum()\n    x *= 0\n    return dy @ W.T, x.T @ dy, dy.sum(axis=0)\n"
    code = f"def dense_backward(x, W, dy):\n{body}"
    expected = np.sum(find("dense_backward").cases(3)[0].arguments["x"])
    assert repr(expected) in debug("dense_backward", code, "n", "p before")[1]


@pytest.mark.parametrize(
    ("end", "words"),
    [("raise KeyboardInterrupt", "interrupted where"), ("raise SystemExit", "where it ends the process")],
)
def test_a_call_that_ctrl_c_or_exit_ends_is_opened_there(debug, end, words):
    code = "def adam(theta, g, m, v, t, **settings):\n    rounds = 7\n    while rounds:\n        wait()\n\n\n"
    status, out = debug("adam", f"{code}def wait():\n    {end}\n", "u", "p rounds, t")
    assert status == 1
    assert words in out
    assert "adam.py(4)adam()" in out
    assert "(7, 1)" in out
