"""Whether an exercise does what it promises, so that a teacher hears of a fault before the students do."""

import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np

from minnet.errors import DataError
from minnet.exercises.behaviour import call
from minnet.exercises.diagnosis import Report, examine, of_functions
from minnet.exercises.difference import SUPPORTED, comparable
from minnet.exercises.exercise import Ended, Exercise, blamed, load
from minnet.exercises.running.wire import encode

SEEDS = range(3)
LONGEST = 2.0  # seconds of the checks
ENDLESS = 10.0  # seconds after which what runs is stopped


def faults(exercise: Exercise) -> list[str]:
    """Sentences, each of which names a fault and its file; none if all is well.

    The stub waits for each function; the exercise's own functions pass; every mistake is caught and named by its own
    sentence; the last hint is a solution; the checks take less than two seconds; all that with three seeds. A file that
    ends the process, comes to no end or cannot be run is a fault like others.
    """
    found: list[str] = []
    for part in (_cases, _stub, _reference, _mistakes, _hints):
        try:
            found += part(exercise)
        except DataError as error:
            found.append(str(error))
            if part in (_cases, _reference):  # all others need them
                break
    return list(dict.fromkeys(found))


def _cases(exercise: Exercise) -> Iterator[str]:
    file = exercise.folder / "checks.py"
    for seed in SEEDS:
        with blamed(file, ENDLESS):
            cases = exercise.cases(seed)
        if not cases:
            raise DataError(f"{file}: cases(rng) draws no cases")
        for case in cases:
            exercise.reference(case.function)
            if strange := [name for name, value in case.arguments.items() if "other" in str(_kinds(value))]:
                yield (
                    f"{file}: the argument {strange[0]!r} of {case.function} cannot go to a student's process; "
                    "numbers, strings, arrays, tuples, lists, dictionaries, random generators and functions can"
                )
    first, again = (
        [encode([case.function, case.arguments], lambda function: 0) for case in exercise.cases(0)] for _ in range(2)
    )
    if first != again:
        yield f"{file}: cases(rng) draws other cases from the same seed; all chance must come from rng"


def _kinds(value: object) -> list[str]:
    """Keys of what a value is sent as, at all depths."""
    sent, kinds = [encode(value, lambda function: 0)], []
    while sent:
        part = sent.pop()
        if isinstance(part, dict):
            kinds += list(part)
        sent += part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
    return kinds


def _stub(exercise: Exercise) -> Iterator[str]:
    file = exercise.folder / "stub.py"
    with blamed(file, ENDLESS):
        stub = load(file)
    if not (stub.__doc__ or "").strip():
        yield f"{file} has no title, the first line of a docstring at its start"
    for name in exercise.functions:
        function = getattr(stub, name, None)
        if function is None:
            yield f"{file} has no function {name}, which checks.py calls"
            continue
        case = next(case for case in exercise.cases(0) if case.function == name)
        with blamed(file, ENDLESS):
            try:
                function(**case.arguments)
            except NotImplementedError as error:
                if not str(error):
                    yield f"{file}: {name} raises NotImplementedError without a sentence"
            except Exception as error:
                yield f"{file}: {name} raises {type(error).__name__}: {error}; a stub raises NotImplementedError"
            else:
                yield f"{file}: {name} returns something; a stub raises NotImplementedError"


def _right(exercise: Exercise) -> dict[str, Callable[..., object]]:
    return {name: exercise.reference(name) for name in exercise.functions}


def _reference(exercise: Exercise) -> Iterator[str]:
    file = exercise.folder / "checks.py"
    for case in exercise.cases(SEEDS[0]):
        with blamed(file, ENDLESS):
            result = call(_staying(exercise.reference(case.function)), case).value
        if not comparable(result):
            raise DataError(f"{file}: results of {case.function} cannot be compared; what can: {SUPPORTED}")
    for seed in SEEDS:
        begun = time.perf_counter()
        report = _examined(exercise, {}, seed, file)
        seconds = time.perf_counter() - begun
        if report.failure:
            case = report.failure.case
            yield f"{file}: with seed {seed} its own {case.function} is refused ({case.about}): {report.failure.what}"
        if seconds > LONGEST:
            yield f"{file}: the checks take {seconds:.1f} s; at most {LONGEST:g} s is what a student waits for"


def _mistakes(exercise: Exercise) -> Iterator[str]:
    file = exercise.folder / "mistakes.py"
    with blamed(file, ENDLESS):
        known = exercise.mistakes
    if not known:
        yield f"{file} has no mistakes: functions NAME__what_is_wrong below @mistakes(sentence)"
    for mistake in known:
        name = mistake.function.__name__
        if mistake.name not in exercise.functions:
            yield f"{file}: {name} is a mistake of {mistake.name}, which checks.py does not call"
            continue
        if mistake.hint is not None and not 1 <= mistake.hint <= len(exercise.hints):
            yield f"{file}: {name} names hint {mistake.hint}; there are {len(exercise.hints)}"
        for seed in SEEDS:
            try:
                failure = _examined(exercise, {mistake.name: mistake.function}, seed, file).failure
            except DataError as error:
                yield str(error)
                return  # all others are compared with this one
            if failure is None:
                yield f"{file}: {name} passes with seed {seed}; no case in checks.py tells it from what is right"
                break
            if failure.reason != mistake.sentence:
                yield f"{file}: {name} with seed {seed} is named otherwise: {failure.reason or 'not at all'}"
                break


def _hints(exercise: Exercise) -> Iterator[str]:
    file = exercise.folder / "hints.md"
    if not exercise.hints:
        yield f"{file} has no headings that begin with ##"
        return
    namespace: dict[str, Any] = {"np": np}
    with blamed(file, ENDLESS):
        exec(compile(_last_code(file), str(file), "exec"), namespace)
    functions = {name: namespace[name] for name in exercise.functions if callable(namespace.get(name))}
    with blamed(file, ENDLESS):
        failure = examine(exercise, of_functions(_all_staying(functions)), 0).failure
    if failure:
        yield f"{file}: the last hint, which is the solution, is refused: {failure.what}"


def _last_code(file: Path) -> str:
    """What is indented below the last heading, in the lines in which it stands in the file."""
    lines = file.read_text(encoding="utf-8").split("\n")
    heading = max(k for k, line in enumerate(lines) if line.startswith("## "))
    return "\n".join(line[4:] if k > heading and line.startswith("    ") else "" for k, line in enumerate(lines))


def _examined(exercise: Exercise, wrong: dict[str, Callable[..., object]], seed: int, file: Path) -> Report:
    """The report of the exercise's own functions, some of them replaced; what goes wrong is that of a file."""
    with blamed(file, ENDLESS):
        return examine(exercise, of_functions(_all_staying(_right(exercise) | wrong)), seed)


def _all_staying(functions: dict[str, Callable[..., object]]) -> dict[str, Callable[..., object]]:
    return {name: _staying(function) for name, function in functions.items()}


def _staying(function: Callable[..., object]) -> Callable[..., object]:
    """The function, whose exit() is no result as a student's is."""

    @wraps(function)
    def staying(*values: object, **named: object) -> object:
        try:
            return function(*values, **named)
        except SystemExit as error:
            raise Ended().with_traceback(error.__traceback__) from error

    return staying
