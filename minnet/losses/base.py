"""What every loss does, and what some losses can do besides."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from minnet.errors import DataError
from minnet.jet import Jet
from minnet.losses.targets import Target, as_targets
from minnet.names import Named
from minnet.types import Array, Shape


class Loss(Named, ABC):
    """A loss on arrays (n, o) or (n, time, o), or on stacked jets (k, n, ...) with a `Target`.

    Attributes
    ----------
    order : int
        Order of the jets it compares: 0 for all losses but `Sobolev`.

    Examples
    --------
    >>> from minnet.losses import LOSSES
    >>> all(issubclass(loss, Loss) for loss in LOSSES.values()), LOSSES["Sobolev"]().order
    (True, 1)
    """

    order: int = 0

    @abstractmethod
    def __call__(self, y: Array, target: Any, weight: Any = None) -> tuple[float, Array]:
        """Value, and its derivative by `y` in an array shaped like `y`. `weight` is (n,) or None.

        Where a `Target` has a mask, the mean is over what is known: of series of unequal length, over the steps of all
        of them, so that a long one counts more than a short one. Weights multiply the losses of their samples, and are
        not counted.
        """

    def prepare(self, target: Any, n: int, output_shape: Shape, dtype: Any, name: str) -> Target:
        """Targets as training uses them; raises an error that says what is wrong with them."""
        if isinstance(target, Jet):
            raise DataError(f"{name} is a Jet, but {self} compares values only; use Sobolev, or {name}.value")
        return Target(as_targets(target, n, output_shape, dtype, name)[np.newaxis], None)


class Classification(Loss):
    """A loss of classes: there is a share of samples that are on the right side.

    >>> from minnet.losses import BinaryCrossEntropy
    >>> isinstance(loss := BinaryCrossEntropy(), Classification)
    True
    >>> loss.accuracy(np.array([[2.0], [-3.0], [1.0], [4.0]]), np.array([[1.0], [0.0], [0.0], [1.0]]))
    0.75
    """

    @abstractmethod
    def accuracy(self, y: Array, target: Any) -> float:
        """Share of the outputs, or of the samples, that are on the target's side."""


class SumOfSquares(Loss):
    """A loss that is ``|r|^2 / 2`` with residuals ``r = scale (y - t)``: solvers can use it.

    >>> from minnet.losses import LOSSES
    >>> sorted(name for name, loss in LOSSES.items() if issubclass(loss, SumOfSquares))
    ['MeanSquaredError', 'Sobolev']
    """

    @abstractmethod
    def residual_scale(self, target: Target, weight: Array | None) -> Array:
        """The scale (k, n, *sample), such that the Jacobian of r, times r, is the gradient of the loss."""


def scale_of_part(target: Target, part: slice, factor: float, weight: Array | None) -> Array:
    """``sqrt(2 factor weight / count)`` for some orders of a target, and 0 where it is not known."""
    values = target.values[part]
    mask = np.ones(values.shape, bool) if target.mask is None else target.mask[part]
    squares = np.where(mask, 2.0 * factor / max(1, int(mask.sum())), 0.0)
    if weight is not None:
        squares *= weight.reshape(-1, *(1,) * (squares.ndim - 2))
    return np.sqrt(squares)
