"""Grades and checks in the forms of other programs: Gradescope, nbgrader, otter-grader.

- Gradescope (gradescope-autograders.readthedocs.io, "Autograder Specifications"): a ``results.json`` for each student,
  to be put at ``/autograder/results/results.json`` by the autograder of that student.
- nbgrader (nbgrader.readthedocs.io, ``nbgrader export``): a CSV file with the columns of its own export.
- otter-grader (otter-grader.readthedocs.io, "Exception-Based Format"): a test file for each exercise, with which otter
  itself checks notebooks and scripts.
"""

from pathlib import Path
from typing import Any

from minnet import storage
from minnet.exercises.exercise import Exercise
from minnet.exercises.grading.gradebook import Grade
from minnet.exercises.grading.settings import Settings
from minnet.exercises.grading.store import folder_name
from minnet.exercises.grading.tables import Book, write_rows

NBGRADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
    "late_submission_penalty", "score", "max_score",
)  # fmt: skip
OTTER = '''"""The exercise {name} as a test of otter-grader; written by minnet exercise grade."""

{imports}from otter.test_files import test_case

from minnet.exercises import examine, find
from minnet.exercises.diagnosis import of_functions
from minnet.exercises.text import report_text

OK_FORMAT = False

name = {name!r}
points = {points!r}


@test_case(hidden=True)
def test(env):
    exercise = find({name!r}{course})
    solution = of_functions({{f: env[f] for f in exercise.functions if f in env}})
    for seed in {seeds!r}:
        report = examine(exercise, solution, seed)
        assert report.solved, report_text(report)
'''


def write_gradescope(book: Book, visibility: str, folder: Path) -> None:
    """Write ``STUDENT/results.json`` into a folder, for each student."""
    for student, grades in book.items():
        path = folder / folder_name(student) / "results.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        storage.write_json(path, gradescope(grades, visibility))


def gradescope(grades: list[Grade], visibility: str) -> dict[str, Any]:
    """The content of a student's ``results.json``."""
    return {
        "execution_time": round(sum(grade.result.seconds for grade in grades)),
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": [
            {
                "name": grade.exercise,
                "number": str(number),
                "score": grade.points,
                "max_score": grade.most,
                "status": "passed" if grade.result.summary.solved else "failed",
                "output": told(grade),
                "output_format": "text",
                "visibility": visibility,
            }
            for number, grade in enumerate(grades, 1)
        ],
    }


def told(grade: Grade) -> str:
    """What a student is told of a grade."""
    summary = grade.result.summary
    lines = {
        "": {"solved": "All cases are right.", "missing": "There is no file.", "to do": "The file is as it was."}.get(
            summary.state, ""
        ),
        "Right cases: ": f"{summary.passed} of {summary.total}" if summary.state == "wrong" else "",
        "Called: ": summary.called if summary.state in ("wrong", "stopped") else "",
        "Found: ": summary.what if summary.state in ("wrong", "stopped", "broken") else "",
        "Reason: ": summary.reason,
        "Note: ": summary.note,
        "File: ": grade.remark,
        "Late: ": f"{grade.late_days} days have begun since the deadline" if grade.late_days else "",
    }
    return "\n".join(label + text for label, text in lines.items() if text)


def write_nbgrader(book: Book, path: Path) -> None:
    """Write a CSV file with the columns of ``nbgrader export``; each exercise is an assignment."""
    rows: list[list[Any]] = [list(NBGRADER)]
    for grade in sorted((grade for grades in book.values() for grade in grades), key=lambda grade: grade.exercise):
        due, submitted = (when.isoformat(sep=" ") if when else "" for when in (grade.due, grade.submitted))
        penalty = round(grade.earned - grade.points, 6)
        row = [grade.exercise, due, submitted, grade.student, "", "", "", grade.earned, penalty]
        rows.append([*row, grade.points, grade.most])
    write_rows(path, rows)


def write_otter(exercises: list[Exercise], settings: Settings, course: Path | None, folder: Path) -> None:
    """Write ``NAME.py`` into a folder, for each exercise."""
    folder.mkdir(parents=True, exist_ok=True)
    named = {"imports": "", "course": ""}
    if course:
        named = {"imports": "from pathlib import Path\n\n", "course": f", Path({str(course.resolve())!r})"}
    for exercise in exercises:
        points, seeds = settings.most(exercise.name), list(settings.seeds)
        text = OTTER.format(name=exercise.name, points=points, seeds=seeds, **named)
        storage.write_text(folder / f"{exercise.name}.py", text)
