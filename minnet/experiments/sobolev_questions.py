"""What are derivatives worth? Few points, wrong slopes, weights, and derivatives that are known here and there.

The notebook "L06", E14.X01, gives a network the slopes of sin x and exp(sin x) at all of 1000 points. There, values alone
say everything. Here 30 tanh units are fitted by variable projection, which finds what there is to find in the data, so
that data are compared, not ways to train: numbers of points, noise in the slopes and their weight in the loss, and
slopes, or values, at some of the points only (`minnet.Known`).
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import study
from minnet.activations import Tanh
from minnet.errors import check_range
from minnet.experiments.parts import Drawing, Table, check_values, make_runs, seed_of, setting
from minnet.experiments.waves import FUNCTIONS, HIGH, LEARNT_FROM, LOW, loss_and_target, wave
from minnet.jet import Jet, Known
from minnet.layers import Dense, Rescale
from minnet.losses import Sobolev
from minnet.network import Network
from minnet.solvers import VariableProjection
from minnet.training import fit
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GRID = 10_001  # points at which errors are measured
PUBLISHED = {"points": 1000}  # at which slopes are said to help


@dataclass(frozen=True)
class Config:
    """How much data of which kind."""

    points: tuple[int, ...] = setting((10, 15, 20, 25, 30, 40, 60, 100, 200), "numbers of evenly spaced samples of [0, 10]")
    many: int = setting(1000, "samples for the fit that is to be as good as it can be")
    few: int = setting(40, "samples for the questions of noise, weight and missing derivatives")
    noises: tuple[float, ...] = setting((0.0, 1e-8, 1e-6, 1e-4, 1e-2), "standard deviations of errors of the slopes")
    weights: tuple[float, ...] = setting(
        (0.0, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1.0, 1e2, 1e4), "of the slopes in the loss; the values have 1"
    )
    shares: tuple[float, ...] = setting((0.0, 0.125, 0.25, 0.5, 0.75, 1.0), "of the points have slopes")
    width: int = setting(30, "tanh units")
    iterations: int = setting(200, "of variable projection")
    seeds: int = setting(10, "first weights, noises and choices of points")

    @classmethod
    def fast(cls) -> "Config":
        """Few values of everything, and three seeds."""
        return cls(
            points=(15, 25, 40), many=200, noises=(0.0, 1e-4), weights=(0.0, 1e-6, 1.0), shares=(0.0, 0.5, 1.0), seeds=3,
            iterations=100,
        )  # fmt: skip

    def __post_init__(self) -> None:
        check_values("sobolev-questions", self, "points", least=2)
        check_values("sobolev-questions", self, "noises", "weights", "shares", least=0)
        for name, least in (("many", 2), ("few", 2), ("width", 1), ("iterations", 1), ("seeds", 1)):
            at_least = (lambda n, least=least: n >= least), f"at least {least}"
            check_range("sobolev-questions", **{name: (getattr(self, name), *at_least)})
        for share in self.shares:
            check_range("sobolev-questions", shares=(share, lambda s: s <= 1, "at most 1"))


def project(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One fit by variable projection: the function of the studies.

    Parameters
    ----------
    settings : dict
        ``function``, ``points``, ``order`` (derivatives learnt from), ``width``, ``iterations``; and, of order 1,
        ``noise`` (standard deviation of errors of the slopes), ``weight`` (of the slopes in the loss), ``slopes`` and
        ``values`` (numbers of points, drawn at random, at which they are known), where they are not 0, 1, all and all.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        ``value``, ``first`` and ``second``: largest errors on [0, 10].
    """
    n, width, order = settings["points"], settings["width"], settings["order"]
    layers = [Rescale(LOW, HIGH), Dense(1, width, weights="steep", bias="spread"), Tanh(), Dense(width, 1)]
    net, x = Network(layers, rng=rng), np.linspace(LOW, HIGH, n)
    loss, target = loss_and_target(settings["function"], x, order)
    if isinstance(target, Jet) and order == 1:
        loss = Sobolev((1.0, settings.get("weight", 1.0)))
        slopes = target.first + settings.get("noise", 0.0) * rng.standard_normal(target.first.shape)
        known = Known(_some(n, settings.get("values", n), rng), _some(n, settings.get("slopes", n), rng))
        target = Jet(target.value, slopes, known=known)
    fit(net, x, target, loss=loss, optimizer=VariableProjection(), epochs=settings["iterations"])
    everywhere = np.linspace(LOW, HIGH, GRID)
    found, exact = net.jet(everywhere, order=2), wave(settings["function"], everywhere)
    return {part: float(np.abs(getattr(found, part) - getattr(exact, part)).max()) for part in ("value", "first", "second")}


def _some(n: int, known: int, rng: np.random.Generator) -> Array:
    """Which of n points are among so many, drawn at random."""
    return np.asarray(rng.permutation(n) < known)
