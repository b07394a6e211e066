"""How parameters start.

An initializer is a function ``(shape, rng) -> array``. `glorot` balances forward and backward signals (Glorot and
Bengio, AISTATS 2010, eq. 16), `he` is meant for ReLU (He et al., ICCV 2015, eq. 10), `lecun` keeps the variance
of the forward signal (LeCun et al., Efficient BackProp, 1998, section 4.6), `orthogonal` keeps its length (Saxe et
al., ICLR 2014). A weight matrix has shape (i, o): fan-in i, fan-out o. Weights with a window, (*window, i, o), multiply
both by the size of the window.

>>> rng = np.random.default_rng(0)
>>> W = orthogonal((2, 2), rng)
>>> (W.T @ W).round(12).tolist()
[[1.0, 0.0], [0.0, 1.0]]
>>> np.abs(steep((1, 3), rng)).round(12).tolist(), constant(0.5)((2,), rng).tolist()
([[3.0, 3.0, 3.0]], [0.5, 0.5])
>>> bool(np.abs(INITIALIZERS["he_uniform"]((6, 4), rng)).max() <= 1.0)
True
>>> bool((np.diff(spread((5,), rng)) > 0).all())
True
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minnet.checks import as_real
from minnet.errors import DataError, DtypeError, SettingError, ShapeError, nearest
from minnet.types import Array

__all__ = ["INITIALIZERS", "constant", "orthogonal", "spread", "steep"]

Initializer = Callable[[tuple[int, ...], np.random.Generator], Array]


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Fan-in and fan-out of weights (*window, i, o); of a vector, its length twice."""
    *window, i, o = shape if len(shape) > 1 else (shape[0], shape[0])
    return math.prod(window) * i, math.prod(window) * o


def _uniform(variance: Callable[[int, int], float]) -> Initializer:
    def initialize(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        limit = np.sqrt(3 * variance(*_fans(shape)))  # a uniform law on [-c, c] has variance c^2 / 3
        return rng.uniform(-limit, limit, shape)

    return initialize


def _normal(variance: Callable[[int, int], float]) -> Initializer:
    def initialize(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        return np.sqrt(variance(*_fans(shape))) * rng.standard_normal(shape)

    return initialize


def orthogonal(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Orthonormal rows or columns, whichever are fewer, uniformly distributed."""
    rows, columns = (math.prod(shape[:-1]), shape[-1]) if len(shape) > 1 else (shape[0], 1)
    gaussian = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(gaussian)
    q = q * np.sign(np.diag(r))  # without this the law is not uniform (Mezzadri, 2007)
    return (q if rows >= columns else q.T).reshape(shape)


SLOPE = 3.0  # of a tanh unit on inputs in [-1, 1]: as steep as the functions it is to be made of, whatever the width
REACH = 1.1  # kinks are spread slightly past the interval


def steep(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """First-layer weights for solvers: every unit has slope 3, in a random direction (for one input, upwards).

    Goes with the biases of `spread`, tanh, and inputs in [-1, 1] (see `Rescale`). The slopes of Nguyen and Widrow
    (IJCNN 1990), which grow with the width, cost several digits.
    """
    directions = rng.standard_normal(shape)
    directions *= np.sign(directions[:1]) / np.linalg.norm(directions, axis=0)
    return SLOPE * directions


def spread(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """First-layer biases for solvers: with slope 3, kinks lie evenly from -1.1 to 1.1, each moved at random by up to
    half the distance to the next."""
    n = int(np.prod(shape))
    kinks = np.linspace(-REACH, REACH, n) if n > 1 else np.zeros(n)
    return SLOPE * (kinks + REACH / n * rng.uniform(-1, 1, n)).reshape(shape)


def constant(value: float) -> Initializer:
    """Every parameter equal to `value`."""
    return lambda shape, rng: np.full(shape, float(value))


INITIALIZERS: dict[str, Initializer] = {
    "glorot_uniform": _uniform(lambda i, o: 2 / (i + o)),
    "glorot_normal": _normal(lambda i, o: 2 / (i + o)),
    "he_uniform": _uniform(lambda i, o: 2 / i),
    "he_normal": _normal(lambda i, o: 2 / i),
    "lecun_uniform": _uniform(lambda i, o: 1 / i),
    "lecun_normal": _normal(lambda i, o: 1 / i),
    "orthogonal": orthogonal,
    "steep": steep,
    "spread": spread,
    "zeros": constant(0.0),
    "ones": constant(1.0),
}


def initial_values(spec: Any, shape: tuple[int, ...], rng: np.random.Generator, owner: str) -> Array:
    """Values of one parameter array from a name, a function ``(shape, rng)``, a number, or the array itself.

    Raises
    ------
    SettingError, ShapeError, DtypeError, DataError
        The name is unknown, or the array has the wrong shape, is not numeric or not finite. `owner` is named.
    """
    if isinstance(spec, str):
        if spec not in INITIALIZERS:
            raise SettingError(f"{owner}: there is no initializer {spec!r}; {nearest(spec, INITIALIZERS)}")
        spec = INITIALIZERS[spec]
    if isinstance(spec, bool | np.bool_):
        raise SettingError(f"{owner}: initial values must be a name, a number, an array or a function, not {spec!r}")
    if callable(spec):
        try:
            spec = spec(shape, rng)
        except TypeError as error:
            raise DtypeError(f"{owner}: a function of initial values is called with (shape, rng); {error}") from error
    values = as_real(spec, f"{owner}: initial values")
    if values.ndim and values.shape != shape:
        raise ShapeError(f"{owner}: initial values have shape {values.shape}, expected {shape}")
    if not np.isfinite(values).all():
        raise DataError(f"{owner}: initial values are not all finite")
    return values
