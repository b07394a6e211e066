"""Derivatives of fits: Taylor's orders, where rounding takes over, and a broken line's second difference."""

from dataclasses import replace

import numpy as np
import pytest

import minnet as mn
from minnet.datasets import gaussian
from minnet.errors import SettingError
from minnet.experiments.gaussian import derivatives
from minnet.experiments.gaussian.derivatives import PUBLISHED, Config
from minnet.experiments.gaussian.derivatives.formulas import FIT_STEPS, FORMULAS, STEPS, WINDOW
from minnet.experiments.gaussian.derivatives.result import CASES
from minnet.experiments.gaussian.derivatives.runs import differentiate_tanh
from minnet.experiments.gaussian.fits import LOW, relu_network, tanh_network
from minnet.numerics.differentiation.broken_lines import BrokenLine, broken_line
from minnet.numerics.differentiation.finite_differences import second_difference
from minnet.tables import two_digits
from tests.figure_checks import names_of_figures

each_formula = pytest.mark.parametrize("name", FORMULAS)


@pytest.fixture(scope="module")
def result():
    return derivatives.run(Config.fast(), rng=0)


def hand_made(kink=0.25, jump=2.0):
    """``max(0, jump (x - kink))`` as a network in float32, kink and jump being exact there."""
    layers = [mn.Dense(1, 1, weights=jump, bias=-jump * kink), mn.ReLU(), mn.Dense(1, 1, weights=1.0)]
    return mn.Network(layers, dtype="float32")


# The formulas, and the theory next to which they are shown.


@each_formula
@pytest.mark.parametrize("function", [np.exp, gaussian], ids=["exp", "gaussian"])
def test_halving_the_step_shows_the_order(name, function):
    formula, x = FORMULAS[name], np.array([0.3, 0.7, 1.4])
    exact = np.exp(x) if function is np.exp else gaussian(x, derivative=formula.derivative)
    coarse, fine = (np.abs(formula.quotient(function, x, h) - exact) for h in (2.0**-6, 2.0**-7))
    assert np.log2(coarse / fine) == pytest.approx(formula.order, abs=0.06)


@each_formula
def test_bounds_are_those_of_the_gaussians_derivatives(name):
    """Largest derivatives by a table of f^(n) = (-1)^n He_n g, found on a fine grid."""
    formula, x = FORMULAS[name], np.linspace(0, 5, 500_001)
    n = formula.derivative + formula.order
    largest = np.abs(np.polynomial.hermite_e.hermeval(x, np.eye(n + 1)[n]) * gaussian(x)).max()
    factor = {"forward": 1 / 2, "central": 1 / 6, "second": 1 / 12}[name]
    assert formula.truncation == pytest.approx(factor * largest, rel=1e-8)
    assert formula.rounding == pytest.approx({"forward": 2, "central": 1, "second": 4}[name] * gaussian(np.zeros(1))[0])


@each_formula
def test_theory_has_its_least_bound_at_the_best_step(name, dtype):
    formula = FORMULAS[name]
    best = formula.best_step(dtype.name)
    assert formula.bound(dtype.name, best) < formula.bound(dtype.name, best * np.array([0.99, 1.01])).min()


def test_errors_on_the_gaussian_keep_their_bound_and_are_least_near_the_best_step(result, dtype):
    for errors, formula in zip(result.exact[dtype.name], FORMULAS.values(), strict=True):
        assert (errors < 1.3 * formula.bound(dtype.name, STEPS)).all()  # the density's own rounding is not counted
        best = STEPS[np.argmin(errors)] / formula.best_step(dtype.name)
        assert 1 / 2 < best < 2
        assert errors.min() > formula.bound(dtype.name, formula.best_step(dtype.name)) / 5


def test_both_branches_have_the_slopes_of_theory(result):
    for errors, formula in zip(result.exact["float64"], FORMULAS.values(), strict=True):
        best = formula.best_step("float64")
        coarse, fine = (10 * best < STEPS) & (10 * STEPS < 1), best > 5 * STEPS
        for branch, power in ((coarse, formula.order), (fine, -formula.power)):
            slope = np.polyfit(np.log(STEPS[branch]), np.log(errors[branch]), 1)[0]
            assert slope == pytest.approx(power, abs=0.1)


# A broken line.


def test_one_kink_gives_one_spike_of_jump_over_h():
    net, x, h = hand_made(), np.linspace(-1, 1, 257), 2.0**-7
    line = broken_line(net, -2, 2)
    assert line.x.tolist() == [-2, 0.25, 2]
    assert line.y.tolist() == [0, 0, 3.5]
    assert line.jumps.tolist() == [2]
    expected = np.where(x == 0.25, 2 / h, 0)
    assert np.array_equal(line.second_difference(x, h), expected)
    assert second_difference(line, x, h) == pytest.approx(expected, abs=1e-9)
    assert second_difference(lambda x: net(x)[:, 0].astype(float), x, h) == pytest.approx(expected, abs=1e-9)


def test_beside_the_kink_the_spike_falls_linearly_to_nothing():
    h, x = 0.01, 0.25 + np.array([-0.02, -0.01, -0.0075, -0.005, 0, 0.005, 0.01, 0.02])
    expected = 2 / h * np.array([0, 0, 0.25, 0.5, 1, 0.5, 0, 0])
    line = broken_line(hand_made(), -2, 2)
    assert line.second_difference(x, h) == pytest.approx(expected, abs=1e-9)
    assert second_difference(line, x, h) == pytest.approx(expected, abs=1e-8)


def test_kinks_of_the_second_layer_are_found_between_those_of_the_first():
    """``max(0, 1 - |x|)``, as ``relu(1 - relu(x) - relu(-x))``: kinks at -1, 0 and 1."""
    first = mn.Dense(1, 2, weights=np.array([[1.0, -1.0]]))
    second = mn.Dense(2, 1, weights=np.array([[-1.0], [-1.0]]), bias=1.0)
    line = broken_line(mn.Network([first, mn.ReLU(), second, mn.ReLU(), mn.Dense(1, 1, weights=1.0)]), -3, 5)
    assert line.x.tolist() == [-3, -1, 0, 1, 5]
    assert line.jumps.tolist() == [1, -2, 1]
    assert line(np.array([-2, -0.5, 0, 0.75, 4])).tolist() == [0, 0.5, 1, 0.25, 0]


@pytest.mark.parametrize("hidden", [(7,), (20, 20), (9, 8, 7)])
def test_every_network_of_relu_is_its_broken_line(hidden):
    net = relu_network(hidden, np.random.default_rng(1))
    for layer in net.layers:  # biases too, so that kinks are all over the interval
        if isinstance(layer, mn.Dense):
            layer.b = np.random.default_rng(2).normal(size=layer.b.shape)
    line, x, h = broken_line(net, -6, 6), np.linspace(-5, 5, 3001), 0.003
    assert len(line.jumps) >= 5
    assert line(x) == pytest.approx(net(x)[:, 0], abs=2e-5 * np.abs(line.y).max())
    double = mn.Network([type(layer)(*layer.settings().values()) for layer in net.layers], rng=0)
    double.theta = net.theta
    assert line(x) == pytest.approx(double(x)[:, 0], abs=1e-13 * np.abs(line.y).max())
    assert second_difference(lambda x: double(x)[:, 0], x, h) == pytest.approx(line.second_difference(x, h), abs=1e-7)
    assert net.theta.dtype == np.float32


def test_the_jumps_add_up_to_the_change_of_slope():
    line = broken_line(relu_network((20, 20), np.random.default_rng(1)), -6, 6)
    slopes = np.diff(line.y) / np.diff(line.x)
    assert line.jumps.sum() == pytest.approx(slopes[-1] - slopes[0], abs=1e-12)


# The fits.


def test_published_numbers_beside_found_ones(result):
    """Of networks that are not trained there is nothing; here one stands in for two of the document's."""
    published = ["91.587", "57.19", "slightly better"]
    rows = derivatives.beside(result)
    assert [(row.published, row.found) for row in rows] == [(number, "-") for number in published]
    (runs,) = result.relu.values()
    worse = [metrics | {"second.float32.rms": np.inf} for metrics in runs]
    rows = derivatives.beside(replace(result, relu={CASES[1]: worse, CASES[2]: runs}))
    seconds = np.mean([metrics["seconds"] for metrics in runs])  # of two runs, the median
    assert [row.found for row in rows] == [two_digits(seconds), "-", "4 of 4"]


def test_figures_44_to_50_are_four_networks():
    assert [number for case in CASES for number in case.figures] == list(range(44, 51))
    assert [(case.hidden, case.epochs, case.batch_size) for case in CASES] == [
        (30, 15, 100),
        (200, 100, 100),
        (300, 100, 100),
        (500, 20, 50),
    ]
    assert PUBLISHED["seconds"] == {49: 91.587, 50: 57.19}


def test_relu_has_no_second_derivative_whatever_the_precision(result):
    for metrics in result.relu[CASES[0]]:
        assert metrics["max_error"] < 0.03
        assert metrics["forward.float32.max"] < 0.3
        assert metrics["jet.rms"] == pytest.approx(metrics["forward.float32.rms"], rel=0.1)
        assert metrics["second.float32.max"] > 20
        assert metrics["second.float64.rms"] == pytest.approx(metrics["second.float32.rms"], rel=0.01)
        assert 0.01 < metrics["second.rounding"] < 0.2
        assert metrics["second.float64.max"] < 2 * metrics["largest_jump"] * 30 / result.config.step
        assert 20 < metrics["kinks"] < 120


def test_the_errors_in_the_window_are_those_of_the_kinks(result):
    metrics, h = result.median_run(CASES[0]), result.config.step
    expected = result.line(CASES[0]).second_difference(WINDOW, h)
    assert np.abs(expected).max() > 10
    assert 0.02 < np.abs(np.array(metrics["window.second"]) - expected).max() < 0.5  # float32
    steps = np.diff(np.array(metrics["window.slope"]))
    assert np.mean(np.abs(steps) < 1e-6) > 0.9  # a staircase


def test_spikes_grow_as_kinks_and_rounding_as_the_square_of_the_step(result):
    metrics, steps = result.median_run(CASES[0]), FIT_STEPS
    fine = (steps < 0.01) & (steps > 0.0002)
    for name, power in (("second.float64", -0.5), ("second.rounding", -2), ("central.rounding", -1)):
        slope = np.polyfit(np.log(steps[fine]), np.log(np.array(metrics[f"{name}.steps"])[fine]), 1)[0]
        assert slope == pytest.approx(power, abs=0.1)


def test_only_a_wide_step_helps(result):
    step, error = result.best_step(CASES[0], "second")
    assert step >= 0.125
    assert error < 0.05


def test_tanh_derivatives_are_exact(result):
    for metrics in result.tanh:
        assert metrics["value.max"] < 1e-11
        assert metrics["first.max"] < 1e-9
        assert metrics["second.max"] < 1e-7
        assert metrics["second.difference.max"] == pytest.approx(0.001**2 / 12 * 3 * gaussian(np.zeros(1))[0], rel=0.05)


def test_jets_are_the_derivatives_of_the_tanh_network():
    net, x = tanh_network(5, np.random.default_rng(0)), np.linspace(-5, 5, 41)
    _, first, _, last = net.layers
    slope, t = first.W[0] / 5, np.tanh(np.outer(x / 5, first.W[0]) + first.b)
    jet = net.jet(x)
    assert jet.first[0] == pytest.approx((slope * (1 - t**2)) @ last.W, abs=1e-13)
    assert jet.second[0] == pytest.approx((-2 * slope**2 * t * (1 - t**2)) @ last.W, abs=1e-13)
    metrics = differentiate_tanh({"width": 5, "points": 1001, "step": 0.001}, np.random.default_rng(0))
    curve = np.array(metrics["first.curve"]) - gaussian(np.linspace(-5, 5, 1001), derivative=1)
    assert metrics["first.max"] == pytest.approx(np.abs(curve).max(), rel=1e-12)
    assert metrics["first.max"] > 1e-9  # so few units do not suffice: the error is that of the fit


# What is handed over.


def test_the_same_seed_gives_the_same_results(result):
    again = derivatives.run(Config.fast(), rng=0)
    other = derivatives.run(Config.fast(), rng=1)
    errors = [each.relu[CASES[0]][0]["second.float32.rms"] for each in (result, again, other)]
    assert errors[0] == errors[1] != errors[2]
    first, second = result.relu[CASES[0]]
    assert first["max_error"] != second["max_error"]


def test_luck_is_counted_in_pairs_of_seeds(result):
    def runs(*errors):
        return [{"second.float32.rms": error} for error in errors]

    relu = {CASES[1]: runs(1.0, 2.0), CASES[2]: runs(0.5, 1.5)}
    assert derivatives.Result(result.config, {}, relu, []).better() == (3, 4)
    assert result.better() is None


def test_arrays_metrics_table_and_figures(result):
    arrays = result.arrays()
    assert arrays["gaussian.float32"].shape == (3, len(STEPS))
    assert arrays["30.second.float32.rms"].shape == (2,)
    low, high = arrays["30.second.low"], arrays["30.second.high"]
    assert max(-low.min(), high.max()) == pytest.approx(result.median_run(CASES[0])["second.float32.max"], abs=0.4)
    record = next(record for record in result.metrics() if record.get("hidden") == 30)
    assert record["second.float32.rms"] == pytest.approx(arrays["30.second.float32.rms"].mean())
    rows = derivatives.table(result).rows
    assert {len(row) for row in rows} == {7}
    assert rows[0][2:6] == ("2.0e-04", "7.3e-05", "1.0e-07", "3.6e-08")  # h / 2 and h^2 / 12 times the derivatives
    names = names_of_figures(derivatives, result)
    assert names == ["gaussian", "steps", "fits", "kinks", "fit-steps", "tanh"]


def test_a_broken_line_is_defined_by_its_corners():
    line = BrokenLine(np.array([LOW, 0, 5]), np.array([0.0, 5, 0]), np.array([-2.0]))
    assert line(np.array([[-2.5], [2.5]])).tolist() == [[2.5], [2.5]]


@pytest.mark.parametrize(
    "setting", [{"hidden": (40,)}, {"hidden": ()}, {"points": 100}, {"step": 0.0}, {"step": 1.0}, {"seeds": 0}]
)
def test_settings_that_cannot_be(setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        Config(**setting)


@pytest.mark.parametrize(
    "layers",
    [
        [mn.Dense(1, 3), mn.Tanh(), mn.Dense(3, 1)],
        [mn.Dense(1, 3), mn.LeakyReLU(), mn.Dense(3, 1)],
        [mn.Dense(2, 3), mn.ReLU(), mn.Dense(3, 1)],
        [mn.Dense(1, 3), mn.ReLU(), mn.Dense(3, 2)],
    ],
)
def test_what_is_no_broken_line(layers):
    with pytest.raises(SettingError, match="Dense and ReLU"):
        broken_line(mn.Network(layers, rng=0), -1, 1)
