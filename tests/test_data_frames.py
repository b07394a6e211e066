"""Data as they come: frames of any library, numbers in objects, arrays of other kinds and layouts."""

import sys
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

import minnet as mn
from minnet import datasets, dynamics
from minnet.checks import as_real
from minnet.compare.data import load, save_arrays
from minnet.errors import DataError, DtypeError
from minnet.estimators import NetworkClassifier, NetworkRegressor
from minnet.frames import column_names, name_of
from minnet.numerics import chaos
from minnet.numerics.generation.series import checked
from minnet.numerics.identification import LeastSquares, Regression, identify
from minnet.numerics.integration.samples import from_samples

X = np.random.default_rng(0).standard_normal((40, 2))
pandas = pytest.importorskip("pandas")


def of_two_kinds():
    return pandas.DataFrame({"height": X[:, 0], "is_high": X[:, 0] > 1, "count": pandas.array([3] * 40, "Int64")})


def trained(x, y):
    net = mn.mlp([2, 3, 1], "tanh", rng=0)
    mn.fit(net, x, y, loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=3)
    return net(x)


def test_frames_are_arrays_of_their_numbers():
    assert np.array_equal(trained(pandas.DataFrame(X), pandas.Series(X[:, 1])), trained(X, X[:, 1]))
    expected = np.column_stack([X[:, 0], X[:, 0] > 1, np.full(40, 3.0)])
    assert np.array_equal(as_real(of_two_kinds(), "x"), expected)
    assert as_real(np.array([Fraction(1, 2), Decimal("0.25"), True, np.float32(2)], object), "x").tolist() == [
        0.5, 0.25, 1.0, 2.0,
    ]  # fmt: skip


@pytest.mark.parametrize("missing", [None, pandas.NA, np.nan])
def test_what_is_missing_is_not_a_number(missing):
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": pandas.Series([missing, 3], dtype=object)})
    assert np.isnan(as_real(frame, "x")[0, 1])
    with pytest.raises(DataError, match=r"the first at index \(0, 1\), column 'b': nan"):
        trained(frame, [1.0, 2.0])


@pytest.mark.parametrize("other", ["tall", pandas.Timestamp("2020-01-01"), 1j])
def test_the_column_that_holds_no_number_is_named(other):
    frame = of_two_kinds().assign(height=pandas.Series([1.0] * 39 + [other], dtype=object))
    with pytest.raises(DtypeError, match="column 'height' holds"):
        trained(frame, X[:, 1])


def test_equations_have_the_names_of_columns():
    x, method = dynamics.simulate(dynamics.lorenz(), dt=0.01, samples=2000), Regression()
    frame = pandas.DataFrame(x, columns=["rolls", "up", "warmth"])
    assert identify(frame, 0.01, method=method).equations(3)[0] == "drolls/dt = -10 rolls + 10 up"
    assert identify([frame, frame], 0.01, variables="xyz", method=method).equations(3)[0] == "dx/dt = -10 x + 10 y"
    series = pandas.Series(x[:, 0])
    assert np.array_equal(chaos.embed(series, 3), chaos.embed(x[:, 0], 3))


@pytest.mark.parametrize("unit", ["s", "ms", "ns"])
def test_dates_are_no_numbers_but_can_be_made_some(unit):
    start = np.datetime64("2020-01-01", unit)
    frame = pandas.DataFrame(X, index=start + np.arange(40) * np.timedelta64(2, "s"))
    with pytest.raises(
        DtypeError, match=r"identify: t.*not datetime64.*; \(t - t\[0\]\) / numpy.timedelta64"
    ) as raised:
        identify(frame, frame.index)
    t = frame.index
    advice = str(raised.value).split("; ")[1].removesuffix(" are times in seconds")
    assert np.array_equal(eval(advice, {"t": t, "numpy": np}), 2.0 * np.arange(40))


def test_plots_are_labelled_by_names_of_columns():
    line, plane = mn.mlp([1, 1], rng=0), mn.mlp([2, 1], rng=0)
    time, height = pandas.Series(X[:, 0], name="time (s)"), pandas.DataFrame({"height (m)": X[:, 1]})
    shown = [
        mn.plotting.plot_fit(time, height, line),
        mn.plotting.plot_jet(line, time, order=1),
        mn.plotting.plot_decision_boundary(plane, pandas.concat([time, height], axis=1), X[:, 0] > 0),
        mn.plotting.plot_fit(time, height, line, xlabel="t", ylabel="h"),
        mn.plotting.plot_fit(X[:, 0], X[:, 1], line),
        mn.plotting.plot_error(time, height, height),
    ]
    assert [(ax.get_xlabel(), ax.get_ylabel()) for ax in shown] == [
        ("time (s)", "height (m)"),
        ("time (s)", "network and derivatives"),
        ("time (s)", "height (m)"),
        ("t", "h"),
        ("x", "f(x)"),
        ("time (s)", "network - target"),
    ]


def test_names_are_those_of_columns_and_series_and_nothing_else():
    pyarrow = pytest.importorskip("pyarrow")
    assert column_names(pyarrow.table({"a": [1], "b": [2]})) == ["a", "b"]
    assert column_names(pandas.DataFrame(X)) is None  # names are numbers
    assert name_of(pyarrow.table({"a": [1]}), "x") == "a"
    for nameless in (pandas.Series([1]), pandas.DataFrame({"a": [1], "b": [2]}), X):
        assert name_of(nameless, "x") == "x"


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"b": [1.0, np.nan]}, r"index \(1, 1\), column 'b': nan"),
        ({"b": [1.0, -np.inf]}, r"index \(1, 1\), column 'b': -inf"),
        ({"b": pandas.array([1, None], "Int64")}, "column 'b': nan"),
        ({"b": ["1", "tall"]}, "column 'b' holds '1'"),
    ],
)
def test_estimators_name_the_column(column, message):
    frame = pandas.DataFrame({"a": [0.0, 1.0], "b": [0.0, 1.0]})
    model = NetworkRegressor((2,), epochs=1, random_state=0).fit(frame, [0.0, 1.0])
    for use in (model.predict, model.derivatives, lambda x: model.fit(x, [0.0, 1.0])):
        with pytest.raises((DataError, DtypeError), match=rf"NetworkRegressor: X .*{message}"):
            use(frame.assign(**column))


def test_what_only_pyarrow_can_read_is_told(monkeypatch):
    class Relation:
        def __arrow_c_stream__(self, requested_schema=None):
            raise AssertionError

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DtypeError, match="x: pyarrow is needed to read a Relation: pip install pyarrow"):
        as_real(Relation(), "x")


# -- all kinds of arrays, wherever arrays are taken


class OnlyArray:
    def __init__(self, x):
        self.x = x

    def __array__(self, dtype=None, copy=None):
        return np.array(self.x, dtype)


class OnlyStream:
    def __init__(self, x):
        self.arrow = arrow(x)

    def __arrow_c_stream__(self, requested_schema=None):
        return self.arrow.__arrow_c_stream__(requested_schema)


class OnlyInterchange:
    def __init__(self, x):
        self.arrow = arrow(x)

    def __dataframe__(self, nan_as_null=False, allow_copy=True):
        return self.arrow.__dataframe__(nan_as_null, allow_copy)


def columns_of(x):
    return {f"x{i}": np.ascontiguousarray(column) for i, column in enumerate(x.T)}


def pandas_of(x):
    return pandas.Series(x, name="a") if x.ndim == 1 else pandas.DataFrame(columns_of(x))


def polars_of(x):
    polars = pytest.importorskip("polars")
    return polars.Series("a", x) if x.ndim == 1 else polars.DataFrame(columns_of(x))


def arrow(x):
    pyarrow = pytest.importorskip("pyarrow")
    return pyarrow.chunked_array([x[:5], x[5:]]) if x.ndim == 1 else pyarrow.table(columns_of(x))


def read_only(x):
    x = x.copy()
    x.flags.writeable = False
    return x


KINDS = {
    "pandas": pandas_of,
    "pandas with NA": lambda x: pandas_of(x).convert_dtypes(),
    "polars": polars_of,
    "pyarrow": arrow,
    "Arrow's protocol": OnlyStream,
    "interchange protocol": lambda x: OnlyInterchange(x) if x.ndim == 2 else arrow(x),  # it has no series
    "__array__": OnlyArray,
    "read-only": read_only,
    "strided": lambda x: np.repeat(x, 2, axis=0)[::2],
    "by columns": np.asfortranarray,
    "big-endian": lambda x: x.astype(x.dtype.newbyteorder(">")),
    "backwards": lambda x: x[::-1].copy()[::-1],
    "objects": lambda x: x.astype(object),
    "lists": lambda x: x.tolist(),
    "no mask": lambda x: np.ma.array(x, mask=np.zeros(x.shape, bool)),
}
Y, HIGH = X[:, 1].copy(), (X[:, 0] > 0).astype(int)
PATH = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=60)
STATES = dynamics.simulate(dynamics.henon(), dt=1, samples=120)
SERIES = STATES[:, 0].copy()
GRID = np.linspace(0, 1, 40)
LINEAR = Regression(None, LeastSquares())


def fitted(of):
    layers = [mn.Standardize(of(X)), mn.Dense(2, 3), mn.Tanh(), mn.Dense(3, 1), mn.Standardize(of(Y)).inverse()]
    net = mn.Network(layers, rng=0)
    loss, optimizer = mn.MeanSquaredError(), mn.Adam()
    validation, weight = (of(X), of(Y)), of(np.abs(Y) + 1)
    history = mn.fit(net, of(X), of(Y), loss=loss, optimizer=optimizer, epochs=2, validation_data=validation,
                     sample_weight=weight)  # fmt: skip
    return net(of(X)), net.jet(of(X)).first, history.history["val_loss"]


def regressed(of):
    model = NetworkRegressor((3,), epochs=2, random_state=0)
    model.fit(of(X), of(Y), sample_weight=np.abs(Y) + 1, X_val=of(X), y_val=of(Y))
    return model.predict(of(X)), model.derivatives(of(X)), model.validation_loss_curve_


def classified(of):
    model = NetworkClassifier((3,), epochs=2, random_state=0)
    labels = HIGH.tolist() if of is KINDS["objects"] else of(HIGH)  # objects are no labels for scikit-learn
    return model.fit(of(X), labels).predict_proba(of(X))


def compared(of):
    with TemporaryDirectory() as folder:
        loaded = load(save_arrays((of(X), of(HIGH)), Path(folder)), None, None, 0)
    return loaded.x, loaded.y


def integrated(of):
    """As `integrate` takes samples, before it fits them."""
    design, values = from_samples((of(GRID), of(np.sin(GRID))), np.zeros(1), np.ones(1), "none", None)
    return design.z, values


USES = {
    "fit": fitted,
    "NetworkRegressor": regressed,
    "NetworkClassifier": classified,
    "identify": lambda of: identify(of(PATH), of(0.05 * np.arange(60)), method=LINEAR).coefficients,
    "identify many": lambda of: identify([of(PATH[:30]), of(PATH[30:])], 0.05, method=LINEAR).coefficients,
    "identify inputs": lambda of: (
        identify(of(PATH[:, :2]), 0.05, inputs={"u": of(PATH[:, 2].copy())}, method=LINEAR).coefficients
    ),
    "simulate": lambda of: dynamics.simulate(dynamics.lorenz(), starts=of(PATH[:3]), dt=0.05, samples=3),
    "add_noise": lambda of: dynamics.add_noise(of(PATH), 0.1, rng=0),
    "embed": lambda of: chaos.embed(of(SERIES), 3),
    "mutual_information": lambda of: chaos.mutual_information(of(SERIES), max_lag=3).information,
    "eckmann": lambda of: chaos.eckmann(of(SERIES), dt=1, dimension=2, matrix_dimension=2).exponents,
    "correlation_dimension": lambda of: chaos.correlation_dimension(of(STATES), window=2).dimension,
    "prediction_error": lambda of: chaos.prediction_error(of(SERIES), dimension=2, lag=1, window=2),
    "aaft": lambda of: chaos.aaft(of(SERIES), rng=0),
    "kaplan_yorke_dimension": lambda of: chaos.kaplan_yorke_dimension(of(np.array([0.9, 0, -14.6, -20, -30, -40]))),
    "compare_series": lambda of: checked("compare_series", of(SERIES.reshape(6, 20)), "generated"),
    "compare": compared,
    "integrate": integrated,
    "standardize": lambda of: datasets.standardize(of(X), of(X[:20])),
}


@cache
def of_plain_arrays(use):
    return USES[use](np.asarray)


def assert_same(results, expected):
    several = isinstance(expected, tuple)
    for result, known in zip(results if several else [results], expected if several else [expected], strict=True):
        np.testing.assert_allclose(result, known, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("use", USES)
def test_all_kinds_of_arrays_give_the_same(use, kind):
    assert_same(USES[use](KINDS[kind]), of_plain_arrays(use))


@pytest.mark.parametrize(
    "use", [use for use in USES if use != "integrate"]
)  # whose samples would lie outside of its bounds
def test_whole_numbers_give_what_floats_do(use):
    def whole(x):
        return np.round(1000 * x).astype(int)

    assert_same(USES[use](whole), USES[use](lambda x: whole(x).astype(float)))
