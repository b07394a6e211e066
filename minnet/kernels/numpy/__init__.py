"""Kernels in plain NumPy: the ones to read, and to step through in a debugger."""

from minnet.kernels.numpy.activations import activation_backward, activation_forward
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
from minnet.kernels.numpy.rules import update
from minnet.kernels.numpy.softmax import softmax_backward, softmax_forward

__all__ = [
    "activation_backward",
    "activation_forward",
    "batch_norm_backward",
    "batch_norm_forward",
    "dense_backward",
    "dense_forward",
    "dense_gradient",
    "dense_jacobian",
    "feature_statistics",
    "feature_sums",
    "layer_norm_backward",
    "layer_norm_forward",
    "monomials",
    "polynomial_flow",
    "softmax_backward",
    "softmax_forward",
    "update",
]
