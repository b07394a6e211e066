"""Dropout: units that are left out at random."""

from typing import Any

import numpy as np

from minnet.errors import SettingError, check_range
from minnet.layers.base import ParameterFree
from minnet.layers.passes import Pass
from minnet.types import Array, Shape


class Dropout(ParameterFree):
    """``y[k,n,i] = m[n,i] x[k,n,i]`` in training, with m = 0 with probability `rate` and ``1 / (1 - rate)``
    otherwise, so that the mean stays x; in inference ``y = x`` (Srivastava et al., JMLR 15, 2014, with the scaling that
    is now common).

    Every training pass draws new numbers, from the generator of the pass. For a given m the layer is linear, so
    derivatives pass through it as values do.

    Parameters
    ----------
    rate : float in [0, 1)
        The probability with which a number is dropped.

    Raises
    ------
    SettingError
        The rate is out of its range; or, in training, the pass has no generator to draw from.

    Examples
    --------
    >>> import numpy as np
    >>> import minnet as mn
    >>> net, x = mn.Network([mn.Dropout(0.5)], input_shape=(1000,)), np.ones((1, 1000))
    >>> dropped = net.forward(x[np.newaxis], mn.Pass(training=True, rng=np.random.default_rng(0)))
    >>> np.unique(dropped).tolist(), np.unique(net(x)).tolist()
    ([0.0, 2.0], [1.0])
    """

    max_order = 2
    training_differs = True
    takes_lengths = True

    def __init__(self, rate: float) -> None:
        check_range("Dropout", rate=(rate, lambda rate: 0 <= rate < 1, "in [0, 1)"))
        self.rate = float(rate)

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def forward(self, x: Array, call: Pass) -> Array:
        self.m: Array | None = None
        if not call.training:
            return x
        if call.rng is None:
            raise SettingError(f"{self} draws random numbers in training: give it Pass(training=True, rng=...)")
        scale = x.dtype.type(1 / (1 - self.rate))
        self.m = np.where(call.rng.random(x.shape[1:]) < self.rate, x.dtype.type(0), scale)
        return x * self.m

    def backward(self, dy: Array) -> Array:
        return dy if self.m is None else dy * self.m

    def settings(self) -> dict[str, Any]:
        return {"rate": self.rate}
