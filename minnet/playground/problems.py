"""The problems that a race can be about, by name; and how the samples of each are generated."""

from collections.abc import Callable

import numpy as np

from minnet import datasets, dynamics
from minnet.playground.curve import Curve
from minnet.playground.digits import digits
from minnet.playground.plane import Plane
from minnet.playground.problem import RaceProblem
from minnet.playground.series import series
from minnet.playground.slopes import CurveWithSlope
from minnet.playground.surface import Surface
from minnet.playground.values import POINTS
from minnet.types import Array

OWN = "csv"
LOSSES = ("squares", "cross-entropy", "absolute", "Huber", "slopes")
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


def _gaussian(x: Array) -> Array:
    return np.exp(-0.5 * (4 * x) ** 2)


def _sine(x: Array) -> Array:
    return np.sin(2 * np.pi * x)


def _plane(sampler: Sampler) -> Maker:
    def made(n: int, noise: float, rng: np.random.Generator) -> RaceProblem:
        x, y = sampler(n, noise, rng)
        labels = tuple(map(str, range(int(y.max()) + 1)))
        return Plane(x=x, y=y.astype(float), names=("x₁", "x₂", "class"), labels=labels)

    return made


def _hills(x: Array) -> Array:
    """Three up and three down, around a circle."""
    angle = np.arange(6) * np.pi / 3
    centres = 0.65 * np.column_stack([np.cos(angle), np.sin(angle)])
    distances = np.linalg.norm(x[:, np.newaxis] - centres, axis=2)
    return np.exp(-0.5 * (distances / 0.2) ** 2) @ (-1.0) ** np.arange(6)


def _surface(function: Callable[[Array], Array]) -> Maker:
    def made(n: int, noise: float, rng: np.random.Generator) -> RaceProblem:
        x = rng.uniform(-1, 1, (n, 2))
        return Surface(x=x, y=function(x) + noise * rng.standard_normal(n), names=("x₁", "x₂", "y"))

    return made


def _curve(function: Callable[[Array], Array]) -> Maker:
    def made(n: int, noise: float, rng: np.random.Generator) -> RaceProblem:
        x = np.linspace(-1, 1, n)[:, np.newaxis]
        return Curve(x=x, y=function(x[:, 0]) + noise * rng.standard_normal(n), names=("x", "y"))

    return made


def _with_slope(function: Callable[[Array], Array], slope: Callable[[Array], Array]) -> Maker:
    """Noise of slopes is larger than that of values as slopes are larger than values."""

    def made(n: int, noise: float, rng: np.random.Generator) -> RaceProblem:
        x, along = np.linspace(-1, 1, n), np.linspace(-1, 1, POINTS)
        truth = np.column_stack([along, function(along), slope(along)])
        y = np.column_stack([function(x), slope(x)]) + noise * truth[:, 1:].std(axis=0) * rng.standard_normal((n, 2))
        return CurveWithSlope(x=x[:, np.newaxis], y=y, names=("x", "y"), truth=truth)

    return made


def _sines(n: int, rng: np.random.Generator) -> Array:
    """Two, whose periods of 25 and 40.5 values have no common multiple: the sum never repeats."""
    t, phases = np.arange(n), rng.uniform(0, 2 * np.pi, 2)
    return np.sin(2 * np.pi * t / 25 + phases[0]) + 0.7 * np.sin(4 * np.pi * t / (25 * (1 + np.sqrt(5))) + phases[1])


def _damped(n: int, rng: np.random.Generator) -> Array:
    """A period of 25 values; at the end of all, a twentieth of the first amplitude is left."""
    t = np.arange(n)
    return np.exp(-3 * t / n) * np.cos(2 * np.pi * t / 25 + rng.uniform(0, 2 * np.pi))


def _lorenz(n: int, rng: np.random.Generator) -> Array:
    """x of the Lorenz system, every 0.05 units of time, from a start on the attractor."""
    system = dynamics.lorenz()
    start = system.start * (1 + 0.01 * rng.standard_normal(3))
    return dynamics.simulate(system, start, dt=0.05, samples=n, transient=20.0)[:, 0]


KINDS: dict[str, dict[str, Maker]] = {
    "Classes in a plane": {
        "circles": _plane(lambda n, noise, rng: datasets.circles(n, noise=noise, rng=rng)),
        "moons": _plane(lambda n, noise, rng: datasets.moons(n, noise=noise, rng=rng)),
        "blobs": _plane(_blobs),
        "spiral": _plane(spiral),
        "xor": _plane(xor),
    },
    "Surfaces over a plane": {"ramp": _surface(lambda x: 0.5 * x.sum(axis=1)), "hills": _surface(_hills)},
    "Curves": {
        "gaussian": _curve(_gaussian),
        "sine": _curve(_sine),
        "step": _curve(lambda x: np.where(x > 0, 1.0, 0.0)),
    },
    "Curves with their slopes": {
        "gaussian with slope": _with_slope(_gaussian, lambda x: -16 * x * _gaussian(x)),
        "sine with slope": _with_slope(_sine, lambda x: 2 * np.pi * np.cos(2 * np.pi * x)),
    },
    "Images": {"digits": digits},
    "Series": {"two sines": series(_sines), "damped oscillation": series(_damped), "lorenz": series(_lorenz)},
}
"""How a problem is made of a number of samples, noise and a generator, by its name and sorted by kinds."""
GENERATED: dict[str, Maker] = {name: maker for makers in KINDS.values() for name, maker in makers.items()}


def generated(name: str, points: int, noise: float, seed: int) -> RaceProblem:
    """Samples of one of `GENERATED`."""
    return GENERATED[name](points, noise, np.random.default_rng(seed))
