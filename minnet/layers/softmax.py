"""Softmax: scores to probabilities."""

from typing import Any

import numpy as np

from minnet import kernels
from minnet.layers.base import ParameterFree
from minnet.layers.passes import Pass
from minnet.types import Array, Shape


class Softmax(ParameterFree):
    """``y[n,o] = exp(x[n,o]) / sum_i exp(x[n,i])``.

    Every output depends on every input of its sample, so this is not an activation. Backpropagation:
    ``dx[n,i] = y[n,i] (dy[n,i] - sum_o y[n,o] dy[n,o])``. It carries values only (`max_order` 0).

    For classification, leave it out and train with `CategoricalCrossEntropy`, which takes the scores (logits)
    themselves and is exact where softmax has rounded to 0 or 1.

    >>> import minnet as mn
    >>> mn.Network([mn.Softmax()], input_shape=(2,))([[0.0, 0.0], [0.0, 1000.0]]).tolist()
    [[0.5, 0.5], [0.0, 1.0]]
    """

    max_order = 0
    takes_lengths = True

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def forward(self, x: Array, call: Pass) -> Array:
        y, o = np.empty(x.shape, x.dtype), x.shape[-1]
        kernels.active.softmax_forward(x.reshape(-1, o), y.reshape(-1, o))
        self.y = y
        return y

    def backward(self, dy: Array) -> Array:
        dx, o = np.empty(dy.shape, dy.dtype), dy.shape[-1]
        kernels.active.softmax_backward(self.y.reshape(-1, o), dy.reshape(-1, o), dx.reshape(-1, o))
        return dx

    def settings(self) -> dict[str, Any]:
        return {}
