"""Kernels compiled by Numba: the ones that run.

The first use of a kernel compiles it, which takes seconds; the result is kept on disk (`cache.py` says where), so
later processes start at once.
"""

from minnet.kernels.compiled.dense import dense_backward, dense_forward, dense_gradient, dense_jacobian
from minnet.kernels.compiled.elementwise import (
    ACTIVATIONS,
    RULES,
    activation_backward,
    activation_forward,
    update,
)
from minnet.kernels.compiled.epochs import CATEGORICAL, DENSE, LOSSES, train
from minnet.kernels.compiled.softmax import softmax_backward, softmax_forward

__all__ = [
    "ACTIVATIONS",
    "CATEGORICAL",
    "DENSE",
    "LOSSES",
    "RULES",
    "activation_backward",
    "activation_forward",
    "dense_backward",
    "dense_forward",
    "dense_gradient",
    "dense_jacobian",
    "softmax_backward",
    "softmax_forward",
    "train",
    "update",
]
