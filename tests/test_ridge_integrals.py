"""Polylogarithms and integrals of sigmoids over boxes, against 120 digits."""

import mpmath
import numpy as np
import pytest
from scipy import integrate

import minnet as mn
from minnet.errors import DataError, DtypeError, SettingError, ShapeError
from minnet.numerics.integration.box_splines import density, subsets
from minnet.numerics.integration.network_integrals import network_integral
from minnet.numerics.integration.polylogarithm import eta, minus_polylog
from minnet.numerics.integration.ridge_integrals import Bounded, ridge_integral

CORNERS = np.array([-1.0, 1.0, 0.0, 1e-8, -1e-300, 1 + 1e-12, -1 - 1e-12, 1e6, 1e-3])
ORDER = {"Sigmoid": 0, "Softplus": 1}


def exact_polylog(k, t):
    """-Li_k(-e^t) by mpmath, in its current precision."""
    t = mpmath.mpf(t)
    if k == 0:
        return 1 / (1 + mpmath.exp(-t))
    return mpmath.log1p(mpmath.exp(t)) if k == 1 else -mpmath.polylog(k, -mpmath.exp(t)).real


def exact_integral(order, w, b, low, high):
    """Alternating sum over the corners, with digits to spare."""
    with mpmath.workdps(120):
        total = mpmath.mpf(0)
        for corner in subsets(len(w)):
            x = [mpmath.mpf(float(high[i] if up else low[i])) for i, up in enumerate(corner)]
            t = sum((mpmath.mpf(float(w[i])) * x[i] for i in range(len(w))), mpmath.mpf(float(b)))
            total += (-1) ** (len(w) - int(corner.sum())) * exact_polylog(order + len(w), t)
        return total / mpmath.fprod(mpmath.mpf(float(part)) for part in w)


def relative_error(value, exact):
    return abs(float(mpmath.mpf(float(value)) / exact - 1))


@pytest.mark.parametrize("k", range(7))
def test_polylogarithms_to_a_relative_error_of_1e_15(k, rng):
    t = np.concatenate([CORNERS, rng.uniform(-3, 3, 60), rng.uniform(-700, 700, 20)])
    with mpmath.workdps(40):
        errors = [relative_error(y, exact_polylog(k, x)) for x, y in zip(t, minus_polylog(k, t), strict=True)]
    assert max(errors) < 1e-15


def test_polylogarithms_of_what_is_not_ordinary():
    assert np.array_equal(minus_polylog(3, [-np.inf, np.inf, np.nan]), [0, np.inf, np.nan], equal_nan=True)
    assert minus_polylog(4, np.float32([1.0, 200.0])).dtype == np.float32
    assert minus_polylog(2, -2000.0) == 0
    with pytest.raises(SettingError, match="k=-1"):
        minus_polylog(-1, 0.0)


@pytest.mark.parametrize("s", range(-13, 9))
def test_eta_continued(s):
    assert eta(s) == pytest.approx(float(mpmath.altzeta(s)), rel=1e-15, abs=1e-300)


@pytest.mark.parametrize("widths", [(0.5,), (2.0, 0.3), (1.0, 1.0, 1.0), (3.0, 1e-3, 0.7, 1.5)])
def test_the_density_of_a_box_spline_has_the_moments_of_the_sum(widths):
    knots = np.unique(subsets(len(widths)) @ np.array(widths))
    nodes, weights = np.polynomial.legendre.leggauss(6)
    length = np.diff(knots)
    s = knots[:-1] + length * (nodes[:, None] + 1) / 2
    mass = weights[:, None] * length / 2 * density(s, np.array(widths)[:, None, None])
    mean = sum(widths) / 2
    moments = [mass.sum(), (mass * s).sum(), (mass * (s - mean) ** 2).sum()]
    assert moments == pytest.approx([1, mean, np.square(widths).sum() / 12], rel=1e-14)


@pytest.mark.parametrize("kind", [mn.Sigmoid, mn.Softplus])
@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_integrals_over_boxes_to_a_relative_error_of_1e_12(kind, d, rng):
    """Weights from 1e-6 to 1e3, mixed; biases that saturate many of them."""
    n = 24
    w = 10 ** rng.uniform(-6, 3, (n, d)) * rng.choice([-1, 1], (n, d))
    b = rng.uniform(-1, 1, n) * 10 ** rng.uniform(-2, 2.8, n)
    low = rng.uniform(-1, 0, (n, d))
    high = low + rng.uniform(0.1, 2, (n, d))
    value, error = ridge_integral(kind(), w, b, low, high)
    exact = [exact_integral(ORDER[kind.__name__], *part) for part in zip(w, b, low, high, strict=True)]
    normal = [i for i in range(n) if exact[i] > 1e-290]
    assert len(normal) > n // 2
    assert max(relative_error(value[i], exact[i]) for i in normal) < 1e-12
    assert all(abs(float(mpmath.mpf(float(value[i])) - exact[i])) <= error[i] for i in normal)


HARD = [
    [1e-3] * 4,
    [1e-6] * 4,
    [1000, 1, 1, 1],
    [1000, 1000, 1, 1],
    [1000, -1000, 1e-6, 3],
    [1000, 100, 10, 1],
    [1000, 5, 5, 5],
    [1000, 1e-6, 1e-6, 1e-6],
    [30, 30, 30],
]


@pytest.mark.parametrize("w", HARD, ids=str)
@pytest.mark.parametrize("b", [0.0, -1.3, 3.0, -400.0])
def test_where_the_alternating_sum_cancels(w, b):
    low, high = -np.ones(len(w)), np.linspace(0.5, 1, len(w))
    value, _ = ridge_integral(mn.Sigmoid(), w, b, low, high)
    assert relative_error(value, exact_integral(0, w, b, low, high)) < 1e-12


@pytest.mark.parametrize("kind", [mn.Sigmoid, mn.Tanh, mn.Softplus])
def test_integrals_against_adaptive_quadrature(kind):
    net = mn.Network([mn.Dense(1, 1, weights=2.5), kind()], rng=0)
    expected, _ = integrate.quad(lambda x: net([x])[0, 0], -0.4, 2.0, epsabs=1e-13)
    value, error = ridge_integral(kind(), [2.5], 0.0, [-0.4], [2.0])
    assert value == pytest.approx(expected, rel=1e-12)
    assert error < 1e-12
    twice, _ = integrate.dblquad(lambda y, x: net([x - 0.3 * y])[0, 0], -0.4, 2.0, -1, 3, epsabs=1e-10)
    assert ridge_integral(kind(), [2.5, -0.75], 0.0, [-0.4, -1], [2.0, 3.0]).value == pytest.approx(twice, rel=1e-9)


def test_tanh_is_odd_and_exact_for_tiny_weights():
    low, high = -np.ones(3), np.ones(3)
    assert ridge_integral(mn.Tanh(), [3.0, 700.0, 1e-5], 0.0, low, high).value == pytest.approx(0, abs=1e-13)
    small = ridge_integral(mn.Tanh(), [1e-7, 0.0, -1e-7], 1e-6, low, high).value
    assert small == pytest.approx(8e-6, rel=1e-11)


def test_no_weight_bias_or_bound_gives_inf_or_nan():
    sizes = np.concatenate([[0.0], 10.0 ** np.arange(-300, 31, 10)])
    w, b = np.meshgrid(np.concatenate([-sizes, sizes]), np.concatenate([-sizes, sizes]))
    for kind in (mn.Sigmoid(), mn.Tanh(), mn.Softplus()):
        value, error = ridge_integral(kind, w[..., None], b, [0.0], [3.0])
        assert np.isfinite(value).all()
        assert np.isfinite(error).all()


def test_an_empty_box_and_one_that_is_turned_round():
    assert ridge_integral(mn.Sigmoid(), [2.0, 3.0], 0.1, [0.0, 1.0], [0.0, 2.0]).value == 0
    forth = ridge_integral(mn.Sigmoid(), [2.0, 3.0], 0.1, [0.0, 1.0], [1.0, 2.0]).value
    assert ridge_integral(mn.Sigmoid(), [2.0, 3.0], 0.1, [1.0, 1.0], [0.0, 2.0]).value == -forth


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_networks_with_steep_units_stay_finite(dtype):
    """The document's network overflows where w x exceeds 88."""
    net = mn.Network([mn.Dense(1, 40), mn.Sigmoid(), mn.Dense(40, 2)], rng=0, dtype=dtype)
    net.layers[0].W *= 1e4
    with np.errstate(all="raise", under="ignore"):
        value, error = network_integral(net, [0.0, 5.0], [140.0, 3.0])
    assert value.dtype == error.dtype == dtype
    assert value.shape == (2, 2)
    assert np.isfinite(value).all()
    x = np.linspace(3, 5, 200_001)
    assert value[1] == pytest.approx(-2 * net(x).astype(float).mean(axis=0), rel=1e-5)


def test_integrals_of_networks_know_rescale_and_many_boxes(rng):
    net = mn.Network([mn.Rescale(-2, 5), mn.Dense(2, 7), mn.Tanh(), mn.Dense(7, 1)], rng=1)
    net.layers[3].b[:] = 0.7
    low, high = rng.uniform(-2, 1, (5, 2)), rng.uniform(1, 4, (5, 2))
    value, _ = network_integral(net, low, high)
    assert isinstance(network_integral(net, low, high), Bounded)
    for i in range(5):
        expected, _ = integrate.dblquad(
            lambda y, x: net([[x, y]])[0, 0], low[i, 0], high[i, 0], low[i, 1], high[i, 1], epsabs=1e-11
        )
        assert value[i, 0] == pytest.approx(expected, rel=1e-9)


def test_what_cannot_be_integrated_is_told():
    with pytest.raises(SettingError, match="ReLU"):
        ridge_integral(mn.ReLU(), [1.0], 0.0, [0.0], [1.0])
    with pytest.raises(ShapeError, match="one number of directions"):
        ridge_integral(mn.Tanh(), [1.0, 2.0], 0.0, [0.0], [1.0])
    with pytest.raises(SettingError, match="at most 6"):
        ridge_integral(mn.Tanh(), np.ones(7), 0.0, np.zeros(7), np.ones(7))
    deep = mn.Network([mn.Dense(1, 3), mn.Tanh(), mn.Dense(3, 3), mn.Tanh(), mn.Dense(3, 1)], rng=0)
    with pytest.raises(SettingError, match="network_integral needs"):
        network_integral(deep, 0.0, 1.0)
    net = mn.Network([mn.Dense(2, 3), mn.Tanh(), mn.Dense(3, 1)], rng=0)
    with pytest.raises(ShapeError, match="expected"):
        network_integral(net, 0.0, 1.0)
    with pytest.raises(DataError, match="finite"):
        network_integral(net, [0.0, np.nan], [1.0, 1.0])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (([np.nan], 0.0, [0.0], [1.0]), DataError),
        ((["a"], 0.0, [0.0], [1.0]), DtypeError),
        (([[1.0]] * 3, [0.0, 0.0], [0.0], [1.0]), ShapeError),
        (([1.0], 0.0, [0.0], [np.inf]), DataError),
    ],
)
def test_ridges_that_cannot_be(arguments, error):
    with pytest.raises(error, match="ridge_integral"):
        ridge_integral(mn.Sigmoid(), *arguments)
