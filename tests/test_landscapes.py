"""Landscapes of two variables, the ways of optimizers over them, and the experiment that compares these."""

import mpmath
import numpy as np
import pytest

import minnet as mn
from minnet.errors import SettingError, ShapeError
from minnet.experiments.adam import optimizer_landscapes
from minnet.numerics.descent.landscapes import LANDSCAPES, Landscape, settled, trajectory
from minnet.numerics.descent.rates import companion
from tests.figure_checks import names_of_figures


@pytest.mark.parametrize("name", LANDSCAPES)
def test_gradients_against_mpmath(name, rng):
    landscape = LANDSCAPES[name]
    for x, y in rng.uniform(landscape.low, landscape.high, size=(10, 2)):
        with mpmath.workdps(40):
            point = mpmath.mpf(x), mpmath.mpf(y)
            expected = [float(mpmath.diff(landscape.value, point, order)) for order in ((1, 0), (0, 1))]
        assert landscape.gradient(x, y) == pytest.approx(expected, rel=1e-11, abs=1e-10)


@pytest.mark.parametrize(
    ("name", "point", "value"),
    [
        ("rosenbrock", (-1.2, 1.0), 24.2),
        ("rosenbrock", (0.0, 0.0), 1.0),
        ("beale", (0.0, 0.0), 1.5**2 + 2.25**2 + 2.625**2),
        ("beale", (1.0, 1.0), 14.203125),
        ("himmelblau", (0.0, 0.0), 170.0),
        ("himmelblau", (-0.270845, -0.923039), 181.617),  # its only maximum
        ("saddle", (3.0, 2.0), 5.0),
    ],
)
def test_published_values(name, point, value):
    assert LANDSCAPES[name].value(*point) == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize("name", ["rosenbrock", "beale", "himmelblau"])
def test_minima_are_minima(name):
    landscape = LANDSCAPES[name]
    assert len(landscape.minima) == {"himmelblau": 4}.get(name, 1)
    for minimum in landscape.minima:
        assert landscape.value(*minimum) == pytest.approx(landscape.least, abs=1e-25)
        assert np.abs(landscape.gradient(*minimum)).max() < 1e-12
        around = np.array(minimum) + 1e-3 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
        assert (landscape.values(around) > landscape.least).all()
    grid = np.meshgrid(*(np.linspace(landscape.low[i], landscape.high[i], 101) for i in range(2)))
    assert landscape.value(*grid).min() >= landscape.least


def test_values_and_gradients_take_arrays(rng):
    points = rng.normal(size=(4, 3, 2))
    for landscape in LANDSCAPES.values():
        values, gradients = landscape.values(points), landscape.gradient(points[..., 0], points[..., 1])
        assert values.shape == gradients[0].shape == gradients[1].shape == (4, 3)
        assert values[2, 1] == landscape.value(*points[2, 1].tolist())


def test_gradient_descent_on_the_saddle_in_closed_form():
    points = trajectory(LANDSCAPES["saddle"], mn.SGD(0.1), (1.0, 0.5), 30)
    t = np.arange(31)
    assert points == pytest.approx(np.column_stack([0.8**t, 0.5 * 1.2**t]), rel=1e-12)


@pytest.mark.parametrize("name", optimizer_landscapes.OPTIMIZERS)
def test_a_trajectory_is_what_the_steps_make(name, kernels):
    landscape, optimizer = LANDSCAPES["beale"], optimizer_landscapes.OPTIMIZERS[name](0.01)
    points = trajectory(landscape, optimizer, landscape.start, 5)
    theta = np.array(landscape.start)
    slots = optimizer.start(theta)
    assert points.shape == (6, 2)
    assert points[0].tolist() == list(landscape.start)
    for t in range(1, 6):
        optimizer.step(theta, np.array(landscape.gradient(*theta)), slots, t, 0.01)
        assert points[t].tolist() == theta.tolist()


def test_a_trajectory_of_an_average_is_the_average():
    points = trajectory(LANDSCAPES["saddle"], mn.Averaged(mn.SGD(0.25), 0.5), (1.0, 1.0), 2)
    assert points.tolist() == [[1.0, 1.0], [0.75, 1.25], [0.5, 1.75]]


def test_a_trajectory_that_leaves_the_numbers_is_named():
    landscape = LANDSCAPES["rosenbrock"]
    points = trajectory(landscape, mn.SGD(0.1), landscape.start, 20)
    finite = np.isfinite(points).all(axis=1)
    assert finite[0]
    assert not finite[-1]
    assert np.isnan(points[~finite]).all()
    assert (np.diff(finite.astype(int)) <= 0).all()  # once out, it does not return
    assert settled(landscape, points, 1e-6) is None


def test_a_trajectory_may_be_stopped():
    points = trajectory(LANDSCAPES["saddle"], mn.SGD(0.5), (1.0, 0.25), 100, stop=lambda x, y: y > 1)
    assert points.tolist() == [[1.0, 0.25], [0.0, 0.5], [0.0, 1.0], [0.0, 2.0]]
    assert len(trajectory(LANDSCAPES["saddle"], mn.SGD(0.5), (1.0, 0.25), 0)) == 1


def test_to_pass_through_is_not_to_settle():
    bowl = Landscape("bowl", lambda x, y: x * x, lambda x, y: (2 * x, 0 * y), ((0, 0),), 0.0, (1, 0), (-1, -1), (1, 1))

    def reached(*values):
        return settled(bowl, np.column_stack([values, np.zeros(len(values))]), 0.01)

    assert reached(1, 0.5, 0.01, 0.001) == 2
    assert reached(1, 0.01, 0.5, 0.01, 0.01) == 3
    assert reached(1, 0.01, 0.5) is None
    assert reached(0.0, 0.01) == 0


def test_adam_comes_to_rest_and_leaves_again():
    """Why the experiment ends a path after a thousand steps in a row at the goal."""
    landscape = LANDSCAPES["rosenbrock"]
    values = landscape.values(trajectory(landscape, mn.Adam(0.0562), landscape.start, 10_000))
    assert values[2400:3400].max() < 1e-12
    assert values[3400:].max() > 1e-3


@pytest.mark.parametrize("start", [1.0, (1.0, 2.0, 3.0), [[1.0, 2.0]]])
def test_a_start_is_a_point(start):
    with pytest.raises(ShapeError, match="start"):
        trajectory(LANDSCAPES["saddle"], mn.SGD(0.1), start, 1)


def test_settings_of_a_trajectory():
    halved = mn.SGD(mn.schedules.Step(0.25, every=1, factor=0.5))
    assert trajectory(LANDSCAPES["saddle"], halved, (1, 1), 2).tolist() == [[1, 1], [0.5, 1.5], [0.375, 1.875]]
    with pytest.raises(SettingError, match="steps"):
        trajectory(LANDSCAPES["saddle"], mn.SGD(0.1), (0, 0), -1)


# -- the experiment


@pytest.fixture(scope="module")
def result():
    return optimizer_landscapes.run(optimizer_landscapes.Config.fast())


def test_the_same_grid_for_all():
    rates = optimizer_landscapes.Config().rates
    assert len(rates) == 25
    assert (rates[0], rates[4], rates[-1]) == (1e-5, 1e-4, 10.0)


def test_the_best_learning_rates_on_the_landscapes(result):
    by_name = {(best.landscape, best.optimizer): best for best in result.best}
    assert len(by_name) == 18
    for best in by_name.values():
        assert all(steps is None or steps >= 1 for steps in best.steps)
        assert (best.steps[0] is None) == bool(np.isnan(best.by_rate[0]).all())
        if best.steps[1] is not None:
            assert best.steps[0] <= best.steps[1]
            assert best.excess[1] < 1e-12
        adaptive = best.optimizer in ("AdaGrad", "RMSProp", "Adam")
        assert (best.diverged == 0) == adaptive
    assert by_name["Himmelblau", "gradient descent"].end == pytest.approx((3, 2), abs=1e-6)
    assert by_name["Rosenbrock", "gradient descent"].steps[0] is None
    assert by_name["Rosenbrock", "momentum"].steps[0] < 1500


def test_a_saddle_is_left_as_the_companion_matrix_says(result):
    distances = result.config.distances
    for escape in result.escapes:
        if escape.optimizer in ("gradient descent", "momentum", "Nesterov"):
            assert escape.measured(distances) == pytest.approx(escape.per_decade, rel=0.02)
        else:
            assert np.isnan(escape.per_decade)
            assert escape.measured(distances) < 1
    descent = next(escape for escape in result.escapes if escape.optimizer == "gradient descent")
    assert descent.steps.tolist() == [np.ceil(np.log(1 / distance) / np.log(1.02)) for distance in distances]
    growth = np.abs(np.linalg.eigvals(companion(-2.0, 0.01))).max()
    assert growth == pytest.approx(1.02)


def test_what_is_written(result):
    assert names_of_figures(optimizer_landscapes, result) == [
        "rosenbrock", "beale", "himmelblau", "saddle", "values", "learning-rates", "escape",
    ]  # fmt: skip
    assert "not in 2000" in str(optimizer_landscapes.table(result))
    assert len(result.metrics()) == 18 + 6
    assert set(result.arrays()) >= {"rates", "Beale, Adam", "saddle, momentum, steps"}


@pytest.mark.parametrize(
    "setting",
    [{"steps": 0}, {"lowest": 0.0}, {"per_decade": 0}, {"saddle_rate": -1.0}, {"highest": 1e-6}, {"distances": (0.0,)}],
)
def test_settings_that_cannot_be(setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        optimizer_landscapes.Config(**setting)


def test_paths_that_have_all_diverged_are_drawn():
    config = optimizer_landscapes.Config(50, lowest=1.0, highest=1e6, per_decade=1, distances=(1e-2, 1e-4))
    result = optimizer_landscapes.run(config, rng=0)
    assert any(best.diverged == len(config.rates) for best in result.best)
    for drawing in optimizer_landscapes.figures(result):
        drawing.figure.draw_without_rendering()
