"""What a class hands in: folders, links, names, encodings, dates, and texts that others wrote."""

import json
import os
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

import minnet
from minnet.cli import main
from minnet.errors import DataError
from minnet.exercises import find
from minnet.exercises.grading import exports, report, tables
from minnet.exercises.grading.gradebook import Grade, grades, lateness
from minnet.exercises.grading.settings import Settings
from minnet.exercises.grading.store import Result, Store
from minnet.exercises.grading.submissions import remarks, students
from minnet.exercises.grading.times import strangers
from minnet.exercises.summary import Summary
from tests.exercise_class import solution

DUE = datetime(2026, 11, 30, 12, tzinfo=UTC)
DOCUMENT = Path(minnet.__file__).parents[1] / "docs" / "teaching.md"


def write(folder, *paths):
    """Files that hold their own paths."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)


def test_no_link_leads_out_of_a_students_folder(tmp_path):
    root = tmp_path / "class"
    write(tmp_path, "class/anna/exercises/adam.py", "class/eve/homework/adam.py", "far/adam.py")
    for name in ("bob", "gus"):
        (root / name).mkdir()
    (root / "bob/exercises").symlink_to("../anna/exercises")
    (root / "carl").symlink_to("anna")
    (root / "dora").symlink_to("anna/exercises")
    (root / "eve/exercises").symlink_to("homework")  # in the own folder
    (root / "fred").symlink_to(tmp_path / "far")  # a teacher's, of a folder that is nobody else's
    (root / "gus/adam.py").symlink_to("adam.py")
    found = {}
    for student in students([root], ["adam"]):
        try:
            found[student.name] = student.source("adam")
        except DataError:
            found[student.name] = "refused"
    own = {"anna": b"class/anna/exercises/adam.py", "eve": b"class/eve/homework/adam.py", "fred": b"far/adam.py"}
    assert found == own | dict.fromkeys(["bob", "carl", "dora", "gus"], "refused")


@pytest.mark.parametrize(
    "coding", ["rot13", "undefined", "punycode", "utf-16", "no-such", "unicode_escape", "hex", "idna"]
)
def test_an_encoding_that_is_none_for_programs_costs_its_own_line(coding, tmp_path):
    (tmp_path / "adam.py").write_text(f"# coding: {coding}\nx = 1")
    (student,) = students([tmp_path], ["adam"])
    with pytest.raises(DataError, match="it is no text"):
        student.source("adam")


def test_bytes_that_are_no_text_and_some_that_are(tmp_path):
    def source(content):
        (tmp_path / "adam.py").write_bytes(content)
        return students([tmp_path], ["adam"])[0].source("adam")

    for content in (b"\xff", b"\xef\xbb\xbf# coding: latin-1", "x = 1".encode("utf-16")):
        with pytest.raises(DataError, match="it is no text"):
            source(content)
    for content in (b"# coding: latin-1\nx = '\xe9'", b"\xef\xbb\xbfx = 1", b"# coding: cp1252\r\nx = '\x80'"):
        assert source(content) == content


def test_names_in_capitals_and_what_is_there_in_place_of_a_file(tmp_path):
    write(
        tmp_path, "ann/Adam.PY", "bob/exercises/ADAM.py", "carl/hw1/exercises/adam.py", "dan/work.zip",
        "eve/adam (1).py", "fay/adamw.py", "gus/Adam.py", "gus/ADAM.py", "hal/adam.py", "hal/Adam.py",
    )  # fmt: skip
    class_ = {student.name: student for student in students([tmp_path], ["adam"])}
    assert class_["ann"].source("adam") == b"ann/Adam.PY"
    assert class_["ann"].changed("adam") is not None
    assert class_["ann"].remark("adam") == "the file is called Adam.PY, and should be adam.py"
    assert "is called ADAM.py" in class_["bob"].remark("adam")
    for name, words in [("carl", "there is hw1/exercises/adam.py"), ("dan", "is work.zip"), ("eve", "is adam (1).py")]:
        assert class_[name].source("adam") is None
        assert class_[name].remark("adam").endswith(words)
    assert class_["fay"].remark("adam") == class_["hal"].remark("adam") == ""
    assert class_["hal"].source("adam") == b"hal/adam.py"
    with pytest.raises(DataError, match=r"ADAM.py and Adam.py, and no adam.py"):
        class_["gus"].source("adam")


def test_a_student_may_be_called_exercises(tmp_path):
    write(tmp_path, "class/exercises/adam.py", "class/ann/adam.py", "class/__MACOSX/adam.py", "one/exercises/adam.py")
    folder = tmp_path / "class"

    def names(path, **words):
        return [student.name for student in students([path], ["adam"], **words)]

    assert names(folder) == ["ann", "exercises"]
    taken, skipped = remarks([folder], ["adam"])
    assert "class/exercises is taken for a student's" in taken
    assert "not taken for students': __MACOSX" in skipped
    assert names(tmp_path / "one") == ["one"]
    assert remarks([tmp_path / "one"], ["adam"]) == []
    assert names(folder, single=True) == ["class"]
    write(folder, "adam.py")
    assert names(folder) == ["class"]
    assert remarks([folder], ["adam"]) == [f"{folder} is taken for one student's; not graded in it: ann, exercises"]


def test_what_else_could_be_a_students_is_told(tmp_path):
    write(tmp_path, "class/Exercises/ADAM.py", "class/ann/hw/adam.py", "more/bob/adam.py", "more/carl.zip")
    assert [s.name for s in students([tmp_path / "class"], ["adam"])] == ["class"]
    assert remarks([tmp_path / "class"], ["adam"])[0].endswith("taken for one student's; not graded in it: ann")
    assert remarks([tmp_path / "class"], ["adam"], [tmp_path / "class/ann"]) == []
    assert remarks([tmp_path / "more"], ["adam"])[0].endswith("packed, and not graded: carl.zip")


def test_a_date_that_no_calendar_has_is_the_last_or_the_first(tmp_path, monkeypatch):
    write(tmp_path, "adam.py")
    (student,) = students([tmp_path], ["adam"])
    for seconds, year in [(3e11, 9999), (1e30, 9999), (-1e12, 1)]:
        monkeypatch.setattr(Path, "stat", lambda path, s=seconds: SimpleNamespace(st_mtime=s))
        assert student.changed("adam").year == year
    assert lateness(datetime.max.replace(tzinfo=UTC), DUE, Settings(late_penalty=0.1))[1] == 0


def test_times_that_are_nobodys():
    times = {("Good", ""): DUE, ("ann", "adma"): DUE, ("ann", ""): DUE}
    assert strangers(times, ["good", "ann"], ["adam"]) == [
        "a time is given for 'Good', which is no student here; did you mean 'good'?",
        "a time is given for 'adma', which is no exercise here; did you mean 'adam'?",
    ]


def test_texts_of_a_submission_are_harmless_wherever_they_go(tmp_path):
    evil = "a\x1b[2J\u202e\ud800{x}\r\x00\x9b"
    result = Result(Summary("adam", "wrong", 0, 1, 0, 0, evil, evil, evil, note=evil, printed=evil), 1.0, (evil,))
    for text in (
        *(getattr(result.summary, name) for name in ["called", "what", "reason", "note", "printed"]),
        *result.notes,
    ):
        assert text == "a\ufffd[2J\ufffd\ufffd{x}\ufffd\ufffd\ufffd"
    book = {"ann": [Grade("ann", "adam", result, 0.0, 1.0, DUE, None, 0, 1.0)]}
    tables.write_csv(book, tmp_path)
    report.write(book, {"adam": "Adam"}, tmp_path / "report.html")
    exports.write_gradescope(book, "visible", tmp_path)
    for name in ("mistakes.csv", "report.html", "ann/results.json"):
        assert "\u202e" not in (tmp_path / name).read_text(encoding="utf-8")
    Store(tmp_path).keep("ann", "adam", "k", result)
    assert Store(tmp_path).find("ann", "adam", "k") == result


def test_long_names_and_names_that_are_not_utf8(tmp_path):
    moodle = "Александра Константиновна Рождественская_123456_assignsubmission_file_"
    raw = [moodle.encode(), b"M\xfcller", b"M\xe4ller", b"a\x1b[2J", *(f"{'é' * 120}{k}".encode() for k in range(2))]
    for name in raw:
        os.makedirs(os.fsencode(tmp_path / "class") + b"/" + name)
    class_ = students([tmp_path / "class"], ["adam"])
    names = {student.name for student in class_}
    assert len(names) == len(raw)
    assert {moodle, "M\\xfcller", "M\\xe4ller", "a\\x1b[2J"} < names
    store, results = Store(tmp_path / "out"), {}
    for name in names:
        results[name, "adam"] = Result(Summary("adam", "missing", what=name))
        store.keep(name, "adam", "k", results[name, "adam"])
    assert all(store.find(name, "adam", "k") == results[name, "adam"] for name in names)
    book = grades(class_, ["adam"], results, Settings(), None)
    tables.write_csv(book, tmp_path / "out")
    exports.write_gradescope(book, "visible", tmp_path / "gradescope")
    assert len(list((tmp_path / "gradescope").glob("*/results.json"))) == len(raw)


@pytest.mark.parametrize(
    ("upload", "score", "words"),
    [
        (None, 0, "There is no file."),
        ("Sigmoid.py", 1, "is called Sigmoid.py, and should be sigmoid.py"),
        ("sub/sigmoid.py", 0, "there is sub/sigmoid.py"),
        ("work.zip", 0, "there is work.zip"),
    ],
)
def test_gradescope_gets_results_whatever_is_uploaded(upload, score, words, tmp_path):
    (script,) = re.findall(r"```bash\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    (line,) = [line for line in script.splitlines() if line.startswith("minnet ")]
    line = line.replace("/tmp/grades", str(tmp_path / "grades")).replace("/autograder", str(tmp_path))
    write(tmp_path, "source/grading.toml")
    (tmp_path / "source/grading.toml").write_text('exercises = ["sigmoid"]\nseeds = [1]')
    (tmp_path / "submission").mkdir()
    if upload:
        write(tmp_path / "submission", upload)
        (tmp_path / "submission" / upload).write_text(solution(find("sigmoid")))
    assert main(shlex.split(line)[1:]) == 0
    (path,) = (tmp_path / "grades/gradescope").glob("*/results.json")
    (test,) = json.loads(path.read_text())["tests"]
    assert test["score"] == score
    assert words in test["output"]
