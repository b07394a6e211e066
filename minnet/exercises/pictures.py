"""A result against the right one, drawn where a picture says more than the first number that differs."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import plotting
from minnet.exercises.behaviour import call
from minnet.exercises.case import Case
from minnet.exercises.difference import difference, parts
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEWEST = 4  # numbers of which a curve says more than a list
PATH = 8  # points from which on a series of them is a path
GRID = 60
YOURS, RIGHT = "#D55E00", "#999999"


@dataclass(frozen=True)
class Picture:
    """A PNG file, on white paper, so that it can be read on any page; and what it shows."""

    png: bytes
    caption: str


def picture(function: Callable[..., Any], reference: Callable[..., Any], case: Case) -> Picture | None:
    """What a function makes of a case, and what is right; None where there is nothing to see.

    - Scores of points in a plane: where each changes its side (``(n,)`` or ``(n, 1)`` of an argument ``(n, 2)``).
    - A series of numbers, ``(n,)`` or ``(n, 1)``: over the index.
    - A series of points, ``(n, 2)`` and more: the path of the first two coordinates.
    """
    yours, right = call(function, case), call(reference, case)
    if yours.error or right.error:
        return None
    pair = _first_different(yours.value, right.value, case.tolerance)
    if pair is None:
        return None
    column = pair[1].ndim == 1 or (pair[1].ndim == 2 and pair[1].shape[1] == 1)
    plane = [name for name, value in case.arguments.items() if np.shape(value) == (len(pair[1]), 2)] if column else []
    if plane and len(pair[1]) >= PATH and (sides := _sides(function, reference, case, plane[0])):
        return _drawn(sides, f"where {case.function} changes its side, over {plane[0]}")
    if column and pair[1].size >= FEWEST:
        return _drawn(lambda ax: _curves(ax, *(part.ravel() for part in pair)), f"{case.function}, number by number")
    if pair[1].ndim == 2 and pair[1].shape[1] <= 3 and len(pair[1]) >= PATH:
        return _drawn(lambda ax: _paths(ax, *pair), f"{case.function}, the path of the first two coordinates")
    return None


def _first_different(yours: Any, right: Any, tolerance: float) -> tuple[Array, Array] | None:
    """The first of several results that differs, if it is made of as many real numbers as it should be."""
    for own, expected in zip(parts(yours), parts(right), strict=False):
        try:
            pair = np.asarray(own, float), np.asarray(expected, float)
        except (TypeError, ValueError):
            return None
        if pair[0].shape != pair[1].shape or pair[1].ndim == 0:
            return None
        if difference(own, expected, tolerance):
            own, expected = (np.where(np.isfinite(part), part, np.nan) for part in pair)
            return own, expected
    return None


def _drawn(draw: Callable[["Axes"], None], caption: str) -> Picture:
    from matplotlib.figure import Figure

    file = io.BytesIO()
    with plotting.style():
        figure = Figure(figsize=(5, 2.8), layout="constrained", facecolor="white")
        ax = figure.subplots()
        draw(ax)
        ax.set_title(f"yours, and the right one: {caption}", fontsize=9)
        ax.legend()
        figure.savefig(file, format="png", dpi=150)
    return Picture(file.getvalue(), caption)


def _curves(ax: "Axes", yours: Array, right: Array) -> None:
    from matplotlib.ticker import MaxNLocator

    index = np.arange(len(right))
    ax.plot(index, right, "o-", color=RIGHT, linewidth=4, markersize=8, label="right")
    ax.plot(index, yours, "o-", color=YOURS, markersize=4, label="yours")
    ax.set(xlabel="index")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    _readable(ax, yours, right)


def _paths(ax: "Axes", yours: Array, right: Array) -> None:
    ax.plot(*right.T[:2], "-", color=RIGHT, linewidth=4, label="right")
    ax.plot(*yours.T[:2], ".-", color=YOURS, label="yours")
    ax.plot(*right[0, :2], "ko", label="start")
    ax.set(xlabel="[:, 0]", ylabel="[:, 1]")


def _readable(ax: "Axes", yours: Array, right: Array) -> None:
    """A scale on which both can be seen."""
    largest = [np.nanmax(np.abs(part), initial=0) for part in (yours, right)]
    if largest[0] > 100 * largest[1]:
        unit = 10.0 ** np.ceil(np.log10(largest[1] or 1.0))
        ax.set_yscale("symlog", linthresh=unit, linscale=max(1.0, 0.5 * np.log10(largest[0] / unit)))


def _sides(
    function: Callable[..., Any], reference: Callable[..., Any], case: Case, name: str
) -> Callable[["Axes"], None] | None:
    """Draws where both change sides: at 0, or at 1/2 of what lies between 0 and 1. None if they cannot be called with
    other points, or change nowhere."""
    points = np.asarray(case.arguments[name], float)
    margin = 0.2 * np.ptp(points, axis=0) + 1e-9
    first, second = np.meshgrid(*(np.linspace(*ends, GRID) for ends in zip(*_ends(points, margin), strict=True)))
    grid = Case(case.function, case.arguments | {name: np.column_stack([first.ravel(), second.ravel()])})
    values = [_scores(each, grid, first.shape) for each in (function, reference)]
    yours, right = values
    if yours is None or right is None:
        return None
    level = 0.5 if right.min() >= 0 and right.max() <= 1 else 0.0
    if not right.min() < level < right.max():
        return None

    def draw(ax: "Axes") -> None:
        ax.contour(first, second, right, levels=[level], colors=RIGHT, linewidths=4)
        if yours.min() < level < yours.max():
            ax.contour(first, second, yours, levels=[level], colors=YOURS)
        ax.plot([], [], color=RIGHT, linewidth=4, label="right")
        ax.plot([], [], color=YOURS, label="yours" if yours.min() < level < yours.max() else "yours: nowhere")
        ax.plot(*points.T, "k.", markersize=4, label=name)
        ax.set(xlabel=f"{name}[:, 0]", ylabel=f"{name}[:, 1]")

    return draw


def _ends(points: Array, margin: Array) -> tuple[Array, Array]:
    return points.min(axis=0) - margin, points.max(axis=0) + margin


def _scores(function: Callable[..., Any], grid: Case, shape: tuple[int, ...]) -> Array | None:
    """The first result on a grid of points, if it has a finite number for each."""
    outcome = call(function, grid)
    if outcome.error:
        return None
    try:
        scores = np.asarray(parts(outcome.value)[0], float)
    except (TypeError, ValueError, IndexError):
        return None
    return scores.reshape(shape) if scores.size == np.prod(shape) and np.isfinite(scores).all() else None
