"""Energy of the harmonic oscillator from a sampled wave function, which need be neither exact nor normalised.

In atomic units (hbar = m = omega = 1), where the exact energies are n + 1/2, the Schrödinger equation is::

    -psi'' / 2 + x^2 psi / 2 = E psi                                        (3)

Three formulas give a single number E from it, exact when psi is, on any interval [a, b]:

- integrate both sides: `integrated_energy`;
- the same, the second derivative integrated to the first at the ends: `integrated_energy_by_parts`, formula (4);
- multiply by psi, then integrate: `rayleigh_quotient`.

The first two ask for ``int psi != 0``, which no odd function fulfils, and an error d of psi moves them in first order,
by ``(int (x^2 / 2 - E) d dx - [d']_a^b / 2) / int psi``: most where x^2 is large, in the tails, where psi is nearly
nothing and nothing holds a fit down. On [-5, 5], a constant 0.01 added to the normal density makes E = 0.83. The third
has psi itself as weight, and is moved in second order, but for a remainder at the ends as small as psi is there.

The source is C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), section 6, with its equation numbers;
its grid is [-5, 5] with 10 001 points, its quadrature SciPy's Simpson.

Throughout: x (n,), increasing; psi, its first and second derivative (n,) at x; n at least 3. All is computed in
float64. What does not fit raises `ShapeError` or `DataError`; a quotient with a denominator of 0, `DataError`.
"""

import numpy as np
from scipy.integrate import simpson

from minnet.checks import as_real, check_finite
from minnet.errors import DataError, ShapeError
from minnet.types import Array


def integrated_energy(x: Array, psi: Array, second: Array) -> float:
    """Both sides of (3), integrated: ``E = int (-psi'' + x^2 psi) / 2 dx / int psi dx``.

    The line above formula (4), and 0/0 for the same psi. It asks for a second derivative.

    Raises
    ------
    DataError
        The integral of psi is 0 to rounding.

    Examples
    --------
    >>> from minnet.datasets import gaussian
    >>> x = np.linspace(-5, 5, 10_001)
    >>> round(integrated_energy(x, gaussian(x), gaussian(x, derivative=2)), 12)
    0.5
    """
    x, psi, second = _samples("integrated_energy", x, psi=psi, second=second)
    return _integral(x, x**2 * psi - second) / 2 / _integral_of_psi("integrated_energy", x, psi)


def integrated_energy_by_parts(x: Array, psi: Array, first: Array) -> float:
    """Formula (4): ``E = (-[psi']_a^b + int x^2 psi dx) / 2 / int psi dx``.

    For psi_0, and for the normal density, which is a multiple of it and the document's psi, this is 1/2 on every
    interval, because ``int x^2 psi = int psi + [psi']``. See `published_energy` for what was printed.

    For odd n it is 0/0 on an interval symmetric about 0: psi and x^2 psi are odd and integrate to 0, and psi' is
    even, so that [psi'] is 0. A fit of an odd psi gives a ratio of its errors, which is any number at all.

    Raises
    ------
    DataError
        The integral of psi is 0 to rounding. (`rayleigh_quotient` knows no such case.)

    Examples
    --------
    >>> from minnet.datasets import gaussian
    >>> x = np.linspace(-5, 5, 10_001)
    >>> round(integrated_energy_by_parts(x, gaussian(x), gaussian(x, derivative=1)), 12)
    0.5
    """
    owner = "integrated_energy_by_parts"
    x, psi, first = _samples(owner, x, psi=psi, first=first)
    boundary = first[-1] - first[0]
    return float(_integral(x, x**2 * psi) - boundary) / 2 / _integral_of_psi(owner, x, psi)


def rayleigh_quotient(x: Array, psi: Array, first: Array) -> float:
    """``E = (int (psi'^2 + x^2 psi^2) / 2 dx - [psi psi']_a^b / 2) / int psi^2 dx``.

    Multiply (3) by psi and integrate from a to b. By parts, ``int psi psi'' = [psi psi'] - int psi'^2``, and the
    second derivative is gone. On the whole axis the boundary term vanishes and E is the quantum mechanical mean of
    the energy. On [a, b] it must stay: without it, E on [-5, 5] is 4e-11 too low for psi_0, and 6e-7 for psi_3.

    Raises
    ------
    DataError
        psi is 0 everywhere.

    Examples
    --------
    >>> from minnet.datasets import hermite_function
    >>> x = np.linspace(-5, 5, 10_001)
    >>> round(rayleigh_quotient(x, hermite_function(3, x), hermite_function(3, x, derivative=1)), 10)
    3.5
    """
    x, psi, first = _samples("rayleigh_quotient", x, psi=psi, first=first)
    norm = _integral(x, psi**2)
    if norm == 0:
        raise DataError("rayleigh_quotient: psi is 0 everywhere, and has no energy")
    boundary = psi[-1] * first[-1] - psi[0] * first[0]
    return float(_integral(x, first**2 + x**2 * psi**2) - boundary) / 2 / norm


def residual(x: Array, psi: Array, second: Array, energy: float) -> Array:
    """What is left of (3), ``-psi'' / 2 + x^2 psi / 2 - E psi`` (n,): 0 for an exact wave function and its energy.

    Where an energy is one number, and can be right by luck, this says at every x how well psi solves the equation.

    Examples
    --------
    >>> from minnet.datasets import hermite_function
    >>> x = np.linspace(-5, 5, 10_001)
    >>> psi, second = hermite_function(2, x), hermite_function(2, x, derivative=2)
    >>> bool(np.abs(residual(x, psi, second, 2.5)).max() < 1e-14)
    True
    """
    x, psi, second = _samples("residual", x, psi=psi, second=second)
    return (x**2 * psi - second) / 2 - energy * psi


def published_energy(x: Array, psi: Array) -> float:
    """``3/2 int x^2 psi dx / int psi dx``: what the document prints as the "analytic energy", 1.4999776991944938.

    It is no energy of this state, which is 1/2. On the document's grid, with the normal density phi as psi, it gives
    all 17 digits. Exactly integrated, it is ::

        3/2 int x^2 phi / int phi = 3/2 - 15 phi(5) / int phi,        15 phi(5) = 2.23e-5:

    the distance from 3/2 is that of the tails cut off at 5, which the boundary term of formula (4) makes good.

    The number alone does not tell which slip made it. By ``int x^2 phi = int phi + [phi']`` each of ::

        (p int x^2 psi + q [psi']_a^b) / int psi + r        with p + q = p + r = 3/2

    gives the same. For p = 3/2, above, the potential term of (4) counts three times and the kinetic one not at all;
    p = 1/2, the potential term as it should be, needs q = 1 where (4) has -1/2, and r = 1 where it has 0. But with
    [psi'] by formula (1), or any other difference over the grid's step of 0.001, the eleventh decimal is another. So
    if psi' was taken by differences, as in the document's section 4, only p = 3/2 is left.

    Raises
    ------
    DataError
        The integral of psi is 0 to rounding.

    Examples
    --------
    >>> from minnet.datasets import gaussian
    >>> x = np.linspace(-5, 5, 10_001)
    >>> f"{published_energy(x, gaussian(x)):.15f}"
    '1.499977699194494'
    """
    x, psi = _samples("published_energy", x, psi=psi)
    return 3 * _integral(x, x**2 * psi) / 2 / _integral_of_psi("published_energy", x, psi)


def _integral(x: Array, values: Array) -> float:
    return float(simpson(values, x=x))


def _integral_of_psi(owner: str, x: Array, psi: Array) -> float:
    total, size = _integral(x, psi), _integral(x, np.abs(psi))
    if abs(total) <= 1e-12 * size:
        raise DataError(
            f"{owner}: the integral of psi is {total:.1e}, 0 to rounding, as that of an odd function is, "
            "and cannot be divided by; use rayleigh_quotient"
        )
    return total


def _samples(owner: str, x: Array, **values: Array) -> list[Array]:
    """x and the values in float64, once they fit together."""
    inputs = {"x": x, **values}
    arrays = {name: as_real(array, f"{owner}: {name}").astype(float) for name, array in inputs.items()}
    points = arrays["x"]
    if points.ndim != 1 or len(points) < 3:
        raise ShapeError(f"{owner}: x has shape {points.shape}; it must be (n,) with n at least 3")
    for name, array in arrays.items():
        if array.shape != points.shape:
            raise ShapeError(
                f"{owner}: {name} has shape {array.shape}; it must be that of x, {points.shape}. "
                "Of a network's values (n, 1), pass [:, 0]"
            )
        check_finite(array, f"{owner}: {name}")
    if not (np.diff(points) > 0).all():
        raise DataError(f"{owner}: x must increase from point to point")
    return list(arrays.values())
