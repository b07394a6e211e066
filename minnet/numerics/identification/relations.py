"""Linear constraints on the coefficients, and the space that these leave open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.errors import SettingError, is_number, nearest
from minnet.names import Named, explained
from minnet.numerics.identification.equations import Equations
from minnet.types import Array

CONTRADICTION = 1e-9  # relative error with which relations must be solvable


@dataclass(frozen=True)
class Relation(Named):
    """A linear constraint: a weighted sum of coefficients has a known value.

    Parameters
    ----------
    weights : mapping
        (variable, term) -> weight, for the coefficient of that term in the equation of that variable.
    value : float

    Raises
    ------
    SettingError
        Weights are not given for pairs of names, or one of them or the value is no finite number, or all weights are 0.

    Examples
    --------
    In ``dx/dt = sigma (y - x)`` the coefficients of x and y add up to 0, whatever sigma is:

    >>> relation = Relation({("x", "x"): 1.0, ("x", "y"): 1.0}, 0.0)
    """

    weights: Mapping[tuple[str, str], float]
    value: float

    def __post_init__(self) -> None:
        weights = self.weights
        if not isinstance(weights, Mapping) or not all(
            isinstance(place, tuple) and len(place) == 2 and all(isinstance(name, str) for name in place)
            for place in weights
        ):
            raise SettingError(
                'Relation: weights must be given for pairs (variable, term), as in {("x", "y"): 1.0} for the '
                f"coefficient of y in the equation of x, not as {weights!r}"
            )
        numbers = [*weights.values(), self.value]
        if not all(is_number(number) and np.isfinite(number) for number in numbers) or not any(numbers[:-1]):
            raise SettingError(f"Relation: {weights} = {self.value} says nothing; give finite weights, one not 0")

    def row(self, equations: Equations) -> Array:
        """Weights (t, i) of the coefficients.

        Raises
        ------
        SettingError
            There is no such variable or term.
        """
        row = np.zeros(equations.shape)
        for (variable, term), weight in self.weights.items():
            if variable not in equations.variables:
                raise SettingError(f"Relation: no variable {variable!r}; {nearest(variable, equations.variables)}")
            if term not in equations.terms:
                raise SettingError(f"Relation: no term {term!r}; {nearest(term, equations.terms)}")
            row[equations.terms.index(term), equations.variables.index(variable)] = weight
        return row


def check_relations(owner: str, relations: Any) -> None:
    """Raise `SettingError` unless relations are a list, or a tuple, of `Relation`."""
    if not isinstance(relations, list | tuple) or not all(isinstance(each, Relation) for each in relations):
        raise SettingError(
            f'{owner}: relations must be a list, as in [Relation({{("x", "y"): 1.0}}, 10.0)], not {relations!r}'
        )


@explained("known(variable, term=..., value=...)")
def known(variable: str, *, term: str, value: float) -> Relation:
    """The constraint that fixes the coefficient of one term in the equation of one variable.

    With one of them the regression is what the document on the Lorenz system calls a constrained Galerkin regression.
    """
    if not isinstance(variable, str) or not isinstance(term, str):
        raise SettingError(f"known: variable and term must be names, not {variable!r} and {term!r}")
    return Relation({(variable, term): 1.0}, value)


@dataclass(frozen=True)
class Space:
    """An affine space of coefficients: ``vec(Xi) = offset + basis q``, variable by variable, for any q.

    Attributes
    ----------
    offset : array (i t,)
    basis : array (i t, q)
    """

    offset: Array
    basis: Array

    def scaled(self, unit: Array) -> "Space":
        """The space of coefficients over units (i t,), its basis orthonormal, and at right angles to its offset."""
        basis, offset = np.linalg.qr(self.basis / unit[:, None])[0], self.offset / unit
        return Space(offset - basis @ (basis.T @ offset), basis)

    def nearest(self, point: Array) -> Array:
        """The point of a `scaled` space nearest to one (i t,)."""
        return np.asarray(self.offset + self.basis @ (self.basis.T @ point))


def only(support: Array) -> Space:
    """All coefficients that are 0 outside of a support (t, i)."""
    return Space(np.zeros(support.size), np.eye(support.size)[:, support.T.ravel()])


def space(equations: Equations, support: Array, relations: Sequence[Relation] = ()) -> Space | None:
    """All coefficients that are 0 outside of a support (t, i) and obey the relations; None if there are none."""
    free, offset, basis = np.flatnonzero(support.T.ravel()), only(support).offset, only(support).basis
    C = np.array([relation.row(equations).T.ravel()[free] for relation in relations]).reshape(len(relations), len(free))
    d = np.array([relation.value for relation in relations], float)
    for row, value in zip(C, d, strict=True):
        # the relation, as far as those before leave it open, is solved for its coefficient of largest weight
        open_weights, remainder = row @ basis[free], value - row @ offset[free]
        scale = np.abs(row).max(initial=0)
        if np.abs(open_weights).max(initial=0) <= CONTRADICTION * scale:
            if abs(remainder) > CONTRADICTION * max(abs(value), np.abs(row * offset[free]).max(initial=0)):
                return None
            continue
        pivot = int(np.argmax(np.abs(open_weights)))
        offset = offset + basis[:, pivot] * (remainder / open_weights[pivot])
        basis = np.delete(basis - np.outer(basis[:, pivot], open_weights / open_weights[pivot]), pivot, axis=1)
    return Space(offset, basis)
