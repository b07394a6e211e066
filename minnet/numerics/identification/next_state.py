"""Maps: each sample is what the equations make of the one before, ``x_(n+1) = Theta(x_n) Xi``."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from minnet.errors import DataError
from minnet.numerics.identification.equations import Equations, collect
from minnet.numerics.identification.problem import Problem
from minnet.types import Array


def following(problem: Problem) -> tuple[Array, Array]:
    """States with their inputs (m, i + k) that are followed by the next iteration, and the states there (m, i)."""
    pairs = [np.flatnonzero(np.diff(piece.t) == 1) for piece in problem.pieces]
    states = [piece.points[n] for piece, n in zip(problem.pieces, pairs, strict=True)]
    return np.concatenate(states), np.concatenate(
        [piece.x[n + 1] for piece, n in zip(problem.pieces, pairs, strict=True)]
    )


@dataclass(frozen=True)
class NextState:
    """One equation for each sample that is followed by the next iteration; exact but for the samples' noise.

    >>> from minnet import dynamics
    >>> from minnet.numerics.identification import Regression, identify
    >>> x = dynamics.simulate(dynamics.henon(), dt=1, samples=100)
    >>> identify(x, kind="map", method=Regression(NextState())).equations(4)
    ['x[n+1] = 1 + 1 y - 1.4 x^2', 'y[n+1] = 0.3 x']
    """

    name: ClassVar[str] = "NextState"

    def equations(self, problem: Problem) -> Equations:
        """Terms at samples, and the next samples.

        Raises
        ------
        DataError
            There are fewer such pairs than terms.
        """
        states, next_states = following(problem)
        if not len(states):
            apart = min(int(np.diff(piece.t).min()) for piece in problem.pieces)
            raise DataError(
                f"identify: 0 samples are followed by the next iteration, as times are {apart} apart or more. Leave t "
                f"out if samples are successive, or for the equations of {apart} iterations at once"
            )
        equations = collect(problem, [(problem.library.evaluate(states)[0], next_states)], 1)
        if len(equations.A) < len(equations.terms):
            raise DataError(
                f"identify: {len(equations.A)} samples are followed by the next iteration, for {len(equations.terms)} "
                "terms: give more samples, or a smaller library"
            )
        return equations
