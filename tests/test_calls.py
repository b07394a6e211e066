"""Calls that numerics cannot use are answered at once, in a sentence, by what to write instead."""

import math
import warnings

import numpy as np
import pytest

import minnet as mn
from minnet import dynamics
from minnet.dynamics import Functions, Polynomial
from minnet.errors import DataError, DtypeError, SettingError, ShapeError
from minnet.numerics import chaos
from minnet.numerics.active import KinkNetwork, Learner
from minnet.numerics.identification import (
    FISTA,
    Bagging,
    Chosen,
    Lasso,
    LeastSquares,
    Regression,
    Relation,
    Ridge,
    WeakForm,
    identify,
)

X = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=200)
HENON = dynamics.simulate(dynamics.henon(), dt=1, samples=200)
RELATION = Relation({("x", "x"): 1.0, ("x", "y"): 1.0}, 0.0)
ROSENSTEIN = {"dt": 1, "dimension": 2, "window": 0, "horizon": 20}


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Lasso(algorithm="FISTA"), SettingError, r"algorithm must be an object such as FISTA\(\), not 'FISTA'"),
        (lambda: Lasso(algorithm=FISTA), SettingError, r"must be an object such as FISTA\(\)"),
        (lambda: Lasso(relations=RELATION), SettingError, r"relations must be a list, as in \[Relation\("),
        (lambda: Ridge(relations={("x", "y"): 1.0}), SettingError, "Ridge: relations must be a list"),
        (lambda: LeastSquares([3]), SettingError, "LeastSquares: relations must be a list"),
        (lambda: Relation({"x": 1}, 0), SettingError, r"pairs \(variable, term\), as in \{\(\"x\", \"y\"\): 1.0\}"),
        (lambda: Relation([("x", "x")], 0), SettingError, "pairs"),
        (lambda: Relation({("x", "x"): "1"}, 0), SettingError, "says nothing; give finite weights"),
        (lambda: Relation({("x", "x"): 1.0}, "a"), SettingError, "says nothing"),
        (lambda: Relation({("x", "x"): 0.0}, 1.0), SettingError, "one not 0"),
        (lambda: Regression("weak"), SettingError, r"equations must be an object such as WeakForm\(\)"),
        (lambda: Regression(WeakForm(), Lasso), SettingError, r"solver must be an object such as Lasso\(\)"),
        (lambda: Bagging("STLSQ"), SettingError, r"solver must be an object such as STLSQ\(\)"),
        (lambda: Chosen(Lasso()), SettingError, "family must make a solver of a strength, as Lasso does"),
        (lambda: Chosen(lambda s: s), SettingError, "what the family makes of a strength must be an object"),
        (lambda: Chosen(Lasso, strengths=0.1), SettingError, "a list of strengths"),
        (lambda: Lasso(alpha=0.1), SettingError, "Lasso has no setting 'alpha'; its settings are penalty, algorithm"),
        (lambda: identify(X, dt=0.05), SettingError, "identify has no setting 'dt'; its settings are x, t, method"),
        (lambda: identify(X, 0.05, feature_names=["a"]), SettingError, "it is called variables"),
        (lambda: Learner([(0, 1)], n_initial=5), SettingError, "it is called initial"),
        (lambda: Learner([(0, 1)], acquisition="ei"), SettingError, "it is called strategy"),
        (lambda: Learner([(0, 1)], random_state=0), SettingError, "it is called rng"),
        (lambda: Learner([(0, 1)], KinkNetwork()), SettingError, "Learner takes only bounds by position"),
        (lambda: chaos.embed(HENON[:, 0], emb_dim=2), SettingError, "it is called dimension"),
        (lambda: chaos.rosenstein(HENON[:, 0], dt=1), SettingError, "rosenstein needs dimension, window, horizon"),
        (lambda: dynamics.simulate(dynamics.henon(), dt=1), SettingError, "simulate needs samples"),
        (
            lambda: chaos.rosenstein(HENON[:, 0], **ROSENSTEIN, region=3),
            SettingError,
            r"region must be two times \(first, last\), both >= 0, not 3",
        ),
        (lambda: chaos.rosenstein(HENON[:, 0], **ROSENSTEIN, region=(1, 2, 3)), SettingError, "two times"),
        (
            lambda: chaos.rosenstein(HENON[:, 0], **ROSENSTEIN | {"horizon": 400}),
            DataError,
            "200 samples are too few for a horizon of 400",
        ),
        (lambda: Functions({"x": 3}), SettingError, r"Functions: terms are given by name, as in \{\"sin\(x\)\""),
        (lambda: Functions([lambda x: x[:, 0]]), SettingError, "terms are given by name"),
        (lambda: Functions({"x": abs}, [abs]), SettingError, "so are their derivatives"),
    ],
)
def test_settings_of_another_kind(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: chaos.mutual_information([], max_lag=3), DataError, "the series has no samples"),
        (
            lambda: chaos.correlation_dimension(HENON, window=0, region=3),
            SettingError,
            "two distances",
        ),
        (lambda: chaos.correlation_dimension(HENON, window=0, region=(0, 1)), SettingError, "must begin above 0"),
        (lambda: chaos.kaplan_yorke_dimension(None), DtypeError, "exponents must be real numbers"),
        (lambda: chaos.kaplan_yorke_dimension(3), ShapeError, r"exponents must be numbers \(d,\), not 3"),
        (lambda: chaos.surrogate_test(HENON[:, 0], np.mean, surrogate="aaft"), SettingError, "one such as aaft"),
        (lambda: chaos.shuffled(HENON[:, 0], rng="a"), SettingError, "shuffled: rng must be a whole number >= 0"),
        (
            lambda: chaos.lyapunov_spectrum(None, time=9),
            SettingError,
            "must be a System, such as",
        ),
        (lambda: chaos.divergence_of_twins("henon", dt=1, samples=9), SettingError, "must be a System"),
        (lambda: dynamics.simulate(dynamics.lorenz, dt=1, samples=9), SettingError, "must be a System"),
        (
            lambda: dynamics.lorenz(sigma=None),
            SettingError,
            "sigma=None is out of range",
        ),
        (lambda: dynamics.henon(np.inf), SettingError, "a=inf is out of range"),
        (lambda: mn.datasets.moons(0.5), SettingError, "moons: n=0.5 is out of range"),
        (lambda: mn.datasets.circles(9, factor="a"), SettingError, "factor='a' is out of range"),
        (lambda: mn.datasets.blobs(9, rng="a"), SettingError, "blobs: rng must be a whole number"),
        (lambda: mn.datasets.split(HENON, HENON[:9], rng=0), ShapeError, r"the shapes \(\(200, 2\), \(9, 2\)\)"),
        (lambda: mn.datasets.split(HENON, None), ShapeError, "split: x and y must be arrays"),
        (
            lambda: mn.datasets.split(HENON, HENON, test_size=1.5),
            SettingError,
            "between 0 and 1, or a",
        ),
    ],
)
def test_arguments_of_another_kind(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("term", "error", "words"),
    [
        (lambda x, y: x * y, DtypeError, r"'f': a function that is called with all points at once.*\(200, 3\).*'y'"),
        (lambda x: x[:, 5], ShapeError, r"index 5 is out of bounds.*x\[:, 0\] is the first variable"),
        (lambda x: math.sin(x[:, 0]), DtypeError, r"x\[:, 0\] is the first variable"),
        (lambda x: x, ShapeError, r"gives \(200, 3\); expected \(200,\)"),
        (lambda x: 1j * x[:, 0], DtypeError, "real numbers, not complex128"),
        (lambda x: None, DtypeError, "real numbers"),
    ],
)
def test_terms_that_are_no_functions_of_points(term, error, words):
    with pytest.raises(error, match=words):
        identify(X, 0.05, library=Functions({"f": term}))


@pytest.mark.parametrize(
    "term", [lambda x: np.log(x[:, 0]), lambda x: 1 / np.round(x[:, 0]), lambda x: np.exp(1e3 * x[:, 2])]
)
@pytest.mark.parametrize("method", [{}, {"method": Regression()}])
def test_terms_that_are_not_finite_are_named(term, method):
    with pytest.raises(DataError, match="f: not finite at some of the samples"):
        identify(X, 0.05, library=Functions({"x": lambda x: x[:, 0], "f": term}), **method)


def test_a_number_is_a_constant():
    assert (Functions({"1": lambda x: 1.0}).evaluate(X)[0] == 1).all()
    assert mn.integrate(lambda x: 2.0, (1, 4)).value == pytest.approx(6.0, rel=1e-14)


def test_terms_that_are_the_same_are_told():
    """Without a warning out of the depth; no set of terms with one of them is worse than one with both."""
    names = {"x": 0, "x again": 0, "y": 1, "z": 2}
    terms = {name: lambda x, i=i: x[:, i] for name, i in names.items()}
    library = Functions(terms | {"xz": lambda x: x[:, 0] * x[:, 2], "xy": lambda x: x[:, 0] * x[:, 1]})
    model = identify(X, 0.05, library=library, method=Regression())
    assert model.verdict.startswith("undecided: ")


def test_a_power_that_overflows_leaves_terms_free():
    coefficients = identify(X, 0.05, method=Regression(solver=Lasso(gamma=1e4))).coefficients
    assert np.isfinite(coefficients).all()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: identify([X, X], 0.05, inputs={"u": X[:, 0]}), ShapeError, r"2 trajectories.*\{\"u\": \[u1, u2"),
        (lambda: identify(X[:, 0], 0.05), ShapeError, r"a series of one variable is x\[:, None\]"),
        (lambda: identify(list(X.T), 0.05), DataError, r"3 usable samples of 200 variables.*x\.T.*column_stack"),
        (lambda: identify(X.T, 0.05, library=Polynomial(9)), DataError, r"give x\.T"),
        (
            lambda: identify(HENON, np.arange(0, 400, 2), kind="map"),
            DataError,
            "0 samples are followed by the next iteration, as times are 2 apart or more. Leave t out",
        ),
    ],
)
def test_samples_in_another_form(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("function", "bounds", "error", "words"),
    [
        (math.sin, (0, 1), DtypeError, r"all points at once.*a function of a number, numpy\.vectorize\(f\)"),
        (lambda x: 1 if x > 0 else 0, (0, 1), ShapeError, r"numpy\.vectorize\(f\)"),
        (lambda x: x[:, 0] * x[:, 1], (0, 1), ShapeError, r"For d variables give bounds as \[\(0, 1\), \(0, 1\)\]"),
        (lambda x, y: x * y, [(0, 1), (0, 1)], DtypeError, r"x\[:, 0\] is the first variable"),
        (math.hypot, [(0, 1), (0, 1)], DtypeError, r"x\[:, 0\] is the first variable"),
    ],
)
def test_integrands_of_another_kind(function, bounds, error, words):
    with pytest.raises(error, match=words):
        mn.integrate(function, bounds)


def test_what_a_function_raises_itself_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        mn.integrate(lambda x: 1 / 0, (0, 1))


LABELS = np.arange(60) % 5
INPUTS = np.random.default_rng(0).standard_normal((60, 2))


def trained(y, loss, outputs):
    net = mn.Network([mn.Dense(2, 4), mn.Tanh(), mn.Dense(4, outputs)], rng=0)
    return mn.fit(net, INPUTS, y, loss=loss, optimizer=mn.Adam(0.01), epochs=1, rng=0)


@pytest.mark.parametrize(
    ("y", "loss", "outputs", "words"),
    [
        (LABELS + 1, mn.CategoricalCrossEntropy(), 5, r"integers from 0 to 4, not 1 to 5; y - 1 are"),
        (
            LABELS % 2 * 255,
            mn.CategoricalCrossEntropy(),
            2,
            r"y = numpy\.unique\(y, return_inverse=True\)\[1\]",
        ),
        (LABELS, mn.CategoricalCrossEntropy(), 3, "these are 5 classes, and the network has 3 outputs"),
        (LABELS[:, None], mn.CategoricalCrossEntropy(), 5, r"class labels have no axis of their own: y\[\.\.\., 0\]"),
        (LABELS % 2 * 255, mn.BinaryCrossEntropy(), 1, r"\(y == 255\) \* 1\.0 are"),
        (LABELS % 2 + 1, mn.BinaryCrossEntropy(), 1, r"\(y == 2\) \* 1\.0 are"),
        (LABELS, mn.MeanSquaredError(), 5, r"class labels are for CategoricalCrossEntropy\(\)"),
        (LABELS[:, None], mn.MeanSquaredError(), 5, r"class labels are for CategoricalCrossEntropy\(\)"),
    ],
)
def test_labels_of_another_kind(y, loss, outputs, words):
    with pytest.raises((DataError, ShapeError), match=words):
        trained(y, loss, outputs)


@pytest.mark.parametrize(("y", "way_out"), [(LABELS, "targets are y$"), (LABELS[:, None] + 1.0, "targets are y - 1$")])
def test_labels_on_one_output_are_told_once(y, way_out):
    with pytest.warns(mn.TrainingWarning, match=f"5 outputs and CategoricalCrossEntropy.*{way_out}") as caught:
        trained(y, mn.MeanSquaredError(), 1)
    assert len(caught) == 1


@pytest.mark.parametrize("y", [LABELS % 2, np.arange(60), np.sin(LABELS), 2 * LABELS, np.eye(60)[7] + LABELS % 2])
def test_values_are_no_labels(y):
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*number classes")
        warnings.filterwarnings("ignore", category=mn.ScaleWarning)
        trained(y, mn.MeanSquaredError(), 1)
