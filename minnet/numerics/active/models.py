"""Networks for active learning: a smooth one, and one with a kink.

Both are for the box ``[-1, 1]^d`` and for values of order one; the learner sees to that.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from minnet.activations import Abs, SmoothAbs, Tanh
from minnet.errors import SettingError, check_range, is_whole
from minnet.layers import Dense
from minnet.mlp import mlp
from minnet.names import Named
from minnet.network import Network
from minnet.types import Array


class Model(Named, ABC):
    """A kind of network.

    Attributes
    ----------
    epsilons : tuple of float
        Searches go through networks with these epsilons, one after the other with the same parameters; the last one
        is what predictions are made with. ``(0.0,)`` where there is nothing to round off.
    """

    epsilons: ClassVar[tuple[float, ...]]

    @abstractmethod
    def network(self, dimension: int, epsilon: float, rng: np.random.Generator | None) -> Network:
        """A new network (dimension -> 1), its kinks rounded off over `epsilon`."""


@dataclass(frozen=True)
class KinkNetwork(Model):
    """Smooth functions, absolute values of them, and a smooth function of those: ``d - tanh - |.| - tanh - 1``.

    What the unit ``|u|`` assumes: that the function is smooth but for kinks; that a kink lies where a smooth function u
    of the inputs is zero; and that beyond it the function goes on as a function of ``|u|``. One unit has one kink
    (along a curve, a surface ...), and where the function is the same on both sides of it, as ``1 / (|u| + 0.1)`` is,
    everything is in reach: u, and a function of one variable. A function with other shapes on both sides, jumps, or
    kinks that cross or end needs more units, and may need another model altogether. Where there is no kink,
    `TanhNetwork` wants fewer evaluations.

    While the search is far off, ``|u|`` is ``sqrt(u^2 + epsilon^2)`` (`SmoothAbs`), whose epsilon falls from 0.3 to 0:
    otherwise points would not feel a kink that has to move across them.

    Parameters
    ----------
    smooth : int
        Tanh units that u is made of.
    kinks : int
        Absolute values.
    outer : int
        Tanh units of the function of ``|u|``.
    """

    smooth: int = 20
    kinks: int = 1
    outer: int = 10
    epsilons: ClassVar[tuple[float, ...]] = (0.3, 0.1, 0.03, 0.01, 0.003, 0.0)

    def __post_init__(self) -> None:
        for name in ("smooth", "kinks", "outer"):
            check_range("KinkNetwork", **{name: (getattr(self, name), _positive, "a whole number >= 1")})

    def network(self, dimension: int, epsilon: float, rng: np.random.Generator | None) -> Network:
        layers = [
            Dense(dimension, self.smooth, bias=_uniform(1.5)),
            Tanh(),
            Dense(self.smooth, self.kinks),
            SmoothAbs(epsilon) if epsilon else Abs(),
            Dense(self.kinks, self.outer, weights=_signed_slopes, bias=_uniform(3.6)),
            Tanh(),
            Dense(self.outer, 1),
        ]
        return Network(layers, rng=rng)


@dataclass(frozen=True)
class TanhNetwork(Model):
    """A plain network: d - hidden - 1 with tanh. It assumes nothing but that the function is continuous.

    The third hidden layer is for what is steep along a curve: units that are steep functions of a smooth function of
    the inputs, and each layer makes them steeper. With a thousand evaluations and more, it leaves a half to a thirtieth
    of the error of two layers at a kink; of smooth functions, and with few evaluations, as much.

    Parameters
    ----------
    hidden : tuple of int
        Units of each hidden layer.
    """

    hidden: tuple[int, ...] = (20, 20, 20)
    epsilons: ClassVar[tuple[float, ...]] = (0.0,)

    def __post_init__(self) -> None:
        if not (isinstance(self.hidden, tuple) and self.hidden and all(map(_positive, self.hidden))):
            raise SettingError(f"TanhNetwork: hidden must be a tuple such as (20, 20), not {self.hidden!r}")

    def network(self, dimension: int, epsilon: float, rng: np.random.Generator | None) -> Network:
        biases = [_uniform(1.5)] * len(self.hidden)
        return mlp([dimension, *self.hidden, 1], Tanh, bias=[*biases, "zeros"], rng=rng)


def _positive(count: float) -> bool:
    return is_whole(count) and count >= 1


def _uniform(limit: float):  # type: ignore[no-untyped-def]
    return lambda shape, rng: rng.uniform(-limit, limit, shape)


def _signed_slopes(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Slopes from 1.5 to 4.5 of either sign, on |u| from 0 to about 1: a function of it may bend within that."""
    return 3 * rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 1.5, shape)


MODELS: dict[str, type[Model]] = {kind.__name__: kind for kind in (KinkNetwork, TanhNetwork)}
