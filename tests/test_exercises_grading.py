"""Grading a class: settings, submissions, points and deadlines, tables and files, going on, exercises of one's own."""

import csv
import json
import os
import re
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from pathlib import Path

import pytest

import minnet
from minnet.cli import main
from minnet.errors import DataError, SettingError
from minnet.exercises import course, find
from minnet.exercises.grading import course_check, exports, report, tables
from minnet.exercises.grading.course_check import faults
from minnet.exercises.grading.gradebook import Grade, grades, lateness
from minnet.exercises.grading.settings import Settings, read
from minnet.exercises.grading.store import Result, Store, key
from minnet.exercises.grading.submissions import students
from minnet.exercises.grading.times import read_times
from minnet.exercises.summary import Summary
from minnet.exercises.text import WIDTH
from tests.exercise_class import solution, write_class
from tests.hostile_submissions import HOSTILE

DUE = datetime(2026, 11, 30, 12, tzinfo=UTC)
DOCUMENT = Path(minnet.__file__).parents[1] / "docs" / "teaching.md"


def settings_of(tmp_path, text):
    (tmp_path / "grading.toml").write_text(text)
    return read(tmp_path / "grading.toml", ["sigmoid", "adam"])


class TestSettings:
    def test_those_of_the_document(self, tmp_path):
        (text,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
        settings = settings_of(tmp_path, text)
        assert (settings.most("adam"), settings.most("sigmoid")) == (3, 1)
        assert settings.seeds == (8123, 40, 977)
        assert settings.due("sigmoid") == datetime(2026, 11, 30, 22, 59, tzinfo=UTC)  # Berlin is an hour ahead
        assert settings.due("adam") == datetime(2026, 12, 7, 22, 59, tzinfo=UTC)
        assert (settings.late_penalty, settings.late_days, settings.limits.seconds) == (0.1, 7, 10)

    def test_a_date_ends_with_its_last_second(self, tmp_path):
        settings = settings_of(tmp_path, 'time_zone = "UTC"\ndeadline = 2026-07-01')
        assert settings.deadline == datetime(2026, 7, 1, 23, 59, 59, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("pionts = 3", "unknown key 'pionts'; did you mean 'points'"),
            ("[points]\nadma = 3", r"unknown exercise 'adma' in \[points\]; did you mean 'adam'"),
            ("[limits]\nsecond = 3", r"unknown key 'second' in \[limits\]; did you mean 'seconds'"),
            ('exercises = ["adams"]', "did you mean 'adam'"),
            ("points = 3", "it must be a table"),
            ("[points]\nadam = -1", r"points.adam = -1; it must be a number of at least 0"),
            ('[points]\nadam = "3"', "a number of at least 0"),
            ("seeds = []", "a list of whole numbers"),
            ("seeds = [1.5]", "a list of whole numbers"),
            ("partial = 1", "true or false"),
            ("late_penalty = 10", "from 0 to 1"),
            ("deadline = 2026-11-30T23:59:00", "says no time zone; write 2026-11-30T23:59:00"),
            ('deadline = "2026-11-30"', "without quotation marks"),
            ('time_zone = "Berlin"', 'such as "Europe/Berlin"'),
            ('times = "submitted.csv"', "there is no file"),
            ("[limits]\nseconds = 0", "limits.seconds = 0; it must be a positive number"),
            ("x = = 1", "line 1"),
            ("[limits]\nseconds = inf", "a positive number of at most 86400"),
            ("[limits]\nseconds = nan", "a positive number of at most 86400"),
            ("[limits]\nmemory_mb = 1e300", r"limits.memory_mb = 1e\+300; it must be a positive number of at most"),
            ("[limits]\nprocesses = 1.5", r"limits.processes = 1.5; it must be a positive whole number"),
            ("[limits]\nprocesses = true", "a positive whole number"),
            (f"default_points = {'9' * 400}", r"a number of at least 0 and at most 1e\+09"),
            (f"default_points = 0x{'f' * 5000}", "a number of very many digits; it must be a number"),
            (f"late_days = {'9' * 5000}", "4300"),
            (f"seeds = [{2**63}]", "whole numbers of at least 0 and less than"),
        ],
    )
    def test_what_is_wrong_is_named(self, text, words, tmp_path):
        with pytest.raises(SettingError, match=words) as error:
            settings_of(tmp_path, text)
        assert "grading.toml" in str(error.value)


def test_settings_that_are_no_text_or_no_file(tmp_path):
    path = tmp_path / "grading.toml"
    path.write_bytes(b"\xef\xbb\xbfseeds = [4]")  # Windows' editor begins so
    assert read(path, ["adam"]).seeds == (4,)
    path.write_bytes(b"# M\xfcller")
    for each in (path, tmp_path / "nix.toml", tmp_path):
        with pytest.raises(SettingError, match=re.escape(str(each))):
            read(each, ["adam"])


def test_points_of_late_files():
    settings = Settings(late_penalty=0.25, late_days=3)
    for hours, expected in [
        (-1, (0, 1)),
        (0, (0, 1)),
        (0.01, (1, 0.75)),
        (24, (1, 0.75)),
        (25, (2, 0.5)),
        (80, (4, 0)),
    ]:
        assert lateness(DUE + timedelta(hours=hours), DUE, settings) == expected
    assert lateness(DUE + timedelta(days=9), DUE, Settings(late_penalty=0.25)) == (9, 0)
    there = datetime(2026, 11, 30, 13, 30, tzinfo=timezone(timedelta(hours=2)))  # half an hour before noon in UTC
    assert lateness(there, DUE, settings) == (0, 1)
    assert lateness(None, DUE, settings) == (0, 1)


class TestSubmissions:
    def test_who_is_a_student(self, tmp_path):
        for path in ("class/ann/adam.py", "class/bob/exercises/adam.py", "class/.git/adam.py", "class/dan/notes.txt"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("")
        found = students([tmp_path / "class"], ["adam"])
        assert [(s.name, s.source("adam")) for s in found] == [("ann", b""), ("bob", b""), ("dan", None)]
        (one,) = students([tmp_path / "class" / "ann"], ["adam"])
        assert one.name == "ann"
        (tmp_path / "more/ann").mkdir(parents=True)
        twice = students([tmp_path / "class", tmp_path / "more"], ["adam"])
        assert [s.name for s in twice] == ["class/ann", "bob", "dan", "more/ann"]
        assert [s.name for s in students([tmp_path / "class"], ["adam"], [tmp_path / "class/dan"])] == ["ann", "bob"]
        (tmp_path / "none").mkdir()
        for folder in ("none", "nowhere"):
            with pytest.raises(DataError, match=folder):
                students([tmp_path / folder], ["adam"])

    def test_files_that_are_none(self, tmp_path, monkeypatch):
        folder = tmp_path / "class" / "ann"
        folder.mkdir(parents=True)
        (tmp_path / "secret.py").write_text("secret")
        (folder / "adam.py").symlink_to(tmp_path / "secret.py")
        os.mkfifo(folder / "ista.py")
        (folder / "batches.py").write_bytes(bytes(2**20 + 1))
        (student,) = students([tmp_path / "class"], ["adam", "ista", "batches"])
        for name in ("adam", "ista", "batches"):
            with pytest.raises(DataError):
                student.source(name)

        def refused(path):
            raise PermissionError(13, "Permission denied")

        (folder / "good.py").write_text("x = 1")
        assert student.source("good") == b"x = 1"
        monkeypatch.setattr(Path, "read_bytes", refused)
        with pytest.raises(DataError, match="cannot be read: Permission denied"):
            student.source("good")

    def test_times_from_a_file(self, tmp_path):
        path = tmp_path / "t.csv"
        path.write_text("\ufeffstudent,submitted,exercise\nann,2026-11-30 13:00+01:00,\nann,2026-12-01T00:00Z,adam\n")
        assert read_times(path, None) == {("ann", ""): DUE, ("ann", "adam"): DUE + timedelta(hours=12)}
        for text, words in [
            ("name,submitted\n", "no column 'student'"),
            ("student,submitted\nann,soon\n", "line 2: 'soon' is no time"),
            ("student,submitted\nann,2026-11-30 13:00\n", "line 2: .* no time zone"),
        ]:
            path.write_text(text)
            with pytest.raises(DataError, match=words):
                read_times(path, None)
        path.write_bytes(b"student,submitted\nM\xfcller,2026-11-30 13:00+01:00\n")
        for each in (path, tmp_path):
            with pytest.raises(DataError, match=re.escape(str(each))):
                read_times(each, None)


def book_of(summaries, **others):
    """Grades of students, each with a summary by exercise."""
    return {
        student: [
            Grade(student, s.exercise, Result(s, 0.5), float(s.solved), 1.0, DUE, None, 0, 1.0, **others) for s in found
        ]
        for student, found in summaries.items()
    }


EVIL = "<script>alert(1)</script>"
BOOK = book_of(
    {
        "=cmd()": [
            Summary("adam", "solved", note="Slow."),
            Summary("ista", "wrong", 3, 4, 0, 1, "ista()", "-1 != 1", "A <b> sign"),
        ],
        EVIL: [Summary("adam", "missing"), Summary("ista", "wrong", 1, 4, 0, 1, "ista()", "@x", "A <b> sign")],
        "Z" * 80: [Summary("adam", "broken", what=EVIL), Summary("ista", "stopped", 0, 4, 0, 0, EVIL, EVIL)],
    }
)


class TestFiles:
    def test_the_terminal(self):
        text = tables.terminal(BOOK)
        assert all(len(line) <= WIDTH for line in text.splitlines())
        assert re.search(r"=cmd\(\) +\+ x +1 of 2 +1 +1.0", text)
        wide = {s: [*BOOK[s]] * 60 for s in BOOK}
        assert all(len(line) <= WIDTH for line in tables.terminal(wide).splitlines())

    def test_csv(self, tmp_path):
        tables.write_csv(BOOK, tmp_path)
        with (tmp_path / "grades.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["student"][:6] for row in rows] == ["'=cmd(", "<scrip", "ZZZZZZ"]
        assert [row["points"] for row in rows] == ["1.0", "0.0", "0.0"]
        with (tmp_path / "mistakes.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["mistake"] for row in rows] == ["", "A <b> sign", "", "A <b> sign", "", ""]
        assert rows[0]["notes"] == "Slow."
        cells = [cell for row in rows for cell in row.values()]
        assert "'-1 != 1" in cells
        assert "'@x" in cells
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)

    @pytest.mark.parametrize(
        "cell", ["=1", "+1", "-1", "@a", " =1", "\uff1d1", "\uff0b1", "\u22121", ";x", "\tx", "\rx"]
    )
    def test_formulas_are_harmless(self, cell):
        assert tables.harmless(cell) == f"'{cell}"

    @pytest.mark.parametrize("cell", ["\t=1", "\r=1", "\n=1", ";=1+1", "a;=1", "a; \uff1d1;-2", "a\n@b", "x\t+1"])
    def test_no_separator_begins_a_formula(self, cell):
        pieces = re.split("[;\t\r\n]", tables.harmless(cell))
        assert "".join(pieces).count("'") >= 1
        assert not any(piece.lstrip().startswith(tuple("=+-@\uff1d")) for piece in pieces)
        assert tables.harmless(cell).replace("'", "") == cell

    def test_the_report_is_escaped_and_counts(self, tmp_path):
        report.write(BOOK, {"adam": "Adam", "ista": EVIL}, tmp_path / "report.html")
        text = (tmp_path / "report.html").read_text()
        assert EVIL not in text
        assert "alert" not in text.replace(escape(EVIL), "")
        assert "<b>2</b> (67%): A &lt;b&gt; sign" in text
        assert "cmd()" not in text  # no names
        assert not re.search(r"(src|href)=\"?http", text)

    def test_gradescope(self, tmp_path):
        exports.write_gradescope(BOOK, "after_due_date", tmp_path)
        contents = [json.loads(path.read_text()) for path in sorted(tmp_path.glob("*/results.json"))]
        assert len(contents) == 3
        content = next(c for c in contents if c["tests"][0]["status"] == "passed")
        assert set(content) <= {"execution_time", "visibility", "stdout_visibility", "tests"}
        assert content["tests"][1] == {
            "name": "ista", "number": "2", "score": 0.0, "max_score": 1.0, "status": "failed", "output_format": "text",
            "output": "Right cases: 3 of 4\nCalled: ista()\nFound: -1 != 1\nReason: A <b> sign",
            "visibility": "after_due_date",
        }  # fmt: skip

    def test_nbgrader(self, tmp_path):
        exports.write_nbgrader(BOOK, tmp_path / "n.csv")
        with (tmp_path / "n.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == list(exports.NBGRADER)
        assert [float(row["score"]) for row in rows if row["assignment"] == "adam"] == [1, 0, 0]

    def test_otter_tests_check(self, tmp_path):
        exports.write_otter([find("adam")], Settings(points={"adam": 2}), None, tmp_path)
        source = (tmp_path / "adam.py").read_text()
        namespace = {}
        own = "def test_case(hidden):\n    return lambda f: f\n"
        exec(source.replace("from otter.test_files import test_case", own), namespace)
        assert (namespace["name"], namespace["points"], namespace["OK_FORMAT"]) == ("adam", 2, False)
        right = {}
        exec(solution(find("adam")), right)
        namespace["test"](right)
        mistake = find("adam").mistakes[0]
        with pytest.raises(AssertionError) as told:
            namespace["test"]({"adam": mistake.function})
        assert mistake.sentence in " ".join(str(told.value).split())


def test_points_are_reckoned_with_deadlines(tmp_path):
    (tmp_path / "class" / "ann").mkdir(parents=True)
    (tmp_path / "class" / "ann" / "adam.py").write_text("")
    os.utime(tmp_path / "class" / "ann" / "adam.py", (DUE.timestamp() + 3600, DUE.timestamp() + 3600))
    class_ = students([tmp_path / "class"], ["adam", "ista"])
    results = {
        ("ann", "adam"): Result(Summary("adam", "wrong", 3, 4)),
        ("ann", "ista"): Result(Summary("ista", "missing")),
    }
    settings = Settings(points={"adam": 8}, partial=True, deadline=DUE, late_penalty=0.5)
    adam, ista = grades(class_, ["adam", "ista"], results, settings, None)["ann"]
    assert (adam.earned, adam.late_days, adam.points) == (6, 1, 3)
    assert (ista.points, ista.late_days) == (0, 0)
    (by_file, _) = grades(class_, ["adam", "ista"], results, settings, {("ann", ""): DUE})["ann"]
    assert (by_file.late_days, by_file.points) == (0, 6)


def test_results_hold_as_long_as_their_key(tmp_path):
    adam, settings = find("adam"), Settings()
    keys = {
        key(b"x", adam, settings), key(b"y", adam, settings), key(b"x", find("ista"), settings),
        key(b"x", adam, Settings(seeds=(4,))), key(b"x", adam, Settings(limits=settings.limits.__class__(seconds=1))),
    }  # fmt: skip
    assert len(keys) == 5
    assert key(b"x", adam, settings) == key(b"x", adam, Settings(points={"adam": 9}, deadline=DUE))
    store, result = Store(tmp_path), Result(Summary("adam", "wrong", what="w"), 1.5, ("note",))
    store.keep("a/b =c", "adam", "k", result)
    assert store.find("a/b =c", "adam", "k") == result
    assert store.find("a/b =c", "adam", "other") is None
    (path,) = tmp_path.rglob("adam.json")
    path.write_text(path.read_text()[:-20])
    assert store.find("a/b =c", "adam", "k") is None


def test_a_class_is_graded_and_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    expected = write_class(tmp_path / "class", 4, 0)
    for name in ("hangs", "leaves", "prints a gigabyte"):
        (tmp_path / "class" / name).mkdir()
        (tmp_path / "class" / name / "sigmoid.py").write_text(HOSTILE[name][0])
    (tmp_path / "grading.toml").write_text("seeds = [5, 6]\n[limits]\nseconds = 2\n")
    assert main(["exercise", "grade", "class", "--jobs", "2"]) == 0
    out, err = capsys.readouterr()
    assert all(len(line) <= WIDTH for line in out.splitlines())
    files = sum(state != "missing" for state, _ in expected.values()) + 3
    assert f"7 students, {len(course())} exercises: {files} files to run" in err
    kept = {
        (content["student"], content["summary"]["exercise"]): content["summary"]
        for content in (json.loads(path.read_text()) for path in (tmp_path / "grades/parts").glob("*/*.json"))
    }
    for (student, exercise), (state, sentence) in expected.items():
        if state != "missing":
            assert (kept[student, exercise]["state"], kept[student, exercise]["reason"]) == (state, sentence)
    assert kept["hangs", "sigmoid"]["state"] == kept["leaves", "sigmoid"]["state"] == "stopped"
    for name in ("grades.csv", "mistakes.csv", "report.html", "nbgrader.csv", "otter/adam.py"):
        assert (tmp_path / "grades" / name).is_file()

    def counted(*words):
        main(["exercise", "grade", "class", *words])
        return int(re.search(r"(\d+) files to run", capsys.readouterr().err)[1])

    assert counted() == 0
    (tmp_path / "class/hangs/sigmoid.py").write_text(solution(find("sigmoid")))
    assert counted() == 1
    (tmp_path / "grades/parts/leaves/sigmoid.json").unlink()
    assert counted("--jobs", "1") == 1
    assert main(["exercise", "grade", "nowhere"]) == 2
    assert "nowhere is no folder" in " ".join(capsys.readouterr().err.split())


@pytest.fixture
def own_course(tmp_path):
    """The course of the document."""
    blocks = re.findall(r"`(course/\S+)`.*?\n```\w+\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    for name, text in blocks:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path / "course"


def test_the_documents_exercise_from_start_to_grade(own_course, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["exercise", "check-course", "course"]) == 0
    assert "ok  running_mean" in capsys.readouterr().out
    assert main(["exercise", "start", "class/ann", "--course", "course"]) == 0
    assert main(["exercise", "list", "--course", "course"]) == 0
    assert "running_mean" in capsys.readouterr().out
    path = tmp_path / "class/ann/running_mean.py"
    assert path.read_text() == (own_course / "running_mean/stub.py").read_text()
    wrong = "\n\ndef running_mean(x, width):\n    return np.cumsum(x) / np.arange(1, len(x) + 1)\n"
    path.write_text(f"import numpy as np{wrong}")
    assert main(["exercise", "check", "--folder", "class/ann"]) == 1  # the folder knows its course
    assert "the last `width` are asked for" in " ".join(capsys.readouterr().out.split())
    assert main(["exercise", "hint", "running_mean", "--folder", "class/ann"]) == 0
    assert main(["exercise", "start", "class/ann"]) == 0
    assert "0 new files" in capsys.readouterr().out
    assert main(["exercise", "grade", "class", "--course", "course", "--out", "out", "--quiet"]) == 0
    assert "ann,running_mean,wrong,1,3,Your mean is over all values" in (tmp_path / "out/mistakes.csv").read_text()
    assert f"find('running_mean', Path({str(own_course)!r}))" in (tmp_path / "out/otter/running_mean.py").read_text()


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("checks.py", "def cases", "def cases(", r"checks.py, line 12: SyntaxError"),
        ("checks.py", '"width": 3}', '"width": 1 / 0}', r"checks.py, line 13: ZeroDivisionError"),
        ("checks.py", "def cases(rng):", "def cases(rng):\n    return", "draws no cases"),
        ("checks.py", 'Case("running_mean", {"x": rng.normal(size=8)', 'Case("mean", {"x": 1', "calls 'mean', and has"),
        ("checks.py", "rng.normal(size=8)", "object()", "argument 'x' of running_mean cannot"),
        ("checks.py", "rng.normal(size=5)", "np.random.default_rng().normal(size=5)", "must come from rng"),
        ("checks.py", "return np.array", "x += 1\n    return np.array", "its own running_mean is refused"),
        ("stub.py", "def running_mean", "def other", "stub.py has no function running_mean"),
        ("stub.py", "raise NotImplementedError(", "return (", "returns something"),
        ("stub.py", "raise NotImplementedError(", "raise ValueError(", "raises ValueError"),
        ("mistakes.py", "mistakes = Mistakes()", "wrongs = Mistakes()", "mistakes.py, line 10: NameError"),
        ("mistakes.py", "/ width for k", "/ len(x[max(0, k + 1 - width) : k + 1]) for k", "passes with seed 0"),
        ("mistakes.py", "hint=2", "hint=7", "names hint 7; there are 3"),
        ("mistakes.py", "def running_mean__all", "def runing_mean__all", "a mistake of runing_mean, which"),
        ("mistakes.py", "np.cumsum(x) / np.arange(1, len(x) + 1)", "1 / 0", "is named otherwise"),
        ("hints.md", "        return np", "        return 2 * np", "the solution, is refused"),
        ("hints.md", "return np.array", "return (np.array", r"hints.md, line 12: SyntaxError"),
        ("hints.md", "## ", "# ", "has no headings"),
        ("checks.py", "def cases", "exit(3)\n\n\ndef cases", "checks.py, line 12: it ends the process"),
        ("checks.py", "    return np.array", "    exit()\n    return np.array", "checks.py, line 9: it ends"),
        ("checks.py", "def cases(rng):", "def cases(rng):\n    while True:\n        pass\n", r"line 1[34]: .* no end"),
        ("checks.py", "    return np.array", "    while x is not None:\n        pass\n    return np.array",
         r"checks.py, line (9|10): it came to no end"),
        ("checks.py", "    yield Case(\"running_mean\", {\"x\": rng.normal(size=8)", "    while True:\n        "
         "yield Case(\"running_mean\", {\"x\": 0", "checks.py: .* more than 1000 cases"),
        ("checks.py", 'Case("running_mean", {"x": rng.normal(size=3), "width": 6}, "fewer values than the width")',
         '("running_mean", {})', "checks.py: case 3 that cases.rng. draws is a tuple, not a Case"),
        ("checks.py", '{"x": rng.normal(size=8), "width": 3}', "[1, 2]", "checks.py, line 13: .* dict, not list"),
        ("checks.py", '"width": 3}', '"width": 3}, tolerance="none"', "checks.py, line 13: .*tolerance='none'"),
        ("checks.py", '"width": 3}', '"width": 3}, 3', "checks.py, line 13: .* about must be of type str"),
        ("checks.py", "    yield", "    x = 1 #", "checks.py: .*NoneType"),
        *(("checks.py", "return np.array", f"return {kind}", "checks.py: results of running_mean cannot be compared")
          for kind in ("{}, ", "1j, ", "b'', ", "set(), ", "np.array(['a']), ", "np.array([1j]), ")),
        ("stub.py", "raise NotImplementedError(", "exit(", "stub.py, line 14: it ends the process"),
        ("stub.py", "    raise NotImplementedError(", "    while True:\n        (", "stub.py, line 1[45]: .* no end"),
        ("stub.py", '"""The running', 'x = """The running', "stub.py has no title"),
        ("mistakes.py", '@mistakes("Your mean is over all values so far; the last `width` are asked for.", hint=1)',
         "@mistakes", "mistakes.py, line 10: .*sentence must be of type str, not function"),
        ("mistakes.py", '"Your mean is over all values so far; the last `width` are asked for."', "7",
         "mistakes.py, line 10: .*sentence must be of type str, not int"),
        ("mistakes.py", '"Your mean is over all values so far; the last `width` are asked for."', '" "',
         "mistakes.py, line 10: .*the sentence is empty"),
        ("mistakes.py", "hint=2", "hint='2'", "mistakes.py, line 15: .*hint must be of type"),
        ("mistakes.py", "@mistakes(", "mistakes(", "mistakes.py has no mistakes"),
        ("mistakes.py", "    return np.cumsum", "    exit()\n    return np.cumsum", "mistakes.py, line 12: it ends"),
        ("mistakes.py", "mistakes = Mistakes()", "exit()", "mistakes.py, line 7: it ends the process"),
        ("mistakes.py", "    return np.cumsum", "    while True:\n        pass\n    return np.cumsum",
         "mistakes.py, line 1[23]: it came to no end"),
        ("hints.md", "    def running_mean", "    exit()\n    def running_mean", "hints.md, line 11: it ends"),
        ("hints.md", "    def running_mean", "    while True:\n        pass\n    def running_mean",
         "hints.md, line 1[12]: .* no end"),
        ("hints.md", "def running_mean", "x = y\n    def running_mean", "hints.md, line 11: NameError"),
        ("hints.md", "return np", "exit() or np", "hints.md, line 12: it ends the process"),
    ],
)  # fmt: skip
def test_faults_of_an_exercise_are_named(file, old, new, words, own_course, monkeypatch, capsys):
    if "no end" in words:
        monkeypatch.setattr(course_check, "ENDLESS", 0.3)
    path = own_course / "running_mean" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    (exercise,) = course(own_course)
    found = faults(exercise)
    assert re.search(words, "\n".join(found)), found
    assert str(own_course / "running_mean") in found[0]
    assert main(["exercise", "check-course", str(own_course)]) == 1
    assert "fault  running_mean" in capsys.readouterr().out


@pytest.mark.parametrize("file", ["checks.py", "mistakes.py", "stub.py", "hints.md"])
def test_a_file_that_is_not_in_utf8_is_named(file, own_course):
    path = own_course / "running_mean" / file
    path.write_bytes(path.read_bytes().replace(b"mean", b"me\xe4n", 1))
    assert any(file in text for text in faults(course(own_course)[0]))


def test_folders_of_a_course_may_have_blanks(own_course):
    (own_course / "running_mean").rename(own_course / "running mean")
    (own_course / "course.txt").write_bytes(b"\xef\xbb\xbf running mean \r\n\r\n")
    (exercise,) = course(own_course)
    assert exercise.name == "running mean"
    assert faults(exercise) == []
    (own_course / "course.txt").write_bytes(b"M\xfcller")
    with pytest.raises(DataError, match=r"course\.txt: UnicodeDecodeError"):
        course(own_course)


@pytest.mark.parametrize(("right", "wrong"), [("x > 0", "x < 0"), ("np.bool_(x.sum() > 0)", "np.bool_(x.sum() <= 0)")])
def test_results_may_be_truth_values(right, wrong, own_course):
    folder = own_course / "running_mean"
    checks = "import numpy as np\nfrom minnet.exercises import Case, Mistakes\n"
    one = f"def running_mean(x):\n    return {right}\n"
    cases = "def cases(rng):\n    yield Case('running_mean', {'x': rng.normal(size=5)})\n"
    (folder / "checks.py").write_text(f"{checks}{one}{cases}")
    (folder / "hints.md").write_text(f"## Solution\n\n    {one.replace('    ', '        ')}")
    mistake = f"mistakes = Mistakes()\n@mistakes('Signs.')\ndef running_mean__signs(x):\n    return {wrong}\n"
    (folder / "mistakes.py").write_text(f"{checks}{mistake}")
    (folder / "stub.py").write_text('"""Title."""\ndef running_mean(x):\n    raise NotImplementedError("waits")\n')
    assert faults(course(own_course)[0]) == []


def test_an_exercise_at_fault_ends_a_grading_with_its_name(own_course, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class/ann").mkdir(parents=True)
    (tmp_path / "class/ann/running_mean.py").write_text("x = 1")
    path = own_course / "running_mean" / "checks.py"
    path.write_text(path.read_text().replace('"width": 3}', '"width": 1 / 0}'))
    assert main(["exercise", "grade", "class", "--course", "course"]) == 2
    assert "checks.py, line 13: ZeroDivisionError" in " ".join(capsys.readouterr().err.split())
