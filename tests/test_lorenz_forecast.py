"""The experiment `lorenz-forecast`: horizons, forecasts from windows and from memory, and training with own steps."""

import numpy as np
import pytest

import minnet as mn
from minnet.errors import SettingError
from minnet.experiments.lorenz import lorenz_forecast
from minnet.experiments.lorenz.lorenz_forecast.forecasters import Remembering, Windowed, errors, horizons
from minnet.experiments.lorenz.lorenz_forecast.own_steps import OwnSteps
from minnet.experiments.lorenz.lorenz_forecast.result import EXPONENT, FUTURE, LIMIT, METHODS, NETWORKS, PAST
from minnet.experiments.lorenz.lorenz_forecast.runs import Data, forecast
from tests.checks import slope
from tests.figure_checks import names_of_figures

BEST = "dense, Levenberg-Marquardt"


@pytest.fixture(scope="module")
def result():
    with mn.use_kernels("compiled"):  # thousands of steps; other tests compare the kernels
        return lorenz_forecast.run(lorenz_forecast.Config.fast(), rng=0)


def test_forecasts_are_better_than_none_and_last_as_long_as_their_error_lets_them(result):
    medians = {name: np.median(result.horizons(name), axis=1) for name in result.runs}
    assert medians["persistence"].max() < 1
    assert medians[BEST].min() > 4
    assert medians["LSTM"].min() > 1.5
    assert medians["local linear regression"].min() > 3
    for name in result.runs:
        assert medians[name].max() < np.log(LIMIT / result.one_step(name).min()) + 3
    assert result.best_network == BEST


def test_free_runs_keep_the_chaos(result):
    comparison = result.comparisons[BEST]
    assert comparison["flow"].value < 0.01
    assert comparison["dimension"].value == pytest.approx(2.06, abs=0.15)
    assert result.escaped(BEST) == 0
    assert comparison["copied"].value == 0  # series go on where those for training end
    np.testing.assert_allclose(comparison["rosenstein"].value, 1, atol=0.15)


def test_table_metrics_and_figures(result):
    text = str(lorenz_forecast.table(result))
    assert BEST in text
    assert result.comparisons[BEST].verdict in [row[-1] for row in lorenz_forecast.table(result).rows]
    records = result.metrics()
    assert len(records) == 4 * 2 + 1
    assert records[-1]["judged"] == BEST
    arrays = result.arrays()
    assert arrays["LSTM.horizons"].shape == (2, 40)
    assert arrays["LSTM.forecast"].shape == (2, FUTURE)
    assert arrays[f"{BEST}.generated"].shape == (20, 400, 3)
    names = names_of_figures(lorenz_forecast, result)
    assert names == ["forecasts", "errors", "horizons", "one-step", "free-runs"]


def test_what_was_interrupted_goes_on_to_the_same_bits(tmp_path):
    small = {"series": 3, "samples": 120, "starts": 4, "seeds": 2, "effort": 0.02, "judged": ()}
    methods = ("convolution, own steps", "LSTM")
    with mn.use_kernels("compiled"):
        whole = lorenz_forecast.run(lorenz_forecast.Config(methods=methods, **small), rng=1)
        lorenz_forecast.run(lorenz_forecast.Config(methods=methods[:1], **small), rng=1, checkpoints=tmp_path)
        resumed = lorenz_forecast.run(lorenz_forecast.Config(methods=methods, **small), rng=1, checkpoints=tmp_path)
    for name in methods:
        assert [row.metrics for row in resumed.runs[name]] == [row.metrics for row in whole.runs[name]]
    assert whole.comparisons == {}
    first, second = (row.metrics["forecast"] for row in whole.runs["LSTM"])
    assert first != second


def test_horizons_by_hand():
    """Errors that grow by the exponent from 1e-3: ln(400) Lyapunov times."""
    times = 0.1 * np.arange(1, 200)
    grown = 1e-3 * np.exp(EXPONENT * times)[np.newaxis]
    samples = horizons(grown, limit=LIMIT)
    assert samples.shape == (1,)
    assert 0.1 * EXPONENT * samples[0] == pytest.approx(np.log(400), abs=0.1 * EXPONENT)
    assert horizons(np.array([[0.1, np.nan, 0.1], [0.4, 0.1, np.inf]]), limit=0.4).tolist() == [1, 2]
    assert horizons(np.zeros((1, 7)), limit=0.4).tolist() == [7]


def test_errors_are_root_mean_squares_over_variables():
    truth = np.zeros((1, 2, 3))
    assert errors(truth + np.array([1.0, 2.0, 2.0]), truth).tolist() == [[3**0.5, 3**0.5]]
    assert np.isinf(errors(truth + 1e200, truth)).all()


def test_a_window_of_two_samples_continues_lines():
    """x_{n+1} = 2 x_n - x_{n-1} is exact for them; of parabolas every step is wrong by the second difference."""
    forecaster = Windowed(lambda x: 2 * x[:, 1] - x[:, 0], 2)
    t = np.arange(12.0)[np.newaxis, :, np.newaxis]
    line = 3 + t * [1.0, -2.0]
    np.testing.assert_allclose(forecaster.next_samples(line, 5), line[:, 5:])
    np.testing.assert_allclose(forecaster.free_run(line[:, :5], 7), line[:, 5:])
    parabola = t**2
    np.testing.assert_allclose(parabola[:, 5:] - forecaster.next_samples(parabola, 5), 2)
    k = np.arange(1, 8)
    missed = parabola[:, 5:] - forecaster.free_run(parabola[:, :5], 7)
    np.testing.assert_allclose(missed[0, :, 0], k * (k + 1))


def test_a_memory_goes_on_from_what_it_has_read(rng):
    """Its free run is what it forecasts when it reads its own forecasts from the beginning."""
    forecaster = Remembering(mn.Network([mn.LSTM(3, 5), mn.Conv1d(5, 3, 1)], rng=0))
    past = rng.standard_normal((4, 10, 3))
    path = forecaster.free_run(past, 6)
    series = np.concatenate([past, path], axis=1)
    np.testing.assert_allclose(forecaster.next_samples(series, 10), path, rtol=1e-12)
    np.testing.assert_allclose(forecaster.next_samples(series, 3)[:, 7:], path, rtol=1e-12)
    assert forecaster.next_samples(series, 3).shape == (4, 13, 3)


@pytest.mark.parametrize(("window", "steps"), [(1, 1), (1, 3), (4, 1), (3, 5)])
def test_own_steps_have_the_right_gradient(kernels, rng, window, steps):
    layers = [mn.Conv1d(3, 6, window), mn.SiLU(), mn.Conv1d(6, 3, 1)]
    net = mn.Network(layers, rng=0)
    step = OwnSteps(net, mn.SGD(0.1), steps)
    series = rng.standard_normal((5, window + steps, 3))
    theta, direction = net.theta.copy(), rng.standard_normal(net.theta.size)
    loss, gradient = step.loss_and_gradient(series)
    path = Windowed(lambda x: x[:, -1] + net(x)[:, 0], window).free_run(series[:, :window], steps)
    assert loss == pytest.approx(np.mean((path - series[:, window:]) ** 2), rel=1e-12)

    def moved(theta):
        net.theta = theta
        return step.loss_and_gradient(series)[0]

    assert gradient @ direction == pytest.approx(slope(moved, theta, direction), rel=1e-6)


def test_own_steps_learn_a_rotation(rng):
    """A linear map by a window of one: after training with five own steps it is the rotation."""
    angle = 0.3
    R = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    x = [rng.standard_normal((200, 2))]
    for _ in range(5):
        x.append(x[-1] @ R)
    net = mn.Network([mn.Conv1d(2, 2, 1)], rng=0)
    step = OwnSteps(net, mn.Adam(mn.schedules.Cosine(0.05, steps=1200)), 5)
    history = mn.train(step, (np.stack(x, axis=1),), epochs=120, batch_size=20, rng=0)
    assert history.history["loss"][-1] < 1e-6
    np.testing.assert_allclose(np.eye(2) + net.layers[0].W[0], R, atol=1e-3)


def test_flow_matching_finds_the_equations_and_shadows_for_twenty_lyapunov_times():
    """Off only by rounding, which grows like everything else."""
    settings = {"method": "flow matching", "seed": 1, "series": 2, "samples": 500, "starts": 10, "dt": 0.1}
    with mn.use_kernels("compiled"):
        metrics = forecast({**settings, "judged": False}, np.random.default_rng(0))
    assert metrics["one_step"] < 1e-10
    assert 0.1 * EXPONENT * np.median(metrics["horizons"]) > 20


def test_series_of_a_seed_are_in_standard_deviations_and_of_their_own():
    data = Data(3, series=4, samples=100, starts=5, dt=0.1)
    np.testing.assert_allclose(data.train.std(axis=(0, 1)), 1)
    np.testing.assert_allclose(data.units.unscaled(data.train), data.physical, rtol=1e-12, atol=1e-12)
    assert data.test.shape == (5, PAST + FUTURE, 3)
    assert not np.allclose(data.reference, data.physical)
    again = Data(3, series=4, samples=100, starts=5, dt=0.1)
    assert np.array_equal(again.test, data.test)  # whatever was asked for first


def test_settings_out_of_range():
    assert set(NETWORKS) < set(METHODS)
    assert lorenz_forecast.Config(methods=("lstm",)).methods == ("LSTM",)
    with pytest.raises(SettingError, match="judged: there is no choice 'GRU'"):
        lorenz_forecast.Config(judged=("GRU",))
    with pytest.raises(SettingError, match="methods is empty"):
        lorenz_forecast.Config(methods=())
    with pytest.raises(SettingError, match="starts=0"):
        lorenz_forecast.Config(starts=0)


@pytest.mark.acceptance
def test_the_best_network_forecasts_five_lyapunov_times():
    """From 100 series, at each of ten seeds, the median of 200 starts; and the LSTM's, for comparison."""
    methods = (BEST, "LSTM")
    result = lorenz_forecast.run(lorenz_forecast.Config(methods=methods, judged=()), rng=0)
    for name in methods:
        medians = np.median(result.horizons(name), axis=1)
        print(f"{name}: {medians.round(2)} Lyapunov times, errors of one step {result.one_step(name)}")
    assert np.median(result.horizons(BEST), axis=1).min() >= 5
