"""pytest in a folder of exercises: a test for each case, minnet's messages alone, and other runs left in peace.

Most runs are made in this process, by pytest's own fixture for tests of plug-ins. What the start of a process decides,
what reads from a terminal, and what would harm NumPy here if it went wrong has a process of its own.
"""

import os
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from _pytest.reports import TestReport

import pytest_minnet
from minnet.exercises import course, find, pytest_plugin
from minnet.exercises.running.limits import Limits
from minnet.exercises.workbook import RECORD, Workbook

pytest_plugins = "pytester"

ROOT = Path(__file__).parents[1]
OPTIONS = "-p", "pytest_minnet", "--color=no"
PARTLY = """import numpy as np

def sigmoid(x):
    print("called with", x.shape)
    return 1 / (1 + np.exp(-x))

def softplus(x):
    raise NotImplementedError("softplus waits for you: how can exp(x) be kept from growing?")
"""


@pytest.fixture
def folder(tmp_path):
    Workbook(tmp_path / "exercises").start()
    return tmp_path / "exercises"


@pytest.fixture
def run(pytester, monkeypatch):
    """pytest in this process, from a folder: its exit status and what it printed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("COLUMNS", "100")

    def called(*words, cwd):
        monkeypatch.chdir(cwd)
        cache = () if "cacheprovider" in words else ("-p", "no:cacheprovider")
        # The plug-in as it is imported here: where it is installed too, pytest would warn that it was imported before.
        result = pytester.runpytest_inprocess("--color=no", *cache, *words, plugins=[pytest_minnet])
        return result.ret, f"{result.stdout}{result.stderr}"

    return called


def run_apart(*words, cwd):
    """pytest in a process of its own, as users call it."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": path, "COLUMNS": "100"}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", *OPTIONS, "-p", "no:cacheprovider", *words]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_a_test_for_every_case_stubs_being_skipped(folder):
    (folder / "adam.py").rename(folder / "adam.1.py")
    (folder / "notes.py").write_text("raise SystemExit\n")
    status, out = run_apart("exercises", "-q", "-rs", cwd=folder.parent)
    cases = sum(len(exercise.cases(0)) for exercise in course() if exercise.name != "adam")
    assert status == 0
    assert f"{cases} skipped" in out
    stub = (folder / "sigmoid.py").read_text().splitlines()
    line = 1 + next(number for number, text in enumerate(stub) if "sigmoid waits for you" in text)
    assert f"exercises/sigmoid.py:{line}: sigmoid waits for you" in out.replace(os.sep, "/")


def test_what_fails_says_what_a_check_says(folder, run):
    (folder / "sigmoid.py").write_text(PARTLY)
    (folder / "adam.py").write_text("def adam(:\n")
    (folder / "momentum.py").write_text("import numpy as np\n\ndef momentum_step(*a, **b):\n    exit()\n")
    words = ("sigmoid.py", "adam.py", "momentum.py")
    status, out = run(*words, "-rf", cwd=folder)
    assert status == 1
    assert "rootdir: " + str(folder) in out
    assert "exp(-x) overflows where x is below -709" in out
    assert "minnet exercise hint sigmoid (2 of 7)" in out
    assert "called with (4,)" in out.partition("Captured stdout call")[2]
    assert "FAILED sigmoid.py::sigmoid: large negative numbers - exp(-x) overflows" in out
    assert "adam.py, line 1: invalid syntax" in out
    assert "it raised SystemExit (line 4)" in out
    assert "exit(), quit() or sys.exit() ends all" in out
    wrong = len(find("adam").cases(0)) + len(find("momentum").cases(0)) + 2
    assert f"{wrong} failed, 5 passed, 7 skipped" in out
    for wall in ("Traceback", "pytest_plugin.py", "self.", "E   "):
        assert wall not in out


def test_node_ids_keywords_and_collection_work(folder, run):
    (folder / "sigmoid.py").write_text(PARTLY)
    status, out = run("exercises", "--collect-only", "-q", "-k", "sigmoid and large", cwd=folder.parent)
    assert status == 0
    names = [line for line in out.splitlines() if "::" in line]
    assert names == [
        f"exercises/sigmoid.py::{function}: large{sign} numbers"
        for function in ("sigmoid", "softplus")
        for sign in ("", " negative")
    ]
    status, out = run(*names[1:3], "-q", "--exercise-seed", "5", cwd=folder.parent)
    assert "1 failed, 1 skipped" in out
    assert "minnet exercise debug sigmoid --seed 5" in out


def test_what_failed_last_is_run_alone(folder, run):
    (folder / "sigmoid.py").write_text(PARTLY)
    cache = "-p", "cacheprovider", "-o", f"cache_dir={folder.parent / 'cache'}"
    assert "2 failed, 5 passed" in run("sigmoid.py", "-q", *cache, cwd=folder)[1]
    assert "2 failed, 12 deselected" in run("sigmoid.py", "-q", "--lf", *cache, cwd=folder)[1]


def test_pdb_opens_the_students_line(folder):
    (folder / "adam.py").write_text("def adam(theta, g, m, v, t, **settings):\n    return g / missing\n")
    out = run_apart("adam.py", "-x", "--pdb", cwd=folder)[1]  # pdb ends with its input, which is empty
    assert "adam.py(2)adam()" in out
    assert "it raised NameError: name 'missing' is not defined" in out


def test_cases_that_are_right_pass_where_others_of_the_function_do_not(folder, run):
    right = "\n".join(line[4:] for line in find("early_stopping").hints[-1].splitlines())
    wrong = right.replace("def early_stopping", "def stopping") + (
        "\n\ndef early_stopping(losses, patience=3, min_delta=0.0):\n"
        "    return stopping(losses, patience, min_delta) if len(losses) > 1 else (1, 1)\n"
    )
    (folder / "early_stopping.py").write_text(wrong)
    out = run("early_stopping.py", "-q", cwd=folder)[1]
    assert "FAILED early_stopping.py::early_stopping: one epoch" in out
    assert f"1 failed, {len(find('early_stopping').cases(0)) - 1} passed" in out


def test_other_runs_do_not_import_minnet(tmp_path):
    (tmp_path / "adam.py").write_text("def adam():\n    pass\n")
    (tmp_path / "test_own.py").write_text(
        "import sys\n\ndef test_own():\n    assert not {'minnet', 'numpy', 'numba'} & set(sys.modules)\n"
    )
    status, out = run_apart("-q", cwd=tmp_path)
    assert status == 0
    assert "1 passed" in out


def test_what_one_file_changes_for_all_leaves_the_others_alone(folder):
    for name in ("activations", "jets"):
        lines = [line[4:] for line in find(name).hints[-1].splitlines()]
        broken = "np.seterr(all='raise')\nnp.maximum = np.tanh = np.exp = None\n" if name == "activations" else ""
        (folder / f"{name}.py").write_text("\n".join(["import numpy as np", broken, *lines]))
    out = run_apart("activations.py", "jets.py", "-q", cwd=folder)[1]
    assert "FAILED activations.py" in out
    assert "FAILED jets.py" not in out
    assert "is not callable (line" in out


def test_a_call_without_end_fails_its_function_alone(folder, monkeypatch):
    monkeypatch.setattr(pytest_plugin, "LIMITS", Limits(seconds=0.05))
    code = PARTLY.replace("    print(", "    while x.size:\n        pass\n    print(")
    (folder / "sigmoid.py").write_text(code)
    recorded = []

    class Recorder:
        def pytest_runtest_logreport(self, report):
            if report.when == "call":
                recorded.append(TestReport._from_json(report._to_json()))  # as it comes from another process

    with monkeypatch.context() as context:
        context.chdir(folder)
        options = ["-p", "pytest_minnet", "-p", "no:cacheprovider", "-p", "no:terminal", str(folder / "sigmoid.py")]
        assert pytest.main(options, plugins=[Recorder()]) == 1
    assert [report.outcome for report in recorded] == ["failed"] * 7 + ["skipped"] * 7
    assert all("it came to no end within the limit of 0.05 s, line" in str(each.longrepr) for each in recorded[:7])
    assert recorded[0].longrepr.reprcrash.message.startswith("A loop, or a call of itself, never meets")


def test_a_file_that_is_no_exercise_is_answered_where_it_is_named(folder, run):
    for name in ("sigmoid.1.py", "my_adam.py", "adm.py"):
        (folder / name).write_text("raise SystemExit\n")
    out = run("sigmoid.1.py", "my_adam.py", "adm.py", "-q", cwd=folder)[1]
    for name, own in {"sigmoid.1.py": "sigmoid", "my_adam.py": "adam", "adm.py": "adam"}.items():
        assert f"{name} is no exercise: a file is known by its name; to have it checked, call it {own}.py" in out
    assert "Traceback" not in out


def test_tests_of_ones_own_stand_beside_exercises(folder, run):
    (folder / "test_mine.py").write_text("def test_mine():\n    assert True\n")
    assert "1 passed" in run("test_mine.py", "-q", cwd=folder)[1]


def test_the_package_names_the_plug_in_and_both_mean_one_file():
    settings = ConfigParser()
    settings.read(ROOT / "setup.cfg")
    assert settings["options.entry_points"]["pytest11"].strip() == "pytest_minnet = pytest_minnet"
    assert settings["options"]["py_modules"] == "pytest_minnet"
    assert pytest_minnet.RECORD == RECORD
