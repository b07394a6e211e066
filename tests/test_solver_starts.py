"""Solvers from initial parameters that nobody chose for them."""

import re

import numpy as np
import pytest

import minnet as mn
from minnet.initializers import INITIALIZERS
from minnet.losses import Target
from minnet.solvers import Problem
from minnet.solvers.symmetry import start_apart
from minnet.solvers.units import centre_and_spread

X = np.cos(np.pi * (np.arange(301) + 0.5) / 301)
FUNCTIONS = {
    "gaussian": np.exp(-8 * X**2),
    "sech": 1 / np.cosh(6 * X),
    "runge": 1 / (1 + 25 * X**2),
    "wave": np.sin(5 * X),
    "exponential": np.exp(X),
    "front": np.tanh(20 * (X - 0.3)),
    "polynomial": X**5 - X**2 + 1,
    "root": np.sqrt(1.1 + X),
    "two bumps": np.exp(-30 * (X - 0.5) ** 2) - 0.5 * np.exp(-20 * (X + 0.4) ** 2),
    "quick wave": np.cos(10 * X) / (2 + X),
}
SOLVERS = mn.LevenbergMarquardt(), mn.VariableProjection(), mn.LBFGS()


def fitted(solver, target, weights="glorot_uniform", seed=0, iterations=500):
    """The largest error at the samples, and why the solver ended."""
    net = mn.Network([mn.Dense(1, 20, weights=weights), mn.Tanh(), mn.Dense(20, 1)], rng=seed)
    history = mn.fit(net, X, target, loss=mn.MeanSquaredError(), optimizer=solver, epochs=iterations)
    return np.abs(net(X)[:, 0] - target).max(), history.stopped


@pytest.mark.parametrize("name", ["gaussian", "sech", "runge"])
@pytest.mark.parametrize("seed", [0, 1])
def test_even_functions_by_projection_from_default_weights(name, seed):
    """Biases begin at 0, so all units are odd; Levenberg-Marquardt on all parameters ends at 1e-6 there."""
    error, _ = fitted(mn.VariableProjection(), FUNCTIONS[name], seed=seed)
    assert error < 1e-7


@pytest.mark.parametrize("weights", ["glorot_uniform", "he_normal", "ones"])
def test_steep_fronts_are_not_left_to_a_projection_that_creeps(weights):
    """Seven of them: a hundred projected iterations halve the loss, and as many joint ones divide it by thousands."""
    error, _ = fitted(mn.VariableProjection(), np.tanh(10 * np.sin(6 * X)), weights)
    assert error < 0.01


@pytest.mark.parametrize("solver", [mn.LevenbergMarquardt(), mn.VariableProjection()])
@pytest.mark.parametrize("weights", ["orthogonal", "glorot_normal"])
def test_units_that_are_all_odd_do_not_stay_so(solver, weights):
    """With biases of 0 no gradient moves a bias, and the error stays at 1.2 for all 500 iterations."""
    error, _ = fitted(solver, np.sin(8 * X), weights)
    assert error < 1e-3


def test_biases_that_are_set_are_left_where_they_are():
    net = mn.Network(
        [mn.Dense(2, 3, bias=[0.0, 0.5, 0.0]), mn.Tanh(), mn.Dense(3, 4), mn.Tanh(), mn.Dense(4, 1)], rng=0
    )
    x = np.random.default_rng(0).standard_normal((50, 2))
    problem = Problem(net, x, Target(np.zeros((1, 50, 1)), None), None, mn.MeanSquaredError())
    before = net.theta.copy()
    start = start_apart(problem)
    assert np.array_equal(net.theta, before)
    net.theta = start
    assert net.layers[0].b.tolist() == [0.0, 0.5, 0.0]
    assert net.layers[-1].b == 0
    inputs = np.tanh(x @ net.layers[0].W + net.layers[0].b) @ net.layers[2].W
    assert net.layers[2].b.all()
    assert (np.abs(net.layers[2].b) < 0.3 * np.sqrt(np.mean(inputs**2, axis=0))).all()
    changed = net.theta != before
    assert changed.sum() == 4


def test_projection_as_it_was_where_units_begin_apart():
    """No iteration is spent on the last layer there."""
    net = mn.Network([mn.Dense(1, 20, weights="steep", bias="spread"), mn.Tanh(), mn.Dense(20, 1)], rng=0)
    history = mn.fit(
        net, X, FUNCTIONS["gaussian"], loss=mn.MeanSquaredError(), optimizer=mn.VariableProjection(), epochs=3
    )
    assert history.history["loss"][0] < 1e-12


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda solver: type(solver).__name__)
@pytest.mark.parametrize("unit", [2.0**-20, 2.0**20])
def test_units_of_targets_change_nothing(solver, unit):
    """Not a bit, where units are powers of two."""
    outputs = []
    for factor in (1.0, unit):
        net = mn.Network([mn.Dense(1, 12), mn.Tanh(), mn.Dense(12, 1)], rng=0)
        mn.fit(net, X, factor * FUNCTIONS["wave"], loss=mn.MeanSquaredError(), optimizer=solver, epochs=30)
        outputs.append(net(X) / factor)
    assert np.array_equal(*outputs)


@pytest.mark.parametrize(("solver", "bound"), list(zip(SOLVERS, [1e-5, 1e-7, 1e-2], strict=True)))
@pytest.mark.parametrize(("unit", "offset"), [(1e6, 0), (1e-6, 0), (1, 1e4), (1e-3, -1e4), (1e100, 1e100)])
def test_targets_in_odd_units(solver, bound, unit, offset):
    error, _ = fitted(solver, unit * FUNCTIONS["gaussian"] + offset)
    assert error < bound * unit


def test_a_trained_network_goes_on_from_where_it_is():
    """Its last layer is in the targets' units, and is not brought there again."""
    target = 1e6 * FUNCTIONS["gaussian"]
    net = mn.Network([mn.Dense(1, 12), mn.Tanh(), mn.Dense(12, 1)], rng=0)
    settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.LevenbergMarquardt()}
    first = mn.fit(net, X, target, epochs=50, **settings).history["loss"]
    second = mn.fit(net, X, target, epochs=2, **settings).history["loss"]
    assert second[0] <= first[-1]


@pytest.mark.acceptance
@pytest.mark.parametrize("weights", INITIALIZERS)
def test_a_projection_is_never_much_worse_than_a_search_for_everything(weights, capsys):
    """Unless it says why it ended. The other two have no last layer solved for them, and may need more iterations.

    A loss that still falls is no excuse for much more.
    """
    for name, target in FUNCTIONS.items():
        joint, projected, quasi = (fitted(solver, target, weights) for solver in SOLVERS)
        with capsys.disabled():
            columns = (f"{error:8.0e} ({reason})" for error, reason in (joint, projected, quasi))
            print(f"{weights:>15} {name:>12}", *columns)
        error, reason = projected
        allowed = np.inf if "no step" in reason or "stays" in reason else 20 if "still falls" in reason else 10
        assert error <= max(allowed * min(joint[0], quasi[0]), 1e-11)


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda solver: type(solver).__name__)
def test_a_solver_says_how_its_last_iterations_went(solver):
    _, reason = fitted(solver, FUNCTIONS["quick wave"], iterations=30)
    assert re.fullmatch(r"all 30 iterations were made, and the loss still falls: by \d+% in the last 3", reason)
    rng = np.random.default_rng(0)  # noise, of which two units explain little, and soon all they can
    net = mn.Network([mn.Dense(1, 1, weights=[[1.0]], bias=[0.0]), mn.Identity(), mn.Dense(1, 1)], rng=0)
    noise = rng.standard_normal(len(X))
    history = mn.fit(net, X, noise, loss=mn.MeanSquaredError(), optimizer=solver, epochs=20)
    line = np.polyval(np.polyfit(X, noise, 1), X)
    part = np.mean((noise - line) ** 2) / noise.var()
    assert history.history["loss"][-1] == pytest.approx(part * noise.var())
    assert len(history.history["loss"]) < 20 or history.stopped.endswith(f"which is {part:.2g} of a constant answer's")


@pytest.mark.parametrize("solver", SOLVERS)
def test_units_that_are_all_alike_are_not_left_without_a_word(solver):
    """Nothing tells them apart: no unit has a gradient that another has not."""
    _, reason = fitted(solver, FUNCTIONS["gaussian"], weights="zeros", iterations=100)
    assert "no step lowers" in reason or "norm of projected gradient" in reason


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda solver: type(solver).__name__)
@pytest.mark.parametrize("size", [2.0**20, 1e6, 0.1, 2.0**-30])
def test_rounding_is_not_taken_for_spread(solver, size):
    """Constants are learnt whether or not their mean is exact; the unit of the last layer is their size."""
    jitter = 1 + np.finfo(float).eps * (np.arange(256) % 3)
    for target in (np.full(256, size), size * jitter):
        net = mn.Network([mn.Dense(1, 12), mn.Tanh(), mn.Dense(12, 1)], rng=0)
        mean, spread = centre_and_spread(Target(target[np.newaxis, :, np.newaxis], None), None)
        assert spread == [0]
        assert mean == pytest.approx([size], rel=1e-15)
        mn.fit(net, X[:256], target, loss=mn.MeanSquaredError(), optimizer=solver, epochs=20)
        assert net(np.linspace(-1, 1, 9))[:, 0] == pytest.approx(np.full(9, size), rel=1e-13)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_a_constant_beside_an_output_that_varies(unit):
    net = mn.Network([mn.Dense(1, 12), mn.Tanh(), mn.Dense(12, 2)], rng=0)
    y = unit * np.column_stack([np.full(len(X), 0.1), FUNCTIONS["exponential"]])
    mn.fit(net, X, y, loss=mn.MeanSquaredError(), optimizer=mn.LevenbergMarquardt(), epochs=60)
    assert net(X) == pytest.approx(y, abs=1e-4 * unit)


def test_one_value_and_the_derivatives_are_no_constant():
    """The values that are known do not vary, but the function does: it has all of its last layer to begin with."""
    known = np.arange(len(X)) == 150
    target = mn.Jet(np.sin(3 * X), 3 * np.cos(3 * X), mask=mn.Mask(known, None))
    net = mn.Network([mn.Dense(1, 12), mn.Tanh(), mn.Dense(12, 1)], rng=0)
    before = net.layers[-1].W.copy()
    mn.fit(net, X, target, loss=mn.Sobolev(), optimizer=mn.LevenbergMarquardt(), epochs=0)
    assert np.array_equal(net.layers[-1].W, before)
    mn.fit(net, X, target, loss=mn.Sobolev(), optimizer=mn.LevenbergMarquardt(), epochs=60)
    assert net(X)[:, 0] == pytest.approx(np.sin(3 * X), abs=0.03)
