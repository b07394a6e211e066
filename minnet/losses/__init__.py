"""Losses: how far outputs are from targets, and in which direction to move.

A loss returns ``(value, cotangent)`` together: the value, a mean over samples and outputs, and its derivative
with respect to every output. `weight` scales single samples; the mean divides by their number, not by the sum of
weights, so that doubling all weights doubles the loss (as in Keras).

Classification losses take scores (logits), not probabilities: softmax or sigmoid and the logarithm are worked out
together, where nothing overflows and nothing is rounded to 0 before its logarithm is taken.

>>> import numpy as np
>>> y, t = np.array([[0.0], [3.0]]), np.array([[0.0], [1.0]])
>>> [loss(y, t)[0] for loss in (MeanSquaredError(), MeanAbsoluteError(), Huber(delta=1.0))]
[2.0, 1.0, 0.75]
>>> value, cotangent = BinaryCrossEntropy()(np.zeros((1, 1)), np.ones((1, 1)))
>>> round(value, 6), cotangent.tolist()
(0.693147, [[-0.5]])
>>> loss = CategoricalCrossEntropy()
>>> target = loss.prepare(np.array([1]), 1, (2,), float, "y")
>>> isinstance(target, Target), round(loss(np.array([[0.0, 0.0]]), target)[0], 6)
(True, 0.693147)
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
