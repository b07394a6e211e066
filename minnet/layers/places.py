"""Layers of series and pictures, whose windows lie upon places: along time, or along height and width."""

from typing import Any

from minnet.layers.base import Layer
from minnet.types import Shape


class Placed(Layer):
    """Where windows lie follows from the shape of samples: found out once for each, by `output_shape`, and kept.

    Attributes
    ----------
    places : dict of tuple to tuple
        The shape of outputs, and windows as kernels take them, for each shape of samples that there has been.
    """

    def __init__(self) -> None:
        self.places: dict[Shape, tuple[Shape, Any]] = {}

    def placed(self, sample: tuple[int, ...]) -> tuple[Shape, Any]:
        """Both for samples of a shape that there has not been yet.

        Raises
        ------
        ShapeError
            The layer does not take such samples.
        """
        self.output_shape(sample)
        return self.places[sample]
