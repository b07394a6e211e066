"""The house in order: which file of minnet may import which, no circles, and no file that holds two ideas.

Imports are read from the source, not made: those inside functions and under ``TYPE_CHECKING`` count too.
"""

import ast
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

import minnet

PACKAGE = Path(minnet.__file__).parent
MOST_LINES = 320
LEVELS = (
    (
        "errors",
        "types",
        "names",
        "mapped",
        "frames",
        "checks",
        "archives",
        "storage",
        "terminal",
        "progress",
        "waiting",
        "ticks",
        "tables",
        "markup",
        "notebook",
        "curves",
    ),
    ("kernels",),
    (
        "initializers",
        "activations",
        "layers",
        "jet",
        "losses",
        "architecture",
        "summary",
        "network",
        "network_files",
        "mlp",
    ),
    ("schedules", "optimizers", "penalties", "solvers", "training"),
    ("datasets", "dynamics", "numerics", "study"),
    ("plotting", "page", "presentation", "tracing"),
    ("experiments", "exercises"),
    ("estimators", "interop", "compare", "report", "reproduction", "playground", "study.command", "warming"),
    ("__init__", "cli", "__main__"),
)
"""From the lowest up: a file imports from its own level or from lower ones.

An entry is a file (``mlp``) or a package with all that is in it (``kernels``); the most specific one decides.
"""


def file_of(module: str, package: Path) -> str | None:
    """The file of a module such as ``minnet.layers.dense``, by its path in the package; None if there is none."""
    first, *rest = module.split(".")
    path = Path(*rest)
    for file in (path.with_suffix(".py") if rest else None, path / "__init__.py"):
        if first == package.name and file is not None and (package / file).is_file():
            return file.as_posix()
    return None


def imported(file: str, package: Path) -> set[str]:
    """Files that one file imports.

    ``from minnet import x`` is the file of x if that is a module, and ``minnet/__init__.py`` if it is a name in there.
    Whoever imports a module from outside its package also runs the package's ``__init__``, which therefore counts.
    """
    files: set[str | None] = set()
    for node in ast.walk(ast.parse((package / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: write whole names in imports, not relative ones"
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name if file_of(name, package) else str(node.module) for name in inside]
        else:
            continue
        for module in modules:
            files.add(file_of(module, package))
            files |= {(path / "__init__.py").as_posix() for path in _packages(module) if path not in Path(file).parents}
    return {name for name in files if name is not None and (package / name).is_file()}


def _packages(module: str) -> list[Path]:
    """Folders below minnet that a module is in: ``a`` and ``a/b`` of ``minnet.a.b.c``."""
    first, *rest = module.split(".")
    return [Path(*rest[:depth]) for depth in range(1, len(rest))] if first == PACKAGE.name else []


def graph_of(package: Path) -> dict[str, set[str]]:
    """Each file with those that it imports."""
    files = sorted(path.relative_to(package).as_posix() for path in package.rglob("*.py"))
    return {file: imported(file, package) for file in files}


def circles(graph: dict[str, set[str]]) -> list[str]:
    """Circles, each as "a.py imports b.py imports a.py", until none is left when one import of each is undone."""
    graph = {file: set(others) for file, others in graph.items()}
    sentences = []
    while True:
        try:
            TopologicalSorter(graph).prepare()
            return sentences
        except CycleError as error:
            circle = error.args[1][::-1]  # each imports the next
            sentences.append(" imports ".join(circle))
            graph[circle[0]].remove(circle[1])


def level_of(file: str) -> int:
    """The place of a file's level in `LEVELS`."""
    name = file.removesuffix(".py").replace("/", ".")
    fitting = [
        (len(entry), level) for level, entries in enumerate(LEVELS) for entry in entries
        if f"{name}.".startswith(f"{entry}.")
    ]  # fmt: skip
    if not fitting:
        raise LookupError(f"minnet/{file} has no level: add it to LEVELS in tests/test_layering.py, above all that it "
                          "imports and below all that is to import it")  # fmt: skip
    return max(fitting)[1]


def upward(graph: dict[str, set[str]]) -> list[str]:
    """Imports from a higher level than the file's own."""
    return [
        f"{file} (level {level_of(file)}) imports {other} (level {level_of(other)})"
        for file, others in graph.items() for other in sorted(others) if level_of(other) > level_of(file)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def graph():
    """Of minnet itself: reading all of its files takes longer than both tests of it."""
    return graph_of(PACKAGE)


def test_no_files_import_each_other_in_a_circle(graph):
    faults = circles(graph)
    assert not faults, "\n".join(["circles:", *faults])


def test_imports_run_one_way(graph):
    faults = upward(graph)
    assert not faults, "\n".join(["imports that run up the order of levels:", *faults])


def test_a_file_holds_one_idea():
    lengths = {str(path.relative_to(PACKAGE)): len(path.read_text().splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {file: length for file, length in lengths.items() if length > MOST_LINES} == {}


# The checks themselves.


@pytest.fixture
def tree(tmp_path):
    """Writes files of a small package called minnet, and returns what imports what."""

    def write(**files):
        package = tmp_path / "minnet"
        for name, text in {"__init__": "", **files}.items():
            path = package / f"{name.replace('__in__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return graph_of(package)

    return write


def test_a_circle_is_named(tree):
    graph = tree(
        errors="import os",
        network="from minnet.jet import Jet\nfrom minnet import errors",
        jet="def f():\n    from minnet.losses import Loss",
        losses="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import minnet.network as n",
    )
    (circle,) = circles(graph)
    steps = list(pairwise(circle.split(" imports ")))
    assert sorted(steps) == [("jet.py", "losses.py"), ("losses.py", "network.py"), ("network.py", "jet.py")]
    assert graph["network.py"] == {"jet.py", "errors.py"}
    assert upward(graph) == []


def test_a_file_that_imports_its_own_package_is_a_circle(tree):
    graph = tree(layers__in____init__="from minnet.layers.dense import Dense",
                 layers__in__dense="from minnet.layers import Layer")  # fmt: skip
    assert circles(graph) == ["layers/__init__.py imports layers/dense.py imports layers/__init__.py"]


def test_packages_that_need_each_others_init_are_a_circle(tree):
    graph = tree(
        study__in____init__="from minnet.study.runner import run", study__in__runner="from minnet.numerics import norm",
        study__in__grid="", numerics__in____init__="from minnet.numerics.norms import norm",
        numerics__in__norms="from minnet.study.grid import Point",
    )  # fmt: skip
    (circle,) = circles(graph)
    assert "numerics/norms.py imports study/__init__.py" in circle


def test_an_import_that_runs_up_is_named(tree):
    graph = tree(losses="from minnet import study", study__in____init__="", network="from minnet import fit")
    assert upward(graph) == [
        "losses.py (level 2) imports study/__init__.py (level 4)", "network.py (level 2) imports __init__.py (level 8)",
    ]  # fmt: skip


def test_the_most_specific_entry_decides(monkeypatch):
    assert level_of("training/__init__.py") == level_of("training/loop.py") == level_of("training.py")
    monkeypatch.setitem(globals(), "LEVELS", (("numerics.chaos",), ("numerics",), ("numerics.chaos.plots",)))
    levels = [level_of(f"numerics/{name}.py") for name in ("chaos/spectrum", "designs", "chaos/plots", "chaos_maps")]
    assert levels == [0, 1, 2, 1]
    with pytest.raises(LookupError, match=r"minnet/attic\.py has no level: add it to LEVELS"):
        level_of("attic.py")
