"""Penalties of weights: what training adds to the loss, so that weights stay small or become zero."""

from dataclasses import dataclass
from math import inf

import numpy as np

from minnet import kernels
from minnet.errors import SettingError, check_range
from minnet.layers.base import size
from minnet.names import Named
from minnet.network import Network
from minnet.types import Array


@dataclass(frozen=True)
class Penalty(Named):
    """``l1 sum |w| + l2 / 2 sum w^2`` over all weights w of a network, which training adds to the loss.

    Weights are what inputs and states are multiplied by, `W` and `U`; not biases, nor gains and offsets of
    normalisations. A layer says itself which of its parameters they are, `Layer.weight_names`.

    The optimizer is handed the gradient of the sum: clipping and moments see both parts. (The ``weight_decay`` of
    `AdamW` and `Lion` shrinks all parameters beside the gradient, and is no part of it: Loshchilov and Hutter, ICLR
    2019, arXiv 1711.05101.) An l2 penalty draws each weight to 0 in proportion to its size; an l1 penalty draws all
    alike, so that those of little use end near 0, and tremble around it by about one step of the optimizer. A Penalty
    of zeros is none, and is False.

    The loss is a mean over samples and outputs, and so the penalty's strength does not depend on the number of
    samples. Elsewhere the same objective is written otherwise:

    ===================================================== =================================================
    there                                                 here
    ===================================================== =================================================
    Keras, ``L1(c)``, ``L2(c)``                           ``l1=c``, ``l2=2 * c``
    PyTorch, ``SGD(weight_decay=c)``, on biases as well   ``l2=c``
    scikit-learn, ``MLPClassifier(alpha=c)``              ``l2=c / n``, n the samples of a batch
    scikit-learn, ``MLPRegressor(alpha=c)``               ``l2=2 * c / n``, one output
    scikit-learn, ``Ridge(alpha=c)``                      ``l2=2 * c / n``, n samples, one output
    scikit-learn, ``Lasso(alpha=c)``                      ``l1=2 * c``, one output
    ===================================================== =================================================

    Parameters
    ----------
    l1, l2 : float
        Finite and >= 0; in units of the loss per unit of a weight, and of its square.

    Raises
    ------
    SettingError
        A number is out of its range.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(2, 1, weights=[[3.0], [-1.0]], bias=5.0)])
    >>> Penalty(l1=0.1, l2=0.01).value(net)
    0.45
    """

    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        for name in ("l1", "l2"):
            value = getattr(self, name)
            check_range("Penalty", **{name: (value, lambda value: 0 <= value < inf, "finite and >= 0")})

    def __bool__(self) -> bool:
        """Whether anything is penalised."""
        return self.l1 > 0 or self.l2 > 0

    def value(self, net: Network) -> float:
        """The penalty of a network as it is: the loss and this are what training makes small."""
        weights = [net.theta[first:stop].astype(float) for first, stop in weight_ranges(net)]
        return float(sum(self.l1 * np.abs(w).sum() + self.l2 / 2 * (w @ w) for w in weights))

    def add_gradient(self, net: Network) -> None:
        """Add to ``net.grad``, which ``net.gradient(dy)`` has filled, the derivative of the penalty: for steps of one's
        own, before ``state.apply(net.grad)``."""
        kernels.active.penalty_gradient(self.l1, self.l2, weight_ranges(net), net.theta, net.grad)


def weight_ranges(net: Network) -> Array:
    """Where weights are in ``net.theta``: int64 (r, 2), the first of each array and the one after its last.

    Raises
    ------
    SettingError
        A layer does not say which of its parameters are weights, or names some that it does not have.
    """
    ranges, start = [], 0
    for index, layer in enumerate(net.layers):
        if layer.shapes and (layer.weight_names is None or not set(layer.weight_names) <= set(layer.shapes)):
            names = ", ".join(layer.shapes)
            raise SettingError(
                f"Penalty: layer {index}, {layer}, must say which of its parameters, {names}, are weights: "
                f'weight_names = ("{next(iter(layer.shapes))}",), say, in its class; () if none is. It says '
                f"{layer.weight_names!r}"
            )
        for name, shape in layer.shapes.items():
            stop = start + size(shape)
            if name in (layer.weight_names or ()):
                ranges.append((start, stop))
            start = stop
    return np.array(ranges, np.int64).reshape(-1, 2)


def checked_penalty(penalty: Penalty | None, net: Network, owner: str) -> Penalty | None:
    """The penalty; None if there is none.

    Raises
    ------
    SettingError
        It is something else, or a layer of the network does not say what its weights are.
    """
    if not isinstance(penalty, Penalty | None):
        raise SettingError(f"{owner}: penalty must be an object such as Penalty(l2=1e-4), not {penalty!r}")
    if not penalty:
        return None
    weight_ranges(net)
    return penalty
