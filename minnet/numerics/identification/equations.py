"""Equations that are linear in the coefficients: ``A Xi ~= B``, the same A for every variable.

What A and B are made of is up to a *form*: an object with one method, `equations`. Rates of change estimated from
samples (`derivatives`) and their integrals over windows (`weak_form`) are forms. How Xi is found is up to a *solver*
(`linear`, `lasso`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from minnet.errors import DataError
from minnet.numerics.identification.problem import Problem
from minnet.types import Array


@dataclass(frozen=True)
class Equations:
    """``A Xi ~= B``: m equations for the coefficients Xi (t, i).

    Attributes
    ----------
    A : array (m, t)
    B : array (m, i)
    terms : list of str
    variables : tuple of str
    reach : int
        Rows so many places apart share samples, and hence noise; those farther apart do not.
    """

    A: Array
    B: Array
    terms: list[str]
    variables: tuple[str, ...]
    reach: int = 0

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (t, i) of the coefficients."""
        return len(self.terms), len(self.variables)

    @property
    def independent(self) -> float:
        """How many of the equations share no samples with each other."""
        return len(self.A) / (1 + self.reach)

    @cached_property
    def unit(self) -> Array:
        """Coefficients (t, i) with which each term's root mean square is that of its variable's column of B."""
        return np.asarray(column_sizes(self.B) / column_sizes(self.A)[:, None])

    @cached_property
    def compact(self) -> "Compact":
        """The same least-squares problems with t rows, or fewer."""
        m = len(self.A)
        b = self.B / column_sizes(self.B)
        Q, R = np.linalg.qr(self.A / column_sizes(self.A))
        y = Q.T @ b
        return Compact(R / np.sqrt(m), y / np.sqrt(m), np.mean((b - Q @ y) ** 2, axis=0))

    def take(self, rows: Array) -> "Equations":
        """Some of the equations, or some of them more than once."""
        return Equations(self.A[rows], self.B[rows], self.terms, self.variables, self.reach)


@dataclass(frozen=True)
class Compact:
    """Columns of unit root mean square, a and b, turned by an orthogonal matrix that leaves nothing below row t.

    For any w (t,), ``mean((b_i - a w)^2) = |y_i - R w|^2 + rest_i``.

    Attributes
    ----------
    R : array (t, t)
    y : array (t, i)
    rest : array (i,)
    """

    R: Array
    y: Array
    rest: Array


class Form(Protocol):
    """A method that makes equations from samples."""

    @property
    def name(self) -> str:
        """Its name in messages."""

    def equations(self, problem: Problem) -> Equations:
        """The equations that samples make."""


def collect(problem: Problem, parts: Iterable[tuple[Array, Array]], reach: int) -> Equations:
    """Equations of all pieces, each given as (A, B), one below the other.

    Raises
    ------
    DataError
        A term is not finite at some of the samples.
    """
    A, B = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    invalid = [term for term, column in zip(problem.terms, A.T, strict=True) if not np.isfinite(column).all()]
    if invalid:
        raise DataError(
            f"identify: {', '.join(invalid)}: not finite at some of the samples; leave such terms out of the library, "
            "or such samples out of the data"
        )
    return Equations(A, B, problem.terms, problem.variables, reach)


def column_sizes(columns: Array) -> Array:
    """Root mean square of each column, 1 where it is 0."""
    size = np.sqrt(np.mean(columns**2, axis=0))
    size[size == 0] = 1
    return np.asarray(size)


def column_lengths(columns: Array) -> Array:
    """Euclidean norm of each column, 1 where it is 0."""
    length = np.linalg.norm(columns, axis=0)
    length[length == 0] = 1
    return np.asarray(length)
