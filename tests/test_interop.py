"""Weights in and out: the same outputs in other frameworks, and back here; and who is told what cannot be had."""

from copy import deepcopy
from functools import cache
from math import prod

import numpy as np
import pytest

import minnet as mn
from minnet import interop
from minnet.architecture import LAYERS
from minnet.errors import ShapeError
from minnet.layers.standardize import Unstandardize
from tests.checks import assert_close

TOLERANCE = {"float32": 1e-6, "float64": 1e-12}
NETWORKS = 20
ELEMENTWISE = [
    mn.Identity, mn.ReLU, mn.LeakyReLU, mn.ELU, mn.Sigmoid, mn.Tanh, mn.Softplus, mn.SiLU, mn.GELU, mn.Sine, mn.Abs,
    mn.SmoothAbs,
]  # fmt: skip


@pytest.fixture(autouse=True)
def _numpy_kernels():
    with mn.use_kernels("numpy"):  # nothing to compile
        yield


def random_layer(rng, shape):
    """A layer with any settings that takes samples of this shape, or `ShapeError`."""
    axes, width = len(shape) - 1, shape[-1]
    many = rng.integers(1, 5)
    anywhere = [
        lambda: mn.LeakyReLU(0.3),
        lambda: mn.SmoothAbs(0.5),
        lambda: mn.Sine(2.0),
        lambda: mn.BatchNorm(0.8, 1e-3),
        lambda: mn.LayerNorm(1e-3),
        lambda: mn.Dropout(0.5),
        mn.Softmax,
        lambda: mn.Rescale(-2.0, 3.0),
        lambda: mn.Standardize(mean=rng.normal(size=width), std=1 + rng.random(width)),
        lambda: Unstandardize(rng.normal(size=width), 1 + rng.random(width)),
    ]
    window = {
        "kernel_size": rng.integers(1, 5, axes).tolist(), "stride": rng.integers(1, 4, axes).tolist(),
        "dilation": rng.integers(1, 3, axes).tolist(), "padding": rng.choice([0, 1, "same", "circular"]),
    }  # fmt: skip
    window["padding"] = int(window["padding"]) if window["padding"].isdigit() else str(window["padding"])
    extra = int(not isinstance(window["padding"], str) and min(np.maximum(window["stride"], window["dilation"])) > 1) \
        if axes else 0  # fmt: skip
    conv = {1: (mn.Conv1d, mn.ConvTranspose1d), 2: (mn.Conv2d, mn.ConvTranspose2d)}.get(axes, ())
    of_places = [
        lambda: conv[0](width, many, **window),
        lambda: conv[1](width, many, **window, output_padding=extra),
        lambda: mn.SpectralNorm(conv[rng.integers(2)](width, many, **window)),
        lambda: mn.MaxPool((1, 2), (2, 1)),
        lambda: mn.AveragePool((2, 3), (1, 2)),
        lambda: mn.UpSample((2, 3)),
    ]
    of_series = [
        lambda: rng.choice([mn.LSTM, mn.GRU, mn.SimpleRNN])(width, many, *map(bool, rng.integers(2, size=2))),
    ]
    of_flat = [
        lambda: mn.Dense(width, many),
        lambda: mn.SpectralNorm(mn.Dense(width, many)),
        lambda: mn.Reshape((width, 1)),
        lambda: mn.Reshape((width // 2, 2, 1) if width % 2 == 0 else (1, width, 1)),
    ]
    fixed = [mn.Flatten, lambda: mn.Reshape((1, prod(shape)))] if None not in shape else []
    special = {0: of_flat, 1: of_places + of_series * 3, 2: of_places}[axes]
    choices = [*anywhere, *special * 2, *fixed]
    return choices[rng.integers(len(choices))]()


def random_network(seed, dtype):
    """A network of eight layers, of which every third is an activation, whose numbers and buffers are drawn; and
    inputs."""
    rng = np.random.default_rng(seed)
    shape = [(5,), (7, 2), (5, 6, 2), (None, 3)][seed % 4]
    layers, shapes = [], [shape]
    while len(layers) < 8:
        turn = len(layers) % 3 == 2
        try:
            kind = ELEMENTWISE[(2 * seed + len(layers)) % len(ELEMENTWISE)]
            layer = kind() if turn else random_layer(rng, shapes[-1])
            after = layer.output_shape(shapes[-1])
        except ShapeError:
            continue
        if prod(axis or 1 for axis in after) < 400:
            layers.append(layer)
            shapes.append(after)
    net = mn.Network(layers, input_shape=shape, rng=rng, dtype=dtype)
    net.theta += 0.2 * rng.standard_normal(net.theta.size)
    x = rng.standard_normal((4, *(9 if axis is None else axis for axis in shape))).astype(dtype)
    for _ in range(2):
        net.forward(x[np.newaxis], mn.Pass(training=True, rng=rng))
        net.update_buffers()
    return net, x


def kinds_of(net):
    """Names of the layers, also of one within another."""
    return {type(part).__name__ for layer in net.layers for part in (layer, getattr(layer, "wrapped", layer))}


@cache
def networks_of(dtype):
    return [random_network(seed, dtype) for seed in range(NETWORKS)]


@pytest.fixture(params=["float32", "float64"])
def networks(request):
    return networks_of(request.param)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


def test_the_networks_have_every_layer(networks):
    assert set().union(*(kinds_of(net) for net, _ in networks)) == set(LAYERS)


def check_round_trip(networks, there, evaluated, back, without=frozenset()):
    """What another framework gives, and a network made of that, are what the network gives."""
    for seed, (net, x) in enumerate(networks):
        if without & kinds_of(net):
            continue
        expected, other = net(x), there(net)
        actual = evaluated(other, x)
        assert actual.dtype == net.dtype, f"network {seed}"
        assert_close(actual, expected, TOLERANCE[str(net.dtype)])
        restored = back(other, net)
        assert restored.dtype == net.dtype
        assert_close(restored(x), expected, TOLERANCE[str(net.dtype)])


class TestPyTorch:
    """`to_pytorch` and `from_pytorch`."""

    def test_round_trips(self, torch, networks):
        check_round_trip(
            networks, interop.to_pytorch, lambda module, x: module(torch.from_numpy(x)).detach().numpy(),
            lambda module, net: interop.from_pytorch(module, input_shape=net.input_shape),
        )  # fmt: skip

    def test_training_goes_on_as_here(self, torch):
        """A step of gradient descent there, and here: parameters, running means, vectors of the power iteration."""
        trained = 0
        for net, x in networks_of("float64"):
            if {"Dropout", "GRU"} & kinds_of(net) or not net.n_parameters:
                continue
            module = interop.to_pytorch(net).train()
            y = module(torch.from_numpy(x))
            dy = np.random.default_rng(0).standard_normal(y.shape)
            optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
            (y * torch.from_numpy(dy)).sum().backward()
            optimizer.step()
            here = deepcopy(net)
            here.forward(x[np.newaxis], mn.Pass(training=True))
            here.update_buffers()  # within the pass, as PyTorch's are
            here.theta -= 0.1 * here.gradient(dy[np.newaxis])
            there = interop.from_pytorch(module, input_shape=net.input_shape)
            assert_close(there.theta, here.theta, 1e-10)
            assert_close(there.buffers, here.buffers, 1e-10)
            trained += 1
        assert trained >= 5


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Writes a network to an ONNX file, and evaluates that."""
    pytest.importorskip("onnx", reason="onnx is not installed")
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    path = tmp_path_factory.mktemp("onnx") / "network.onnx"

    def evaluated(net, x):
        interop.to_onnx(net, path)
        session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
        return session.run(None, {"x": x.astype(np.float32)})[0]

    return evaluated


class TestONNX:
    """`to_onnx`, evaluated by onnxruntime."""

    def test_outputs(self, run):
        for net, x in networks_of("float32"):
            assert_close(run(net, x), net(x), TOLERANCE["float32"])
            assert_close(run(net, x[:1]), net(x[:1]), TOLERANCE["float32"])


class TestSafetensors:
    """`save_safetensors` and `load_safetensors`."""

    @pytest.fixture(autouse=True)
    def _installed(self):
        pytest.importorskip("safetensors", reason="safetensors is not installed")

    def test_files(self, tmp_path, networks):
        for net, x in networks:
            interop.save_safetensors(net, tmp_path / "net.safetensors")
            restored = interop.load_safetensors(tmp_path / "net.safetensors")
            assert repr(restored) == repr(net)
            np.testing.assert_array_equal(restored(x), net(x))
            np.testing.assert_array_equal(restored.buffers, net.buffers)
        assert [path.name for path in tmp_path.iterdir()] == ["net.safetensors"]
