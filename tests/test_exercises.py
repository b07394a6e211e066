"""Every exercise: the stub waits, the reference and other right solutions pass, every known mistake is named."""

from importlib import import_module

import numpy as np
import pytest

from minnet.cli import main
from minnet.errors import DataError
from minnet.exercises import Exercise, course, examine, find
from minnet.exercises.diagnosis import of_functions
from minnet.exercises.difference import difference
from minnet.exercises.exercise import load
from minnet.exercises.reasons import twins
from minnet.exercises.text import WIDTH, report_text

COURSE = course()
SEEDS = range(3)


def reference(exercise):
    return {name: exercise.reference(name) for name in exercise.functions}


def variants_of(exercise):
    """Its right solutions in other styles, and what its text says of numbers."""
    return import_module(f"tests.exercise_variants.{exercise.name}")


def right_solutions_pass(exercise, seeds):
    for functions in ({}, *variants_of(exercise).VARIANTS):
        for seed in seeds:
            report = examine(exercise, of_functions(reference(exercise) | functions), seed)
            assert report.solved, report_text(report)


@pytest.fixture
def called_once(monkeypatch):
    """What a known mistake does with a case is asked once, and not again for each of the others."""
    call, outcomes = twins.call, {}

    def once(function, case):
        key = function, id(case)
        if key not in outcomes:
            outcomes[key] = call(function, case)
        return outcomes[key]

    monkeypatch.setattr(twins, "call", once)


def every_mistake_is_named(exercise, seeds):
    right = reference(exercise)
    for seed in seeds:
        cases = exercise.cases(seed)
        for mistake in exercise.mistakes:
            failure = examine(exercise, of_functions(right | {mistake.name: mistake.function}), seed, cases).failure
            assert failure is not None
            assert failure.reason == mistake.sentence, (mistake.function.__name__, seed)


@pytest.mark.parametrize("exercise", COURSE, ids=lambda e: e.name)
class TestEach:
    def test_the_stub_waits_with_a_friendly_sentence(self, exercise):
        report = examine(exercise, load(exercise.folder / "stub.py"))
        assert not report.solved
        assert not report.attempted
        assert "waits for you" in report.failure.what

    def test_right_solutions_pass(self, exercise):
        assert len(variants_of(exercise).VARIANTS) >= 3
        right_solutions_pass(exercise, SEEDS)

    @pytest.mark.usefixtures("called_once")
    def test_every_mistake_is_named(self, exercise):
        per_function = [sum(m.name == name for m in exercise.mistakes) for name in exercise.functions]
        assert sum(per_function) >= 8
        every_mistake_is_named(exercise, SEEDS)
        assert all(1 <= (mistake.hint or 1) < len(exercise.hints) for mistake in exercise.mistakes)

    @pytest.mark.acceptance
    def test_on_many_seeds(self, exercise):
        right_solutions_pass(exercise, range(200))
        every_mistake_is_named(exercise, range(20))

    def test_the_last_hint_is_the_solution(self, exercise):
        code = "import numpy as np\n" + "\n".join(
            line[4:] for line in exercise.hints[-1].splitlines() if line.startswith("    ") or not line
        )
        namespace = {}
        exec(code, namespace)
        assert examine(exercise, of_functions({name: namespace[name] for name in exercise.functions})).solved

    def test_worked_numbers_of_the_stub_are_right(self, exercise):
        variants_of(exercise).worked(**reference(exercise))

    def test_the_reference_is_what_minnet_does(self, exercise):
        getattr(variants_of(exercise), "against_minnet", lambda **_: None)(**reference(exercise))


def test_differences_say_where():
    assert difference(np.ones((2, 2)), np.ones((2, 2)), 1e-9) is None
    assert str(difference(np.array([1.0, 2]), np.array([1.0, 3]), 1e-9)) == (
        "first difference at [1]: yours is 2, expected 3"
    )
    assert "in the second result at [0]" in str(difference((1.0, np.zeros(2)), (1.0, np.ones(2)), 1e-9))
    assert "None (is a return missing?)" in str(difference(None, 1.0, 1e-9))
    assert "of shape (2,), expected shape (1, 2)" in str(difference(np.ones(2), np.ones((1, 2)), 1e-9))
    assert "2 results" in str(difference(1.0, (1.0, 2.0), 1e-9))
    assert difference(np.nan, np.nan, 0.0) is None
    assert difference(np.ones(2), None, 0.0) is not None
    assert difference([1, [2, 3]], True, 0.0) is not None
    assert difference(np.bool_(True), True, 0.0) is None
    assert difference(np.inf, 1e300, 1e-9) is not None
    assert difference(np.array([True, False]), np.array([True, False]), 1e-9) is None
    assert str(difference(np.array([True, True]), np.array([True, False]), 1e-9)) == (
        "first difference at [1]: yours is True, expected False"
    )
    for unlike in ({}, 1j, b"", set(), np.array(["a"]), np.array([1j])):
        assert "cannot be compared: only real numbers" in str(difference(1.0, unlike, 1e-9))


def test_a_mistake_that_warns_on_the_way_is_named():
    def adam(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g
        return theta - rate * m / (1 - beta_1**t) / (np.sqrt(v / (1 - beta_2**t)) + epsilon), m, v

    failure = examine(find("adam"), of_functions({"adam": adam})).failure
    assert failure.reason == "Your v is a mean of the gradients, not of their squares."


def test_a_function_that_is_not_written_yet_is_to_do_and_not_wrong():
    sigmoid, stub = find("sigmoid"), load(find("sigmoid").folder / "stub.py")
    report = examine(sigmoid, of_functions({"sigmoid": sigmoid.reference("sigmoid"), "softplus": stub.softplus}))
    assert report.to_do
    assert report.attempted
    assert not report.solved
    assert report_text(report).startswith("to do   sigmoid: softplus waits for you")
    wrong = of_functions({"sigmoid": stub.sigmoid, "softplus": lambda x: np.maximum(x, 0)})
    report = examine(sigmoid, wrong)
    assert not report.to_do
    assert "ReLU" in report.failure.reason
    absent = examine(sigmoid, of_functions({"sigmoid": stub.sigmoid}))
    assert absent.to_do
    assert not absent.attempted


def test_what_is_to_do_fits_into_the_width():
    def early_stopping(losses, patience=3, min_delta=0.0):
        raise NotImplementedError("word " * 60)

    lines = report_text(examine(find("early_stopping"), of_functions({"early_stopping": early_stopping}))).splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("to do   early_stopping: word word")
    assert all(line.startswith("        word") for line in lines[1:])
    assert all(len(line) <= WIDTH for line in lines)


def test_a_day_of_a_student(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def minnet(*words):
        status = main(["exercise", *words])
        out = capsys.readouterr().out
        assert all(len(line) <= WIDTH for line in out.splitlines())
        return status, out

    assert main(["exercise", "check"]) == 2
    assert "minnet exercise start" in capsys.readouterr().err
    assert "sigmoid" in minnet("list")[1]
    assert "Next: open" in minnet("start")[1]
    status, out = minnet("check")
    assert status == 1
    assert out.startswith("to do")
    path = tmp_path / "exercises" / "adam.py"
    path.write_text(
        path.read_text().partition("    raise")[0]
        + "    m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2\n"
        + "    return theta - rate * m / (np.sqrt(v / (1 - beta_2**t)) + epsilon), m, v\n"
    )
    status, out = minnet("check", "adam", "--seed", "3")
    assert status == 1
    assert "Your m is not corrected for its start at zero" in " ".join(out.split())
    assert "--seed 3" in out
    assert "yours are as they were" in minnet("start")[1]
    assert "hint 1 of 5" in minnet("hint", "adam")[1]
    assert "hint 2 of 5" in minnet("hint", "adam")[1]
    path.write_text("import numpy as np\n\n" + "\n".join(line[4:] for line in find("adam").hints[-1].splitlines()))
    assert minnet("check", "adam")[0] == 0
    progress = minnet("progress")[1]
    assert f"1 of {len(COURSE)} solved" in progress
    assert "solved  adam" in progress
    assert minnet("start", "--again", "adam")[0] == 0
    assert (tmp_path / "exercises" / "adam.1.py").exists()
    path.write_text("def adam(:\n")
    assert main(["exercise", "check", "adam"]) == 2
    assert "adam.py, line 1" in capsys.readouterr().err
    assert main(["exercise", "hint", "adma"]) == 2
    assert "'adam'" in capsys.readouterr().err
    for number in range(1, len(find("sigmoid").hints)):
        assert f"hint {number} of" in minnet("hint", "sigmoid")[1]
    assert main(["exercise", "hint", "sigmoid"]) == 2
    assert "the last hint of sigmoid is the solution" in capsys.readouterr().err
    assert "def softplus(x):" in minnet("hint", "sigmoid", "--solution")[1]


def test_an_exercise_of_ones_own(tmp_path):
    with pytest.raises(DataError, match="has no exercises"):
        course(tmp_path)
    folder = tmp_path / "double"
    folder.mkdir()
    (folder / "checks.py").write_text(
        "from minnet.exercises import Case\n\n\ndef double(x):\n    return 2 * x\n\n\n"
        "def cases(rng):\n    yield Case('double', {'x': rng.normal(size=3)})\n"
    )
    with pytest.raises(DataError, match=r"stub.py, mistakes.py, hints.md missing"):
        course(tmp_path)
    (folder / "stub.py").write_text('"""Twice."""\n\n\ndef double(x):\n    raise NotImplementedError("double waits")\n')
    (folder / "hints.md").write_text("## Idea\n\nx + x\n")
    (folder / "mistakes.py").write_text(
        "from minnet.exercises import Mistakes\n\nmistakes = Mistakes()\n\n\n"
        "@mistakes('That is the square.')\ndef double__square(x):\n    return x**2\n"
    )
    (own,) = course(tmp_path)
    assert own == Exercise(folder)
    assert examine(own, of_functions({"double": lambda x: x * x})).failure.reason == "That is the square."
    assert "half" in examine(own, of_functions({"double": lambda x: x})).failure.reason
