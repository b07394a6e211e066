"""Sets of terms that explain the samples as well: the smaller comes first, and rivals are named."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from minnet import dynamics
from minnet.dynamics import Polynomial, Rational, System
from minnet.errors import ShapeError
from minnet.numerics.identification import FlowMatching, MultipleShooting, identify
from minnet.numerics.identification.equations import Equations
from minnet.numerics.identification.rivals import best_sets, smallest_sets


def noisy(x, part, seed=0):
    return x + part * x.std(axis=0) * np.random.default_rng(seed).standard_normal(x.shape)


def system(variables, degree, equations, start):
    library = Polynomial(degree)
    names = library.names(variables)
    xi = np.zeros((len(names), len(variables)))
    for i, terms in enumerate(equations):
        for name, coefficient in terms.items():
            xi[names.index(name), i] = coefficient
    return System("test", variables, library, xi, np.array(start, float), step=0.01)


DUFFING = system(("x", "y"), 3, [{"y": 1.0}, {"x": 1.0, "x^3": -1.0, "y": -0.1}], [1.5, 0.0])


def support(model, i):
    return {name for name, value in zip(model.terms, model.coefficients[:, i], strict=True) if value}


def test_a_smaller_set_that_the_noise_allows_comes_first():
    """In one well of Duffing's oscillator, ``-2 x y - x^2 y`` is y, but for noise."""
    x = noisy(dynamics.simulate(DUFFING, dt=0.2, samples=500)[200:], 0.01)
    model = identify(x, 0.2, method=MultipleShooting(longest=16), library=Polynomial(3))
    assert support(model, 0) == {"y"}
    assert support(model, 1) == {"x", "y", "x^3"}
    assert model.identified or all("dx/dt" not in rival for rival in model.rivals)


@pytest.mark.parametrize("seed", [0, 3, 4])
def test_needless_terms_that_attract_to_the_samples_are_left_out(seed):
    """On a circle, ``x (1 - x^2 - y^2)`` is 0; fitted, it damps the noise of the samples."""
    t = 0.1 * np.arange(300)
    circle = np.stack([np.cos(t), np.sin(t)], axis=1)
    model = identify(noisy(circle, 0.02, seed), 0.1, method=MultipleShooting(longest=16), library=Polynomial(3))
    assert [support(model, i) for i in range(2)] == [{"y"}, {"x"}]


def test_an_offset_leaves_terms_undecided_that_noise_hides():
    """Far from 0 squares and products are nearly straight lines. Without noise they are told apart all the same."""
    x = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=600)
    model = identify(noisy(x, 0.01) + 1000, 0.05, method=MultipleShooting(longest=8))
    assert support(model, 0) == {"x", "y"}
    assert not model.identified
    assert model.rivals
    assert model.verdict.startswith(
        f"undecided: within the noise, other terms explain the samples as well: {model.rivals[0]}"
    )
    clean = identify(x + 1000, 0.05)
    assert clean.identified
    assert support(clean, 1) == {"1", "x", "y", "z", "x z"}


@pytest.mark.parametrize("offset", [0, 10])
def test_what_is_told_apart_has_no_rivals(offset):
    x = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=600)
    for samples, method in ((x, FlowMatching()), (noisy(x, 0.01), MultipleShooting(longest=16))):
        model = identify(samples + offset, 0.05, method=method)
        assert model.identified
        assert model.rivals == ()


def test_times_of_their_own_for_each_trajectory():
    starts = np.array([[-8.0, 8.0, 27.0], [5.0, 5.0, 20.0]])
    first = dynamics.simulate(dynamics.lorenz(), starts[0], dt=0.02, samples=200)
    second = dynamics.simulate(dynamics.lorenz(), starts[1], dt=0.05, samples=150)
    model = identify([first, second], [0.02 * np.arange(200), 7 + 0.05 * np.arange(150)])
    assert model.identified
    assert model.equations(6)[0] == "dx/dt = -10 x + 10 y"
    assert model.score(second[:3], 0.05) == pytest.approx(1, abs=1e-6)
    with pytest.raises(ShapeError, match="2 trajectories, but times of 3"):
        identify([first, second], [np.arange(200.0)] * 3)


def test_functions_of_small_variables_have_derivatives():
    """Central differences with steps of the variables' own size: a pendulum in units of a million."""
    library = dynamics.Functions({"v": lambda x: x[:, 1], "sin": lambda x: np.sin(1e6 * x[:, 0]) / 1e6})
    x = 1e-6 * np.array([[0.5, 0.2], [1.0, -0.3], [-2.0, 0.1]])
    slopes = library.evaluate(x)[1]
    assert slopes[:, 0] == pytest.approx(np.tile([0.0, 1.0], (3, 1)), abs=1e-8)
    assert slopes[:, 1, 0] == pytest.approx(np.cos(1e6 * x[:, 0]), rel=1e-8)


def test_states_on_the_attractor_of_small_variables():
    unit = 1e-6
    library = dynamics.Functions({"y": lambda x: x[:, 1], "x": lambda x: x[:, 0]})
    oscillator = System("o", ("x", "y"), library, np.array([[1.0, 0], [0, -1.0]]), np.array([unit, 0.0]), step=0.01)
    states = dynamics.states_on_attractor(oscillator, 20, rng=0)
    assert np.hypot(*states.T) == pytest.approx(np.full(20, unit), rel=0.02)


@pytest.mark.parametrize(("noise", "seed"), [((0.01, 0.03), 3), ((0.02, 0.05), 0), ((0.001, 0.001), 0)])
def test_the_plain_call_on_noisy_samples_of_an_epidemic(noise, seed):
    """Unequal noise, and small noise: the infected follow the susceptible so closely that damping terms fit them."""
    t = np.arange(0, 80.1, 0.5)

    def rate(t, x):
        return [-0.5 * x[0] * x[1], 0.5 * x[0] * x[1] - 0.1 * x[1]]

    x = solve_ivp(rate, (0, 80.5), [0.99, 0.01], t_eval=t, rtol=1e-10, atol=1e-13).y.T
    e = np.random.default_rng(seed).standard_normal(x.shape)
    model = identify(x + np.array(noise) * x.std(axis=0) * e, 0.5)
    assert model.identified
    assert [support(model, i) for i in range(2)] == [{"x y"}, {"y", "x y"}]
    right = model.coefficients != 0
    off = (model.coefficients[right] - np.array([-0.1, -0.5, 0.5])) / model.standard_errors[right]
    assert np.abs(off).max() < 4


def test_pure_noise_has_no_quotient():
    x = np.random.default_rng(0).standard_normal((100, 1))
    assert not identify(x, kind="map", library=Rational(1, 1)).identified


def test_the_smallest_sets_that_noise_allows(rng):
    """Two terms of six, and three; terms 1 and 2 are nearly the same, so each alone explains much of the other."""
    A = rng.standard_normal((300, 6))
    A[:, 2] = A[:, 1] + 0.05 * A[:, 2]
    true = np.zeros((6, 2))
    true[[1, 3], 0], true[[0, 2, 5], 1] = (2.0, -1.0), (1.0, 0.5, -3.0)
    equations = Equations(A, A @ true + 0.01 * rng.standard_normal((300, 2)), list("abcdef"), ("x", "y"))
    xi = smallest_sets(equations)
    assert ((xi != 0) == (true != 0)).all()
    assert np.abs(xi - true).max() < 0.1
    left = [part for part, _ in best_sets(equations, 0)]
    assert left[0] > 10 * left[1]
    assert np.diff(left[1:]).max() <= 1e-12
    assert left[1] == pytest.approx(0.01 / np.sqrt(5), rel=0.2)
