"""What people write who come from other libraries is answered by what minnet calls it."""

import copy
import pickle
import re
from operator import attrgetter

import numpy as np
import pytest

import minnet as mn
from minnet import names
from minnet.activations import ACTIVATIONS
from minnet.compare import compare
from minnet.errors import DataError, DtypeError, FileFormatError, SettingError, ShapeError, nearest
from minnet.initializers import INITIALIZERS
from minnet.solvers.levenberg_marquardt import levenberg_marquardt

NET = mn.mlp([1, 3, 1], rng=0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mn.Adam(lr=0.1), "Adam has no setting 'lr'; it is called learning_rate"),
        (lambda: mn.Adam(beta1=0.9), "it is called beta_1"),
        (lambda: mn.Adam(weight_decay=0.1), r"AdamW has it, and fit\(\.\.\., penalty=Penalty\(l2=1e-4\)\)"),
        (lambda: mn.Dense(2, 3, kernel_regularizer="l2"), r"fit\(\.\.\., penalty=Penalty\(l2=1e-4\)\) has it"),
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
        (lambda: mn.RMSProp(alpha=0.9), "it is called rho"),
        (lambda: mn.SGD(alpha=0.9), "it is called learning_rate"),
        (lambda: mn.AdaDelta(decay=0.9), "it is called rho"),
        (lambda: mn.LBFGS(lr=0.1), r"LBFGS has no setting 'lr'; there is no learning rate .*Adam\(0\.01\)"),
        (lambda: mn.LBFGS(max_iter=100), r"fit\(\.\.\., epochs=\.\.\.\) says how many iterations"),
        (lambda: mn.LevenbergMarquardt(mu=0.1), "LevenbergMarquardt has no setting 'mu'; its settings are"),
        (lambda: mn.VariableProjection(maxiter=9), "says how many iterations"),
        (lambda: mn.EarlyStopping(verbose=1), "EarlyStopping has no setting 'verbose'; its settings are monitor, pat"),
        (lambda: mn.EarlyStopping("loss", baseline=0.3), "no setting 'baseline'"),
        (lambda: mn.ReduceOnPlateau("loss", min_lr=1e-5), "minimum is the least fraction of the learning rate"),
        (lambda: mn.Checkpoint("a.npz", save_best_only=True), r"EarlyStopping\(restore_best_weights=True\) keeps"),
        (lambda: mn.Checkpoint(filepath="a.npz"), "it is called path"),
        (lambda: mn.Checkpoint("a.npz", 1, 2), "only path, every by position"),
        (lambda: mn.LearningRateRecorder(1), "LearningRateRecorder takes no arguments"),
        (lambda: mn.mlp(3, 8, 1), r"mlp takes only widths, activation by position.*mlp\(\[3, 8, 1\]\)"),
        (lambda: mn.mlp(hidden_layer_sizes=(8,)), r"it is called widths: mlp\(\[3, 8, 1\]\)"),
        (lambda: mn.mlp(), r"mlp needs widths: mlp\(\[3, 8, 1\]\)"),
        (lambda: mn.Dense(8), r"Dense needs n_outputs: Dense\(n_inputs, n_outputs\)"),
        (lambda: mn.Conv2d(3, kernel_size=3), r"Conv2d needs channels_out"),
        (lambda: mn.Dense(2, 8, n_outputs=3), "Dense is given n_outputs twice"),
        (lambda: mn.Dense(2, 1, bias=False), r"bias=False is no way for a bias to start; .* bias='zeros'"),
        (lambda: mn.Conv1d(2, 1, 3, bias=True), "bias=True is no way"),
        (lambda: mn.mlp([2, 3, 1], bias=False), "bias=False is no way"),
        (
            lambda: mn.Network([mn.Dense(2, 1, weights=True)]),
            "W: initial values must be a name, .* not True",
        ),
        (lambda: mn.Network([mn.Dense(2, 1, weights=np.False_)]), "not np.False_"),
        (lambda: mn.fit(NET, [1.0], [1.0], optimizer=mn.Adam(), epochs=1), "fit needs loss: fit.*MeanSquaredError"),
        (lambda: mn.fit(NET, [1.0], [1.0], loss=mn.MeanSquaredError(), optimizer=mn.Adam()), "fit needs epochs"),
        (lambda: mn.fit(NET, [1.0], loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=1), "fit needs y"),
        (lambda: mn.fit(), "fit needs net, x, y, loss, optimizer, epochs"),
        (lambda: mn.fit(NET, [1.0], [1.0], criterion=1), "it is called loss"),
        (lambda: mn.schedules.Cosine(0.1, T_max=9), "Cosine has no setting 'T_max'; it is called steps"),
        (lambda: mn.schedules.Step(0.1, step_size=9), "it is called every"),
        (lambda: mn.schedules.Exponential(0.1), "Exponential needs every: Exponential"),
        (lambda: mn.Supervised(NET, mn.MeanSquaredError()), "Supervised needs optimizer"),
        (lambda: mn.train(mn.Supervised(NET, mn.MeanSquaredError(), mn.SGD(0.1)), [1.0]), "train needs epochs"),
        (lambda: mn.datasets.split(X := np.ones(4), X, random_state=0), "it is called rng"),
        (lambda: mn.datasets.moons(n_samples=9), "it is called n"),
        (lambda: compare(["sgd"], lr=0.1), "compare has no setting 'lr'"),
        (lambda: compare(), "compare needs optimizers"),
        (lambda: mn.load(None), "read from a file, and its path must be given, not None"),
        (lambda: mn.load(), r"load needs path"),
        (lambda: levenberg_marquardt(np.sin, np.cos, x0=[1.0]), "it is called theta"),
        (lambda: levenberg_marquardt(np.sin, np.cos, [1.0], max_nfev=9), "it is called iterations"),
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
        (lambda: mn.L2, "it is called Penalty"),
        (lambda: mn.ReLu, r"did you mean 'ReLU'\?$"),
        (lambda: mn.mse, "it is called MeanSquaredError$"),
        (lambda: mn.cross_entropy, "it is called CategoricalCrossEntropy$"),
        (lambda: mn.adam, r"did you mean 'Adam'\?$"),
        (lambda: mn.mean_squared_error, r"did you mean 'MeanSquaredError'\?$"),
        (lambda: mn.EarlyStoping, r"did you mean 'EarlyStopping'\?$"),
        (lambda: mn.train_test_split, r"write mn\.datasets\.split\(x, y\)$"),
        (lambda: mn.manual_seed, "write rng=0 in Network, fit"),
        (lambda: mn.save, r"write net\.save\(path\)$"),
        (lambda: mn.no_grad, r"write net\(x\)"),
        (lambda: mn.device, r"dir\(minnet\) lists what it has"),
        (lambda: mn.softmax_cross_entropy_with_logits, r"dir\(minnet\) lists what it has"),
        (lambda: mn.EarlyStopping("loss").best_epoch, "^EarlyStopping has no attribute 'best_epoch'$"),
        (lambda: mn.no_such_thing_at_all_here, r"dir\(minnet\) lists what it has"),
        (lambda: NET.fit, r"Network has no attribute 'fit'; minnet has mn\.fit\(net, x, y"),
        (lambda: NET.predict, r"minnet has net\(x\)"),
        (lambda: NET.layers[0].kernel, "^Dense has no attribute 'kernel'$"),
    ],
)
def test_names_and_attributes(read, words):
    with pytest.raises(AttributeError, match=words):
        read()


@pytest.mark.parametrize(
    ("known", "name", "guess"),
    [
        (INITIALIZERS, "xavier_uniform", "glorot_uniform"),
        (INITIALIZERS, "kaiming_normal", "he_normal"),
        (INITIALIZERS, "lecun", "lecun_uniform"),
        (INITIALIZERS, "random", None),
        (ACTIVATIONS, "swish", "SiLU"),
        (ACTIVATIONS, "linear", "Identity"),
        (ACTIVATIONS, "relu6", "ReLU"),
        (ACTIVATIONS, "softmax", None),
        (ACTIVATIONS, "", None),
    ],
)
def test_what_is_guessed_is_near(known, name, guess):
    words = f"did you mean {guess!r}? Known: " if guess else "Known: "
    assert nearest(name, known).startswith(words)


def test_what_messages_promise_is_there():
    for called in names.CLASSES.values():
        assert hasattr(mn, called)
    for words in names.ELSEWHERE.values():
        for path in re.findall(r"mn\.([\w.]+)\b", words):
            assert attrgetter(path)(mn)
    assert callable(NET.save)


class Patient(mn.Callback):
    """A callback of a user's own."""

    def __init__(self, epochs):
        self.epochs = epochs


def test_callbacks_of_ones_own_are_answered_as_well():
    assert Patient(3).epochs == Patient(epochs=3).epochs == 3
    with pytest.raises(SettingError, match="Patient has no setting 'patience'; its settings are epochs"):
        Patient(patience=3)
    assert not hasattr(Patient(3), "best")


@pytest.mark.parametrize("made", [mn.Adam(0.1), mn.Huber(2.0), mn.LSTM(2, 3), mn.Tanh(), mn.LBFGS(), NET])
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


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello, I am no file of arrays", r"it begins with b'hello,', and not as arrays do"),
        (pickle.dumps([1]), "it is a pickle, which could run any code"),
        (b"{}", "begins with b'{}'"),
    ],
)
def test_a_foreign_file_is_called_what_it_is(tmp_path, content, words):
    (tmp_path / "net.npz").write_bytes(content)
    with pytest.raises(FileFormatError, match=words) as caught:
        mn.load(tmp_path / "net.npz")
    assert "allow_pickle" not in str(caught.value)


def test_a_pickle_is_not_advised_to_be_run(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(FileFormatError, match="a pickle, which could run any code") as caught:
        mn.load(tmp_path / "objects.npy")
    assert "allow_pickle" not in str(caught.value)
