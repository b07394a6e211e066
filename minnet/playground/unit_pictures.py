"""What a unit puts out, as a small picture: over the plane in two colours, or as a curve."""

import numpy as np

from minnet.playground.theme import CLASS_COLOURS, rgba
from minnet.plotting.networks import NEGATIVE, POSITIVE
from minnet.types import Array

THICKNESS = 1.5  # pixels of a curve
LINE, ZERO = 40, 205  # greys of a curve, and of the height 0


def _rgb(colour: str) -> Array:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)


def packed(colours: Array) -> Array:
    """Colours (..., 3) from 0 to 255 as `image_rgba` takes them (...); NaN is grey."""
    image = np.full((*colours.shape[:-1], 4), 255, np.uint8)
    image[..., :3] = np.clip(np.nan_to_num(colours, nan=200.0), 0, 255)
    return image.view(np.uint32)[..., 0]


def shaded(amount: Array, colour: str) -> Array:
    """White where the amount is 0, the colour where it is 1 (..., 3)."""
    return 255 - amount[..., np.newaxis] * (255 - _rgb(colour))


def colours_of(values: Array) -> list[str]:
    """Colours "#RRGGBB" of values (n,), from -1 to 1: red above 0, blue below, the darker the nearer to 1."""
    sizes = np.clip(np.abs(values), 0, 1)
    colours = np.where(values[:, np.newaxis] > 0, shaded(sizes, POSITIVE), shaded(sizes, NEGATIVE))
    return [f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in colours.astype(int)]


def smaller(values: Array, side: int, factor: int) -> Array:
    """Values (side^2, ...) in a square, as means over squares of factor^2 points."""
    few = side // factor
    return values.reshape(few, factor, few, factor, -1).mean(axis=(1, 3)).reshape(few * few, *values.shape[1:])


def signed(values: Array, side: int, scale: float, *, alone: bool = False) -> Array:
    """Values (side^2, units) over the plane, as images (units, side, side).

    Red above 0, blue below, the darker the nearer to the scale. With the sign `alone`, each is as if it were there.
    """
    parts = np.sign(values) if alone else np.clip(values / scale, -1, 1)
    squares = parts.T.reshape(-1, side, side)
    positive = squares[..., np.newaxis] > 0
    return packed(np.where(positive, shaded(squares, POSITIVE), shaded(-squares, NEGATIVE)))


def of_class(probabilities: Array, number: int, side: int, *, alone: bool = False) -> Array:
    """How probable a class is over the plane, from probabilities (side^2, classes) of all.

    With classes `alone`, it is 1 where the class is the likeliest, and else 0. Of two classes both are shown.
    """
    if probabilities.shape[1] == 2:
        return rgba(probabilities, side, alone=alone)
    amount = probabilities[:, number]
    if alone:
        known = np.isfinite(probabilities).all(axis=1)
        amount = np.where(known, probabilities.argmax(axis=1) == number, np.nan)
    return packed(shaded(amount.reshape(side, side), CLASS_COLOURS[number]))


def curve(values: Array, side: int, scale: float) -> Array:
    """Values (k side,) along the axis as a curve; the height 0 is in the middle, the scale near the edges."""
    heights = (1 + 0.92 * np.clip(values / scale, -1, 1)) * side / 2
    columns = heights.reshape(side, -1)
    following = np.append(columns[1:, 0], columns[-1, -1])  # so that steep parts have no gaps
    columns = np.column_stack([columns, following])
    rows = np.arange(side)[:, np.newaxis] + 0.5
    low, high = columns.min(axis=1) - THICKNESS / 2, columns.max(axis=1) + THICKNESS / 2
    grey = np.where(np.abs(rows - side / 2) < 0.6, ZERO, 255.0) + np.zeros(side)
    grey[(rows >= low) & (rows <= high)] = LINE
    return packed(np.repeat(grey[..., np.newaxis], 3, axis=2))
