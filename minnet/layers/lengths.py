"""Series of unequal length in one array, padded at the end: how long each is, and which layers heed that."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from minnet.checks import as_real
from minnet.errors import DataError, SettingError, ShapeError
from minnet.layers.base import Layer
from minnet.layers.recurrent import Recurrent
from minnet.types import Array


def series_remain(layers: Sequence[Layer]) -> bool:
    """Whether outputs are series of the same times as the inputs: lengths then count for the loss too.

    Raises
    ------
    SettingError
        A layer is in the way that does not heed lengths.
    """
    for index, layer in enumerate(layers):
        if not layer.takes_lengths:
            raise SettingError(
                f"layer {index}, {layer}, does not heed the lengths of series: it would mix what comes after the end "
                "of one into what counts. Way out: leave lengths out, or end the series before it with a recurrent "
                "layer with return_sequences=False"
            )
        if isinstance(layer, Recurrent) and not layer.return_sequences:
            return False
    return True


def checked_lengths(layers: Sequence[Layer], lengths: Any, n: int, sample: tuple[int, ...], least: int = 0) -> Array:
    """Lengths (n,) of series (time, feature) as whole numbers, which all layers heed.

    Raises
    ------
    ShapeError, DtypeError, DataError, SettingError
        Samples are not series, there is not a length for each, one is too long or too short, or a layer is in the way.
    """
    array = as_real(lengths, "lengths")
    if len(sample) != 2:
        raise ShapeError(f"lengths are those of series (time, feature), but samples have the shape {sample}")
    if array.shape != (n,):
        raise ShapeError(f"lengths has shape {array.shape}, expected one for each sample: ({n},)")
    most = sample[0]
    wrong = ~((array >= least) & (array <= most)) | (array % 1 != 0)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise DataError(
            f"lengths must be whole numbers from {least} to the {most} times that x has, but that of sample {first} is "
            f"{array[first]}"
        )
    series_remain(layers)
    return array.astype(np.int64)
