"""Estimators: scikit-learn's own checks, known answers, and what its tools do with them."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.inspection import permutation_importance
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import minnet as mn
from minnet.errors import DataError, SettingError
from minnet.estimators import NetworkClassifier, NetworkRegressor

EXACT = {"optimizer": "variable_projection", "epochs": 100, "random_state": 0}


@parametrize_with_checks([NetworkRegressor(epochs=100), NetworkClassifier(epochs=100)])
def test_scikit_learns_checks(estimator, check):
    """All of them, with no expected failure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of few and random samples, with which the checks are made
        check(estimator)


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


def wave(n=100, unit=1.0, offset=0.0):
    x = np.linspace(-2, 2, n)
    return (offset + unit * x)[:, np.newaxis], np.sin(x)


# -- known answers


@pytest.mark.parametrize(("unit", "offset"), [(1.0, 0.0), (1e-6, 0.0), (1e6, 1e8)])
def test_derivatives_are_in_the_units_of_the_data(unit, offset):
    X, y = wave(100, unit, offset)
    model = NetworkRegressor((10,), **EXACT).fit(X, 1e3 * y + 1e6)
    inner = slice(10, -10)
    x = np.linspace(-2, 2, 100)[inner, np.newaxis]
    assert np.allclose(model.derivatives(X)[inner] * unit, 1e3 * np.cos(x), atol=1)
    assert np.allclose(model.derivatives(X, order=2)[inner] * unit**2, -1e3 * np.sin(x), atol=10)
    assert model.score(X, 1e3 * y + 1e6) > 1 - 1e-8


def test_without_hidden_layers_it_is_ridge_regression():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((50, 3)), rng.standard_normal(50)
    linear = NetworkRegressor((), scale_inputs=False, scale_targets=False, optimizer="sgd", learning_rate=0.1, l2=0.2)
    expected = Ridge(alpha=0.2 * 50 / 2).fit(X, y)
    assert np.allclose(linear.set_params(epochs=2000, batch_size=None).fit(X, y).predict(X), expected.predict(X))


def test_several_outputs_have_derivatives_each():
    X, y = wave()
    model = NetworkRegressor((10,), **EXACT).fit(X, np.column_stack([y, -2 * y]))
    slopes = model.derivatives(X)
    assert slopes.shape == (100, 2, 1)
    assert np.allclose(slopes[10:-10, 1], -2 * slopes[10:-10, 0], atol=0.02)
    assert model.predict(X).shape == (100, 2)


def test_probabilities_of_overlapping_classes_are_their_odds():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(-1, 1, 4000), rng.normal(1, 1, 4000)])[:, np.newaxis]
    y = np.repeat(["low", "high"], 4000)
    model = NetworkClassifier((), l2=0.0, random_state=0).fit(X, y)
    assert model.classes_.tolist() == ["high", "low"]
    x = np.array([[-1.0], [0.0], [1.0]])
    assert np.allclose(model.predict_proba(x)[:, 0], 1 / (1 + np.exp(-2 * x[:, 0])), atol=0.02)
    assert np.allclose(model.decision_function(x), -2 * x[:, 0], atol=0.15)
    weighted = clone(model).set_params(class_weight={"high": 3.0, "low": 1.0}).fit(X, y)
    assert np.allclose(weighted.decision_function(x), -2 * x[:, 0] - np.log(3), atol=0.15)


def test_three_classes(iris):
    X, y = iris
    model = NetworkClassifier((10,), random_state=0).fit(X, y)
    assert model.score(X, y) > 0.96
    assert model.decision_function(X).shape == model.predict_proba(X).shape == (150, 3)
    assert np.allclose(model.predict_proba(X).sum(axis=1), 1)
    assert model.network_.n_outputs == 3


def test_labels_in_several_columns():
    X, y = make_multilabel_classification(200, n_classes=3, random_state=0)
    model = NetworkClassifier((20,), random_state=0).fit(X, y)
    assert model.predict(X).shape == model.predict_proba(X).shape == (200, 3)
    assert (model.predict(X) == y).mean() > 0.9


# -- training


def test_a_network_that_is_trained_by_hand_has_the_same_curve():
    X, y = wave()
    model = NetworkRegressor((5,), scale_inputs=False, scale_targets=False, epochs=7, optimizer=mn.SGD(0.1), l2=1e-3)
    curve = model.set_params(random_state=3, batch_size=None).fit(X, y).loss_curve_
    seed = np.random.RandomState(3).randint(2**31)
    net = mn.mlp([1, 5, 1], "tanh", rng=np.random.default_rng(seed))
    history = mn.fit(
        net, X, y, loss=mn.MeanSquaredError(), optimizer=mn.SGD(0.1), epochs=7, penalty=mn.Penalty(l2=1e-3)
    )
    assert curve == history.history["loss"]
    assert model.n_iter_ == 7


def test_losses_of_samples_held_out():
    X, y = wave()
    model = NetworkRegressor((5,), epochs=9, random_state=0)
    with pytest.raises(AttributeError, match="no samples were held out"):
        model.fit(X, y).validation_loss_curve_  # noqa: B018
    assert len(model.fit(X, y, X_val=X[::5], y_val=y[::5]).validation_loss_curve_) == 9
    assert len(clone(model).set_params(validation_fraction=0.2).fit(X, y).validation_loss_curve_) == 9
    with pytest.raises(SettingError, match="not both"):
        clone(model).set_params(validation_fraction=0.2).fit(X, y, X_val=X, y_val=y)
    with pytest.raises(SettingError, match="belong together"):
        model.fit(X, y, X_val=X)


def test_early_stopping_returns_to_the_best():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((60, 5)), rng.standard_normal(60)  # nothing to learn
    model = NetworkRegressor((50,), epochs=500, early_stopping=10, random_state=0).fit(X, y)
    assert model.n_iter_ == int(np.argmin(model.validation_loss_curve_)) + 1 + 10 < 500


@pytest.mark.parametrize("settings", [{}, {"early_stopping": True}])
def test_samples_of_weight_zero_might_as_well_not_be_there(settings):
    rng = np.random.default_rng(0)
    X, weight = rng.standard_normal((100, 2)), rng.integers(0, 3, 100)
    y, counts = np.where(weight, X[:, 0], 1e6), weight > 0
    model = NetworkRegressor((5,), epochs=5, random_state=0, **settings)
    few = clone(model).fit(X[counts], y[counts], sample_weight=weight[counts])
    assert np.array_equal(model.fit(X, y, sample_weight=weight).predict(X), few.predict(X))
    assert model.history_.history == few.history_.history


def test_a_warm_start_goes_on():
    X, y = wave()
    model = NetworkRegressor((5,), epochs=20, warm_start=True, learning_rate=0.01, random_state=0).fit(X, y)
    last = model.loss_curve_[-1]
    assert model.fit(X, y).loss_curve_[0] <= last
    for samples in (np.hstack([X, X]), X.astype(np.float32)):
        with pytest.raises(DataError, match="training goes on with Network"):
            model.fit(samples, y)
    model.set_params(optimizer="sgd", l2=0.0, loss="huber", epochs=1).fit(X, y)  # these make no other network


@pytest.mark.parametrize(
    "change",
    [{"hidden": (6,)}, {"activation": "sine"}, {"dropout": 0.1}, {"scale_inputs": False}, {"scale_targets": False}],
)
def test_a_warm_start_goes_on_with_no_other_network(change):
    X, y = wave(20)
    model = NetworkRegressor((5,), epochs=1, warm_start=True, random_state=0).fit(X, y)
    with pytest.raises(DataError, match="training goes on with Network"):
        model.set_params(**change).fit(X, y)


def test_partial_fit_goes_on_with_no_other_network():
    """Batches of one sample do, whose standard deviations are 0, and those of another dtype."""
    x = np.random.default_rng(0).normal(size=(20, 3))
    model = NetworkRegressor(hidden=(4,), random_state=0).partial_fit(x, x[:, 0])
    model.partial_fit(x[:1], x[:1, 0])
    assert model.partial_fit(x.astype(np.float32), x[:, 0]).network_.dtype == np.float64
    model.set_params(hidden=(5,))
    with pytest.raises(DataError, match=r"training goes on with .* 4.* but these samples and settings take .* 5"):
        model.partial_fit(x, x[:, 0])


def test_epochs_one_by_one_remember_what_the_optimizer_does():
    X, y = wave()
    settings = {"scale_targets": False, "learning_rate": 0.02, "batch_size": None, "random_state": 0}
    whole = NetworkRegressor((5,), epochs=6, **settings).fit(X, y)
    parts = NetworkRegressor((5,), **settings)
    for number in range(6):
        parts = pickle.loads(pickle.dumps(parts.partial_fit(X, y))) if number == 3 else parts.partial_fit(X, y)
    assert np.allclose(parts.predict(X), whole.predict(X), rtol=1e-12)
    assert np.allclose(parts.loss_curve_, whole.loss_curve_, rtol=1e-12)
    assert parts.n_iter_ == 6


def test_classes_that_come_later_are_announced(iris):
    X, y = iris
    model = NetworkClassifier((5,), random_state=0).partial_fit(X[:100], y[:100], classes=[0, 1, 2])
    assert model.partial_fit(X[100:], y[100:]).predict_proba(X).shape == (150, 3)
    with pytest.raises(DataError, match="not those of the first call"):
        model.partial_fit(X, y, classes=[0, 1])
    with pytest.raises(DataError, match="not known"):
        NetworkClassifier((5,)).partial_fit(X[:100], y[:100]).partial_fit(X, y)


@pytest.mark.parametrize("optimizer", ["lbfgs", "LevenbergMarquardt", "variable_projection", mn.VariableProjection()])
def test_solvers_by_name_and_by_object(optimizer):
    X, y = wave()
    assert NetworkRegressor((5,), optimizer=optimizer, epochs=200, random_state=0).fit(X, y).score(X, y) > 0.9999


def test_solvers_of_least_squares_have_no_classes(iris):
    with pytest.raises(SettingError, match=r"CategoricalCrossEntropy.* or for any loss LBFGS\(\)"):
        NetworkClassifier(optimizer="variable_projection").fit(*iris)


# -- scikit-learn's tools


def test_searches_pipelines_predictions_and_importances(iris):
    X, y = iris
    pipeline = make_pipeline(StandardScaler(), NetworkClassifier((5,), random_state=0))
    search = GridSearchCV(pipeline, {"networkclassifier__hidden": [(2,), (8,)]}, cv=3, n_jobs=2).fit(X, y)
    assert search.best_score_ > 0.9
    assert cross_val_predict(pipeline, X, y, cv=3, method="predict_proba").shape == (150, 3)
    importance = permutation_importance(search.best_estimator_, X, y, n_repeats=3, random_state=0).importances_mean
    assert importance.argmax() in (2, 3)  # of petals
    assert "NetworkClassifier" in pipeline._repr_html_()


def test_weights_are_routed():
    import sklearn

    X, y = wave()
    with sklearn.config_context(enable_metadata_routing=True):
        model = NetworkRegressor((5,), epochs=5, random_state=0).set_fit_request(sample_weight=True)
        weight = np.where(np.arange(100) < 50, 1.0, 0.0)
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        routed = make_pipeline(scaler, model).fit(X, y, sample_weight=weight)
    direct = clone(model).fit(StandardScaler().fit_transform(X), y, sample_weight=weight)
    assert np.array_equal(routed.predict(X), direct.predict(StandardScaler().fit_transform(X)))


def test_names_of_features_are_kept():
    pandas = pytest.importorskip("pandas")
    X, y = wave()
    frame = pandas.DataFrame({"time": X[:, 0]})
    model = NetworkRegressor((5,), epochs=5, random_state=0).fit(frame, pandas.Series(y))
    assert model.feature_names_in_.tolist() == ["time"]
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame.rename(columns={"time": "tide"}))


# -- what cannot be


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"optimizer": "adem"}, "adem.*Adam"),
        ({"optimizer": 3}, "optimizer must be a name or an object"),
        ({"loss": "squared"}, "there is no loss"),
        ({"optimizer": "lbfgs", "learning_rate": 0.1}, "leave learning_rate out"),
        ({"epochs": 0}, "epochs"),
        ({"batch_size": 0}, "batch_size"),
        ({"validation_fraction": 1.0}, "validation_fraction"),
        ({"hidden": (0,)}, "hidden must be"),
        ({"hidden": 3.5}, "hidden must be"),
        ({"hidden": None}, "hidden must be"),
        ({"hidden": "20"}, "hidden must be"),
        ({"l2": -1.0}, "l2"),
        ({"dropout": 1.5}, "ropout"),
        ({"kernels": "fast"}, "fast"),
    ],
)
def test_settings_that_cannot_be(settings, words):
    with pytest.raises(SettingError, match=words):
        NetworkRegressor(**settings).fit(*wave(20))


def test_one_class_is_nothing_to_tell_apart():
    with pytest.raises(DataError, match="one class"):
        NetworkClassifier().fit([[0.0], [1.0]], ["a", "a"])


@pytest.mark.parametrize("class_weight", [{0: 0.0, 1: 0.0}, {0: -1.0, 1: 1.0}])
def test_weights_of_classes_that_cannot_be(class_weight):
    with pytest.raises(DataError, match="of classes, must be >= 0, and some above"):
        NetworkClassifier(class_weight=class_weight).fit([[0.0], [1.0]], [0, 1])


@pytest.mark.parametrize("order", [0, 3, True])
def test_derivatives_that_there_are_not(order):
    with pytest.raises(SettingError, match="order must be 1 or 2"):
        NetworkRegressor((2,), epochs=1).fit(*wave(20)).derivatives([[0.0]], order=order)


@pytest.mark.parametrize("weight", [np.zeros(20), np.linspace(-1, 1, 20)])
def test_weights_that_cannot_be(weight):
    with pytest.raises(ValueError, match="weights"):  # minnet's or scikit-learn's
        NetworkRegressor().fit(*wave(20), sample_weight=weight)
