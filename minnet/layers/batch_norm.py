"""Batch normalisation: every feature with mean 0 and variance 1 over the batch."""

from typing import Any

import numpy as np

from minnet.errors import DerivativeError, ShapeError, check_range
from minnet.layers.base import Buffered
from minnet.layers.passes import Pass
from minnet.types import Array, Shape


class BatchNorm(Buffered):
    """``y[n,i] = gamma[i] z[n,i] + beta[i]`` with ``z[n,i] = (x[n,i] - mu[i]) / sqrt(var[i] + epsilon)`` (Ioffe and
    Szegedy, ICML 2015, algorithm 1).

    Here n counts samples and all their axes but the last, the features i: places of a picture, times of a series. In
    training mu and var are mean and (biased) variance over n, and the gradient goes through them:
    ``dx[n,i] = gamma[i] / sqrt(var[i] + epsilon) (dy[n,i] - mean_n(dy)[i] - z[n,i] mean_n(z dy)[i])``.

    In inference mu and var are running ones, buffers that move towards those of each training step:
    ``mean = m mean + (1 - m) mu``, the same for the variance (unbiased, as in the paper), with ``m = momentum``; the
    first steps count alike, ``m = t / (t + 1)`` after t steps, as long as that is less: so a few steps are enough,
    whatever the units of x. (Keras and this layer keep the fraction `momentum` of the old value, PyTorch 1 - momentum.)

    It couples samples, so there are no per-sample Jacobians, and it carries no derivatives.

    Parameters
    ----------
    momentum : float in [0, 1)
    epsilon : float > 0
        Keeps features that do not vary from being divided by 0. In the units of x, squared: of a feature that varies by
        less than ``sqrt(epsilon)`` = 0.003, only part is brought to variance 1.

    Raises
    ------
    SettingError, ShapeError
        A parameter is out of its range; a training batch has a single value of each feature, which has no variance.
    """

    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array
    mean: Array
    variance: Array
    steps: Array
    shapes = {"gamma": (None,), "beta": (None,)}  # noqa: RUF012
    buffer_shapes = {"mean": (None,), "variance": (None,), "steps": (1,)}  # noqa: RUF012
    initial = {"gamma": "ones", "beta": "zeros", "mean": "zeros", "variance": "ones", "steps": "zeros"}  # noqa: RUF012
    max_order = 0
    training_differs = True

    def __init__(self, momentum: float = 0.9, epsilon: float = 1e-5) -> None:
        check_range(
            "BatchNorm",
            momentum=(momentum, lambda momentum: 0 <= momentum < 1, "in [0, 1)"),
            epsilon=(epsilon, lambda epsilon: 0 < epsilon < np.inf, "positive"),
        )
        self.momentum, self.epsilon = float(momentum), float(epsilon)
        self.seen: tuple[Array, Array] | None = None  # mu and the unbiased variance of the last training pass

    def output_shape(self, input_shape: Shape) -> Shape:
        if not input_shape or input_shape[-1] is None:
            raise ShapeError(f"{self} takes samples whose last axis, the features, is fixed, not {input_shape}")
        return input_shape

    def forward(self, x: Array, call: Pass) -> Array:
        self.training = call.training
        mu, var = self._statistics(x) if call.training else (self.mean, self.variance)
        self.scale = 1 / np.sqrt(var + x.dtype.type(self.epsilon))
        self.z = (x - mu) * self.scale
        return self.gamma * self.z + self.beta

    def _statistics(self, x: Array) -> tuple[Array, Array]:
        """Mean and biased variance of each feature, added up in float64."""
        axes = tuple(range(x.ndim - 1))
        count = x.size // x.shape[-1]
        if count < 2:
            raise ShapeError(
                f"{self} takes training batches with at least two values of every feature, not {count}: choose a "
                "batch_size that leaves no single sample over"
            )
        mu = x.mean(axes, dtype=float)
        var = np.square(x - mu).mean(axes)
        self.seen = mu, var * count / (count - 1)
        return mu.astype(x.dtype), var.astype(x.dtype)

    def backward(self, dy: Array) -> Array:
        self.dy = dy
        dz = dy * self.gamma
        if not self.training:
            return dz * self.scale
        axes = tuple(range(dy.ndim - 1))
        return self.scale * (dz - dz.mean(axes) - self.z * (self.z * dz).mean(axes))

    def gradient(self) -> None:
        axes = tuple(range(self.dy.ndim - 1))
        (self.z * self.dy).sum(axes, out=self.dgamma)
        self.dy.sum(axes, out=self.dbeta)

    def jacobian(self, rows: dict[str, Array]) -> None:
        raise DerivativeError(
            f"{self} couples the samples of a batch, so there is no Jacobian of each sample by itself; use an "
            "optimizer, which takes gradients, such as Adam, or leave the layer out"
        )

    def update_buffers(self) -> None:
        if self.seen is None:
            return
        t = self.steps[0]
        kept = min(self.momentum, float(t / (t + 1)))
        for running, new in zip((self.mean, self.variance), self.seen, strict=True):
            running[...] = kept * running + (1 - kept) * new
        if kept < self.momentum:
            self.steps += 1

    def settings(self) -> dict[str, Any]:
        return {"momentum": self.momentum, "epsilon": self.epsilon}
