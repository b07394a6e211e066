"""The problems that a race can be about, by name; and how the samples of each are generated."""

from collections.abc import Callable

import numpy as np

from minnet import datasets
from minnet.playground.curve import Curve
from minnet.playground.plane import Plane
from minnet.playground.problem import RaceProblem
from minnet.types import Array

OWN = "csv"
LOSSES = ("squares", "cross-entropy", "absolute", "Huber")
"""What a loss is called; which of them suits, its problem says."""
Sampler = Callable[[int, float, np.random.Generator], tuple[Array, Array]]
Maker = Callable[[int, float, np.random.Generator], RaceProblem]


def spiral(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two arms that wind around each other one and a half times."""
    labels = np.arange(n) % 2
    radius = np.sqrt(rng.uniform(0.02, 1, n))
    angle = 3 * np.pi * radius + np.pi * labels
    x = 2.5 * radius[:, np.newaxis] * np.column_stack([np.cos(angle), np.sin(angle)])
    return x + 0.5 * noise * rng.standard_normal((n, 2)), labels


def xor(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Four squares, those opposite each other of one class."""
    x = rng.uniform(-1, 1, (n, 2))
    labels = (x[:, 0] > 0) != (x[:, 1] > 0)
    return x + noise * rng.standard_normal((n, 2)), labels.astype(int)


def _blobs(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Three, around the corners of a triangle."""
    labels = np.arange(n) % 3
    angle = 2 * np.pi * labels / 3 + np.pi / 2
    return np.column_stack([np.cos(angle), np.sin(angle)]) + 3 * noise * rng.standard_normal((n, 2)), labels


def _plane(sampler: Sampler) -> Maker:
    def made(n: int, noise: float, rng: np.random.Generator) -> RaceProblem:
        x, y = sampler(n, noise, rng)
        labels = tuple(map(str, range(int(y.max()) + 1)))
        return Plane(x=x, y=y.astype(float), names=("x₁", "x₂", "class"), labels=labels)

    return made


def _curve(function: Callable[[Array], Array]) -> Maker:
    def made(n: int, noise: float, rng: np.random.Generator) -> RaceProblem:
        x = np.linspace(-1, 1, n)[:, np.newaxis]
        return Curve(x=x, y=function(x[:, 0]) + noise * rng.standard_normal(n), names=("x", "y"))

    return made


KINDS: dict[str, dict[str, Maker]] = {
    "Classes in a plane": {
        "circles": _plane(lambda n, noise, rng: datasets.circles(n, noise=noise, rng=rng)),
        "moons": _plane(lambda n, noise, rng: datasets.moons(n, noise=noise, rng=rng)),
        "blobs": _plane(_blobs),
        "spiral": _plane(spiral),
        "xor": _plane(xor),
    },
    "Curves": {
        "gaussian": _curve(lambda x: np.exp(-0.5 * (4 * x) ** 2)),
        "sine": _curve(lambda x: np.sin(2 * np.pi * x)),
        "step": _curve(lambda x: np.where(x > 0, 1.0, 0.0)),
    },
}
"""How a problem is made of a number of samples, noise and a generator, by its name and sorted by kinds."""
GENERATED: dict[str, Maker] = {name: maker for makers in KINDS.values() for name, maker in makers.items()}


def generated(name: str, points: int, noise: float, seed: int) -> RaceProblem:
    """Samples of one of `GENERATED`."""
    return GENERATED[name](points, noise, np.random.default_rng(seed))
