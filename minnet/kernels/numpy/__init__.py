"""Kernels in plain NumPy: the ones to read, and to step through in a debugger."""

from minnet.kernels.numpy.activations import activation_backward, activation_forward
from minnet.kernels.numpy.convolution import (
    conv_backward,
    conv_forward,
    conv_gradient,
    conv_transpose_backward,
    conv_transpose_forward,
    conv_transpose_gradient,
)
from minnet.kernels.numpy.dense import dense_backward, dense_forward, dense_gradient, dense_jacobian
from minnet.kernels.numpy.flows import monomials, polynomial_flow
from minnet.kernels.numpy.normalisation import (
    batch_norm_backward,
    batch_norm_forward,
    feature_statistics,
    feature_sums,
    layer_norm_backward,
    layer_norm_forward,
)
from minnet.kernels.numpy.penalties import penalty_gradient
from minnet.kernels.numpy.pooling import max_pool, pool_spread, pool_sum, put, take
from minnet.kernels.numpy.recurrence import (
    recurrence_backward,
    recurrence_forward,
    recurrence_gradient,
    recurrence_jacobian,
)
from minnet.kernels.numpy.rules import update
from minnet.kernels.numpy.softmax import softmax_backward, softmax_forward

__all__ = [
    "activation_backward",
    "activation_forward",
    "batch_norm_backward",
    "batch_norm_forward",
    "conv_backward",
    "conv_forward",
    "conv_gradient",
    "conv_transpose_backward",
    "conv_transpose_forward",
    "conv_transpose_gradient",
    "dense_backward",
    "dense_forward",
    "dense_gradient",
    "dense_jacobian",
    "feature_statistics",
    "feature_sums",
    "layer_norm_backward",
    "layer_norm_forward",
    "max_pool",
    "monomials",
    "penalty_gradient",
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
    "update",
]
