"""The finite differences, the theory of their errors on the gaussian, and where they are evaluated."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minnet.datasets import gaussian
from minnet.experiments.gaussian.fits import HIGH, LOW
from minnet.numerics.differentiation.finite_differences import (
    Function,
    central_difference,
    forward_difference,
    second_difference,
)
from minnet.types import Array

UNIT_ROUNDOFF = {"float64": 2.0**-53, "float32": 2.0**-24}

# Largest values on the gaussian: of itself and its second derivative at 0, of the third where x^2 = 3 - sqrt(6), and of
# the fourth at 0.
PEAK = 1 / np.sqrt(2 * np.pi)
THIRD = np.sqrt(18 - 6 * np.sqrt(6)) * np.exp((np.sqrt(6) - 3) / 2) * PEAK
FOURTH = 3 * PEAK


class Formula(NamedTuple):
    """A finite difference, and the bound of its error on the gaussian, ``truncation h^order + rounding u / h^power``.

    u is the unit roundoff. The numbers are those of `minnet.numerics.differentiation.finite_differences`.
    """

    label: str
    quotient: Callable[[Function, Array, float], Array]
    derivative: int
    truncation: float
    order: int
    rounding: float
    power: int

    def bound(self, dtype: str, step: Any) -> Any:
        """The largest error on the gaussian, by theory."""
        return self.truncation * step**self.order + self.rounding * UNIT_ROUNDOFF[dtype] / step**self.power

    def best_step(self, dtype: str) -> float:
        """Where the bound is least."""
        ratio = self.power * self.rounding * UNIT_ROUNDOFF[dtype] / (self.order * self.truncation)
        return float(ratio ** (1 / (self.order + self.power)))

    def of_gaussian(self, x: Array, step: float, dtype: str = "float64") -> Array:
        """The formula at x on the gaussian, whose values are rounded to the dtype."""
        return self.quotient(lambda x: gaussian(x).astype(dtype).astype(float), x, step)

    def error(self, values: Array, x: Array) -> Array:
        """How far values at x are off the gaussian's derivative."""
        return values - gaussian(x, derivative=self.derivative)


FORMULAS = {
    "forward": Formula("formula (1)", forward_difference, 1, PEAK / 2, 1, 2 * PEAK, 1),
    "central": Formula("central difference", central_difference, 1, THIRD / 6, 2, PEAK, 1),
    "second": Formula("formula (2)", second_difference, 2, FOURTH / 12, 2, 4 * PEAK, 2),
}
PRINTED = ("forward", "second")  # in the document

# Steps exact in binary, and points at which x + h is exact as well: all that is rounded are the values.
STEPS = np.sort(np.ldexp(np.array([4.0, 5.0, 6.0, 7.0]), -np.arange(3, 33)[:, np.newaxis]).ravel())
POINTS = np.arange(LOW, HIGH + 2.0**-9, 2.0**-8)
FIT_STEPS = 2.0 ** -np.arange(15)
SPARSE, DENSE = (np.arange(LOW + 1, HIGH - 1 + d / 2, d) for d in (2.0**-7, 2.0**-12))  # no step leaves [-5, 5]

CURVE = np.linspace(LOW, HIGH, 1001)
WINDOW = np.linspace(0, 1, 1001)  # enlarged in the explanation
COLUMNS = 500  # of a figure: of the points in each, the lowest and the highest value are drawn


def rms(error: Array) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(error**2)))


def sizes(name: str, error: Array) -> dict[str, float]:
    """``NAME.max`` and ``NAME.rms`` of an error."""
    return {f"{name}.max": float(np.abs(error).max()), f"{name}.rms": rms(error)}
