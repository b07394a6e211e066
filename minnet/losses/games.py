"""What two networks play for: a discriminator that tells real samples from generated ones, and a generator that is
to be taken for real (Goodfellow et al., NIPS 2014).

The discriminator gives scores y of any shape for a sample, high for real ones: one for every part of a series, say (a
patch discriminator). Each score has a label t: 1 for real and 0 for generated, or something between the two. Losses
are means over all scores, the discriminator's the sum of two: over real and over generated samples.

>>> y = np.zeros((1, 1))  # a score that does not decide
>>> for name, kind in GAMES.items():
...     game = kind()
...     print(f"{name:14}", game.discriminator(y, np.ones((1, 1)))[0].round(3), game.generator(y)[0].round(3))
NonSaturating  [[0.693]] [[0.693]]
Minimax        [[0.693]] [[-0.693]]
LeastSquares   [[0.5]] [[0.5]]
Hinge          [[1.]] [[-0.]]
Wasserstein    [[-0.]] [[-0.]]
>>> isinstance(NonSaturating(), Game), isinstance(Minimax(), CrossEntropy)
(True, True)
>>> Hinge().discriminator(np.array([0.5]), np.array([1.0])), LeastSquares().generator(np.array([3.0]))
((array([0.5]), array([-1.])), (array([2.]), array([2.])))
>>> Wasserstein(clip=0.1).clip
0.1
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from minnet.errors import check_range
from minnet.kernels.formulas.losses import binary_cross_entropy
from minnet.types import Array

__all__ = ["GAMES", "CrossEntropy", "Game", "Hinge", "LeastSquares", "Minimax", "NonSaturating", "Wasserstein"]

Formula = tuple[Array, Array]


class Game(ABC):
    """Two losses, as formulas for every score; each gives loss and slope.

    A game of one's own::

        class Plain(Game):
            def discriminator(self, y, t):
                return (1 - 2 * t) * y, 1 - 2 * t + 0 * y

            def generator(self, y):
                return -y, -np.ones_like(y)

    Attributes
    ----------
    compares_labels : bool
        Whether scores are compared with labels, so that labels between 0 and 1 (smoothing) have a meaning.
    takes_logits : bool
        Whether scores are logits: ``D = sigmoid(y)``.
    clip : float or None
        The discriminator's parameters are cut to [-clip, clip] after every update.
    needs_bounded_slope : bool
        Whether a loss can fall without end unless the discriminator's slope is bounded.
    """

    compares_labels: ClassVar[bool] = False
    takes_logits: ClassVar[bool] = False
    needs_bounded_slope: ClassVar[bool] = False
    clip: float | None = None

    @abstractmethod
    def discriminator(self, y: Array, t: Array) -> Formula:
        """Loss and slope of the discriminator for scores y with labels t."""

    @abstractmethod
    def generator(self, y: Array) -> Formula:
        """Loss and slope of the generator for scores y of what it has generated."""


def mean(loss: Array, slope: Array) -> tuple[float, Array]:
    """The mean of the losses of all scores, and its slopes.

    >>> mean(np.array([1.0, 3.0]), np.array([2.0, 4.0]))
    (2.0, array([1., 2.]))
    """
    return float(loss.mean(dtype=float)), slope / slope.dtype.type(slope.size)


def flatness(slopes: Array, weight: float) -> tuple[float, Array]:
    """``weight / 2`` times the mean square of the samples' mean slopes (n, *scores), and its derivative by these."""
    along = slopes.reshape(len(slopes), -1).mean(axis=1, dtype=float)
    by_slope = (weight / slopes.size * along).astype(slopes.dtype).reshape(-1, *(1,) * (slopes.ndim - 1))
    return weight / 2 * float(np.mean(along**2)), np.broadcast_to(by_slope, slopes.shape)


class CrossEntropy(Game):
    """A discriminator that gives the probability of being real, ``D = sigmoid(y)``: it minimises
    ``-t log D - (1 - t) log(1 - D)``. Where it cannot tell them apart its loss is log 4 = 1.386."""

    compares_labels = True
    takes_logits = True

    def discriminator(self, y: Array, t: Array) -> Formula:
        return binary_cross_entropy(y, t, 0.0)


@dataclass(frozen=True)
class NonSaturating(CrossEntropy):
    """The generator minimises ``-log D``: the usual game. Its slope is steepest where the discriminator is sure that a
    sample is generated (Goodfellow et al., NIPS 2014, end of section 3)."""

    def generator(self, y: Array) -> Formula:
        return binary_cross_entropy(y, np.ones_like(y), 0.0)


@dataclass(frozen=True)
class Minimax(CrossEntropy):
    """The generator minimises ``log(1 - D)``, what the discriminator maximises (Goodfellow et al., NIPS 2014, eq. 1).
    Its slope, -D, vanishes where the discriminator is sure that a sample is generated: it may never begin to learn."""

    def generator(self, y: Array) -> Formula:
        loss, slope = binary_cross_entropy(y, np.zeros_like(y), 0.0)
        return -loss, -slope


@dataclass(frozen=True)
class LeastSquares(Game):
    """The discriminator minimises ``(y - t)^2 / 2``, the generator ``(y - 1)^2 / 2`` (Mao et al., ICCV 2017, eq. 9)."""

    compares_labels = True

    def discriminator(self, y: Array, t: Array) -> Formula:
        return (y - t) ** 2 / 2, y - t

    def generator(self, y: Array) -> Formula:
        return (y - 1) ** 2 / 2, y - 1


@dataclass(frozen=True)
class Hinge(Game):
    """The discriminator minimises ``max(0, 1 - y)`` on real and ``max(0, 1 + y)`` on generated samples, the generator
    ``-y`` (Miyato et al., ICLR 2018, eq. 16 and 17). The usual partner of `SpectralNorm`."""

    def discriminator(self, y: Array, t: Array) -> Formula:
        sign = 2 * t - 1
        margin = 1 - sign * y
        return np.maximum(margin, 0), -sign * (margin > 0)

    def generator(self, y: Array) -> Formula:
        return -y, -np.ones_like(y)


@dataclass(frozen=True)
class Wasserstein(Game):
    """The discriminator maximises the mean score of real minus that of generated samples, the generator the latter:
    among functions of slope at most 1, the largest difference is the distance of the two laws (Arjovsky, Chintala and
    Bottou, ICML 2017, eq. 2 and algorithm 1).

    Parameters
    ----------
    clip : float or None
        Keeps the slope bounded: all parameters of the discriminator are cut to [-clip, clip] after every update. None
        for a discriminator whose layers are in `SpectralNorm`.

    Raises
    ------
    SettingError
        Clip is not positive.
    """

    clip: float | None = 0.01
    needs_bounded_slope = True

    def __post_init__(self) -> None:
        if self.clip is not None:
            check_range("Wasserstein", clip=(self.clip, lambda clip: 0 < clip < np.inf, "positive, or None"))

    def discriminator(self, y: Array, t: Array) -> Formula:
        sign = 2 * t - 1
        return -sign * y, np.broadcast_to(-sign, y.shape)

    def generator(self, y: Array) -> Formula:
        return -y, -np.ones_like(y)


GAMES: dict[str, type[Game]] = {
    kind.__name__: kind for kind in (NonSaturating, Minimax, LeastSquares, Hinge, Wasserstein)
}
