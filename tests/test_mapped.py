"""Data in files: a memory map is trained on as it stands, gives the bits of the array, and is never all in memory."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import minnet as mn
from minnet import architecture, mapped

N = 1000
rng = np.random.default_rng(0)
X = rng.normal(3.0, 2.0, (N, 3)).astype(np.float32)
Y = np.sin(X.sum(axis=1, keepdims=True))


@pytest.fixture
def in_pieces(monkeypatch):
    """As if these samples were millions."""
    monkeypatch.setattr(mapped, "PIECE", 64)
    monkeypatch.setattr(mapped, "SMALL", 100)
    monkeypatch.setattr(architecture, "PASS", 2000)


@pytest.fixture
def on_disk(tmp_path):
    """An array as a memory map, read-only, of a file."""

    def save(array):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.npy"
        np.save(path, array)
        return np.load(path, mmap_mode="r")

    return save


def trained(x, y, standardize=False, loss=None, outputs=1, **options):
    """Parameters and history of a network."""
    parts = [mn.Dense(x.shape[1] if x.ndim > 1 else 1, 8), mn.Tanh(), mn.Dense(8, outputs)]
    if standardize:
        parts = [mn.Standardize(x), *parts, mn.Standardize(y).inverse()]
    net = mn.Network(parts, rng=0, dtype="float32")
    history = mn.fit(net, x, y, loss=loss or mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=3, rng=1, **options)
    return net.theta, history.history


def same(a, b):
    return np.array_equal(a[0], b[0]) and a[1] == b[1]


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("batch_size", [None, 64])
def test_a_memory_map_gives_the_bits_of_the_array(on_disk, batch_size, standardize, compiled):
    weight = np.linspace(0, 2, N, dtype=np.float32)
    options = {"batch_size": batch_size, "standardize": standardize, "compiled": compiled}
    from_array = trained(X, Y, sample_weight=weight, validation_data=(X[::2], Y[::2]), **options)
    x, y = on_disk(X), on_disk(Y)
    held_out = x[::2], y[::2]
    assert same(from_array, trained(x, y, sample_weight=on_disk(weight), validation_data=held_out, **options))


FORMS = {
    "float64": lambda x: x.astype(float),
    "integers": lambda x: np.rint(x).astype(np.int16),
    "big-endian": lambda x: x.astype(">f4"),
    "Fortran order": np.asfortranarray,
    "one-dimensional": lambda x: x[:, 0].copy(),
}


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("form", FORMS)
def test_files_of_any_form_give_the_bits_of_the_array(on_disk, form):
    x, y = FORMS[form](X), FORMS[form](Y)
    assert same(trained(x, y), trained(on_disk(x), on_disk(y)))
    assert same(trained(x[::2], y[::2], batch_size=32), trained(on_disk(x)[::2], on_disk(y)[::2], batch_size=32))


@pytest.mark.usefixtures("in_pieces")
def test_classes_in_files(on_disk):
    labels, probability = (X[:, 0] > 3).astype(np.int64) + (X[:, 1] > 3), (X[:, :1] > 3).astype(np.float32)
    for y, loss, outputs in ((labels, mn.CategoricalCrossEntropy(), 3), (probability, mn.BinaryCrossEntropy(), 1)):
        options = {"loss": loss, "outputs": outputs, "accuracy": True, "batch_size": 50, "validation_split": 0.3}
        assert same(trained(X, y, **options), trained(on_disk(X), on_disk(y), **options))


def test_what_needs_no_change_is_not_copied(on_disk):
    x, y = on_disk(X), on_disk(Y)
    net = mn.mlp([3, 8, 1], "tanh", rng=0, dtype="float32")
    data, _ = mn.training_data(net, mn.MeanSquaredError(), x, y, on_disk(Y[:, 0] ** 2))
    assert all(mapped.is_mapped(array) for array in (data.inputs, data.target.values, data.weight))


@pytest.mark.usefixtures("in_pieces")
def test_what_has_to_be_converted_lies_in_a_file_again(on_disk):
    net = mn.mlp([3, 8, 1], "tanh", rng=0, dtype="float32")
    inputs = net.as_inputs(on_disk(X.astype(float)))
    assert mapped.is_mapped(inputs)
    assert inputs.dtype == np.float32
    assert np.array_equal(inputs, X)


@pytest.mark.usefixtures("in_pieces")
def test_a_large_copy_is_announced(on_disk, monkeypatch):
    monkeypatch.setattr(mapped, "NOTED", 1000)
    net = mn.mlp([3, 8, 1], "tanh", rng=0, dtype="float32")
    with pytest.warns(mn.LargeCopyWarning, match=r"x is a memory map that is not used as it stands: 0\.0 GB"):
        net.as_inputs(on_disk(X.astype(float)))


@pytest.mark.usefixtures("in_pieces")
def test_a_copy_for_which_there_is_no_room_is_an_error(on_disk, monkeypatch):
    monkeypatch.setattr(mapped.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 1000}))
    net = mn.mlp([3, 8, 1], "tanh", rng=0, dtype="float32")
    with pytest.raises(OSError, match=r"x is a memory map .* has no room for .* Way out: a file of x .* float32"):
        net.as_inputs(on_disk(X.astype(float)))


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("dtype", [np.float32, float, np.int16, ">f8"])
def test_values_at_a_memory_map_are_computed_in_pieces(on_disk, dtype):
    net = mn.mlp([3, 8, 2], "tanh", rng=0)
    x = X.astype(dtype)
    expected = net(x)
    assert np.allclose(net(on_disk(x)), expected, rtol=1e-14, atol=1e-15)
    with pytest.raises(mn.errors.ShapeError, match="memory map, of which nothing is remembered"):
        net.backward(np.ones_like(expected))
    with pytest.raises(mn.errors.ShapeError, match=r"x has shape \(1000, 2\)"):
        net(on_disk(x[:, :2]))


@pytest.mark.usefixtures("in_pieces")
def test_lengths_of_series_in_a_file(on_disk):
    series, lengths = rng.standard_normal((200, 7, 2)), rng.integers(0, 8, 200)
    net = mn.Network([mn.GRU(2, 3), mn.Conv1d(3, 1, 1)], rng=0)
    assert np.allclose(net(on_disk(series), lengths=on_disk(lengths)), net(series, lengths=lengths), rtol=1e-14)
    with pytest.raises(mn.errors.ShapeError, match=r"lengths has shape \(201,\)"):
        net(on_disk(series), lengths=np.zeros(201, int))


def test_losses_of_parts_are_the_loss_of_all(in_pieces, monkeypatch):
    """Also where different numbers of targets are known in them."""
    y = np.ma.array(np.hstack([Y, Y**2]), mask=rng.random((N, 2)) < np.linspace(0, 1, N)[:, np.newaxis])
    net = mn.mlp([3, 8, 2], "tanh", rng=0)
    data, _ = mn.training_data(net, mn.MeanSquaredError(), X, y)
    step = mn.Supervised(net, mn.MeanSquaredError(), mn.Adam())
    value = step.evaluate(data)["loss"]
    monkeypatch.setattr(architecture, "PASS", 1 << 21)
    assert value == pytest.approx(step.evaluate(data)["loss"], rel=1e-13)
    assert value == pytest.approx(((net(X) - y) ** 2).mean(), rel=1e-6)


def test_moments_and_checks_look_at_all_pieces(in_pieces, on_disk):
    layer = mn.Standardize(on_disk(X))
    assert np.allclose(layer.mean, X.mean(axis=0, dtype=float), rtol=1e-13)
    assert np.allclose(layer.std, X.std(axis=0, dtype=float), rtol=1e-13)
    x = X.copy()
    x[[700, 900], 2] = np.nan
    with pytest.raises(mn.errors.DataError, match=r"x holds 2 values .* the first at index \(700, 2\)"):
        trained(on_disk(x), Y)
    with pytest.raises(mn.errors.DataError, match="x holds numbers too large for float32"):
        trained(on_disk(np.where(np.arange(N)[:, np.newaxis] == 700, 1e300, X.astype(float))), Y)


def test_a_step_of_ones_own_on_files(on_disk):
    class Mean(mn.Step):
        def __init__(self):
            self.state = mn.TrainState(np.zeros(3), mn.SGD(0.1))

        @property
        def states(self):
            return {"mean": self.state}

        def step(self, batch, call):
            self.state.apply(self.state.theta - batch[0].mean(axis=0))
            return {"loss": float(batch[1].sum())}

    from_array, from_file = Mean(), Mean()
    mn.train(from_array, (X, Y), epochs=2, batch_size=30, rng=0)
    mn.train(from_file, (on_disk(X), on_disk(Y)), epochs=2, batch_size=30, rng=0)
    assert np.array_equal(from_array.state.theta, from_file.state.theta)


LIMITED = """
import resource, sys
import numpy as np, minnet as mn

mn.use_threads(1)
def layers(x, y):
    first, last = ([mn.Standardize(x)], [mn.Standardize(y).inverse()]) if {standardize} else ([], [])
    return [*first, mn.Dense(2, 8), mn.Tanh(), mn.Dense(8, 1), *last]

def train(x, y):
    net = mn.Network(layers(x, y), rng=0, dtype="float32")
    mn.fit(net, x, y, loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=1, batch_size={batch_size}, rng=0,
           validation_data=(x, y))
    return net

x, y = (np.load(path, mmap_mode="r") for path in sys.argv[1:])
train(x[:50_000], y[:50_000])(x[:50_000])  # what is loaded and compiled once

def allow(more):  # so much memory that is no file's, beyond what is in use
    with open("/proc/self/status") as file:
        used = next(int(line.split()[1]) for line in file if line.startswith("VmData")) * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (used + more, resource.RLIM_INFINITY))

allow({bound})
net = train(x, y)
allow({bound} + 4 * len(x))  # the values themselves
assert net(x).shape == (len(x), 1)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's limit of anonymous memory")
@pytest.mark.parametrize(("dtype", "standardize", "batch_size"), [
    (np.float32, False, None), (np.float32, True, None), (np.float64, True, None), (np.float32, False, 1000),
])  # fmt: skip
def test_memory_does_not_grow_with_the_data(tmp_path, dtype, standardize, batch_size):
    """Less of it is needed than a copy of x or y would take; but for 8 bytes a sample to shuffle."""
    n = 6_000_000
    x = np.lib.format.open_memmap(tmp_path / "x.npy", "w+", dtype, (n, 2))
    y = np.lib.format.open_memmap(tmp_path / "y.npy", "w+", dtype, (n, 1))
    x[:] = np.linspace(-1, 1, 2 * n).reshape(n, 2)
    y[:] = x[:, :1] ** 2
    bound = 20_000_000 + (0 if batch_size is None else 8 * n)
    code = LIMITED.format(standardize=standardize, batch_size=batch_size, bound=bound)
    command = [sys.executable, "-c", code, str(tmp_path / "x.npy"), str(tmp_path / "y.npy")]
    environment = os.environ | {"MINNET_KERNELS": "compiled"}  # the loop in Python takes a full batch at once
    done = subprocess.run(command, cwd=Path(__file__).parents[1], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
