"""What is public: every name that a user may rely on, the page of the reference that shows it, and its examples.

A module is public if it is listed here, and its names are those of its ``__all__``. A name that several modules export
is shown once: on the page of the first of them, under the shortest name, which is the one that users write.
"""

import doctest
import inspect
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

MODULES = (
    "minnet.activations", "minnet.layers", "minnet.initializers", "minnet.losses", "minnet.losses.games",
    "minnet.optimizers", "minnet.schedules", "minnet.solvers", "minnet.training", "minnet.tracing", "minnet",
    "minnet.datasets", "minnet.plotting", "minnet.errors", "minnet.estimators", "minnet.interop", "minnet.dynamics",
    "minnet.numerics.active", "minnet.numerics.chaos", "minnet.numerics.generation", "minnet.numerics.identification",
    "minnet.numerics.integration", "minnet.study", "minnet.compare", "minnet.exercises",
)  # fmt: skip
"""`minnet` itself comes after the modules whose names it has too: what is left are the names of its own page."""


@cache
def pages() -> dict[str, dict[str, Any]]:
    """The public objects that each module's page shows, by the name to show them under, ``minnet.Dense`` say."""
    shown: dict[int, str] = {}
    result: dict[str, dict[str, Any]] = {}
    short = _exported("minnet")
    for module in MODULES:
        result[module] = {}
        for name, value in _exported(module).items():
            if inspect.ismodule(value) or id(value) in shown:
                continue
            shown[id(value)] = f"minnet.{name}" if short.get(name) is value else f"{module}.{name}"
            result[module][shown[id(value)]] = value
    return result


def examples(module: str) -> str:
    """The source of all doctests on a module's page: of the module, and of the objects that the page shows."""
    texts = [import_module(module).__doc__ or ""]
    for value in pages()[module].values():
        texts += docstrings(value)
    parser = doctest.DocTestParser()
    return "".join(example.source for text in texts for example in parser.get_examples(text) if _runs(example))


def docstrings(value: Any) -> Iterator[str]:
    """That of a class or function, and of a class's public methods; data have none of their own."""
    if inspect.isclass(value) or inspect.isroutine(value):
        yield value.__doc__ or ""
    if inspect.isclass(value):
        for name, member in vars(value).items():
            if not name.startswith("_"):
                yield getattr(member, "__doc__", None) or ""


def without_example() -> dict[str, list[str]]:
    """Names that no example on their page uses."""
    missing = {}
    for module, names in pages().items():
        words = set(re.findall(r"\w+", examples(module)))
        missing[module] = [name for name in names if name.rpartition(".")[2] not in words]
    return {module: names for module, names in missing.items() if names}


def _exported(module: str) -> dict[str, Any]:
    source = import_module(module)
    return {name: getattr(source, name) for name in source.__all__}


def _runs(example: doctest.Example) -> bool:
    return doctest.SKIP not in example.options
