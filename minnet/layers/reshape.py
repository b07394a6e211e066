"""Samples in another shape: the same numbers, in the same order."""

from typing import Any

from minnet.errors import SettingError, ShapeError, is_whole
from minnet.layers.base import ParameterFree, size
from minnet.layers.passes import Pass
from minnet.types import Array, Shape


class Flatten(ParameterFree):
    """``y[k,n,:] = x[k,n,...]``: all numbers of a sample side by side, the last axis running fastest."""

    max_order = 2

    def output_shape(self, input_shape: Shape) -> Shape:
        if None in input_shape:
            raise ShapeError(
                f"{self} takes samples of a fixed size, not {input_shape}; say which: Network(..., input_shape=...)"
            )
        return (size(input_shape),)

    def forward(self, x: Array, call: Pass) -> Array:
        self.shape = x.shape
        return x.reshape(*x.shape[:2], size(x.shape[2:]))

    def backward(self, dy: Array) -> Array:
        return dy.reshape(self.shape)

    def settings(self) -> dict[str, Any]:
        return {}


class Reshape(ParameterFree):
    """``y[k,n,...] = x[k,n,...]`` in another shape: `Flatten`'s opposite.

    Parameters
    ----------
    shape : tuple of int
        Of a sample; channels last.

    Raises
    ------
    SettingError
        Not a tuple of positive whole numbers.
    """

    max_order = 2

    def __init__(self, shape: tuple[int, ...]) -> None:
        if not isinstance(shape, tuple | list) or not all(is_whole(axis) and axis >= 1 for axis in shape) or not shape:
            raise SettingError(f"Reshape: shape must be positive whole numbers such as (8, 8, 3), not {shape!r}")
        self.shape = tuple(map(int, shape))

    def output_shape(self, input_shape: Shape) -> Shape:
        if None in input_shape or size(input_shape) != size(self.shape):
            raise ShapeError(f"{self} takes samples of {size(self.shape)} numbers, not of shape {input_shape}")
        return self.shape

    def forward(self, x: Array, call: Pass) -> Array:
        self.original = x.shape
        return x.reshape(*x.shape[:2], *self.shape)

    def backward(self, dy: Array) -> Array:
        return dy.reshape(self.original)

    def settings(self) -> dict[str, Any]:
        return {"shape": self.shape}
