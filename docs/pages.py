"""The pages of the site, as Sphinx reads them, from what the repository has already: nothing is written twice."""

import ast
import inspect
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from docs import public
from minnet import experiments
from minnet.exercises import Exercise, course
from minnet.report import TITLES

ROOT = Path(__file__).parents[1]
TEXTS = "docs/teaching.md", "benchmarks/README.md", "CONTRIBUTING.md", "CHANGELOG.md"


def pages(report: str) -> dict[str, str | bytes]:
    """All but the tutorials, by their paths below the folder that Sphinx reads.

    Parameters
    ----------
    report : str
        The HTML of a report, whose experiments are linked to; empty if there is none.
    """
    exercises = [exercise.name for exercise in course()]
    return {
        "index.md": home_page(),
        "docs/picture.png": (ROOT / "docs/picture.png").read_bytes(),
        **{name: (ROOT / name).read_text(encoding="utf-8") for name in TEXTS},
        "tutorials/index.md": "# Tutorials\n\n" + contents(path.stem for path in tutorials()),
        "experiments.md": experiments_page(report),
        "exercises/index.md": EXERCISES + contents(exercises),
        **{f"exercises/{exercise.name}.md": exercise_page(exercise) for exercise in course()},
        "reference/index.md": reference_index(),
        **{f"reference/{module}.rst": reference_page(module, names) for module, names in public.pages().items()},
    }


def tutorials() -> list[Path]:
    return sorted((ROOT / "tutorials").glob("*.py"))


EXERCISES = """# Exercises

Write parts of minnet yourself: `minnet exercise start` copies the files that are to be filled in, `minnet exercise
check` says what is wrong with yours, with numbers and, where it can tell, the mistake that was made.

"""


def home_page() -> str:
    """The README, and the way to all that is here."""
    parts = ["tutorials/index", "exercises/index", "experiments", "reference/index"]
    return (ROOT / "README.md").read_text(encoding="utf-8") + "\n" + contents([*parts, *TEXTS], hidden=True)


def contents(names: Iterable[str], hidden: bool = False) -> str:
    lines = [name.removesuffix(".md") for name in names]
    return "\n".join(["```{toctree}", ":maxdepth: 1", *([":hidden:"] if hidden else []), "", *lines, "```", ""])


def experiments_page(report: str) -> str:
    """What each experiment asks and has found, as its docstring says."""
    parts = ["# Experiments\n", REPORT if report else NO_REPORT]
    for document, names in experiments.DOCUMENTS.items():
        parts.append(f"## {TITLES[document]}\n")
        for name in names:
            title, _, text = inspect.cleandoc(experiments.find(name).__doc__ or "").partition("\n")
            there = f'<section id="{name}">' in report
            link = f', <a href="report.html#{name}">table and figures</a>' if there else ""
            parts.append(f"### {title}\n\n`minnet run {name}`{link}\n{text}\n")
    return "\n".join(parts)


REPORT = """The findings below are those of the full size, which `minnet reproduce` runs. <a href="report.html">The
report</a> has all tables and figures; it says at which size they were made.
"""

NO_REPORT = """The findings below are those of the full size, which `minnet reproduce` runs. It writes a report with all
tables and figures.
"""


def exercise_page(exercise: Exercise) -> str:
    """The task, the file to fill in, and hints to open one by one; the last hint is the solution, and left out."""
    stub = (exercise.folder / "stub.py").read_text(encoding="utf-8")
    _, _, text = (ast.get_docstring(ast.parse(stub)) or "").partition("\n")
    code = stub.split('"""', 2)[2].strip()
    hints = [
        f"<details><summary>Hint {number}</summary>\n\n{hint}\n\n</details>\n"
        for number, hint in enumerate(exercise.hints[:-1], 1)
    ]
    command = f"`minnet exercise check {exercise.name}` checks `{exercise.name}.py`:"
    return "\n".join([f"# {exercise.title}\n{text}\n", f"{command}\n", f"```python\n{code}\n```\n", *hints])


def reference_index() -> str:
    """Every public module, with the first paragraph of what it says."""
    first = {module: inspect.getdoc(import_module(module)).partition("\n\n")[0] for module in public.MODULES}
    lines = [f"- [{module}]({module}.rst): {' '.join(text.split())}\n" for module, text in first.items()]
    head = "# Reference\n\nEvery public name, with examples that run.\n"
    return "\n".join([head, *lines, contents(public.MODULES, hidden=True)])


def reference_page(module: str, names: dict[str, Any]) -> str:
    """What the module says, and every name with what it says."""
    parts = [module, "=" * len(module), "", f".. automodule:: {module}", "   :no-members:", ""]
    for name, value in sorted(names.items(), key=lambda item: item[0].lower()):
        if inspect.isclass(value):
            parts += [f".. autoclass:: {name}", "   :members:", "   :show-inheritance:", ""]
        elif inspect.isroutine(value):
            parts += [f".. autofunction:: {name}", ""]
        else:
            content = ", ".join(map(str, value)) if isinstance(value, dict | tuple) else repr(value)
            parts += [f".. py:data:: {name.rpartition('.')[2]}", f"   :module: {module}", "", f"   ``{content}``", ""]
    return "\n".join(parts)
