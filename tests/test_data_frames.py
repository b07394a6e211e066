"""Data as they come: frames of pandas, numbers in objects, arrays of other kinds and layouts."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import minnet as mn
from minnet import dynamics
from minnet.checks import as_real
from minnet.errors import DataError, DtypeError
from minnet.numerics import chaos
from minnet.numerics.identification import identify

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
    with pytest.raises(DataError, match=r"the first at index \(0, 1\): nan"):
        trained(frame, [1.0, 2.0])


@pytest.mark.parametrize("other", ["tall", pandas.Timestamp("2020-01-01"), 1j])
def test_the_column_that_holds_no_number_is_named(other):
    frame = of_two_kinds().assign(height=pandas.Series([1.0] * 39 + [other], dtype=object))
    with pytest.raises(DtypeError, match="column 'height' holds"):
        trained(frame, X[:, 1])


def test_equations_have_the_names_of_columns():
    x = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=400)
    frame = pandas.DataFrame(x, columns=["rolls", "up", "warmth"])
    assert identify(frame, 0.05).equations(3)[0] == "drolls/dt = -10 rolls + 10 up"
    assert identify([frame, frame], 0.05, variables="xyz").equations(3)[0] == "dx/dt = -10 x + 10 y"
    series = pandas.Series(x[:, 0])
    assert np.array_equal(chaos.embed(series, 3), chaos.embed(x[:, 0], 3))


@pytest.mark.parametrize(
    "change",
    [
        lambda x: np.repeat(x, 2, axis=0)[::2],
        np.asfortranarray,
        lambda x: x.astype(">f8"),
        lambda x: x[::-1][::-1],
        lambda x: np.lib.stride_tricks.as_strided(x, x.shape, x.strides, writeable=False),
        lambda x: x.astype(object),
        lambda x: x.tolist(),
    ],
    ids=["strided", "by columns", "big-endian", "backwards", "read-only", "objects", "lists"],
)
def test_arrays_that_lie_otherwise_give_the_same_bits(change):
    assert np.array_equal(trained(change(X), change(X[:, 1])), trained(X, X[:, 1]))
