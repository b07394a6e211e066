"""A jet: a function's value together with its derivatives along each input direction."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.checks import as_real
from minnet.errors import DataError, ShapeError
from minnet.types import Array


@dataclass(frozen=True)
class Mask:
    """Which entries of a target are known, in booleans: of its value, first and second derivatives.

    Each part is None (all known) or an array that broadcasts against its namesake in the `Jet`: (n,) for a choice of
    samples, or the full shape. What stands in an unknown entry never matters.
    """

    value: Any = None
    first: Any = None
    second: Any = None


@dataclass(frozen=True)
class Jet:
    """Values and derivatives of o outputs at n samples, along d input directions.

    Attributes
    ----------
    value : array, shape (n, o)
    first : array, shape (d, n, o), or None
        First derivatives: ``first[j]`` is dy/dx_j.
    second : array, shape (d, n, o), or None
        Second derivatives d2y/dx_j^2. There are no mixed ones.
    mask : Mask, or None
        Of a training target: which entries are known, by default all.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(0, 1, 5)
    >>> target = Jet(np.sin(x), first=np.cos(x), mask=Mask(first=x < 0.5))
    >>> target.first.shape, target.order
    ((1, 5, 1), 1)
    """

    value: Any
    first: Any = None
    second: Any = None
    mask: "Mask | None" = None

    def __post_init__(self) -> None:
        value = _column(as_real(self.value, "Jet: value"))
        if value.ndim != 2:
            raise ShapeError(f"Jet: value has shape {value.shape}; it must be (samples, outputs) or (samples,)")
        if not isinstance(self.mask, Mask | None):
            raise DataError(f"Jet: mask must be Mask(...), not {self.mask!r:.60}")
        object.__setattr__(self, "value", value)
        for name in ("first", "second"):
            part = getattr(self, name)
            if part is None:
                continue
            part = as_real(part, f"Jet: {name}")
            if part.ndim < 3:  # one direction
                part = _column(part)[np.newaxis]
            if part.ndim != 3 or part.shape[1:] != value.shape:
                raise ShapeError(
                    f"Jet: {name} has shape {part.shape}; with value {value.shape} it must be "
                    f"(directions, {value.shape[0]}, {value.shape[1]})"
                )
            object.__setattr__(self, name, part)
        if self.second is not None and (self.first is None or self.first.shape != self.second.shape):
            raise ShapeError("Jet: second derivatives need first ones along the same directions")

    @property
    def order(self) -> int:
        """0 for values alone, 1 with first, 2 with second derivatives."""
        return 2 if self.second is not None else 1 if self.first is not None else 0

    def up_to(self, order: int) -> "Jet":
        """The same jet without derivatives of higher order."""
        first = self.first if order >= 1 else None
        second = self.second if order >= 2 else None
        mask = self.mask
        if mask is not None:
            mask = Mask(mask.value, mask.first if order >= 1 else None, mask.second if order >= 2 else None)
        return Jet(self.value, first, second, mask)


def _column(values: Array) -> Array:
    """(n,) becomes (n, 1)."""
    return values[:, np.newaxis] if values.ndim == 1 else values


# The engine's layout: one array (k, n, feature) with k = value, d first and d second derivatives.


def seed(x: Array, order: int) -> Array:
    """The jet of the input itself: (n, i) -> (1 + order * i, n, i). dx_i/dx_j is 1 where i = j."""
    if order == 0:
        return x[np.newaxis]
    n, i = x.shape
    stacked = np.zeros((1 + order * i, n, i), x.dtype)
    stacked[0] = x
    for direction in range(i):
        stacked[1 + direction, :, direction] = 1
    return stacked


def stack(jet: Jet, dtype: Any) -> Array:
    """A jet as one array (k, n, o)."""
    parts = [jet.value[np.newaxis], *(part for part in (jet.first, jet.second) if part is not None)]
    return np.concatenate(parts, dtype=dtype)


def unstack(stacked: Array, order: int) -> Jet:
    """One array (k, n, o) as a jet of views."""
    if order == 0:
        return Jet(stacked[0])
    d = (len(stacked) - 1) // order
    return Jet(stacked[0], stacked[1 : 1 + d], stacked[1 + d :] if order == 2 else None)


def stack_mask(jet: Jet) -> Array | None:
    """Where a target is known, as booleans (k, n, o); None where it is everywhere."""
    if jet.mask is None:
        return None
    parts = []
    for name in ("value", "first", "second"):
        part, entries = getattr(jet, name), getattr(jet.mask, name)
        if part is None:
            if entries is not None:
                raise DataError(f"Jet: mask.{name} is given, but {name} is not")
            continue
        mask = np.asarray(True if entries is None else entries)
        if mask.dtype != bool:
            raise DataError(f"Jet: mask.{name} must be boolean, not {mask.dtype}")
        if mask.ndim == 1:  # a choice of samples
            mask = mask[:, np.newaxis]
        try:
            parts.append(np.broadcast_to(mask, part.shape).reshape(-1, *jet.value.shape))
        except ValueError:
            raise ShapeError(f"Jet: mask.{name} {mask.shape} does not fit {name} {part.shape}") from None
    return np.concatenate(parts)
