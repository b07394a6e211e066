"""Interpolation on triangles that are split where the function bends: what networks for surfaces compete with."""

from collections.abc import Callable

import numpy as np
from scipy.interpolate import CloughTocher2DInterpolator, LinearNDInterpolator
from scipy.spatial import Delaunay

from minnet.types import Array

START = 5  # points along each side of the first grid
GROWTH = 0.1  # fraction of the points that is added at once


def refine(function: Callable[[Array], Array], budget: int) -> tuple[Array, Array]:
    """Points (budget, 2) of the unit square and values (budget,) there, denser where the function bends.

    Triangles with the largest ``area |cubic - linear|``, the two interpolants taken in the middle of the longest side,
    are split there.

    Parameters
    ----------
    function : callable
        points (n, 2) -> values (n,).
    budget : int
        Evaluations, at least 25.
    """
    along = np.linspace(0, 1, START)
    x = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
    y = function(x)
    while len(x) < budget:
        mesh = Delaunay(x)
        corners = x[mesh.simplices]  # (triangles, 3, 2)
        sides = np.roll(corners, -1, axis=1) - corners
        longest = np.linalg.norm(sides, axis=2).argmax(axis=1)
        rows = np.arange(len(corners))
        middle = corners[rows, longest] + sides[rows, longest] / 2
        area = np.abs(np.linalg.det(sides[:, :2])) / 2
        bend = np.abs(CloughTocher2DInterpolator(mesh, y)(middle) - LinearNDInterpolator(mesh, y)(middle))
        order = np.argsort(-area * np.nan_to_num(bend))
        distinct = np.sort(np.unique(middle[order].round(12), axis=0, return_index=True)[1])  # neighbours share sides
        chosen = middle[order[distinct]][: min(budget - len(x), max(1, int(GROWTH * len(x))))]
        x, y = np.vstack([x, chosen]), np.append(y, function(chosen))
    return x, y


def clough_tocher(x: Array, y: Array, at: Array) -> Array:
    """The smooth interpolant (Clough and Tocher's cubics) of values y (n,) at x (n, 2), evaluated `at` (m, 2)."""
    return CloughTocher2DInterpolator(x, y)(at)
