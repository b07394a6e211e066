"""What people write who come from other libraries is answered by what minnet calls it."""

import copy
import pickle

import numpy as np
import pytest

import minnet as mn
from minnet import names
from minnet.errors import DataError, DtypeError, FileFormatError, SettingError, ShapeError

NET = mn.mlp([1, 3, 1], rng=0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mn.Adam(lr=0.1), "Adam has no setting 'lr'; it is called learning_rate"),
        (lambda: mn.Adam(beta1=0.9), "it is called beta_1"),
        (lambda: mn.Adam(weight_decay=0.1), "AdamW has it"),
        (lambda: mn.Dense(2, 3, activation="relu"), r"a layer of its own: \[Dense\(2, 8\), Tanh\(\)"),
        (lambda: mn.Dense(in_features=2, n_outputs=3), "it is called n_inputs"),
        (lambda: mn.Conv2d(1, 2, 3, strides=2), "it is called stride"),
        (lambda: mn.LeakyReLU(negative_slope=0.1), "its settings are alpha"),
        (lambda: mn.Tanh(3), "Tanh takes no arguments"),
        (lambda: mn.Dense(1, 2, 3), "Dense takes only n_inputs, n_outputs by position"),
        (lambda: mn.Network(mn.Dense(1, 2), mn.Tanh()), r"only layers by position.*Network\(\[Dense\(1, 8\)"),
        (lambda: mn.MeanSquaredError(reduction="sum"), "a loss is the mean over samples"),
        (lambda: mn.fit(NET, [1.0], [1.0], mn.MeanSquaredError()), r"fit takes only net, x, y .*optimizer=Adam\("),
        (lambda: mn.fit(NET, [1.0], [1.0], learning_rate=1), "fit has no setting 'learning_rate'; its settings are"),
        (lambda: mn.integrate(np.log, 0, 140), r"only function_or_samples, bounds .*: integrate\(f, \(0, 140\)\)"),
    ],
)
def test_settings_and_arguments(call, words):
    with pytest.raises(SettingError, match=words):
        call()


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (lambda: mn.MSE, "minnet has no 'MSE'; it is called MeanSquaredError"),
        (lambda: mn.Sequential, "it is called Network"),
        (lambda: mn.ReLu, r"did you mean 'ReLU'\?$"),
        (lambda: mn.no_such_thing_at_all_here, r"dir\(minnet\) lists what it has"),
        (lambda: NET.fit, r"Network has no attribute 'fit'; minnet has mn\.fit\(net, x, y"),
        (lambda: NET.predict, r"minnet has net\(x\)"),
        (lambda: NET.layers[0].kernel, "^Dense has no attribute 'kernel'$"),
    ],
)
def test_names_and_attributes(read, words):
    with pytest.raises(AttributeError, match=words):
        read()


def test_what_messages_promise_is_there():
    for called in names.CLASSES.values():
        assert hasattr(mn, called)


@pytest.mark.parametrize("made", [mn.Adam(0.1), mn.Huber(2.0), mn.LSTM(2, 3), mn.Tanh(), NET])
def test_copies_are_made_as_ever(made):
    for twin in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert repr(twin) == repr(made)


@pytest.mark.parametrize("values", [0.0, np.ones(3), np.ones((1, 10))])
def test_all_parameters_are_assigned_at_once(values):
    with pytest.raises(ShapeError, match=r"theta has 10 numbers, and cannot be .*theta\[:\] = 0 sets"):
        NET.theta = values


def test_parameters_that_are_assigned_fit_and_are_finite():
    with pytest.raises(DataError, match=r"theta holds 1 values that are not finite, the first at index \(3,\): nan"):
        NET.theta = np.where(np.arange(10) == 3, np.nan, 1.0)
    first = NET.layers[0]
    with pytest.raises(DataError, match=r"W holds 1 values that are not finite"):
        first.W = np.inf
    with pytest.raises(ShapeError, match=r"W has shape \(1, 3\), and cannot be an array of shape \(2,\)"):
        first.W = [1.0, 2.0]
    first.b = 0.5
    assert first.b.tolist() == [0.5] * 3


def test_labels_that_are_not_numbers_or_of_another_kind():
    settings = {"optimizer": mn.SGD(0.1), "epochs": 1}
    with pytest.raises(DtypeError, match=r"numpy.unique\(labels, return_inverse=True\) numbers labels from 0"):
        mn.fit(NET, [1.0, 2.0], ["a", "b"], loss=mn.BinaryCrossEntropy(), **settings)
    with pytest.raises(DataError, match=r"needs targets between 0 and 1, found -1\.0 to 1\.0; \(y \+ 1\) / 2 are"):
        mn.fit(NET, [1.0, 2.0], [-1, 1], loss=mn.BinaryCrossEntropy(), **settings)
    with pytest.raises(SettingError, match=r"the network has one; use BinaryCrossEntropy\(\)"):
        mn.fit(NET, [1.0, 2.0], [0, 1], loss=mn.CategoricalCrossEntropy(), **settings)


def test_a_pickle_is_not_advised_to_be_run(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(FileFormatError, match="it is a pickle, which could run any code") as caught:
        mn.load(tmp_path / "objects.npy")
    assert "allow_pickle" not in str(caught.value)
