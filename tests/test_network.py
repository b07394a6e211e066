"""Networks: shapes, the two vectors, files, and what is said about bad input."""

import copy
import json
import os
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest

import minnet as mn
from minnet import storage
from minnet.activations import Identity
from minnet.architecture import LAYERS
from minnet.errors import (
    DataError,
    DerivativeError,
    DtypeError,
    FileFormatError,
    SettingError,
    ShapeError,
)
from tests.checks import assert_close, sandwich


def small(**settings):
    return mn.Network([mn.Dense(2, 5), mn.Tanh(), mn.Dense(5, 3)], rng=0, **settings)


def dense(*widths, activation=mn.ReLU):
    layers = [mn.Dense(widths[0], widths[1])]
    for i, o in pairwise(widths[1:]):
        layers += [activation(), mn.Dense(i, o)]
    return mn.Network(layers, rng=0)


@pytest.mark.parametrize(
    ("widths", "count"),
    [
        ((1, 20, 20, 1), 481),
        ((1, 200, 200, 1), 40_801),
        ((1, 400, 400, 1), 161_601),
        ((1, 200, 20, 1), 4_441),
        ((1, 20, 200, 1), 4_441),
        ((1, 30, 30, 1), 1_021),
        ((1, 10_000, 1), 30_001),
    ],
)
def test_parameter_counts_of_the_documents(widths, count):
    net = dense(*widths)
    assert net.n_parameters == count
    assert f"{count:,}" in net.summary().splitlines()[-1]


def test_values_by_hand(kernels, dtype):
    layers = [mn.Dense(2, 2, weights=[[1, 2], [3, 4]], bias=[0, -100]), mn.ReLU(), mn.Dense(2, 1, weights=[[2], [5]])]
    net = mn.Network(layers, dtype=dtype)
    assert net([[1, 1], [10, 20]]).tolist() == [[8], [140]]  # relu(4, -94) and relu(70, 0), times (2, 5)


def test_layers_hold_views_of_the_two_vectors():
    net = small()
    net.theta[...] = np.arange(net.n_parameters)
    net.grad[...] = -np.arange(net.n_parameters)
    first, last = net.layers[0], net.layers[2]
    assert first.W[0, 0] == 0
    assert first.b[0] == 10
    assert last.W[0, 0] == 15
    assert last.db[-1] == -(net.n_parameters - 1)


def test_same_seed_gives_the_same_network_rounded():
    assert np.array_equal(small().theta.astype("float32"), small(dtype="float32").theta)


def test_repr_and_summary_say_what_it_is():
    assert repr(small()) == "Network(Dense(2, 5), Tanh(), Dense(5, 3); 33 parameters, float64)"
    lines = small().summary().splitlines()
    assert lines[2].split() == ["Dense(2,", "5)", "(n,", "5)", "W", "(2,", "5),", "b", "(5,)", "15"]
    assert lines[-1].split() == ["total", "float64", "33"]


def test_jet_has_one_slab_per_direction(kernels):
    jet = small().jet(np.zeros((7, 2)), order=2)
    assert (jet.value.shape, jet.first.shape, jet.second.shape) == ((7, 3), (2, 7, 3), (2, 7, 3))
    assert small().jet(np.zeros((7, 2)), order=1).second is None


def test_backward_takes_the_kind_that_was_evaluated(rng):
    net = small()
    x, dy = rng.standard_normal((4, 2)), rng.standard_normal((4, 3))
    net(x)
    plain = net.backward(dy)
    net.jet(x, order=1)
    carried = net.backward(mn.Jet(dy, np.zeros((2, 4, 3))))
    assert_close(carried.value, plain, 1e-15)
    with pytest.raises(ShapeError, match="do not fit the last evaluation"):
        net.backward(dy)


@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (np.zeros((4, 3)), ShapeError, r"x has shape \(4, 3\), but Dense\(2, 5\).* takes \(samples, 2\)"),
        (np.zeros(2), ShapeError, r"one sample of 2 features is x\[None, :\]"),
        (np.zeros((2, 2, 2)), ShapeError, "shape"),
        ([[1.0], [1.0, 2.0]], ShapeError, "unequal lengths"),
        ([["a", "b"]], DtypeError, "real numbers"),
        (np.zeros((1, 2), complex), DtypeError, "complex128"),
        ([[None, 1]], DtypeError, "object"),
    ],
)
def test_bad_inputs_are_explained(x, error, words):
    with pytest.raises(error, match=words):
        small()(x)


@pytest.mark.parametrize("x", [[[1, 2]], np.array([[1, 2]], np.uint8), np.array([[True, False]])])
def test_integers_and_booleans_become_floats(x):
    assert np.array_equal(small()(x), small()(np.asarray(x, float)))


def test_no_samples_give_no_outputs(kernels):
    assert small()(np.zeros((0, 2))).shape == (0, 3)
    assert small().jacobian(np.zeros((0, 2))).shape == (0, 3, 33)


@pytest.mark.parametrize(
    ("layers", "error", "words"),
    [
        ([mn.Dense(2, 5), mn.Dense(4, 1)], ShapeError, r"layer 1, Dense\(4, 1\), takes 4 features.* give 5"),
        ([mn.Tanh()], SettingError, "at least one layer must have a number of features"),
        ([], SettingError, "at least one layer"),
        ([mn.Dense(1, 1), mn.Tanh], SettingError, r"write Tanh\(\)"),
        ([mn.Dense(1, 1), "tanh"], SettingError, "not a Layer"),
        ([mn.Dense(1, 2, weights="glorot")], SettingError, "did you mean 'glorot_"),
        ([mn.Dense(1, 2, weights=np.zeros((2, 1)))], ShapeError, r"shape \(2, 1\), expected \(1, 2\)"),
        ([mn.Dense(1, 2, bias=[np.nan, 0])], DataError, "not all finite"),
        ([mn.Dense(1, 2, bias=["a", 0])], DtypeError, "real numbers"),
    ],
)
def test_bad_layers_are_explained(layers, error, words):
    with pytest.raises(error, match=words):
        mn.Network(layers, rng=0)


def test_other_bad_settings_are_explained():
    with pytest.raises(SettingError, match="positive integer"):
        mn.Dense(0, 3)
    with pytest.raises(SettingError, match="positive integer"):
        mn.Dense(1, 2.5)
    with pytest.raises(SettingError, match="alpha must be a positive number"):
        mn.LeakyReLU(-1)
    with pytest.raises(SettingError, match="float16"):
        small(dtype="float16")
    layer = mn.Dense(1, 1)
    mn.Network([layer])
    with pytest.raises(SettingError, match="already belongs to a network"):
        mn.Network([layer])


@pytest.mark.parametrize(
    ("layer", "order", "words"),
    [
        (mn.ReLU(), 2, "piecewise linear"),
        (mn.Abs(), 2, "piecewise linear"),
        (mn.Softmax(), 1, "couples features"),
    ],
)
def test_missing_derivatives_are_explained(layer, order, words):
    net = mn.Network([mn.Dense(1, 3), layer, mn.Dense(3, 1)], rng=0)
    with pytest.raises(DerivativeError, match=rf"layer 1, {type(layer).__name__}\(\).*{words}"):
        net.jet([0.0], order=order)


def test_order_must_be_one_or_two():
    with pytest.raises(SettingError, match="order must be 1 or 2"):
        small().jet(np.zeros((1, 2)), order=3)


def test_copies_are_networks_of_their_own():
    net = small()
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert np.array_equal(twin.theta, net.theta)
        twin.theta[...] = 0
        assert not twin(np.ones((1, 2))).any()
        assert net(np.ones((1, 2))).any()


def test_assigning_parameters_copies_into_the_vector():
    net = small()
    net.layers[0].W = np.ones((2, 5))
    assert net.theta[:10].tolist() == [1] * 10
    net.theta = np.arange(33)
    assert net.layers[2].b.tolist() == [30, 31, 32]


def test_gradients_belong_to_the_last_evaluation():
    net = small()
    with pytest.raises(ShapeError, match=r"call backward\(dy\) first"):
        net.gradient()
    net(np.ones((2, 2)))
    net.backward(np.ones((2, 3)))
    net(np.ones((3, 2)))
    with pytest.raises(ShapeError, match=r"call backward\(dy\) first"):
        net.gradient()


def test_a_refused_network_leaves_its_layers_free():
    good = mn.Dense(1, 1)
    with pytest.raises(SettingError):
        mn.Network([good, mn.Dense(1, 1, weights="bad")])
    mn.Network([good])


# Files.


@pytest.mark.parametrize("name", LAYERS)
def test_saved_networks_come_back_bit_for_bit(name, dtype, tmp_path, rng):
    net = sandwich(name, rng=rng, dtype=dtype)
    net.save(tmp_path / "net.npz")
    again = mn.load(tmp_path / "net.npz")
    x = rng.standard_normal((5, 2))
    assert repr(again) == repr(net)
    assert np.array_equal(again(x), net(x))


def test_settings_of_layers_come_back(tmp_path):
    mn.Network([mn.Dense(1, 1), mn.ELU(0.3), mn.Sine(30.0)]).save(tmp_path / "net.npz")
    assert [layer.parameter for layer in mn.load(tmp_path / "net.npz").layers[1:]] == [0.3, 30.0]


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "net.npz"
    small().save(path)
    return path


def rewrite(path, change):
    with np.load(path) as file:
        arrays = dict(file)
    header = json.loads(str(arrays.pop("header")))
    change(header, arrays)
    with path.open("wb") as file:
        np.savez(file, header=np.array(json.dumps(header)), **arrays)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda header, arrays: arrays.pop("0.W"), "'0.W' is missing"),
        (lambda header, arrays: arrays.update(extra=np.zeros(1)), r"unexpected arrays \['extra'\]"),
        (lambda header, arrays: arrays.update({"0.b": np.zeros(4)}), r"'0.b' is float64 \(4,\), expected"),
        (lambda header, arrays: arrays.update({"0.b": np.zeros(5, "f")}), "float32"),
        (lambda header, arrays: header.update(minnet="checkpoint"), "expected a minnet network"),
        (lambda header, arrays: header.update(version=99), "version 99"),
        (lambda header, arrays: header["layers"][1].update(layer="Tahn"), "unknown layer 'Tahn'.*'Tanh'"),
        (lambda header, arrays: header["layers"][0].update(width=3), "does not describe a network"),
        (lambda header, arrays: header.pop("layers"), "does not describe a network"),
    ],
)
def test_damaged_files_are_refused(saved, change, words):
    rewrite(saved, change)
    with pytest.raises(FileFormatError, match=words):
        mn.load(saved)


@pytest.mark.parametrize("keep", [0, 1, 100, 600, -1])
def test_truncated_files_are_refused(saved, keep):
    saved.write_bytes(saved.read_bytes()[:keep])
    with pytest.raises(FileFormatError):
        mn.load(saved)


def test_foreign_files_are_refused(tmp_path):
    np.savez(tmp_path / "foreign.npz", a=np.zeros(3))
    with pytest.raises(FileFormatError, match="not written by minnet"):
        mn.load(tmp_path / "foreign.npz")
    np.save(tmp_path / "single.npy", np.zeros(3))
    with pytest.raises(FileFormatError, match="single array"):
        mn.load(tmp_path / "single.npy")
    with pytest.raises(FileNotFoundError, match="no such file"):
        mn.load(tmp_path / "missing.npz")


@pytest.mark.parametrize(
    "twin_of", [copy.deepcopy, lambda part: pickle.loads(pickle.dumps(part))], ids=["deepcopy", "pickle"]
)
def test_copies_of_layers_start_with_their_parameters_and_buffers(twin_of, rng):
    layers = [mn.SpectralNorm(mn.Conv1d(2, 3, 3)), mn.BatchNorm(), mn.ReLU(), mn.LSTM(3, 4), mn.LayerNorm()]
    net = mn.Network(layers, input_shape=(9, 2), rng=0)
    x = rng.standard_normal((4, 9, 2))
    other = mn.Network(twin_of(net.layers), input_shape=(9, 2), rng=1)
    assert np.array_equal(other(x), net(x))
    other.theta[:] = other.buffers[:] = 0
    assert np.abs(net.theta).max() > 0
    fresh = mn.Network([twin_of(mn.Dense(2, 8))], rng=0)  # of a layer that belongs to no network
    assert np.array_equal(fresh.theta, mn.Network([mn.Dense(2, 8)], rng=0).theta)


def test_files_never_hold_pickles(tmp_path):
    with pytest.raises(ValueError, match="allow_pickle"):
        storage.write(tmp_path / "a.npz", "network", {}, {"a": np.array([{}], object)})
    assert os.listdir(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"cannot write .*net\.npz.*may you write there"):
        small().save(tmp_path / "file" / "net.npz")


def test_a_crash_while_writing_leaves_the_old_file(saved, monkeypatch):
    before = saved.read_bytes()
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        small().save(saved)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["net.npz"]


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.astype(int),
        lambda x: x.astype("float32"),
        np.asfortranarray,
        lambda x: np.repeat(x, 2, axis=1)[:, ::2],
        np.ndarray.tolist,
    ],
)
def test_forward_and_sweep_back_take_any_dtype_and_layout(change, kernels, dtype):
    net = mn.mlp([3, 4, 2], rng=0, dtype=dtype)
    x = np.arange(15.0).reshape(1, 5, 3)
    dy = np.arange(10.0).reshape(1, 5, 2)
    y, dx, gradient = net.forward(x.astype(dtype)), net.sweep_back(dy.astype(dtype)), net.gradient().copy()
    again = net.forward(change(x))
    assert again.dtype == net.dtype
    assert np.array_equal(again, y)
    assert np.array_equal(net.sweep_back(change(dy)), dx)
    assert np.array_equal(net.gradient(), gradient)


def test_forward_and_sweep_back_check_shapes(kernels):
    net = mn.mlp([3, 4, 2], rng=0)
    with pytest.raises(ShapeError, match="nothing has been evaluated"):
        net.sweep_back(np.ones((1, 5, 2)))
    for shape in ((5, 3), (1, 5, 2), (1, 5, 4), (3,)):
        with pytest.raises(ShapeError, match=r"forward: x has shape .* takes \(order, sample, \*\(3,\)\)"):
            net.forward(np.ones(shape))
    net.forward(np.ones((1, 5, 3)))
    for shape in ((5, 2), (1, 4, 2), (1, 5, 1), (2, 5, 2)):
        with pytest.raises(ShapeError, match="do not fit the last evaluation"):
            net.sweep_back(np.ones(shape))


class Watched(Identity):
    """A layer that asks, in the middle of a pass, whether another thread could go through the network."""

    def forward(self, x, call):
        with ThreadPoolExecutor(1) as pool:
            self.is_free = pool.submit(self.net.lock.acquire, blocking=False).result()
        return super().forward(x, call)


@pytest.mark.parametrize(
    "call",
    [
        lambda net, x: net(x),
        lambda net, x: net.jet(x),
        lambda net, x: net.jacobian(x),
        lambda net, x: mn.fit(net, x, x, loss=mn.MeanSquaredError(), optimizer=mn.SGD(0.1), epochs=1, rng=0),
    ],
    ids=["values", "jet", "jacobian", "fit"],
)
def test_a_pass_is_not_disturbed_by_another_thread(call):
    watched = Watched()
    watched.net = net = mn.Network([mn.Dense(1, 4), watched, mn.Dense(4, 1)], rng=0)
    with mn.use_kernels("automatic"):
        call(net, np.zeros((3, 1)))
    assert not watched.is_free
    assert net.lock.acquire(blocking=False)  # nobody holds it for longer


@pytest.mark.parametrize("name", LAYERS)
def test_an_evaluation_between_any_two_lines_of_another_changes_nothing(name, rng):
    """With NumPy's kernels chosen, ``net(x)`` goes by without the lock."""
    net = sandwich(name, rng=rng, first=True)
    x, other, lines = rng.standard_normal((3, 6)), rng.standard_normal((4, 6)), 0

    def between(frame, event, argument):
        nonlocal lines
        if event == "line" and frame.f_globals["__name__"].startswith("minnet."):
            lines += 1
            net(other)
        return between

    with mn.use_kernels("numpy"):
        expected, before = net(x), sys.gettrace()
        sys.settrace(between)
        try:
            y = net(x)
        finally:
            sys.settrace(before)
    assert lines > 5
    np.testing.assert_array_equal(y, expected)


def test_threads_may_share_a_network(rng):
    net = sandwich("LSTM", rng=rng, first=True)
    inputs = [rng.standard_normal((n, 6)) for n in (3, 40)]
    expected = [net(x) for x in inputs]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(net, inputs * 20))
    for y, values in zip(results, expected * 20, strict=True):
        np.testing.assert_array_equal(y, values)
