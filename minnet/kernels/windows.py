"""Where the windows of a convolution lie, for both kinds of kernels and for the layers."""

from typing import NamedTuple

Pair = tuple[int, ...]
"""One number for height and one for width; of a series, one for time."""


class Windows(NamedTuple):
    """Windows of a convolution along each axis of places: height and width of a picture, time of a series.

    The window of output p reaches over the places ``p stride - before + t dilation`` of the input, with t from 0 on.

    Attributes
    ----------
    stride, dilation : pair of int
        Places between neighbouring windows, and between neighbouring weights of one.
    before : pair of int
        How many places are added before the first one of the input. How many are added after the last follows from
        the number of outputs.
    circular : bool
        Whether the places that are added go on with the other end of the input; they are zeros otherwise.
    """

    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    before: Pair = (0, 0)
    circular: bool = False

    def reach(self, outputs: Pair, window: Pair) -> Pair:
        """From the first place of the first window to the last place of the last one, how many places there are."""
        lengths = zip(outputs, window, self.stride, self.dilation, strict=True)
        return tuple((count - 1) * stride + (size - 1) * dilation + 1 for count, size, stride, dilation in lengths)
