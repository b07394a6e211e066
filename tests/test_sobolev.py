"""Learning from derivatives: how the document's network starts and learns, and what derivatives are worth."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import wilcoxon

import minnet as mn
from minnet import datasets, study
from minnet.errors import SettingError
from minnet.experiments.gradients import sobolev, sobolev_questions
from minnet.experiments.gradients.networks import published_network
from minnet.experiments.gradients.sobolev.result import MEASUREMENTS, measured_epochs
from minnet.experiments.gradients.sobolev.runs import ErrorMonitor
from minnet.experiments.gradients.sobolev_questions import runs
from minnet.experiments.gradients.waves import FUNCTIONS, loss_and_target, wave
from tests.figure_checks import names_of_figures


@pytest.fixture(scope="module")
def trained():
    return sobolev.run(sobolev.Config.fast(), rng=0)


@pytest.fixture(scope="module")
def answers():
    return sobolev_questions.run(sobolev_questions.Config.fast(), rng=0)


# -- the functions and the network


@pytest.mark.parametrize("function", [datasets.sine, datasets.exp_sine])
def test_derivatives_of_waves_are_those_of_differences(function):
    x, h = np.linspace(0, 10, 101), 1e-5
    for k in (1, 2):
        difference = (function(x + h, derivative=k - 1) - function(x - h, derivative=k - 1)) / (2 * h)
        assert np.abs(function(x, derivative=k) - difference).max() < 1e-8
    with pytest.raises(SettingError, match="derivative"):
        function(x, derivative=3)


def test_waves_as_jets():
    jet = wave("exp(sin x)", np.array([0.0, np.pi / 2]))
    assert np.allclose(jet.value[:, 0], [1, np.e])
    assert np.allclose(jet.first[0, :, 0], [1, 0])
    assert np.allclose(jet.second[0, :, 0], [1, -np.e])
    assert wave("sin x", np.zeros(3), 1).order == 1


def test_the_network_starts_as_pytorch_starts_its_linear_layers():
    """Everything uniform on +-1/sqrt(fan-in), biases too."""
    net = published_network([1, 100, 100, 1], "tanh", np.random.default_rng(0))
    assert net.n_parameters == 100 + 100 + 100 * 100 + 100 + 100 + 1
    assert net.dtype == np.float32
    for layer, limit in zip(net.layers[::2], (1.0, 0.1, 0.1), strict=True):
        for values in (layer.W.ravel(), layer.b):
            assert np.abs(values).max() <= limit
            if values.size >= 100:
                assert np.abs(values).max() > 0.9 * limit
                assert values.std() == pytest.approx(limit / np.sqrt(3), rel=0.15)


# -- the document's comparison


def test_errors_on_the_way_are_what_the_losses_are_made_of():
    x, epochs = np.linspace(0, 10, 50), 2 * MEASUREMENTS
    for order in (0, 1, 2):
        net = published_network([1, 8, 8, 1], "tanh", np.random.default_rng(1))
        monitor, (loss, target) = ErrorMonitor("exp(sin x)", x, epochs), loss_and_target("exp(sin x)", x, order)
        history = mn.fit(net, x, target, loss=loss, optimizer=mn.SGD(0.001), epochs=epochs, callbacks=[monitor])
        minimised = np.sum(monitor.errors, axis=1, where=np.arange(3) <= order)
        assert minimised.shape == (MEASUREMENTS + 1,)
        assert minimised[:-1] == pytest.approx(
            np.array(history.history["loss"])[measured_epochs(epochs)[:-1]], rel=1e-4
        )


def test_losses_and_optimizers_start_from_the_same_networks(trained):
    for function in FUNCTIONS:
        starts = [trained.metric(function, "Adam-0.001", order, "value")[:, 0] for order in (0, 1, 2)]
        assert np.array_equal(starts[0], starts[1])
        assert np.array_equal(starts[0], starts[2])
        assert len(set(starts[0])) == trained.config.seeds


def test_second_derivatives_make_nearly_all_fits_better(trained):
    for pair in trained.pairs():
        if pair.order == 2 and pair.measure in ("value", "first"):
            assert pair.seeds == 5
            assert pair.smaller_in >= 4
            assert pair.ratio < 0.5


def test_beyond_the_samples_everything_is_far_off(trained):
    for kind in trained.rows:
        assert np.sqrt(trained.final(*kind, "beyond")).min() > 0.5


def row_of(values, seed):
    metrics = {
        "value": np.geomspace(1, values, MEASUREMENTS + 1),
        "first": [2 * values],
        "second": [1.0],
        "beyond": 3 * values,
        "seconds": 1.0,
    }
    return study.Row("s", "", {"seed": seed}, 0, 0, metrics, None, "", 0.0, {}, "")


def test_pairs_are_compared_seed_by_seed():
    rng = np.random.default_rng(0)
    errors = {key: rng.lognormal(size=8) for key in (("SGD-0.01", 0), ("SGD-0.01", 1), ("SGD-0.02", 0))}
    rows = {("sin x", *key): [row_of(e, seed) for seed, e in enumerate(values)] for key, values in errors.items()}
    config = sobolev.Config(optimizers=("SGD-0.01",), orders=(0, 1), seeds=8)
    pairs = sobolev.Result(config, rows).pairs()
    assert len(pairs) == 4 + 2
    pairs = [pair for pair in pairs if pair.measure == "value"]
    assert [pair.against for pair in pairs] == ["SGD-0.01", "SGD-0.02"]  # the document's steps, and longer ones
    for pair in pairs:
        without, given = errors[pair.against, 0], errors["SGD-0.01", 1]
        assert pair.smaller_in == (given < without).sum()
        assert pair.p == wilcoxon(np.log(given / without)).pvalue
        assert pair.ratio == pytest.approx(np.exp(np.median(np.log(given / without))))
        assert pair.without == pytest.approx(np.median(without))


def test_as_much_work_is_half_or_a_third_of_the_updates(trained):
    for order, column in ((0, 200), (1, 100), (2, 66)):
        work = trained.final("sin x", "Adam-0.001", order, "work")
        assert np.array_equal(work, trained.metric("sin x", "Adam-0.001", order, "value")[:, column])


def test_the_documents_way_meets_values_learnt_with_longer_steps():
    tiny = sobolev.Config(points=20, hidden=4, epochs=MEASUREMENTS, optimizers=("SGD-0.01",), orders=(0, 1), seeds=2)
    result = sobolev.run(tiny, rng=0)
    assert [kind[1:] for kind in result.rows if kind[0] == "sin x"] == [
        ("SGD-0.01", 0),
        ("SGD-0.01", 1),
        ("SGD-0.02", 0),
    ]
    short, long = (result.metric("sin x", optimizer, 0, "value") for optimizer in ("SGD-0.01", "SGD-0.02"))
    assert np.array_equal(short[:, 0], long[:, 0])
    assert (long[:, -1] < short[:, -1]).all()
    rows = sobolev.beside(result)
    assert [row.published for row in rows] == 4 * ["1 of 1"]
    (pair,) = (p for p in result.pairs() if (p.function, p.against, p.measure) == ("sin x", "SGD-0.01", "value"))
    assert rows[0].found == f"{pair.smaller_in} of 2"
    losses = [result.losses("exp(sin x)", "SGD-0.01", order)[:, -1] for order in (0, 1)]
    assert rows[3].found == f"{sum(losses[1] < losses[0])} of 2"
    assert names_of_figures(sobolev, result) == [
        "curves-sgd-0.01",
        "extrapolation-sgd-0.01",
        "pairs",
    ]


def test_figures_table_and_metrics(trained):
    names = names_of_figures(sobolev, trained)
    assert names == ["curves-adam-0.001", "extrapolation-adam-0.001", "pairs"]
    table = sobolev.table(trained)
    assert len(table.rows) == len(trained.pairs()) == 2 * 2 * 4
    assert {len(row) for row in table.rows} == {len(table.headers)}
    assert len(trained.metrics()) == 2 * 3 + 16
    assert [row.found for row in sobolev.beside(trained)] == 4 * ["-"]  # nothing by the document's SGD


# -- what derivatives are worth


def test_many_values_need_no_derivatives(answers):
    for function in FUNCTIONS:
        assert answers.errors("many", "points", function=function)[1].max() < 1e-9


def test_forty_points_reach_1e_8_with_derivatives_and_not_without(answers):
    for function in FUNCTIONS:
        for order, low, high in ((0, 2e-8, 1e-5), (1, 0, 1e-8), (2, 0, 1e-8)):
            points, errors = answers.errors("points", "points", function=function, order=order)
            assert points[-1] == 40
            assert low < errors[-1].min() <= errors[-1].max() < high


def test_a_slope_is_worth_a_value(answers):
    """With as many numbers given, whatever they are, errors are of one size: here 40 values, and 40 slopes with one."""
    for function in FUNCTIONS:
        values = np.median(answers.errors("points", "points", function=function, order=0)[1][-1])
        slopes = np.median(answers.errors("values", "values", function=function)[1][0])
        assert 0.1 < slopes / values < 10


def test_the_published_number_of_points_beside_those_that_are_enough(answers):
    rows = sobolev_questions.beside(answers)
    assert [row.published for row in rows] == ["1000", "1000"]
    for function, row in zip(FUNCTIONS, rows, strict=True):
        errors = dict(zip(*answers.errors("points", "points", function=function, order=1), strict=True))
        assert np.median(errors[int(row.found)]) < 0.01
        assert all(np.median(errors[n]) >= 0.01 for n in errors if n < int(row.found))


def test_every_slope_that_is_given_helps(answers):
    for function in FUNCTIONS:
        counts, errors = answers.errors("slopes", "slopes", function=function)
        medians = np.median(errors, axis=1)
        assert counts.tolist() == [0, 20, 40]
        assert medians[1] < 0.3 * medians[0]
        assert medians[2] < 0.3 * medians[1]


def test_wrong_slopes_do_harm_unless_their_weight_says_so(answers):
    for function in FUNCTIONS:
        for width in (8, 30):
            weights, errors = answers.errors("noise", "weight", function=function, width=width, noise=1e-2)
            assert weights.tolist() == [0, 1e-8, 1]
            without, light, heavy = np.median(errors, axis=1)
            assert heavy > 50 * without
            if width == 8:  # 25 parameters: 40 values leave no choice
                assert light < 5 * without
            else:  # 91 parameters: what the values leave open is fitted to the errors of the slopes
                assert light > 50 * without
        exact = np.median(answers.errors("noise", "weight", function=function, width=30, noise=0.0)[1], axis=1)
        assert exact[1] < 0.1 * exact[0]  # weight 1 too, but where a solver of few starts stops early, by chance


def test_settings_of_a_fit_are_what_it_is_given(monkeypatch):
    call = SimpleNamespace()

    def fit(net, x, target, **options):
        call.x, call.target, call.loss = x, target, options["loss"]

    monkeypatch.setattr(runs, "fit", fit)
    settings = {"function": "sin x", "points": 40, "order": 1, "width": 5, "iterations": 3}
    runs.project(settings | {"noise": 0.1, "weight": 0.25, "slopes": 10, "values": 39}, np.random.default_rng(0))
    assert call.loss.weights == (1, 0.25)
    assert (call.target.mask.first.sum(), call.target.mask.value.sum()) == (10, 39)
    assert call.target.first[0, :, 0] - np.cos(call.x) == pytest.approx(0.0, abs=0.4)
    assert np.std(call.target.first[0, :, 0] - np.cos(call.x)) == pytest.approx(0.1, rel=0.3)
    assert np.array_equal(call.target.value[:, 0], np.sin(call.x))


def test_figures_and_table_of_the_questions(answers):
    assert names_of_figures(sobolev_questions, answers) == ["points", "noise", "missing"]
    table = sobolev_questions.table(answers)
    assert {len(row) for row in table.rows} == {len(table.headers)}
    assert len(table.rows) == 1 + 3 * 3 + 2 * 2 * 3 + 3 + 3


@pytest.mark.parametrize(
    ("module", "setting"),
    [
        (sobolev, {"orders": (1, 2)}),
        (sobolev, {"orders": (0, 3)}),
        (sobolev, {"optimizers": ("Lion",)}),
        (sobolev, {"optimizers": ()}),
        (sobolev, {"epochs": 10}),
        (sobolev_questions, {"points": (1,)}),
        (sobolev_questions, {"shares": (1.5,)}),
        (sobolev_questions, {"noises": (-1.0,)}),
        (sobolev_questions, {"weights": ()}),
        (sobolev_questions, {"seeds": 0}),
    ],
)
def test_settings_that_cannot_be(module, setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        module.Config(**setting)


@pytest.mark.acceptance
def test_twenty_seeds_of_projection(capsys):
    config = sobolev_questions.Config(points=(40,), noises=(0.0,), weights=(1.0,), shares=(1.0,), seeds=20)
    result = sobolev_questions.run(config, rng=0)
    for function in FUNCTIONS:
        many = result.errors("many", "points", function=function)[1]
        with_slopes = result.errors("points", "points", function=function, order=1)[1]
        with capsys.disabled():
            print(f"\n{function}: 1000 values {many.max():.1e}, 40 points with slopes {with_slopes.max():.1e}")
        assert many.max() <= 1e-10
        assert with_slopes.max() <= 1e-8
