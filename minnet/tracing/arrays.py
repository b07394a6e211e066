"""An array that a step of training has gone through, and what can be said of it in a few numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from minnet.checks import binary_exponent
from minnet.types import Array

KINDS = "outputs", "gradient by outputs", "parameters", "gradient by parameters"


@dataclass(frozen=True, eq=False)
class TracedArray:
    """An array of one step, and the place where it arose.

    Attributes
    ----------
    layer : int or None
        Index of the layer; None for the inputs of the network.
    owner : str
        The layer as it is written, or "input".
    kind : str
        One of `KINDS`.
    what : str
        "output", "d output" (the gradient of the loss by the outputs), or the name of a parameter and its gradient, "W"
        and "dW", say; for the inputs "x" and "dx".
    values : array
        Outputs (n, *sample), or stacked derivatives of them (k, n, *sample).
    counted : array of bool, or None
        Which of the values count, where some are padding behind the end of a series; None for all.

    Examples
    --------
    >>> array = TracedArray(0, "Dense(1, 2)", "weight", "W", np.array([[3.0, -4.0]]))
    >>> array.name, array.largest, array.mean
    ('W of layer 0, Dense(1, 2)', 4.0, -0.5)
    """

    layer: int | None
    owner: str
    kind: str
    what: str
    values: Array
    counted: Array | None = None

    @property
    def name(self) -> str:
        """What messages call it: ``dW of layer 0, Dense(2, 8)``."""
        place = "the network" if self.layer is None else f"layer {self.layer}, {self.owner}"
        return f"{self.what} of {place}"

    @property
    def is_gradient(self) -> bool:
        return self.kind in KINDS[1::2]

    @cached_property
    def numbers(self) -> Array:
        """Those that count, in a row, in float64."""
        return np.asarray(self.values if self.counted is None else self.values[self.counted], float).ravel()

    @property
    def mean(self) -> float:
        return self._scaled(np.mean)

    @property
    def spread(self) -> float:
        """The standard deviation."""
        return self._scaled(np.std)

    @property
    def largest(self) -> float:
        """The largest magnitude."""
        return _quiet(np.max, np.abs(self.numbers))

    @property
    def zeros(self) -> float:
        """The share of numbers that are exactly 0."""
        return _quiet(np.mean, self.numbers == 0)

    @property
    def norm(self) -> float:
        """The root of the sum of squares."""
        return self.size * np.sqrt(len(self.numbers))

    @property
    def size(self) -> float:
        """The root mean square, which does not grow with the number of samples or units."""
        return self._scaled(lambda numbers: np.sqrt(np.mean(numbers**2)))

    @property
    def is_finite(self) -> bool:
        return bool(np.isfinite(self.numbers).all())

    def _scaled(self, function: Callable[[Array], Any]) -> float:
        """A function whose value has the unit of the numbers, of numbers below 1: their squares and sums neither over-
        nor underflow, and a power of two costs no digits."""
        e = binary_exponent(self.numbers) if self.is_finite else 0
        return float(np.ldexp(_quiet(function, np.ldexp(self.numbers, -e)), e))


def _quiet(function: Callable[[Array], Any], numbers: Array) -> float:
    """Of no numbers, NaN; what is infinite says so in the result, and not in a warning too."""
    with np.errstate(all="ignore"):
        return float(function(numbers)) if len(numbers) else float("nan")
