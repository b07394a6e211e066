"""pytest's way into folders of minnet's exercises: ``pytest FOLDER`` checks what is in one, a test for every case.

It stands outside the package, and imports minnet only where pytest meets such a folder: other runs of pytest need not
wait for it. What a test is, `minnet/exercises/pytest_plugin.py` says.
"""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

RECORD = ".minnet-exercises.json"  # the file that makes a folder one of exercises
TESTS = re.compile(rb"^\s*((async )?def test|class Test)", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("minnet", "minnet's exercises")
    group.addoption(
        "--exercise-seed", type=int, default=0, metavar="N", help="seed of the numbers that functions are called with"
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, None]:
    outcome = yield
    if file_path.suffix == ".py" and (file_path.parent / RECORD).is_file():
        from minnet.exercises.pytest_plugin import collector

        named = parent.session.isinitpath(file_path) and not TESTS.search(file_path.read_bytes())
        if (file := collector(file_path, parent, named)) is not None:
            outcome.force_result([file])
