"""Losses: how far outputs are from targets, and in which direction to move.

A loss returns ``(value, cotangent)`` together: the value, a mean over samples and outputs, and its derivative
with respect to every output. `weight` scales single samples; the mean divides by their number, not by the sum of
weights, so that doubling all weights doubles the loss (as in Keras).

Classification losses take scores (logits), not probabilities: softmax or sigmoid and the logarithm are worked out
together, where nothing overflows and nothing is rounded to 0 before its logarithm is taken.
"""

from minnet.losses.base import Classification, Loss, SumOfSquares
from minnet.losses.categorical import CategoricalCrossEntropy
from minnet.losses.elementwise import BinaryCrossEntropy, Elementwise, Huber, MeanAbsoluteError, MeanSquaredError
from minnet.losses.sobolev import Sobolev
from minnet.losses.targets import Target

LOSSES: dict[str, type[Loss]] = {
    kind.__name__: kind
    for kind in (
        MeanSquaredError,
        MeanAbsoluteError,
        Huber,
        BinaryCrossEntropy,
        CategoricalCrossEntropy,
        Sobolev,
    )
}

__all__ = [
    "LOSSES",
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Classification",
    "Elementwise",
    "Huber",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Sobolev",
    "SumOfSquares",
    "Target",
]
