"""Where the windows of convolutions begin and end, as other frameworks want to be told.

Along an axis of n places, a window reaches over ``R = (kernel_size - 1) dilation + 1`` of them. minnet's "same" and
"circular" follow from n, the stride s and R; others ask for the places to add before and after, or to cut off.
"""

from typing import Any

from minnet.layers.convolution import Convolution


def reach(layer: Convolution, axis: int) -> int:
    """Places from the first to the last weight of a window, R."""
    return (layer.kernel_size[axis] - 1) * layer.dilation[axis] + 1


def same(length: int, stride: int, reach: int) -> tuple[int, int]:
    """Places to add before and after, for ``ceil(n / s)`` windows; one more after than before, where they are odd.

    >>> same(5, 2, 4)
    (1, 2)
    """
    total = max(0, (-(-length // stride) - 1) * stride + reach - length)
    return total // 2, total - total // 2


def cut(stride: int, reach: int, circular: bool) -> tuple[int, int, int, int]:
    """The transpose with ``n s`` outputs, as one without padding: how many places of the input to add at each end, that
    go on with the other end of it; the output padding; and how many outputs to cut off before and after.

    What reaches beyond one end and comes in at the other is what copies of the input beside it would contribute.

    >>> cut(2, 5, False), cut(2, 1, False), cut(2, 5, True)
    ((0, 0, 1, 2), (0, 1, 0, 0), (3, 0, 7, 8))
    """
    before = max(0, reach - stride) // 2
    copies = -(-reach // stride) if circular else 0
    extra = 0 if circular else max(0, stride - reach)
    return copies, extra, before + copies * stride, (copies - 1) * stride + reach + extra - before


def pair(values: Any, axes: int) -> tuple[int, ...]:
    """A setting of pooling, (height, width), for samples with so many axes; series take the width."""
    return tuple(values)[-axes:]
