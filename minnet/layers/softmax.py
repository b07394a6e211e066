"""Softmax: scores to probabilities."""

from typing import Any

import numpy as np

from minnet import kernels
from minnet.layers.base import Layer
from minnet.types import Array


class Softmax(Layer):
    """``y[n,o] = exp(x[n,o]) / sum_i exp(x[n,i])``.

    Every output depends on every input of its sample, so this is not an activation. Backpropagation:
    ``dx[n,i] = y[n,i] (dy[n,i] - sum_o y[n,o] dy[n,o])``. It carries values only (`max_order` 0).

    For classification, leave it out and train with `CategoricalCrossEntropy`, which takes the scores (logits)
    themselves and is exact where softmax has rounded to 0 or 1.
    """

    shapes: dict[str, tuple[int, ...]] = {}  # noqa: RUF012
    initial: dict[str, Any] = {}  # noqa: RUF012
    n_inputs = None
    n_outputs = None
    max_order = 0

    def forward(self, x: Array, order: int) -> Array:
        self.y = np.empty_like(x)
        kernels.active().softmax_forward(x[0], self.y[0])
        return self.y

    def backward(self, dy: Array) -> Array:
        dx = np.empty_like(dy)
        kernels.active().softmax_backward(self.y[0], dy[0], dx[0])
        return dx

    def gradient(self) -> None:
        """There are no parameters."""

    def jacobian(self, rows: dict[str, Array]) -> None:
        """There are no parameters."""

    def settings(self) -> dict[str, Any]:
        return {}
