"""From a line of a user's own to the arithmetic in a few steps of the debugger, and breakpoints by name."""

import io
import json
import os
import pdb
import subprocess
import sys

import numpy as np
import pytest

import minnet as mn
from minnet.kernels.numpy import dense

FEW = 10

STEPS = '''
import bdb, json, linecache
import numpy as np
import minnet as mn
from minnet.architecture import LAYERS
from minnet.losses import LOSSES
from minnet.optimizers import OPTIMIZERS

class Steps(bdb.Bdb):
    """Counts where pdb's `step` stops: at calls, lines and returns, from within the first call on.

    The arithmetic is reached at the first line in a file of the goal, or the first line of minnet that has it in it.
    """

    def count(self, call, goal="kernels/numpy"):
        self.goal, self.stops, self.reached = goal, -1, None  # the line of the lambda is where one stands
        self.runcall(call)
        return self.reached

    def stop(self, frame, is_line):
        self.stops += 1
        if is_line and self.reached is None:
            file = frame.f_code.co_filename
            line = linecache.getline(file, frame.f_lineno) if "minnet" in file else ""
            if self.goal in file or self.goal in line:
                self.reached = self.stops
        self.set_step()

    def user_call(self, frame, arguments):
        self.stop(frame, False)

    def user_line(self, frame):
        self.stop(frame, True)

    def user_return(self, frame, value):
        self.stop(frame, False)

steps, found = Steps(), {}
rng = np.random.default_rng(0)
x = rng.standard_normal((4, 2))
networks = {
    "mlp": (mn.mlp([2, 3, 1], "tanh", rng=0), x),
    "one feature": (mn.mlp([1, 3, 1], "relu", rng=0), x[:, 0]),
    "whole numbers": (mn.mlp([1, 3, 2], "relu", rng=0), np.arange(5)),
    "float32": (mn.mlp([2, 3, 1], "tanh", rng=0, dtype="float32"), x.astype("float32")),
    "float64 to float32": (mn.mlp([2, 3, 1], "tanh", rng=0), x.astype("float32")),
    "activation first and last": (mn.Network([mn.GELU(), mn.Dense(2, 3), mn.Sigmoid()], rng=0), x),
    "classes": (mn.Network([mn.Dense(2, 3), mn.Softmax()], rng=0), x),
}
for time in ("first", "second"):
    for name, (net, inputs) in networks.items():
        found[f"{time} net(x), {name}"] = steps.count(lambda: net(inputs))
        dy = rng.standard_normal(net(inputs).shape).astype(net.dtype)
        found[f"{time} backward, {name}"] = steps.count(lambda: net.backward(dy))
        if dy.shape[1] == 1:
            found[f"{time} backward (n,), {name}"] = steps.count(lambda: net.backward(dy[:, 0]))
        if name == "mlp":
            found[f"{time} gradient, {name}"] = steps.count(lambda: net.gradient())
    optimizers = {name: kind() for name, kind in OPTIMIZERS.items()}
    optimizers |= {"clipped": mn.Adam(global_clipnorm=1e3), "inside": mn.Adam(epsilon_inside=True)}
    optimizers |= {f"momentum, {dialect}": mn.SGD(momentum=0.9, nesterov=True, dialect=dialect)
                   for dialect in ("heavy", "average", "velocity")}
    optimizers["root of a variance"] = mn.RMSProp(centered=True)
    for name, optimizer in optimizers.items():
        theta, grad = np.ones(3), np.ones(3)
        slots = optimizer.start(theta)
        # RAdam begins with arithmetic of its own: how long its average is, and whether that is enough
        goal = "optimizers/adam" if name == "RAdam" else "kernels/numpy"
        call = lambda: optimizer.step(theta, grad, slots, 1, 0.1)
        found[f"{time} step, {name}"] = steps.count(call, goal)

own = {  # lines in which layers compute by themselves: in forward, backward and gradient
    "Flatten": ("return x.reshape", "return dy.reshape", None),
    "Reshape": ("return x.reshape", "return dy.reshape", None),
    "Dropout": ("return x", "return dy", None),
    "Rescale": ("x * (2 /", "dy * (2 /", None),
    "Standardize": ("x / scale", "dy / self.scale", None),
    "Unstandardize": ("x * scale", "dy * self.scale", None),
    "BatchNorm": ("1 / np.sqrt(var", "kernels/numpy", "self.dbeta[...], self.dgamma[...] ="),
    "SpectralNorm": ("M @ self.u", "kernels/numpy", "np.outer(*self.vectors)"),
}
x, series = rng.standard_normal((4, 3)), rng.standard_normal((4, 6, 3))
pictures = rng.standard_normal((4, 6, 6, 3))
cases = {
    "Dense": ([3, 2], x), "Reshape": ([(3, 1)], x), "Dropout": ([0.5], x), "Standardize": ([x], x),
    "Unstandardize": ([x[0], np.ones(3)], x), "SpectralNorm": ([mn.Dense(3, 2)], x),
    **dict.fromkeys(("Conv1d", "ConvTranspose1d"), ([3, 2, 3], series)),
    **dict.fromkeys(("Conv2d", "ConvTranspose2d"), ([3, 2, 3], pictures)),
    **dict.fromkeys(("MaxPool", "AveragePool", "UpSample"), ([2], pictures)),
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), ([3, 2], series)),
}
for name, kind in LAYERS.items():
    arguments, inputs = cases.get(name, ([], x))
    forward, backward, gradient = own.get(name, ["kernels/numpy"] * 3)
    fixed = mn.Network([kind(*arguments)], input_shape=inputs.shape[1:], rng=0)
    free = (None,) * (inputs.ndim - 2)  # of such an axis, where windows lie is worked out when a length comes first
    any_length = mn.Network([kind(*arguments)], input_shape=(*free, 3), rng=0) if free else fixed
    any_length(inputs)
    if name in ("LSTM", "GRU", "SimpleRNN"):  # which need room for the states of so many samples
        fixed(inputs)
    for what, net in (("first", fixed), ("later", any_length)):
        found[f"{what} net(x), {name}"] = steps.count(lambda: net(inputs), forward)
        dy = rng.standard_normal(net(inputs).shape)
        found[f"{what} backward, {name}"] = steps.count(lambda: net.backward(dy), backward)
        if net.n_parameters:
            found[f"{what} gradient, {name}"] = steps.count(lambda: net.gradient(), gradient)

own = {"CategoricalCrossEntropy": "shifted = y - y.max", "Sobolev": "error = y - target_values"}
y, target = rng.standard_normal((2, 4, 3)), np.eye(3)[[0, 1, 2, 0]]
for name, kind in LOSSES.items():
    loss = kind()
    if name == "Sobolev":
        jet = loss.prepare(mn.Jet(y[0], y[1:]), 4, (3,), float, "y")
        found["loss, Sobolev"] = steps.count(lambda: loss(y, jet), own[name])
    else:
        found[f"loss, {name}"] = steps.count(lambda: loss(y[0], target), own.get(name, "formulas/losses"))
print(json.dumps(found))
'''


def test_a_few_steps_lead_to_the_arithmetic_the_first_time_and_the_second():
    """Of every layer, forward, back and for gradients, every loss and every optimizer: to the first line of a NumPy
    kernel or a formula, or to the line of the layer, loss or optimizer that computes by itself. Of samples with a free
    axis, and of recurrent layers, the second call with a shape counts: the first one finds out where windows lie, and
    makes room."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", STEPS],
        env=os.environ | {"MINNET_KERNELS": "numpy"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert len(found) > 200
    assert {name: steps for name, steps in found.items() if steps is None or steps >= FEW} == {}


def session(code, commands):
    """What pdb prints, when it stops in the first line of the code and is given commands."""
    out, tracing = io.StringIO(), sys.gettrace()
    debugger = pdb.Pdb(stdin=io.StringIO("\n".join([*commands, "q", ""])), stdout=out, nosigint=True, readrc=False)
    try:
        with mn.use_kernels("numpy"):
            debugger.run(code, {"mn": mn, "minnet": mn, "net": mn.mlp([2, 3, 1], "tanh", rng=0), "x": np.ones((4, 2))})
    finally:
        debugger.clear_all_breaks()
        sys.settrace(tracing)
    return out.getvalue()


def test_pdb_itself_steps_into_the_product():
    said = session("net(x)", ["s"] * FEW + ["p y.shape, W.shape"])
    assert "np.matmul(x, W, out=y)" in said
    assert "(1, 4, 3), (2, 3)" in said


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("minnet.kernels.numpy.dense.dense_forward", "np.matmul(x, W, out=y)"),
        ("mn.kernels.numpy.dense_forward", "np.matmul(x, W, out=y)"),
        ("mn.kernels.numpy.dense.dense_backward", "np.matmul(dy, W.T, out=dx)"),
        ("mn.kernels.numpy.activations.activation_forward", "y[0] = formula.f(x[0], a)"),
        ("mn.kernels.numpy.activation_backward", "f1 = formula.d1("),
        ("mn.kernels.numpy.rules.update", "step = rule.step("),
        ("mn.kernels.formulas.rules.adam", "m, v = state"),
        ("mn.Dense.forward", "self.x, y = x, np.empty("),
    ],
)
def test_breakpoints_have_the_names_of_kernels(name, line):
    code = (
        "net.backward(net(x))\n"
        "mn.fit(net, x, x[:, :1], loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.1), epochs=1, compiled=False)"
    )
    said = session(code, [f"b {name}", "c"])
    assert "Breakpoint" in said
    assert f"-> {line}" in said.replace("mn.fit", "")


def test_a_breakpoint_by_name_in_a_program_of_its_own(tmp_path):
    """Before any kernel has been used, in a script that imports minnet alone."""
    (tmp_path / "mine.py").write_text(
        "import minnet\nnet = minnet.mlp([1, 2, 1], 'tanh', rng=0)\ny = net([0.5])\nprint(y.shape)\n"
    )
    said = subprocess.run(
        [sys.executable, "-m", "pdb", "mine.py"],
        input="n\nb minnet.kernels.numpy.dense.dense_forward\nc\np W.shape\nq\n",
        env=os.environ | {"MINNET_KERNELS": "numpy"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "np.matmul(x, W, out=y)" in said
    assert "(1, 2)" in said


def test_kernels_chosen_in_between_act_at_once(monkeypatch):
    """Whoever steps through, and switches kernels on the way, goes on with the others."""
    net, x = mn.mlp([2, 3, 1], "tanh", rng=0), np.ones((4, 2))
    uses = []
    original = dense.dense_forward

    def counted(*arrays):
        uses.append(None)
        return original(*arrays)

    monkeypatch.setattr(mn.kernels.numpy, "dense_forward", counted)
    with mn.use_kernels("numpy"):
        net(x)
        assert len(uses) == 2
        with mn.use_kernels("compiled"):
            net(x)
        assert len(uses) == 2
        net(x)
    assert len(uses) == 4


@pytest.mark.parametrize("kind", [list, tuple, lambda rows: np.ma.array(rows)])
def test_what_is_no_plain_array_is_checked_and_gives_the_same(kind):
    net, x = mn.mlp([2, 3, 1], "tanh", rng=0), np.arange(8.0).reshape(4, 2)
    with mn.use_kernels("numpy"):
        assert np.array_equal(net(kind(x.tolist())), net(x))


@pytest.mark.parametrize(
    "x",
    [
        np.array(0.5),
        np.ones(3),
        np.ones((3, 1)),
        np.ones((2, 3, 2)),
        np.ones((3, 2), complex),
        np.full((3, 2), "1"),
        np.ma.masked_less(np.arange(6.0).reshape(3, 2), 2),
    ],
    ids=str,
)
def test_few_steps_leave_out_no_check(x):
    with mn.use_kernels("numpy"), pytest.raises((mn.errors.ShapeError, mn.errors.DtypeError, mn.errors.DataError)):
        mn.mlp([2, 3, 1], "tanh", rng=0)(x)


def test_arrays_that_lie_otherwise_give_the_same():
    net, x = mn.mlp([2, 3, 1], "tanh", rng=0), np.arange(12.0).reshape(2, 6)
    with mn.use_kernels("numpy"):
        assert np.array_equal(net(x[:, ::3].T.copy().T), net(np.ascontiguousarray(x[:, ::3])))
        assert np.array_equal(net(np.asfortranarray(x[:, :2])), net(x[:, :2].copy()))
        assert net(x[:0, :2]).shape == (0, 1)


@pytest.mark.parametrize(
    "dy", [np.ones(4), np.ones((3, 2)), np.ones((4, 2), complex), np.ones((8,)), np.array(1.0)], ids=str
)
def test_cotangents_that_do_not_fit_are_refused(dy):
    net = mn.mlp([2, 3, 2], "tanh", rng=0)
    with mn.use_kernels("numpy"):
        net(np.ones((4, 2)))
        with pytest.raises((mn.errors.ShapeError, mn.errors.DtypeError)):
            net.backward(dy)
