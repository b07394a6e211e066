"""Weights in and out: the same outputs in other frameworks, and back here; and who is told what cannot be had."""

import os
import sys
from copy import deepcopy
from functools import cache
from importlib.util import find_spec
from math import prod

import numpy as np
import pytest

import minnet as mn
from minnet import interop
from minnet.architecture import LAYERS
from minnet.errors import FileFormatError, SettingError, ShapeError
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
        mn.Softmax if width > 1 else mn.Identity,  # of one feature it is 1, and Keras warns
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


def random_network(seed, dtype, lacks=lambda layer: False):
    """A network of eight layers, of which every third is an activation, whose numbers and buffers are drawn; and
    inputs. Layers that a framework lacks are left out."""
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
        if prod(axis or 1 for axis in after) < 400 and not lacks(layer):
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
def networks_of(dtype, lacks=lambda layer: False, first=0):
    return [random_network(seed, dtype, lacks) for seed in range(first, first + NETWORKS)]


@pytest.fixture(params=["float32", "float64"])
def networks(request):
    return networks_of(request.param)


@pytest.fixture(scope="module")
def keras():
    if find_spec("torch"):  # what Keras has if nothing is said may not be there
        os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras", reason="Keras, or its backend, is not installed")


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


def test_the_networks_have_every_layer(networks):
    assert set().union(*(kinds_of(net) for net, _ in networks)) == set(LAYERS)


def check_round_trip(networks, there, evaluated, back, tolerances=TOLERANCE):
    """What another framework gives, and a network made of that, are what the network gives."""
    for seed, (net, x) in enumerate(networks):
        expected, other = net(x), there(net)
        actual, restored = evaluated(other, x), back(other, net)
        assert actual.dtype == restored.dtype == net.dtype, f"network {seed}"
        assert_close(actual, expected, tolerances[str(net.dtype)])
        assert_close(restored(x), expected, TOLERANCE[str(net.dtype)])


class TestPyTorch:
    """`to_pytorch` and `from_pytorch`."""

    def test_round_trips(self, torch, networks):
        check_round_trip(
            networks, interop.to_pytorch, lambda module, x: module(torch.from_numpy(x)).detach().numpy(),
            lambda module, net: interop.from_pytorch(module, input_shape=net.input_shape),
        )  # fmt: skip

    def test_modules_of_pytorch(self, torch):
        """Channels first, weights behind flattened pictures, layers without biases."""
        nn = torch.nn
        torch.manual_seed(0)
        module = nn.Sequential(
            nn.Sequential(nn.Conv2d(2, 4, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU()),
            nn.ConvTranspose2d(4, 3, 3, stride=2, output_padding=1), nn.AvgPool2d(2), nn.Upsample(scale_factor=2),
            nn.Conv2d(3, 3, 3, padding="same", padding_mode="circular"), nn.MaxPool2d(2), nn.Softmax(dim=1),
            nn.Flatten(), nn.BatchNorm1d(75), nn.Linear(75, 5, bias=False), nn.LayerNorm(5),
        )  # fmt: skip
        x = torch.randn(8, 2, 8, 8)
        module(x)  # running means
        net = interop.from_pytorch(module.eval(), input_shape=(8, 8, 2))
        assert_close(net(x.movedim(1, -1).numpy()), module(x).detach().numpy(), 1e-6)

    def test_modules_that_make_pictures(self, torch):
        """Weights before flat samples that become pictures with channels first."""
        nn = torch.nn
        torch.manual_seed(0)
        module = nn.Sequential(
            nn.Linear(4, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Unflatten(1, (6, 2, 2)), nn.Dropout(),
            nn.ConvTranspose2d(6, 3, 4, 2, 1), nn.BatchNorm2d(3), nn.Tanh(), nn.Conv2d(3, 2, 3, padding=1),
        )  # fmt: skip
        x = torch.randn(8, 4)
        module(x)  # running means
        net = interop.from_pytorch(module.eval())
        assert_close(net(x.numpy()), module(x).movedim(1, -1).detach().numpy(), 1e-6)

    def test_recurrent_modules_of_pytorch(self, torch):
        for kind in (torch.nn.LSTM, torch.nn.GRU, torch.nn.RNN):
            module = kind(3, 4, num_layers=2, batch_first=True, dtype=torch.float64)
            x = torch.randn(2, 5, 3, dtype=torch.float64)
            assert_close(interop.from_pytorch(module)(x.numpy()), module(x)[0].detach().numpy(), 1e-12)

    def test_running_means_go_on_as_pytorchs(self, torch):
        module = torch.nn.BatchNorm1d(2, dtype=torch.float64)
        net = interop.from_pytorch(module)
        x = np.random.default_rng(0).standard_normal((6, 2))
        for _ in range(3):
            module(torch.from_numpy(x))
            net.forward(x[np.newaxis], mn.Pass(training=True))
            net.update_buffers()
        assert_close(net.layers[0].mean, module.running_mean.numpy(), 1e-12)
        assert_close(net.layers[0].variance, module.running_var.numpy(), 1e-12)

    def test_what_cannot_be_had_is_named(self, torch):
        nn = torch.nn
        spectral = nn.utils.parametrizations.spectral_norm(nn.Linear(2, 2))
        refused = {
            r"module 1, Hardtanh\(.*: Hardtanh is not among": nn.Sequential(nn.Linear(2, 2), nn.Hardtanh()),
            "module 0.1, GELU.*approximate='tanh'": nn.Sequential(nn.Sequential(nn.ReLU(), nn.GELU("tanh"))),
            "groups": nn.Conv1d(2, 2, 1, groups=2),
            "padding_mode='reflect'": nn.Conv1d(2, 2, 3, padding=1, padding_mode="reflect"),
            "ceil_mode=True": nn.MaxPool1d(2, ceil_mode=True),
            "bidirectional=True": nn.LSTM(2, 2, batch_first=True, bidirectional=True),
            "parametrized": spectral,
            "module 1, Linear.*takes channels last, and": nn.Sequential(nn.Conv1d(2, 2, 1), nn.Linear(2, 2)),
            "module 1, Conv1d.*takes channels first, and": nn.Sequential(nn.LayerNorm(2), nn.Conv1d(2, 2, 1)),
            "no Linear before": nn.Sequential(nn.Unflatten(1, (2, 4)), nn.Conv1d(2, 2, 1)),
            "another order": nn.Sequential(nn.Conv1d(2, 2, 1), nn.Flatten()),
            "float16": nn.Linear(2, 2).half(),
            "takes a module": 3,
        }
        for words, module in refused.items():
            shape = (4, 2) if "channels" in words or "order" in words else (8,) if "before" in words else None
            with pytest.raises(SettingError, match=words):
                interop.from_pytorch(module, input_shape=shape)
        with pytest.raises(SettingError, match="input_shape must be the shape of one sample"):
            interop.from_pytorch(nn.ReLU(), input_shape="4")
        with pytest.raises(ShapeError, match=r"module 1, Linear.*takes 3 features"):
            interop.from_pytorch(nn.Sequential(nn.Linear(2, 2), nn.Linear(3, 2)))

    def test_training_goes_on_as_here(self, torch):
        """A step of gradient descent there, and here: parameters, running means, vectors of the power iteration."""
        trained = 0
        for net, x in networks_of("float64"):
            if "Dropout" in kinds_of(net) or not net.n_parameters:
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
        assert trained >= 8


def keras_lacks(layer):
    """Whether `to_keras` says that there is no such layer."""
    if not hasattr(layer, "dilation"):
        return isinstance(layer, mn.SpectralNorm)
    beyond = not isinstance(layer.padding, str) and max(getattr(layer, "output_padding", (0,))) > min(layer.padding)
    return layer.padding == "circular" or (max(layer.stride) > 1 and max(layer.dilation) > 1) or beyond


# Two warnings of Keras on PyTorch: of windows, and of how it asks for arrays of NumPy.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
class TestKeras:
    """`to_keras` and `from_keras`."""

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_round_trips(self, keras, dtype):
        networks = networks_of(dtype, keras_lacks, first=49)
        assert set().union(*(kinds_of(net) for net, _ in networks)) == set(LAYERS) - {"SpectralNorm"}
        check_round_trip(
            networks, interop.to_keras, lambda model, x: keras.ops.convert_to_numpy(model(x)),
            lambda model, net: interop.from_keras(model), {"float32": 1e-6, "float64": 1e-6},
        )  # fmt: skip

    def test_models_of_keras(self, keras):
        """Activations as arguments, layers without biases, and a dense layer at every time."""
        K = keras.layers
        parts = [
            K.Conv1D(4, 3, padding="same", activation="relu", use_bias=False), K.GRU(5, return_sequences=True),
            K.Dense(4, activation="silu"), K.LSTM(3, use_bias=False), K.BatchNormalization(scale=False),
            K.Dense(2, "softmax"),
        ]  # fmt: skip
        model = keras.Sequential([keras.Input((6, 3)), *parts])
        x = np.random.default_rng(0).standard_normal((5, 6, 3)).astype(np.float32)
        net = interop.from_keras(model)
        assert_close(net(x), keras.ops.convert_to_numpy(model(x)), 1e-6)
        assert [type(layer).__name__ for layer in net.layers] == [
            "Conv1d", "ReLU", "GRU", "Conv1d", "SiLU", "LSTM", "BatchNorm", "Dense", "Softmax",
        ]  # fmt: skip

    def test_what_cannot_be_had_is_named(self, keras):
        K = keras.layers
        refused = {
            "layer last, LSTM: with go_backwards=True": K.LSTM(
                2, go_backwards=True, return_sequences=True, name="last"
            ),
            "PReLU is not among": K.PReLU(),
            "reset_after=False": K.GRU(2, reset_after=False),
            "activation='selu'": K.Dense(2, "selu"),
        }
        for words, layer in refused.items():
            with pytest.raises(SettingError, match=words):
                interop.from_keras(keras.Sequential([keras.Input((4, 2)), layer]))
        with pytest.raises(SettingError, match=r"to_keras: layer 1, Conv1d\(1, .*: Keras has no circular padding"):
            interop.to_keras(mn.Network([mn.Tanh(), mn.Conv1d(1, 1, 3, padding="circular")]))


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

    def test_output_padding(self, run):
        """Runtimes take less than the stride, which is 1 here; so less is cut off."""
        net = mn.Network([mn.ConvTranspose1d(1, 2, 3, 1, 1, 2, 1)], rng=0, dtype="float32")
        x = np.random.default_rng(0).standard_normal((2, 4, 1)).astype(np.float32)
        assert_close(run(net, x), net(x), TOLERANCE["float32"])
        with pytest.raises(SettingError, match=r"layer 0, ConvTranspose1d.*output_padding needs 1"):
            run(mn.Network([mn.ConvTranspose1d(1, 2, 3, 1, 0, 2, 1)], rng=0), x)


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

    def test_what_is_no_such_file(self, tmp_path):
        from safetensors.numpy import save_file

        net, path = mn.mlp([2, 3, 1], "tanh", rng=0), tmp_path / "net.safetensors"
        interop.save_safetensors(net, path)
        whole = path.read_bytes()
        with pytest.raises(FileNotFoundError, match="no such file"):
            interop.load_safetensors(tmp_path / "other")
        path.write_bytes(whole[:-8])
        with pytest.raises(FileFormatError, match="truncated or foreign"):
            interop.load_safetensors(path)
        path.write_bytes(whole.replace(b'"0.W"', b'"0.V"'))
        with pytest.raises(FileFormatError, match=r"'0\.W' is missing"):
            interop.load_safetensors(path)
        save_file({"0.W": np.ones(3)}, path)
        with pytest.raises(FileFormatError, match="was not written by minnet"):
            interop.load_safetensors(path)


class Own(mn.Activation):
    """One of a user's own."""

    formula = mn.Formula(*(lambda x, *_: x,) * 4)


@pytest.mark.parametrize("package", ["torch", "keras", "onnx", "safetensors"])
def test_a_framework_that_is_not_there_is_named(package, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, package, None)
    net = mn.mlp([2, 1], "tanh", rng=0)
    call = {
        "torch": lambda: interop.to_pytorch(net), "keras": lambda: interop.to_keras(net),
        "onnx": lambda: interop.to_onnx(net, tmp_path / "a"),
        "safetensors": lambda: interop.save_safetensors(net, tmp_path / "a"),
    }[package]  # fmt: skip
    with pytest.raises(SettingError, match=rf"needs .*pip install .*({package}|interop)"):
        call()


def test_layers_that_are_not_minnets_are_named(run, tmp_path):
    with pytest.raises(SettingError, match=r"to_onnx: layer 1, Own\(\): Own is not among the classes that are known"):
        interop.to_onnx(mn.Network([mn.Dense(2, 2), Own()], rng=0), tmp_path / "a.onnx")
    with pytest.raises(SettingError, match="to_onnx takes a network of minnet, not 3"):
        interop.to_onnx(3, tmp_path / "a.onnx")
    with pytest.raises(SettingError, match=r"layer 0, Conv1d.*depends on the length"):
        interop.to_onnx(mn.Network([mn.Conv1d(1, 1, 3, 2, padding="same")], rng=0), tmp_path / "a.onnx")
    assert list(tmp_path.iterdir()) == []


def test_who_asks_minnet_is_told_of_it():
    with pytest.raises(AttributeError, match=r"write minnet\.interop\.to_onnx"):
        mn.to_onnx  # noqa: B018
    with pytest.raises(AttributeError, match=r"minnet\.interop\.to_pytorch\(net\)\.state_dict"):
        mn.mlp([1, 1], "tanh", rng=0).state_dict  # noqa: B018
