"""Batch normalisation: every feature with mean 0 and variance 1 over the batch."""

from typing import Any

import numpy as np

from minnet import kernels
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

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.BatchNorm(epsilon=1e-12)], input_shape=(1,))
    >>> y = net.forward(np.array([[[1.0], [3.0]]]), mn.Pass(training=True))  # mean 2, standard deviation 1
    >>> y.round(6).ravel().tolist()
    [-1.0, 1.0]
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
    weight_names = ()
    max_order = 0
    training_differs = True

    def __init__(self, momentum: float = 0.9, epsilon: float = 1e-5) -> None:
        check_range(
            "BatchNorm",
            momentum=(momentum, lambda momentum: 0 <= momentum < 1, "in [0, 1)"),
            epsilon=(epsilon, lambda epsilon: 0 < epsilon < np.inf, "positive"),
        )
        self.momentum, self.epsilon = float(momentum), float(epsilon)
        self.seen: tuple[Array, Array] | None = None  # mean and unbiased variance in the last training pass

    def output_shape(self, input_shape: Shape) -> Shape:
        if not input_shape or input_shape[-1] is None:
            raise ShapeError(f"{self} takes samples whose last axis, the features, is fixed, not {input_shape}")
        return input_shape

    def forward(self, x: Array, call: Pass) -> Array:
        rows = x.reshape(-1, x.shape[-1])
        mu, var = self._statistics(rows) if call.training else (self.mean.astype(float), self.variance.astype(float))
        inverse = 1 / np.sqrt(var + self.epsilon)
        centre = mu.astype(x.dtype)
        off = mu - centre  # of which x - centre knows nothing; 0 in float64
        scale = self.gamma * inverse
        shift, y = self.beta - scale * off, np.empty(rows.shape, x.dtype)
        kernels.active.batch_norm_forward(rows, centre, scale.astype(x.dtype), shift.astype(x.dtype), y)
        self.x, self.training, self.scale, self.centre, self.off = rows, call.training, inverse, centre, off
        return y.reshape(x.shape)

    def _statistics(self, rows: Array) -> tuple[Array, Array]:
        """Mean and biased variance of each feature, in float64."""
        count, features = rows.shape
        if count < 2:
            raise ShapeError(
                f"{self} takes training batches with at least two values of every feature, not {count}: choose a "
                "batch_size that leaves no single sample over"
            )
        mu, var = np.empty((2, features))
        kernels.active.feature_statistics(rows, mu, var)
        self.seen = mu, var * count / (count - 1)
        return mu, var

    def backward(self, dy: Array) -> Array:
        rows, sums = dy.reshape(self.x.shape), np.empty((2, dy.shape[-1]))
        kernels.active.feature_sums(self.x, self.centre, rows, sums)
        sums[1] = self.scale * (sums[1] - self.off * sums[0])
        self.sums = sums  # of dy, and of z dy
        by_dy, by_z = sums / -len(rows) if self.training else np.zeros_like(sums)
        scale = self.gamma * self.scale
        slope = scale * self.scale * by_z  # for z = (x - centre - off) scale
        factors = (part.astype(dy.dtype) for part in (scale, slope, scale * by_dy - slope * self.off))
        kernels.active.batch_norm_backward(self.x, self.centre, rows, *factors, dx := np.empty(rows.shape, dy.dtype))
        return dx.reshape(dy.shape)

    def gradient(self) -> None:
        self.dbeta[...], self.dgamma[...] = self.sums

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
