"""Solvers of linear equations for coefficients, against closed forms and scikit-learn."""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sklearn.linear_model

from minnet import dynamics
from minnet.dynamics import Functions, Polynomial, System
from minnet.errors import DataError, SettingError
from minnet.numerics.identification import (
    ADMM,
    FISTA,
    ISTA,
    LARS,
    STLSQ,
    Bagging,
    Chosen,
    FiniteDifferences,
    Lasso,
    LeastSquares,
    QuinticSpline,
    Regression,
    Relation,
    Ridge,
    WeakForm,
    aicc,
    bic,
    identify,
    known,
    plot_path,
)  # fmt: skip
from minnet.numerics.identification.equations import Equations
from minnet.numerics.identification.linear import least_squares, standard_errors
from minnet.numerics.identification.samples import make_problem
from tests.checks import assert_close
from tests.test_identification_forms import LORENZ, lorenz_samples

ALGORITHMS = [ISTA(), FISTA(), ADMM(), LARS()]
plain_lasso = partial(Lasso, gamma=0.0, refit=False)  # Tibshirani's


def random_equations(m=200, t=6, i=2, noise=0.5, seed=0, mixing=0.3):
    rng = np.random.default_rng(seed)
    A = (
        rng.standard_normal((m, t))
        @ (np.eye(t) + mixing * rng.standard_normal((t, t)))
        * 10.0 ** rng.integers(-3, 4, t)
    )
    xi = np.where(rng.random((t, i)) < 0.5, 1.0, 0.0) / np.sqrt(np.mean(A**2, axis=0))[:, None] * [1, 1e3]
    B = A @ xi
    return Equations(A, B + noise * B.std(axis=0) * rng.standard_normal(B.shape), list("abcdef")[:t], ("x", "y")[:i])


def lorenz_equations(dt=0.01, samples=2000, form=None, noise=0.0, seed=0):
    form = WeakForm(30) if form is None else form
    return form.equations(make_problem(lorenz_samples(dt, samples, noise, seed), dt, Polynomial(2), None))


def scaled(equations):
    a = equations.A / np.sqrt(np.mean(equations.A**2, axis=0))
    return a, equations.B / np.sqrt(np.mean(equations.B**2, axis=0))


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda a: type(a).__name__)
@pytest.mark.parametrize("penalty", [0.0, 0.003, 0.1, 0.5])
def test_algorithms_agree_with_scikit_learn(algorithm, penalty):
    equations = random_equations()
    a, b = scaled(equations)
    solution = plain_lasso(penalty, algorithm).solve(equations)
    assert solution.converged
    for i in range(2):
        if penalty:
            peer = sklearn.linear_model.Lasso(alpha=penalty, fit_intercept=False, tol=1e-15, max_iter=100_000)
        else:
            peer = sklearn.linear_model.LinearRegression(fit_intercept=False)
        w = peer.fit(a, b[:, i]).coef_
        assert np.abs(solution.xi[:, i] / equations.unit[:, i] - w).max() < 1e-8
        np.testing.assert_array_equal(solution.support[:, i], w != 0)


def test_algorithms_agree_with_scikit_learns_lars_on_the_lorenz_system():
    """Terms as correlated as these have a condition of 141 between their columns."""
    equations = lorenz_equations()
    a, b = scaled(equations)
    peer = sklearn.linear_model.LassoLars(alpha=0.02, fit_intercept=False)
    w = np.stack([peer.fit(a, part).coef_ for part in b.T], axis=1)
    for algorithm in ALGORITHMS:
        fitted = plain_lasso(0.02, algorithm).solve(equations).xi / equations.unit
        assert np.abs(fitted - w).max() < 1e-8
        objective = [
            np.sum((b - a @ weights) ** 2) / 2 / len(a) + 0.02 * np.abs(weights).sum() for weights in (fitted, w)
        ]
        assert objective[0] == pytest.approx(objective[1], abs=1e-14)


def test_orthonormal_columns_are_thresholded_softly():
    """By hand: with unit columns at right angles the minimum is ``sign(c) max(|c| - penalty, 0)``."""
    A = np.array([[1.0, 1, 1], [1, -1, 1], [1, 1, -1], [1, -1, -1]])
    b = A @ [0.8, -0.6, 0.0]  # root mean square 1
    for algorithm in ALGORITHMS:
        xi = plain_lasso(0.25, algorithm).solve(Equations(A, b[:, None], list("pqr"), ("x",))).xi
        assert_close(xi[:, 0], np.array([0.55, -0.35, 0.0]), 1e-12)


def test_refit_undoes_what_the_penalty_takes():
    equations = random_equations(noise=0.0)
    true = least_squares(equations, np.ones((6, 2), bool)).xi
    held, free = plain_lasso(0.05).solve(equations), Lasso(0.05, gamma=0.0).solve(equations)
    np.testing.assert_array_equal(held.support, free.support)
    assert held.biased
    assert not free.biased
    assert np.abs((held.xi - true) / equations.unit).max() > 0.02
    assert_close(free.xi / equations.unit, true / equations.unit, 1e-9)


def test_ridge_is_scikit_learns():
    equations = random_equations()
    a, b = scaled(equations)
    peer = sklearn.linear_model.Ridge(alpha=0.3 * len(a), fit_intercept=False).fit(a, b)
    assert_close(Ridge(0.3).solve(equations).xi / equations.unit, peer.coef_.T, 1e-12)


def test_a_known_coefficient_is_least_squares_for_the_others():
    equations = random_equations()
    value = 2 * equations.unit[2, 0]
    solution = LeastSquares([known("x", term="c", value=value)]).solve(equations)
    assert solution.xi[2, 0] == value
    others = np.delete(equations.A, 2, axis=1)
    left = np.linalg.lstsq(others, equations.B[:, 0] - value * equations.A[:, 2], rcond=None)[0]
    assert_close(
        np.delete(solution.xi[:, 0] / equations.unit[:, 0], 2), left / np.delete(equations.unit[:, 0], 2), 1e-9
    )
    assert_close(solution.xi[:, 1], LeastSquares().solve(equations).xi[:, 1], 1e-12)
    errors = standard_errors(equations, solution)
    assert errors[2, 0] == 0
    assert (np.delete(errors[:, 0], 2) > 0).all()


def test_relations_between_equations_meet_the_conditions_of_lagrange():
    """The gradient of the squares is a combination of the relations' rows."""
    equations = random_equations()
    u = equations.unit
    relations = [
        Relation({("x", "a"): 1 / u[0, 0], ("y", "b"): -2 / u[1, 1]}, 0.5),
        Relation({("x", "a"): 1 / u[0, 0], ("x", "c"): 1 / u[2, 0], ("y", "f"): 1 / u[5, 1]}, -1.0),
        Relation({("y", "b"): -4 / u[1, 1], ("x", "a"): 2 / u[0, 0]}, 1.0),  # the first again
    ]
    solver = LeastSquares(relations)
    xi = solver.solve(equations).xi
    rows = np.array([relation.row(equations) * u for relation in relations]).reshape(3, -1)
    assert_close(rows @ (xi / u).ravel(), np.array([0.5, -1, 1]), 1e-12)
    a, b = scaled(equations)
    gradient = (a.T @ (a @ (xi / u) - b)).ravel() / len(a)
    assert np.abs(gradient).max() > 1e-3
    multipliers = np.linalg.lstsq(rows.T, gradient, rcond=None)[0]
    assert_close(rows.T @ multipliers, gradient, 1e-11)


def test_relations_survive_thresholds_and_bags():
    equations = lorenz_equations(noise=0.01)
    opposite = Relation({("x", "x"): 1.0, ("x", "y"): 1.0}, 0.0)
    tiny = known("z", term="1", value=1e-6)  # its share is far below any threshold
    for solver in (
        STLSQ(0.05, [opposite, tiny]),
        Bagging(STLSQ(0.05, [opposite, tiny]), bags=10),
        Chosen(lambda s: STLSQ(s, [opposite, tiny]), [0.3, 0.1, 0.03]),
    ):
        xi = solver.solve(equations).xi
        assert xi[1, 0] == pytest.approx(-xi[2, 0], rel=1e-12)
        assert abs(xi[1, 0] + 10) < 0.1
        assert xi[0, 2] == 1e-6
        assert np.count_nonzero(xi) == 8


def test_impossible_relations_are_refused():
    equations = random_equations()
    with pytest.raises(SettingError, match="contradict"):
        LeastSquares([known("x", term="a", value=1), known("x", term="a", value=2)]).solve(equations)
    with pytest.raises(SettingError, match="no term 'g'"):
        LeastSquares([known("x", term="g", value=1)]).solve(equations)
    with pytest.raises(SettingError, match="no variable 'u'"):
        LeastSquares([known("u", term="a", value=1)]).solve(equations)
    with pytest.raises(SettingError, match="says nothing"):
        LeastSquares([Relation({("x", "a"): 0.0}, 1.0)]).solve(equations)


def test_thresholds_drop_one_term_after_the_other():
    """By hand: unit columns, the second two correlated. 0.04 goes at 0.05; its neighbour, fitted again, stays."""
    A = np.array([[1.0, 1, 1], [1, -1, 1], [1, 1, -1], [1, -1, -1]])
    b = A @ [0.9, 0.4, 0.04]
    b = b / np.sqrt(np.mean(b**2))
    solution = STLSQ(0.05).solve(Equations(A, b[:, None], list("pqr"), ("x",)))
    assert_close(solution.xi[:, 0], np.array([0.9, 0.4, 0]) / np.sqrt(0.81 + 0.16 + 0.0016), 1e-14)
    assert not STLSQ(100.0).solve(lorenz_equations()).xi.any()


def test_standard_errors_are_the_scatter_of_repetitions():
    z = []
    for seed in range(12):
        equations = lorenz_equations(noise=0.01, seed=seed)
        solution = least_squares(equations, LORENZ != 0)
        z.append((solution.xi - LORENZ)[LORENZ != 0] / standard_errors(equations, solution)[LORENZ != 0])
    assert 0.7 < np.sqrt(np.mean(np.square(z))) < 1.4


def test_textbook_standard_errors_of_independent_rows():
    equations = random_equations(m=4000)
    solution = LeastSquares().solve(equations)
    r = equations.B - equations.A @ solution.xi
    textbook = np.sqrt(np.linalg.inv(equations.A.T @ equations.A).diagonal()[:, None] * r.var(axis=0))
    np.testing.assert_allclose(standard_errors(equations, solution), textbook, rtol=0.1)


def test_criteria_by_hand():
    # n = 20, k = 3, mean square 0.25: 20 ln 0.25 = -27.7259; 2 k = 6; 2 k (k + 1) / (n - k - 1) = 24 / 16
    assert aicc(20, 3, 0.25) == pytest.approx(-27.72589 + 6 + 1.5, abs=1e-5)
    assert bic(20, 3, 0.25) == pytest.approx(-27.72589 + 3 * 2.99573, abs=1e-4)
    assert aicc(5, np.array([3, 4]), np.array([0.1, 0.1]))[1] == np.inf


def test_a_path_begins_with_nothing_and_ends_with_least_squares():
    equations = random_equations()
    compact = equations.compact
    most = np.abs(compact.R.T @ compact.y).max()
    path = Chosen(plain_lasso, [most * 1.0001, most * 0.999, 0.1, 1e-3, 0.0]).path(equations)
    assert np.count_nonzero(path.scaled[0]) == 0
    assert np.count_nonzero(path.scaled[1]) == 1
    assert_close(path.scaled[-1], LeastSquares().solve(equations).xi / equations.unit, 1e-9)
    assert (np.diff(np.abs(path.scaled).sum(axis=(1, 2))) >= -1e-12).all()


@pytest.mark.parametrize("criterion", [bic, aicc])
def test_the_criterion_finds_the_terms_that_made_the_data(criterion):
    noiseless, equations = (random_equations(m=400, noise=noise, seed=3, mixing=0.0) for noise in (0.0, 0.3))
    true = np.abs(LeastSquares().solve(noiseless).xi / noiseless.unit) > 1e-9
    assert 3 < true.sum() < 10
    support = Chosen(partial(plain_lasso, algorithm=LARS()), criterion=criterion).solve(equations).support
    assert (support | ~true).all()
    assert (support & ~true).sum() <= (0 if criterion is bic else 2)


def test_a_path_is_drawn():
    path = Chosen(partial(Lasso, algorithm=LARS())).path(lorenz_equations())
    ax = plot_path(path, "y")
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert {"x", "y", "x z", "chosen"} <= set(labels)
    assert ax.get_xscale() == "log"
    with pytest.raises(SettingError, match="no variable 'u'"):
        plot_path(path, "u")
    plt.close("all")


def test_bagging_finds_the_terms_of_the_lorenz_system():
    equations = lorenz_equations(noise=0.02, samples=4000)
    bags = Bagging(STLSQ(0.03), bags=30)
    inclusion = bags.draw(equations).inclusion
    assert inclusion[LORENZ != 0].min() == 1
    assert inclusion[LORENZ == 0].max() < 0.5
    solution = bags.solve(equations)
    np.testing.assert_array_equal(solution.support, LORENZ != 0)
    np.testing.assert_array_equal(bags.draw(equations).coefficients, bags.draw(equations).coefficients)
    assert (bags.draw(equations).coefficients != Bagging(bags=30, rng=1).draw(equations).coefficients).any()


def test_regression_identifies_the_lorenz_system():
    x = lorenz_samples(0.01, 4000)
    for form, bound in ((FiniteDifferences(2), 0.2), (FiniteDifferences(8), 1e-5), (QuinticSpline(), 1e-5),
                        (WeakForm(30), 1e-6)):  # fmt: skip
        model = identify(x, 0.01, method=Regression(form, STLSQ()))
        assert model.identified
        np.testing.assert_array_equal(model.coefficients != 0, LORENZ != 0)
        assert np.sqrt(np.mean((model.coefficients - LORENZ)[LORENZ != 0] ** 2)) < bound
    assert model.standard_errors is not None
    assert model.equations(3) == ["dx/dt = -10 x + 10 y", "dy/dt = 28 x - 1 y - 1 x z", "dz/dt = -2.67 z + 1 x y"]


def test_verdicts_are_honest():
    coarse, dense = lorenz_samples(0.1, 1000), lorenz_samples(0.01, 2000)
    for x, dt, form, solver in (
        (coarse, 0.1, FiniteDifferences(2), LeastSquares()),
        (coarse, 0.1, QuinticSpline(), STLSQ()),
        (dense, 0.01, WeakForm(30), Ridge(1e-3)),
        (dense, 0.01, WeakForm(30), plain_lasso(0.01)),
        (dense, 0.01, WeakForm(30), STLSQ(2.5)),
        (dense, 0.01, WeakForm(30), STLSQ(100.0)),
    ):
        model = identify(x, dt, method=Regression(form, solver))
        assert model.verdict.startswith(("biased", "not converged"))
    noisy = lorenz_samples(0.05, 2000, noise=0.05)
    assert identify(noisy, 0.05, library=Polynomial(3), method=Regression()).verdict.startswith("biased")
    noisy = lorenz_samples(0.01, 4000, noise=0.01)  # noise hides the missing -y from the flow, but not from integrals
    assert identify(noisy, 0.01, method=Regression(WeakForm(30), STLSQ(0.5))).verdict.startswith("biased")
    assert identify(noisy, 0.01, method=Regression(WeakForm(30), STLSQ(0.1))).identified
    assert identify(dense, 0.01, method=Regression(WeakForm(30), plain_lasso(0.01))).standard_errors is None
    model = identify(dense, 0.01, method=Regression(WeakForm(30), plain_lasso(0.001, ISTA(iterations=3))))
    assert "under way" in model.verdict
    circle = np.stack([np.cos(0.1 * np.arange(200)), np.sin(0.1 * np.arange(200))], axis=1)
    model = identify(circle, 0.1, method=Regression(FiniteDifferences(8), LeastSquares()))
    assert "do not tell some terms apart" in model.verdict  # x^2 + y^2 is 1


@pytest.mark.parametrize(("dt", "noise"), [(0.1, 0.0), (0.05, 0.05), (0.1, 0.05)])
def test_bias_is_estimated(dt, noise):
    method = Regression(WeakForm(12), STLSQ(0.1))
    for seed in range(3):
        problem = make_problem(lorenz_samples(dt, 1000, noise, seed), dt, Polynomial(2), None)
        fit, unit = method.fit(problem), method.equations.equations(problem).unit
        off = (np.abs((fit.xi - LORENZ) / unit) / np.abs(LORENZ / unit).max(axis=0)).max()
        assert off / 6 < fit.bias < 6 * off


def test_equations_that_blow_up_are_reported():
    growing = System("g", ("x",), Polynomial(2), np.array([[0.0], [0.0], [1.0]]), np.array([1.0]))
    x = dynamics.simulate(growing, dt=0.02, samples=45)
    model = identify(x, 0.02, method=Regression(FiniteDifferences(4), STLSQ()))
    assert model.equations(2) == ["dx/dt = 1 x^2"]
    with pytest.raises(DataError, match="blow up after t ="):
        model.simulate([1.0], dt=0.05, samples=100)
    far = Regression(FiniteDifferences(2), LeastSquares([known("x", term="x^2", value=50.0)]))
    model = identify(x, 0.02, method=far)
    assert "blow up between one sample and the next" in model.verdict
    assert model.sigma == np.inf


def test_terms_that_say_nothing():
    """A constant twice, and a term that is 0: told from nothing, so not decided, unless they are dropped."""
    x = dynamics.simulate(dynamics.van_der_pol(), dt=0.05, samples=400)
    terms = {
        "v": lambda x: x[:, 1],
        "x": lambda x: x[:, 0],
        "x^2 v": lambda x: x[:, 0] ** 2 * x[:, 1],
        "0": lambda x: np.zeros(len(x)),
        "1": lambda x: np.ones(len(x)),
        "2": lambda x: np.full(len(x), 2.0),
    }
    for solver in (
        LeastSquares(),
        STLSQ(),
        *(Lasso(0.001, algorithm, gamma=gamma) for algorithm in ALGORITHMS[1:] for gamma in (0.0, 1.0)),
    ):
        method = Regression(FiniteDifferences(8), solver)
        model = identify(x, 0.05, library=Functions(terms), variables=["x", "v"], method=method)
        if model.identified:
            assert [line.replace("0.99999", "1") for line in model.equations(5)] == [
                "dx/dt = 1 v",
                "dv/dt = 1 v - 1 x - 1 x^2 v",
            ]
        else:
            assert isinstance(solver, LeastSquares)
            assert "do not tell some terms apart" in model.verdict


def test_bad_input():
    x = lorenz_samples(0.05, 60)
    with pytest.raises(DataError, match=r"WeakForm: 0 equations .* for 10 terms"):
        identify(x, 0.05, method=Regression(WeakForm(80)))
    gaps = x.copy()
    gaps[::5] = np.nan
    with pytest.raises(DataError, match=r"FiniteDifferences: 0 equations"):
        identify(gaps, 0.05, method=Regression(FiniteDifferences(4)))
    with pytest.raises(DataError, match="even times"):
        identify(x, np.r_[0:59, 60] * 0.05, method=Regression())
    with pytest.raises(DataError, match="y never changes"):
        identify(np.where([[False, True, False]], 1.0, x), 0.05, method=Regression())
    logarithm = Functions({"x": lambda x: x[:, 0], "log x": lambda x: np.log(np.where(x[:, 0] > 0, x[:, 0], np.nan))})
    with pytest.raises(DataError, match="log x: not finite"):
        identify(x, 0.05, library=logarithm, method=Regression())
    for wrong, word in (
        (lambda: Ridge(0.0), "strength"),
        (lambda: STLSQ(-1.0), "threshold"),
        (lambda: Lasso(1.5), "penalty"),
        (lambda: FISTA(tolerance=0.0), "tolerance"),
        (lambda: ADMM(iterations=0), "iterations"),
        (lambda: Bagging(bags=0), "bags"),
        (lambda: Bagging(threshold=0.0), "threshold"),
        (lambda: Bagging(block=0), "block"),
        (lambda: Chosen(strengths=()), "at least one"),
    ):
        with pytest.raises(SettingError, match=word):
            wrong()


def test_equations_that_almost_blow_up_are_not_converged():
    """Samples so far apart that derivatives of the flow found by differences are beyond 1e200: a verdict, no crash."""
    start = dynamics.states_on_attractor(dynamics.lorenz(), 1, rng=np.random.default_rng([3653403231, 1]))[0]
    x = dynamics.simulate(dynamics.lorenz(), start, dt=0.2, samples=1000)
    assert not identify(x, 0.2, method=Regression(FiniteDifferences(4), STLSQ())).identified
