"""Layer normalisation: every sample with mean 0 and variance 1 over its features."""

from typing import Any

import numpy as np

from minnet import kernels
from minnet.errors import ShapeError, check_range
from minnet.layers.base import Layer
from minnet.layers.passes import Pass
from minnet.types import Array, Shape


class LayerNorm(Layer):
    """``y[n,i] = gamma[i] z[n,i] + beta[i]`` with ``z[n,i] = (x[n,i] - mu[n]) / sqrt(var[n] + epsilon)``, mean and
    (biased) variance over the features i (Ba, Kiros and Hinton, arXiv 1607.06450, 2016, eq. 4).

    Here n counts samples and all their axes but the last: each time of a series, each place of a picture is normalised
    by itself. Backpropagation, with ``dz = gamma dy``:
    ``dx[n,i] = (dz[n,i] - mean_i(dz)[n] - z[n,i] mean_i(z dz)[n]) / sqrt(var[n] + epsilon)``.

    Unlike batch normalisation it does the same in training and in inference, and does not couple samples. It couples
    features, and carries no derivatives. A single feature becomes beta, whatever it was.

    Parameters
    ----------
    epsilon : float > 0
        Keeps samples whose features are all equal from being divided by 0. In the units of x, squared: of features
        that differ by less than ``sqrt(epsilon)`` = 0.003, only part is brought to variance 1.

    Raises
    ------
    SettingError
        Epsilon is out of its range.

    Examples
    --------
    >>> import minnet as mn
    >>> mn.Network([mn.LayerNorm(epsilon=1e-12)], input_shape=(2,))([[1.0, 3.0], [10.0, 50.0]]).round(6).tolist()
    [[-1.0, 1.0], [-1.0, 1.0]]
    """

    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array
    shapes = {"gamma": (None,), "beta": (None,)}  # noqa: RUF012
    initial = {"gamma": "ones", "beta": "zeros"}  # noqa: RUF012
    weight_names = ()
    max_order = 0
    takes_lengths = True

    def __init__(self, epsilon: float = 1e-5) -> None:
        check_range("LayerNorm", epsilon=(epsilon, lambda epsilon: 0 < epsilon < np.inf, "positive"))
        self.epsilon = float(epsilon)

    def output_shape(self, input_shape: Shape) -> Shape:
        if not input_shape or input_shape[-1] is None:
            raise ShapeError(f"{self} takes samples whose last axis, the features, is fixed, not {input_shape}")
        return input_shape

    def forward(self, x: Array, call: Pass) -> Array:
        y, z, scale = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype), np.empty(x.shape[:-1], x.dtype)
        kernels.active.layer_norm_forward(x, self.gamma, self.beta, self.epsilon, z, scale, y)
        self.z, self.scale = z, scale
        return y

    def backward(self, dy: Array) -> Array:
        self.dy, dx = dy, np.empty(dy.shape, dy.dtype)
        kernels.active.layer_norm_backward(self.z, self.scale, self.gamma, dy, dx)
        return dx

    def gradient(self) -> None:
        (i,), sums = self.beta.shape, np.empty((2, self.beta.size))
        kernels.active.feature_sums(self.z.reshape(-1, i), np.zeros(i, self.z.dtype), self.dy.reshape(-1, i), sums)
        self.dbeta[...], self.dgamma[...] = sums

    def jacobian(self, rows: dict[str, Array]) -> None:
        places = tuple(range(1, self.dy.ndim - 2))
        self.dy[0].sum(places, out=rows["beta"])
        (self.z * self.dy)[0].sum(places, out=rows["gamma"])

    def settings(self) -> dict[str, Any]:
        return {"epsilon": self.epsilon}
