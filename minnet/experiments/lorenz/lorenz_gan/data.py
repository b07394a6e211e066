"""Real series of the Lorenz system, linear noise that resembles them, and where the flow leads."""

import numpy as np

from minnet import dynamics
from minnet.experiments.lorenz.lorenz_gan.result import DT
from minnet.numerics import chaos, generation
from minnet.types import Array

SYSTEM = dynamics.lorenz()
FLOW = generation.flow_map(SYSTEM, DT)


def real_series(count: int, samples: int, rng: np.random.Generator) -> Array:
    """Series (count, samples, 3) on the attractor."""
    start = dynamics.states_on_attractor(SYSTEM, count, rng=rng)
    return dynamics.simulate(SYSTEM, start, dt=DT, samples=samples)


def mirrored(series: Array, rng: np.random.Generator) -> Array:
    """Series (n, samples, 3), about half of them as (-x, -y, z): they obey Lorenz's equations as well."""
    half = rng.random(len(series)) < 0.5
    return np.where(half[:, np.newaxis, np.newaxis], series * [-1.0, -1.0, 1.0], series)


def surrogates(series: Array, rng: np.random.Generator) -> Array:
    """A phase-randomised surrogate of each coordinate of each series: the same spectra, and no chaos."""
    return np.stack([[chaos.phase_randomised(x[:, i], rng=rng) for i in range(x.shape[1])] for x in series]).swapaxes(
        1, 2
    )
