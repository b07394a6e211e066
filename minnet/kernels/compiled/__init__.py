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
from minnet.kernels.compiled.epochs import Plan, State, Update, train
from minnet.kernels.compiled.flows import monomials, polynomial_flow
from minnet.kernels.compiled.losses import CATEGORICAL, LOSSES, Objective
from minnet.kernels.compiled.softmax import softmax_backward, softmax_forward
from minnet.kernels.compiled.team import blackboard, call_off, helpers
from minnet.kernels.compiled.tiles import DENSE, Data, Table, room_for

__all__ = [
    "ACTIVATIONS",
    "CATEGORICAL",
    "DENSE",
    "LOSSES",
    "RULES",
    "Data",
    "Objective",
    "Plan",
    "State",
    "Table",
    "Update",
    "activation_backward",
    "activation_forward",
    "blackboard",
    "call_off",
    "dense_backward",
    "dense_forward",
    "dense_gradient",
    "dense_jacobian",
    "helpers",
    "monomials",
    "polynomial_flow",
    "room_for",
    "softmax_backward",
    "softmax_forward",
    "train",
    "update",
]
