"""A measure: a number for each variable (or one for all), its error, and what real series and surrogates have."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.types import Array

BOOTSTRAPS = 60
SPLITS = 8  # of the reference into halves


@dataclass(frozen=True)
class Measure:
    """What was measured of generated series.

    Attributes
    ----------
    name : str
        In words, with the unit.
    value, error : arrays (variable,) or ()
        And its standard error, from drawing stretches (or series) of both sets again, with replacement.
    ceiling : array, as the value
        The best that can be expected: halves of the reference against each other, on average over random halves.
    floor : array, as the value, or None
        What phase-randomised surrogates of the reference have.
    """

    name: str
    value: Array
    error: Array
    ceiling: Array
    floor: Array | None = None


def measured(
    name: str, statistic: Callable[[Any, Any], Any], generated: Array, reference: Array, *,
    rng: np.random.Generator, surrogates: Array | None = None,
) -> Measure:  # fmt: skip
    """A statistic of two sets, ``statistic(generated, reference)``: arrays with one row for each stretch or series."""
    n, m = len(generated), len(reference)
    draws = [
        statistic(generated[rng.integers(n, size=n)], reference[rng.integers(m, size=m)]) for _ in range(BOOTSTRAPS)
    ]
    halves = []
    for _ in range(SPLITS if m > 1 else 0):
        order = rng.permutation(m)
        halves.append(statistic(reference[order[: m // 2]], reference[order[m // 2 :]]))
    return Measure(
        name, np.asarray(statistic(generated, reference)), _over_draws(np.std, draws),
        _over_draws(np.mean, halves) if halves else np.full(np.shape(draws[0]), np.nan),
        None if surrogates is None else np.asarray(statistic(surrogates, reference)),
    )  # fmt: skip


def measured_alone(
    name: str, statistic: Callable[[Any], Any], generated: Array, reference: Array, *,
    rng: np.random.Generator, surrogates: Array | None = None,
) -> Measure:  # fmt: skip
    """A statistic of one set; the ceiling is that of the reference."""
    n = len(generated)
    draws = [statistic(generated[rng.integers(n, size=n)]) for _ in range(BOOTSTRAPS)]
    return Measure(
        name, np.asarray(statistic(generated)), _over_draws(np.std, draws), np.asarray(statistic(reference)),
        None if surrogates is None else np.asarray(statistic(surrogates)),
    )  # fmt: skip


def _over_draws(function: Callable[..., Any], draws: list[Any]) -> Array:
    """Of the draws in which there is a number."""
    return np.asarray(np.ma.filled(function(np.ma.masked_invalid(draws), axis=0), np.nan))
