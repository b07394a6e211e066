"""A class of students' folders: right solutions, known mistakes, stubs, missing files, and hostile files."""

from pathlib import Path

import numpy as np

from minnet.exercises import course
from tests.hostile_submissions import HOSTILE


def solution(exercise):
    """The last hint as a file."""
    return "import numpy as np\n" + "\n".join(
        line[4:] for line in exercise.hints[-1].splitlines() if line.startswith("    ") or not line
    )


def mistaken(exercise, mistake):
    """A file that makes a known mistake."""
    checks = (exercise.folder / "checks.py").read_text(encoding="utf-8")
    mistakes = (exercise.folder / "mistakes.py").read_text(encoding="utf-8")
    number = next(k for k, each in enumerate(exercise.mistakes) if each is mistake)
    return f"{checks}\n{mistakes}\n{mistake.name} = mistakes.known[{number}].function\n"


def write_class(folder, count, hostile, seed=0):
    """Write folders of `count` students, `hostile` of whom have a hostile file `sigmoid.py`; returns what is expected.

    Returns
    -------
    dict
        By student and exercise: the state, and the sentence of the mistake if there is one.
    """
    rng = np.random.default_rng(seed)
    expected = {}
    names = sorted(HOSTILE)
    for number in range(count):
        student = f"student {number:03}"
        (folder / student).mkdir(parents=True)
        for exercise in course():
            kind = rng.choice(["solved", "wrong", "to do", "missing"], p=[0.5, 0.3, 0.1, 0.1])
            place, sentence = Path(folder / student / f"{exercise.name}.py"), ""
            if kind == "solved":
                text = solution(exercise)
            elif kind == "wrong":
                mistake = exercise.mistakes[rng.integers(len(exercise.mistakes))]
                text, sentence = mistaken(exercise, mistake), mistake.sentence
            else:
                text = (exercise.folder / "stub.py").read_text(encoding="utf-8")
            if number < hostile and exercise.name == "sigmoid":
                text, kind, _ = HOSTILE[names[number % len(names)]]
                sentence = None
            if kind != "missing":
                place.write_text(text, encoding="utf-8")
            expected[student, exercise.name] = str(kind), sentence
    return expected
