"""Every piece of Python that is printed runs as it is printed, alone: in the README, in docs/, in tutorials' texts."""

import re
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

ROOT = Path(__file__).parents[1]
FENCED = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
LIKE_PYTHON = re.compile(r"^ {4}(import |from \w+ import |\w+ = mn\.|mn\.\w+\(|def |class |@)", re.MULTILINE)


def texts():
    """Texts with their names: of tutorials, what stands in Markdown cells."""
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "benchmarks" / "README.md"):
        yield path.name, path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "tutorials").glob("*.py")):
        cells = re.split(r"^# %%", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        lines = "".join(cell.partition("\n")[2] for cell in cells if cell.startswith(" [markdown]"))
        yield path.name, re.sub(r"^# ?", "", lines, flags=re.MULTILINE)


NAMES = {}  # of pieces; one that stands in two texts runs once
for name, text in texts():
    for number, code in enumerate(FENCED.findall(text), 1):
        NAMES.setdefault(code, f"{name}, {number}")
SNIPPETS = [pytest.param(code, id=name) for code, name in NAMES.items()]


@pytest.mark.parametrize("code", SNIPPETS)
def test_a_snippet_runs_alone(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(code, "snippet", "exec"), {"__name__": "snippet"})
    plt.close("all")


def test_there_are_snippets_and_they_are_found():
    names = {param.id.partition(",")[0] for param in SNIPPETS}
    assert {"README.md", "teaching.md"} <= names
    assert len(SNIPPETS) > 15


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in texts()])
def test_no_python_is_printed_outside_of_snippets(text):
    """Or nobody would run it."""
    outside = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    assert LIKE_PYTHON.findall(outside) == []


def test_the_first_snippet_draws_a_picture(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(FENCED.findall((ROOT / "README.md").read_text(encoding="utf-8"))[0], {})
    plt.close("all")
    assert [path.suffix for path in tmp_path.iterdir()] == [".png"]


def test_the_readme_goes_from_what_it_is_to_how_it_is_made():
    headings = re.findall(r"^## (.*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    order = ["Set up", "Ten lines", "Tutorials", "Find equations", "Stepping through", "Experiments"]
    places = [headings.index(heading) for heading in [*order, "How to read the code"]]
    assert places == sorted(places)
    assert places[:3] == [0, 1, 2]
