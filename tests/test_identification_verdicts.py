"""Regression names other sets of terms that the equations do not tell from the one that was chosen."""

import re

import numpy as np
import pytest
from scipy.integrate import odeint

from minnet import dynamics
from minnet.dynamics import Functions, Polynomial
from minnet.numerics.identification import (
    STLSQ,
    Bagging,
    Chosen,
    FlowMatching,
    Lasso,
    LeastSquares,
    MultipleShooting,
    Regression,
    Relation,
    Ridge,
    WeakForm,
    identify,
    known,
)
from minnet.numerics.identification.beyond import explained_beyond
from minnet.numerics.identification.equations import Equations
from minnet.numerics.identification.fitting import fit_coefficients
from minnet.numerics.identification.intervals import Intervals
from minnet.numerics.identification.linear import least_squares
from minnet.numerics.identification.samples import make_problem
from tests.test_identification_forms import lorenz_samples
from tests.test_identification_regression import plain_lasso

SWING = Functions({"v": lambda x: x[:, 1], "x": lambda x: x[:, 0], "sin x": lambda x: np.sin(x[:, 0])})


def pendulum_samples(amplitude, noise):
    times = 0.05 * np.arange(1000)
    x = odeint(lambda x, t: (x[1], -np.sin(x[0])), [amplitude, 0.0], times, rtol=1e-12, atol=1e-14)
    return dynamics.add_noise(x, noise, rng=0) if noise else x


def swing(x, solver):
    return identify(x, 0.05, library=SWING, variables=["x", "v"], method=Regression(WeakForm(30), solver))


@pytest.mark.parametrize("solver", [Lasso(), Chosen(Lasso, [0.1, 1e-3]), Chosen(STLSQ)], ids=lambda s: s.name)
def test_a_pendulum_of_small_swings_may_as_well_be_a_spring(solver):
    """At an amplitude of 0.1 sin x is x to 2 parts in a thousand; at 2.5 it is not."""
    small = swing(pendulum_samples(0.1, 0.001), solver)
    assert small.equations(3) == ["dx/dt = 1 v", "dv/dt = -1 sin x"]
    assert small.rivals == ("dv/dt = -0.9987 x",)
    assert small.verdict == (
        "undecided: within the noise, other terms explain the samples as well: dv/dt = -0.9987 x. Sample other "
        "motions, or with less noise"
    )
    for amplitude, noise in ((0.1, 0.0), (2.5, 0.001), (2.5, 0.01)):
        assert swing(pendulum_samples(amplitude, noise), solver).identified


def test_a_known_coefficient_stays_in_rivals_and_ties_have_none():
    x = pendulum_samples(0.1, 0.001)
    model = swing(x, Lasso(relations=[known("v", term="v", value=1e-4)]))
    assert model.rivals == ("dv/dt = 0.0001 v - 0.9987 x",)
    model = swing(x, Lasso(relations=[Relation({("v", "v"): 1.0, ("v", "x"): 1.0}, 0.0)]))
    assert model.rivals == ()


def random_problem(noise):
    rng = np.random.default_rng(5)
    A = rng.standard_normal((300, 4))
    A[:, 1] = A[:, 0] + 0.1 * A[:, 1]
    B = A[:, :1] + 0.5 * A[:, 2:3] + noise * rng.standard_normal((300, 1))
    return Equations(A, B, list("abcd"), ("x",))


def rivals(equations, terms):
    """Coefficients of the rivals of some terms."""
    solution = least_squares(equations, np.array([[term in terms] for term in equations.terms]))
    return [xi for _, xi in Regression(solver=LeastSquares())._rivals(equations, solution)]


def test_rivals_leave_as_little_as_least_squares_of_their_terms_says():
    """By brute force: of b c, which is 0.1 from a c, there are as many squares more as the noise decides."""
    for noise in (0.1, 0.5):
        equations = random_problem(noise)
        excess = {}
        for terms in ("ac", "bc", "ab", "ad", "cd", "bd", "a", "b", "c", "d"):
            columns = equations.A[:, ["abcd".index(term) for term in terms]]
            residuals = equations.B - columns @ np.linalg.lstsq(columns, equations.B, rcond=None)[0]
            excess[terms] = float(np.sum(residuals**2))
        unit = excess["ac"] / 300
        expected = {t for t, squares in excess.items() if t != "ac" and squares - excess["ac"] <= 16 * unit}
        found = rivals(equations, "ac")
        assert {"".join("abcd"[t] for t in np.flatnonzero(xi)) for xi in found} == expected
        assert expected == ({"bc"} if noise == 0.5 else set())
        for xi in found:
            columns = equations.A[:, [1, 2]]
            np.testing.assert_allclose(
                xi[[1, 2]], np.linalg.lstsq(columns, equations.B[:, 0], rcond=None)[0], rtol=1e-9
            )


def test_a_term_that_is_not_needed_has_a_smaller_rival():
    found = rivals(random_problem(0.1), "acd")
    assert [list(np.flatnonzero(xi)) for xi in found[:1]] == [[0, 2]]
    assert rivals(random_problem(0.1), "abcd") == []  # nothing was dropped: nobody chose


def test_the_lorenz_system_has_no_rivals_where_samples_tell():
    x = lorenz_samples(0.01, 4000, noise=0.01)
    for solver in (STLSQ(), Lasso(), Chosen(STLSQ), Bagging(STLSQ(), bags=10), LeastSquares()):
        assert identify(x, 0.01, method=Regression(WeakForm(30), solver)).rivals == ()
    for solver in (Ridge(), plain_lasso(0.01)):  # penalties hold coefficients back: no squares to compare with
        assert identify(x, 0.01, method=Regression(WeakForm(30), solver)).rivals == ()
    quarter = identify(x[:25], 0.01, library=Polynomial(2), method=Regression(WeakForm(12), Chosen(STLSQ)))
    assert not quarter.identified


@pytest.mark.parametrize("method", [FlowMatching(), MultipleShooting(longest=16)])
def test_a_degree_too_low_is_not_taken_for_noise(method):
    """With 5 % of noise, what the cubic term of van der Pol's oscillator leaves is as large as the noise."""
    x = dynamics.add_noise(dynamics.simulate(dynamics.van_der_pol(), dt=0.1, samples=400), 0.05, rng=1)
    model = identify(x, 0.1, library=Polynomial(2), method=method)
    assert re.match(r"incomplete: terms of one degree more would explain [3-7]\d% of the squares", model.verdict)
    assert identify(x, 0.1, library=Polynomial(3), method=MultipleShooting(longest=16)).identified


@pytest.mark.parametrize(("size", "part"), [(0.0, 0.0), (0.1, 0.5), (0.2, 0.8)])
def test_what_terms_of_one_degree_more_explain(size, part, rng):
    """Pairs of ``y = x / 2 + size (x^2 - 1) / sqrt(2)`` and errors of 0.1, for a library without the square."""
    x = rng.standard_normal(2000)
    y = x / 2 + size * (x**2 - 1) / np.sqrt(2) + 0.1 * rng.standard_normal(2000)
    problem = make_problem(list(np.stack([x, y], axis=1)[:, :, None]), None, Polynomial(1), None, "map")

    def make(problem):
        return Intervals(problem, 1.0)

    fit = fit_coefficients(make(problem), np.zeros((2, 1)), np.ones((2, 1), bool))
    assert explained_beyond(make, problem, fit) == pytest.approx(part, abs=0.05)
