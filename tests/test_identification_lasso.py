"""The LASSO: under relations, against Karush, Kuhn and Tucker and a solver from outside; and its adaptive weights."""

import numpy as np
import pytest
import sklearn.linear_model
from scipy.optimize import linprog, minimize

from minnet import dynamics
from minnet.dynamics import Polynomial
from minnet.errors import SettingError
from minnet.numerics.identification import (
    ADMM,
    FISTA,
    ISTA,
    LARS,
    FiniteDifferences,
    Lasso,
    LeastSquares,
    Regression,
    Relation,
    SavitzkyGolay,
    WeakForm,
    identify,
    known,
)
from minnet.numerics.identification.equations import Equations
from tests.checks import assert_close
from tests.test_identification_forms import LORENZ, lorenz_samples
from tests.test_identification_regression import ALGORITHMS, lorenz_equations, plain_lasso, random_equations, scaled


def relations_of(equations):
    """One within an equation, one between two, and one that says the first again; in units of the scaled columns."""
    u = equations.unit
    return [
        Relation({("x", "a"): 1 / u[0, 0], ("x", "b"): 1 / u[1, 0], ("x", "d"): -1 / u[3, 0]}, 0.4),
        Relation({("x", "c"): 1 / u[2, 0], ("y", "b"): -1 / u[1, 1]}, 0.0),
        Relation({("x", "a"): 2 / u[0, 0], ("x", "b"): 2 / u[1, 0], ("x", "d"): -2 / u[3, 0]}, 0.8),
    ]


def rows_of(relations, equations):
    """The relations' weights (r, t, i) and values, for coefficients w of the scaled columns."""
    return np.array([r.row(equations) * equations.unit for r in relations]), np.array([r.value for r in relations])


def objective(w, equations, penalty):
    a, b = scaled(equations)
    return np.sum((b - a @ w) ** 2) / 2 / len(a) + penalty * np.abs(w).sum()


def outside(equations, relations, penalty):
    """The minimum by SLSQP, for w = p - n with p and n >= 0: a quadratic program."""
    a, b = scaled(equations)
    shape = equations.shape
    C, d = rows_of(relations[:2], equations)
    G, c = a.T @ a / len(a), a.T @ b / len(a)

    def split(v):
        return (v[: len(v) // 2] - v[len(v) // 2 :]).reshape(shape)

    def gradient(v):
        g = (G @ split(v) - c).ravel()
        return np.r_[g + penalty, penalty - g]

    solution = minimize(
        lambda v: np.sum((b - a @ split(v)) ** 2) / 2 / len(a) + penalty * v.sum(), np.full(2 * C[0].size, 0.1),
        jac=gradient, method="SLSQP", bounds=[(0, None)] * (2 * C[0].size), options={"ftol": 1e-15, "maxiter": 2000},
        constraints={"type": "eq", "fun": lambda v: np.sum(C * split(v), axis=(1, 2)) - d,
                     "jac": lambda v: np.hstack([C.reshape(2, -1), -C.reshape(2, -1)])},
    )  # fmt: skip
    assert solution.success
    return split(solution.x)


@pytest.mark.parametrize("penalty", [0.0, 0.01, 0.1, 0.4])
def test_the_minimum_under_relations_is_that_of_a_quadratic_program(penalty):
    equations = random_equations()
    relations = relations_of(equations)
    solution = plain_lasso(penalty, relations=relations).solve(equations)
    assert solution.converged
    w, peer = solution.xi / equations.unit, outside(equations, relations, penalty)
    C, d = rows_of(relations, equations)
    assert_close(np.sum(C * w, axis=(1, 2)), d, 1e-14)
    assert objective(w, equations, penalty) <= objective(peer, equations, penalty) + 1e-10
    assert np.abs(w - peer).max() < 1e-4
    free = plain_lasso(penalty).solve(equations).xi / equations.unit
    assert np.abs(free - w).max() > 0.05  # the relations matter
    assert (np.count_nonzero(w) < w.size) == (penalty > 0)
    np.testing.assert_array_equal(w != 0, solution.support)


@pytest.mark.parametrize("penalty", [0.01, 0.1, 0.4])
def test_the_minimum_under_relations_meets_the_conditions_of_karush_kuhn_and_tucker(penalty):
    """With multipliers mu, ``G w - c + C^T mu`` is ``-penalty sign(w)``, or no larger than the penalty where w is 0."""
    equations = random_equations(seed=1)
    relations = relations_of(equations)
    a, b = scaled(equations)
    w = plain_lasso(penalty, relations=relations).solve(equations).xi / equations.unit
    C = rows_of(relations[:2], equations)[0].reshape(2, -1)
    gradient, support = (a.T @ (a @ w - b) / len(a)).ravel(), w.ravel() != 0
    middle, width = np.where(support, -penalty * np.sign(w.ravel()), 0), np.where(support, 0, penalty)
    rows = np.vstack([np.c_[C.T, -np.ones(w.size)], np.c_[-C.T, -np.ones(w.size)]])
    most = np.r_[width + middle - gradient, width - middle + gradient]  # for mu and the least violation there is
    violation = linprog([0, 0, 1], A_ub=rows, b_ub=most, bounds=[(None, None), (None, None), (0, None)])
    assert violation.success
    assert violation.fun < 1e-9
    assert np.abs(gradient[support] - middle[support]).max() > 1e-3  # and mu is not 0


def test_a_known_coefficient_leaves_the_plain_lasso_of_the_others():
    """What is fixed costs the same everywhere; scikit-learn has the others, for targets less the known part."""
    equations = random_equations()
    a, b = scaled(equations)
    relation = known("x", term="c", value=0.7 * equations.unit[2, 0])
    solution = plain_lasso(0.05, relations=[relation]).solve(equations)
    w = solution.xi / equations.unit
    peer = sklearn.linear_model.Lasso(alpha=0.05, fit_intercept=False, tol=1e-15, max_iter=100_000)
    others = peer.fit(np.delete(a, 2, axis=1), b[:, 0] - 0.7 * a[:, 2]).coef_
    assert w[2, 0] == pytest.approx(0.7, rel=1e-15)
    assert np.abs(np.delete(w[:, 0], 2) - others).max() < 1e-8
    assert np.abs(w[:, 1] - plain_lasso(0.05).solve(equations).xi[:, 1] / equations.unit[:, 1]).max() < 1e-9


def test_relations_are_obeyed_exactly_however_small_what_they_ask_for():
    equations = lorenz_equations(noise=0.01)
    opposite = Relation({("x", "x"): 1.0, ("x", "y"): 1.0}, 0.0)
    between = Relation({("y", "x z"): 1.0, ("z", "x y"): 1.0}, 0.0)
    tiny, none = known("z", term="1", value=1e-6), known("z", term="z^2", value=0.0)
    for refit in (True, False):
        solution = Lasso(refit=refit, relations=[opposite, between, tiny, none]).solve(equations)
        xi = solution.xi
        assert solution.converged
        assert xi[1, 0] == pytest.approx(-xi[2, 0], rel=1e-13)
        assert xi[6, 1] == pytest.approx(-xi[5, 2], rel=1e-13)
        assert xi[0, 2] == pytest.approx(1e-6, rel=1e-12)
        np.testing.assert_array_equal((xi != 0) ^ (LORENZ != 0), np.isin(np.arange(30), 2).reshape(10, 3))
    assert solution.biased


def test_a_penalty_of_nothing_is_least_squares():
    equations = random_equations()
    relations = relations_of(equations)
    for gamma in (0.0, 1.0):
        for kept in ((), relations):
            lasso = Lasso(0.0, gamma=gamma, refit=False, relations=kept).solve(equations).xi
            assert_close(lasso / equations.unit, LeastSquares(kept).solve(equations).xi / equations.unit, 1e-9)


def test_algorithms_that_take_no_relations_say_so():
    equations = random_equations()
    for algorithm in (ISTA(), FISTA(), LARS()):
        with pytest.raises(SettingError, match=rf"{type(algorithm).__name__}: .* take ADMM"):
            Lasso(0.1, algorithm, relations=relations_of(equations)).solve(equations)
    with pytest.raises(SettingError, match="contradict"):
        Lasso(relations=[known("x", term="a", value=1), known("x", term="a", value=2)]).solve(equations)
    with pytest.raises(SettingError, match="gamma"):
        Lasso(gamma=-1.0)
    unfinished = Lasso(0.01, ADMM(iterations=2), relations=relations_of(equations)).solve(equations)
    assert not unfinished.converged
    C, d = rows_of(relations_of(equations), equations)
    assert_close(np.sum(C * unfinished.xi / equations.unit, axis=(1, 2)), d, 1e-12)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0])
def test_adaptive_weights_by_hand(gamma):
    """With unit columns at right angles, c is least squares, and ``sign(c) max(|c| - penalty / |c|^gamma, 0)`` the
    minimum; 0.1 goes, 0.6 and 0.8 stay."""
    A = np.array([[1.0, 1, 1], [1, -1, 1], [1, 1, -1], [1, -1, -1]])
    c = np.array([0.8, -0.6, 0.1])
    c /= np.linalg.norm(c)
    for algorithm in ALGORITHMS:
        solver = Lasso(0.2, algorithm, gamma=gamma, refit=False)
        xi = solver.solve(Equations(A, (A @ c)[:, None], list("pqr"), ("x",))).xi
        expected = np.sign(c) * np.maximum(np.abs(c) - 0.2 / np.abs(c) ** gamma, 0)
        assert expected[2] == 0 < expected[0]
        assert_close(xi[:, 0], expected, 1e-11)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda a: type(a).__name__)
def test_adaptive_weights_are_zous(algorithm):
    """In one stage, as nothing goes: scikit-learn's LASSO of columns times least squares' |w|, and back."""
    equations = random_equations(noise=0.2)
    a, b = scaled(equations)
    pilot = np.linalg.lstsq(a, b, rcond=None)[0]
    penalty = 0.2 * np.abs(pilot).min() ** 2
    peer = sklearn.linear_model.Lasso(alpha=penalty, fit_intercept=False, tol=1e-15, max_iter=100_000)
    sizes = np.abs(pilot).T
    w = np.stack([peer.fit(a * size, y).coef_ * size for size, y in zip(sizes, b.T, strict=True)], axis=1)
    assert np.count_nonzero(w) == w.size
    assert np.abs(Lasso(penalty, algorithm, refit=False).solve(equations).xi / equations.unit - w).max() < 1e-8
    assert np.abs(w - pilot).max() > 1e-4


FLOWS = {
    "Lorenz": (dynamics.lorenz(), 0.01, 2),
    "other Lorenz": (dynamics.lorenz(16.0, 45.92, 4.0), 0.005, 2),
    "Roessler": (dynamics.roessler(), 0.05, 2),
    "van der Pol": (dynamics.van_der_pol(), 0.05, 3),
    "Lotka-Volterra": (dynamics.lotka_volterra(), 0.05, 2),
}


@pytest.mark.parametrize("name", FLOWS)
def test_as_it_comes_it_finds_exactly_the_terms_of_polynomial_flows(name):
    """Without noise, and with 1 %, by integrals and by differences; the plain LASSO finds terms that are not there."""
    system, dt, degree = FLOWS[name]
    library = Polynomial(degree)
    names, own = library.names(system.variables), system.library.names(system.variables)
    true = np.zeros((len(names), system.dimension))
    true[[names.index(term) for term in own]] = system.coefficients
    clean = dynamics.simulate(system, dynamics.states_on_attractor(system, 1, rng=0)[0], dt=dt, samples=2000)
    for noise in (0.0, 0.01):
        x = dynamics.add_noise(clean, noise, rng=1)
        for form in (WeakForm(), FiniteDifferences(8), SavitzkyGolay()):
            model = identify(x, dt, library=library, variables=system.variables, method=Regression(form, Lasso()))
            np.testing.assert_array_equal(model.coefficients != 0, true != 0)
        plain = identify(x, dt, library=library, method=Regression(WeakForm(), plain_lasso(1e-3)))
        assert (plain.coefficients[true == 0] != 0).any()


def test_as_it_comes_it_identifies_the_lorenz_system():
    for dt, noise in ((0.01, 0.0), (0.02, 0.0), (0.01, 0.001), (0.01, 0.01)):
        model = identify(lorenz_samples(dt, 4000, noise), dt, method=Regression(solver=Lasso()))
        assert model.identified
        np.testing.assert_array_equal(model.coefficients != 0, LORENZ != 0)
        assert np.abs(model.coefficients - LORENZ).max() < 1e-3 + 10 * noise
