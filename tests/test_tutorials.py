"""Tutorials as notebooks show figures and what is printed, and nothing else; as scripts they open their figures."""

import ast
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

TUTORIALS = sorted((Path(__file__).parents[1] / "tutorials").glob("*.py"))
GIVE_NOTHING = {"print", "grid", "assert_allclose", "show", "say"}  # None, which a notebook does not show


def code_cells(path):
    heads_and_cells = re.split(r"^# %%(.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [cell for head, cell in zip(heads_and_cells[::2], heads_and_cells[1::2], strict=True) if not head.strip()]


def stray_output(cell):
    """The expression whose value a notebook shows below a cell, `[Text(...)]` say; None if there is none."""
    last = (ast.parse(cell).body or [None])[-1]
    if not isinstance(last, ast.Expr):
        return None
    function = getattr(last.value, "func", None)
    name = getattr(function, "attr", getattr(function, "id", None))
    return None if name in GIVE_NOTHING else ast.unparse(last)


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_no_cell_ends_in_a_stray_value(path):
    assert [stray for cell in code_cells(path) if (stray := stray_output(cell))] == []


def test_stray_values_are_noticed():
    assert stray_output('fig, ax = plt.subplots()\nax.set(xlabel="x")') == "ax.set(xlabel='x')"
    assert stray_output("history") == "history"
    assert stray_output("_ = ax.legend()\n") is None
    assert stray_output("print(history)") is None


@pytest.mark.parametrize("backend", ["agg", "TkAgg"])
@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_figures_are_shown_at_the_end_of_a_script(path, backend, monkeypatch):
    shown = []
    monkeypatch.setattr(plt, "get_backend", lambda: backend)
    monkeypatch.setattr(plt, "show", lambda: shown.append(path))
    exec(code_cells(path)[-1], {"plt": plt})
    assert len(shown) == (backend != "agg")
