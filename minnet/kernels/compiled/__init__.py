"""Kernels compiled by Numba: the ones that run.

The first use of a kernel compiles it, which takes seconds; the result is kept on disk (`cache.py` says where), so
later processes start at once.
"""

from minnet.kernels.compiled.activations import (
    ACTIVATIONS,
    activation_backward,
    activation_forward,
    backward_jet,
    backward_loop,
    derivative_loop,
    forward_jet,
    forward_loop,
)
from minnet.kernels.compiled.convolution import (
    conv_backward,
    conv_forward,
    conv_gradient,
    conv_transpose_backward,
    conv_transpose_forward,
    conv_transpose_gradient,
)
from minnet.kernels.compiled.dense import dense_backward, dense_forward, dense_gradient, dense_jacobian
from minnet.kernels.compiled.epochs import train
from minnet.kernels.compiled.flows import monomials, polynomial_flow
from minnet.kernels.compiled.losses import LOSSES, categorical_loop, count_loop, loss_loop, mask_loop, weight_loop
from minnet.kernels.compiled.normalisation import (
    batch_norm_backward,
    batch_norm_forward,
    feature_statistics,
    feature_sums,
    layer_norm_backward,
    layer_norm_forward,
)
from minnet.kernels.compiled.penalties import penalty_gradient, penalty_loop
from minnet.kernels.compiled.pooling import max_pool, pool_spread, pool_sum, put, take
from minnet.kernels.compiled.recurrence import recurrence_backward, recurrence_forward
from minnet.kernels.compiled.recurrence_gradient import recurrence_gradient, recurrence_jacobian
from minnet.kernels.compiled.rules import RULES, clip_loop, update, update_loop
from minnet.kernels.compiled.softmax import softmax_backward, softmax_forward
from minnet.kernels.compiled.tables import Data, Objective, Plan, State, Table, Update, workspace_for
from minnet.kernels.compiled.work_queue import cancel_work, helpers, new_work_queue

__all__ = [
    "ACTIVATIONS",
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
    "backward_jet",
    "backward_loop",
    "batch_norm_backward",
    "batch_norm_forward",
    "cancel_work",
    "categorical_loop",
    "clip_loop",
    "conv_backward",
    "conv_forward",
    "conv_gradient",
    "conv_transpose_backward",
    "conv_transpose_forward",
    "conv_transpose_gradient",
    "count_loop",
    "dense_backward",
    "dense_forward",
    "dense_gradient",
    "dense_jacobian",
    "derivative_loop",
    "feature_statistics",
    "feature_sums",
    "forward_jet",
    "forward_loop",
    "helpers",
    "layer_norm_backward",
    "layer_norm_forward",
    "loss_loop",
    "mask_loop",
    "max_pool",
    "monomials",
    "new_work_queue",
    "penalty_gradient",
    "penalty_loop",
    "polynomial_flow",
    "pool_spread",
    "pool_sum",
    "put",
    "recurrence_backward",
    "recurrence_forward",
    "recurrence_gradient",
    "recurrence_jacobian",
    "softmax_backward",
    "softmax_forward",
    "take",
    "train",
    "update",
    "update_loop",
    "weight_loop",
    "workspace_for",
]
