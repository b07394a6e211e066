"""Data to learn from: sampled functions, and scikit-learn's classics.

Inputs come as (n,) for functions of one variable and (n, features) otherwise; targets as (n,). `rng` is an int or
a `numpy.random.Generator`; an int gives the very points that scikit-learn gives for it as `random_state`.

>>> x, y = sample(sine, 0.0, np.pi, 3)
>>> x.round(4).tolist(), y.round(4).tolist()
([0.0, 1.5708, 3.1416], [0.0, 1.0, 0.0])
>>> exp_sine(np.array([0.0]), derivative=1).tolist()
[1.0]
>>> [kind(100, rng=0)[0].shape for kind in (blobs, circles, moons)]
[(100, 2), (100, 2), (100, 2)]
>>> features, labels = digits()
>>> train, test, train_labels, test_labels = split(features, labels, rng=0)
>>> len(train), len(test), np.unique(labels).tolist()
(1347, 450, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
>>> standardize(np.array([[1.0], [3.0]]), np.array([[5.0]]))
(array([[-1.],
       [ 1.]]), array([[3.]]))
"""

import math
from collections.abc import Callable

import numpy as np

from minnet.checks import as_finite, as_floats, as_generator, check_not_masked
from minnet.errors import DataError, SettingError, ShapeError, check_range, is_whole
from minnet.names import explained
from minnet.types import Array

__all__ = [
    "blobs", "circles", "digits", "exp_sine", "gaussian", "hermite_function", "inverse_gaussian", "kinked_ridge",
    "moons", "sample", "sine", "split", "standardize",
]  # fmt: skip

BEYOND = 200.0  # standard deviations, where a gaussian times anything is 0

Rng = int | np.random.Generator | None


def gaussian(x: Array, mean: float = 0.0, std: float = 1.0, *, derivative: int = 0) -> Array:
    """Normal density ``g = exp(-u^2 / 2) / (std sqrt(2 pi))`` with ``u = (x - mean) / std``, or a derivative of it.

    ``g' = -u g / std`` and ``g'' = (u^2 - 1) g / std^2``. `std` is the standard deviation (French: écart-type).

    Parameters
    ----------
    x : array of any shape
    mean, std : float
        In the units of x.
    derivative : 0, 1 or 2

    Raises
    ------
    SettingError
        The standard deviation is not positive, or the derivative is not 0, 1 or 2.

    Examples
    --------
    >>> x = np.array([0.0, 1.0])
    >>> gaussian(x).round(6).tolist()
    [0.398942, 0.241971]
    >>> gaussian(x, derivative=2).round(6).tolist()
    [-0.398942, 0.0]
    """
    check_range("gaussian", std=(std, lambda s: s > 0, "positive"))
    _check_derivative("gaussian", derivative)
    u = np.clip((as_floats(x, "gaussian: x") - mean) / std, -BEYOND, BEYOND)  # u^2 may not overflow where it is 0
    g = np.exp(-(u**2) / 2) / (std * math.sqrt(2 * math.pi))
    return (g, -u * g / std, (u**2 - 1) * g / std**2)[derivative]


def inverse_gaussian(x: Array, mean: float = 0.0, std: float = 1.0) -> Array:
    """One over the normal density: ``std sqrt(2 pi) exp(u^2 / 2)`` with ``u = (x - mean) / std``.

    On [-5, 5] it runs from 2.5 to 672 622, and the mean of its square is 9.3e9: a fit that has learnt nothing has a
    mean squared error of several billion. (Not the inverse normal distribution of statistics.)

    Raises
    ------
    SettingError
        The standard deviation is not positive.

    Examples
    --------
    >>> inverse_gaussian(np.array([0.0, 5.0])).round(4).tolist()
    [2.5066, 672621.8295]
    """
    check_range("inverse_gaussian", std=(std, lambda s: s > 0, "positive"))
    u = (as_floats(x, "inverse_gaussian: x") - mean) / std
    with np.errstate(over="ignore"):  # it is infinite then
        return std * math.sqrt(2 * math.pi) * np.exp(u**2 / 2)


def hermite_function(n: int, x: Array, *, derivative: int = 0) -> Array:
    """Wave function n of the harmonic oscillator, of energy ``n + 1/2``, or a derivative of it.

    In atomic units (hbar = m = omega = 1), real, normalised so that the integral of psi_n^2 over all x is 1, and
    positive for large x; H_n is the physicists' Hermite polynomial::

        psi_n   = exp(-x^2 / 2) H_n(x) / sqrt(2^n n! sqrt(pi))
        psi_n'  = sqrt(n / 2) psi_(n-1) - sqrt((n + 1) / 2) psi_(n+1)
        psi_n'' = (x^2 - 2 n - 1) psi_n

    The normalised functions have a recurrence of their own, in which nothing overflows as H_n and n! would::

        psi_(n+1) = sqrt(2 / (n + 1)) x psi_n - sqrt(n / (n + 1)) psi_(n-1)

    These three formulas follow from 18.9.1 and 18.9.25 of the NIST Digital Library of Mathematical Functions; the
    last derivative is the Schrödinger equation itself.

    C. Lotteau's "Fits d'une gaussienne" (annexes A to D) fits psi_0 to psi_3 and their squares without writing down
    a normalisation; this is the usual one. Its "ground state" of section 6 is `gaussian`, which has the shape of
    psi_0 but the integral 1: ``gaussian(x) = psi_0(x) / (pi^(1/4) sqrt(2))``. No energy depends on that factor.

    Parameters
    ----------
    n : int
        From 0 to 500. Further up, exp(-x^2 / 2) underflows where psi_n is not small, and the recurrence with it.
    x : array of any shape
    derivative : 0, 1 or 2

    Raises
    ------
    SettingError
        n is not a whole number from 0 to 500, or the derivative is not 0, 1 or 2.

    Examples
    --------
    >>> hermite_function(0, np.array([0.0, 1.0])).round(6).tolist()
    [0.751126, 0.455581]
    >>> hermite_function(1, np.array([0.0, 1.0]), derivative=1).round(6).tolist()
    [1.062252, 0.0]
    """
    check_range("hermite_function", n=(n, lambda n: is_whole(n) and 0 <= n <= 500, "a whole number from 0 to 500"))
    _check_derivative("hermite_function", derivative)
    x = np.clip(as_floats(x, "hermite_function: x"), -BEYOND, BEYOND)
    below, psi, above = _hermite_neighbours(int(n), x)
    if derivative == 1:
        return math.sqrt(n / 2) * below - math.sqrt((n + 1) / 2) * above
    return (x**2 - (2 * n + 1)) * psi if derivative == 2 else psi


def _hermite_neighbours(n: int, x: Array) -> tuple[Array, Array, Array]:
    """psi_(n-1), psi_n and psi_(n+1); psi_(-1) is 0."""
    psi = np.exp(-(x**2) / 2) / math.pi**0.25
    below, above = 0 * psi, math.sqrt(2) * x * psi
    for k in range(1, n + 1):
        below, psi, above = psi, above, math.sqrt(2 / (k + 1)) * x * above - math.sqrt(k / (k + 1)) * psi
    return below, psi, above


def sine(x: Array, *, derivative: int = 0) -> Array:
    """``sin x``, or a derivative of it.

    Parameters
    ----------
    x : array of any shape
    derivative : 0, 1 or 2

    Raises
    ------
    SettingError, DtypeError, DataError
        The derivative is not 0, 1 or 2, or x holds something else than finite real numbers.
    """
    _check_derivative("sine", derivative)
    x = as_finite(x, "sine: x")
    s = np.sin(x)
    return (s, np.cos(x), -s)[derivative]


def exp_sine(x: Array, *, derivative: int = 0) -> Array:
    """``g = exp(sin x)``, or a derivative of it: ``g' = g cos x`` and ``g'' = g (cos^2 x - sin x)``.

    Parameters
    ----------
    x : array of any shape
    derivative : 0, 1 or 2

    Raises as `sine` does.
    """
    _check_derivative("exp_sine", derivative)
    x = as_finite(x, "exp_sine: x")
    s, c = np.sin(x), np.cos(x)
    g = np.exp(s)
    return (g, g * c, g * (c**2 - s))[derivative]


def kinked_ridge(x: Array) -> Array:
    """``1 / (|1/2 - x_0^4 - x_1^4| + 1/10)`` at points x (n, 2): a ridge of height 10 along a curve, with a kink on it.

    On the unit square it runs from 0.625, in the corner (1, 1), to 10; a smooth surface follows it only slowly.

    Examples
    --------
    >>> kinked_ridge(np.array([[0.0, 0.5**0.25], [1.0, 1.0]])).round(6).tolist()
    [10.0, 0.625]
    """
    x = as_floats(x, "kinked_ridge: x")
    if x.ndim != 2 or x.shape[1] != 2:
        raise ShapeError(f"kinked_ridge: x has shape {x.shape}; points are (n, 2)")
    with np.errstate(over="ignore"):  # far away it is 0
        return 1 / (np.abs(0.5 - x[:, 0] ** 4 - x[:, 1] ** 4) + 0.1)


def sample(function: Callable[[Array], Array], low: float, high: float, n: int) -> tuple[Array, Array]:
    """`n` evenly spaced points x (n,) from `low` to `high`, both included, and the function's values (n,)."""
    check_range(
        "sample",
        n=(n, lambda n: is_whole(n) and n >= 1, "a whole number of at least 1"),
        high=(high, lambda high: low < high < np.inf, f"above low={low}"),
    )
    x = np.linspace(low, high, n)
    return x, function(x)


@explained("blobs(1000, rng=0)")
def blobs(n: int = 1000, *, centers: int = 2, features: int = 2, rng: Rng = None) -> tuple[Array, Array]:
    """Gaussian clouds, one per class: x (n, features), labels (n,)."""
    _check("blobs", n, rng)
    for name, count in (("centers", centers), ("features", features)):
        check_range("blobs", **{name: (count, lambda k: is_whole(k) and k >= 1, "a whole number >= 1")})
    from sklearn.datasets import make_blobs

    return make_blobs(n_samples=n, n_features=features, centers=centers, random_state=_seed(rng))


@explained("circles(1000, rng=0)")
def circles(n: int = 1000, *, noise: float = 0.1, factor: float = 0.3, rng: Rng = None) -> tuple[Array, Array]:
    """A circle (label 0) around one `factor` times as large (label 1): x (n, 2), labels (n,)."""
    _check("circles", n, rng, noise)
    check_range("circles", factor=(factor, lambda part: 0 <= part < 1, "from 0 to below 1"))
    from sklearn.datasets import make_circles

    return make_circles(n_samples=n, noise=noise, factor=factor, random_state=_seed(rng))


@explained("moons(1000, rng=0)")
def moons(n: int = 1000, *, noise: float = 0.1, rng: Rng = None) -> tuple[Array, Array]:
    """Two half circles, one in the arms of the other: x (n, 2), labels (n,)."""
    _check("moons", n, rng, noise)
    from sklearn.datasets import make_moons

    return make_moons(n_samples=n, noise=noise, random_state=_seed(rng))


def digits() -> tuple[Array, Array]:
    """1797 handwritten digits of 8 x 8 pixels: x (1797, 64) from 0 to 1, labels (1797,) from 0 to 9."""
    from sklearn.datasets import load_digits

    x, labels = load_digits(return_X_y=True)
    return x / 16.0, labels


@explained("split(x, y, rng=0)")
def split(x: Array, y: Array, *, test_size: float = 0.25, rng: Rng = None) -> tuple[Array, Array, Array, Array]:
    """Samples in random order, split: x_train, x_test, y_train, y_test.

    Raises
    ------
    ShapeError, DtypeError, SettingError
        Numbers of inputs and targets differ, or the part to test with is not between 0 and 1.
    """
    as_generator(rng, "split")
    try:
        n, m = len(x), len(y)
        shapes = np.shape(x), np.shape(y)
    except (ValueError, TypeError):
        raise ShapeError("split: x and y must be arrays, or lists of equal lengths, of samples") from None
    if not all(shapes) or n != m or n < 2:
        raise ShapeError(f"split: x and y must have as many samples, 2 or more, and have the shapes {shapes}")
    part = (lambda part: 0 < part < 1 or (is_whole(part) and 0 < part < n)), "between 0 and 1, or a number of samples"
    check_range("split", test_size=(test_size, *part))
    from sklearn.model_selection import train_test_split

    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=test_size, random_state=_seed(rng))
    return x_train, x_test, y_train, y_test


def standardize(train: Array, *others: Array) -> tuple[Array, ...]:
    """Every feature of `train` (n, features) to mean 0 and variance 1, and `others` by the same shift and scale.

    Raises
    ------
    ShapeError, DtypeError, DataError
        There are no samples (n, features) of real numbers; or some are not finite, or masked (`numpy.ma`).
    """
    arrays = [as_floats(x, "standardize: x") for x in (train, *others)]
    for x in arrays:
        check_not_masked(x, "standardize: x")
        if x.ndim != 2 or 0 in x.shape or x.shape[1] != arrays[0].shape[-1]:
            raise ShapeError(f"standardize: x has shape {x.shape}; (samples, features) are needed, as many in all")
        if not float(np.abs(x).max()) <= 1e150:  # squares overflow
            raise DataError("standardize: x holds numbers that are not finite, or beyond 1e150; remove or scale them")
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(arrays[0])
    return tuple(scaler.transform(x) for x in arrays)


def _check(owner: str, n: int, rng: Rng, noise: float = 0.0) -> None:
    as_generator(rng, owner)
    check_range(
        owner,
        n=(n, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"),
        noise=(noise, lambda sigma: 0 <= sigma < np.inf, ">= 0 and finite"),
    )


def _seed(rng: Rng) -> int | None:
    """scikit-learn takes an int, but no Generator."""
    return int(rng.integers(2**32)) if isinstance(rng, np.random.Generator) else rng


def _check_derivative(owner: str, derivative: int) -> None:
    if not is_whole(derivative) or derivative not in (0, 1, 2):
        raise SettingError(f"{owner}: derivative={derivative!r} is out of range; derivative must be 0, 1 or 2")
