"""The experiments that fit gaussians over grids of settings: what they measure, and what they make of it."""

import json
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

import minnet as mn
from minnet import study
from minnet.errors import DivergenceError, SettingError
from minnet.experiments import parts
from minnet.experiments.gaussian import (
    fits,
    gaussian_depth,
    gaussian_error,
    gaussian_questions,
    gaussian_timing,
    gaussian_tuned,
)
from minnet.experiments.gaussian.fits import fit_gaussian, measures, relu_network
from minnet.experiments.gaussian.gaussian_questions.result import time_to_success
from minnet.experiments.gaussian.gaussian_questions.runs import near_zero
from minnet.experiments.gaussian.sweeps import Sweep, run_sweep
from minnet.experiments.runner import execute
from tests.figure_checks import names_of_figures


def row(settings, repeat=0, **metrics):
    return study.Row("s", "", settings, 0, repeat, metrics, None, "", 0.0, {}, "")


def fail_once(settings, rng):
    if settings["bad"]:
        raise ValueError("no luck")
    return {"value": rng.random()}


# -- one fit


@pytest.mark.parametrize(("hidden", "parameters"), [((20, 20), 481), ((200, 200), 40_801), ((30, 30), 1_021)])
def test_networks_are_as_large_as_the_published_ones(hidden, parameters):
    net = relu_network(hidden, np.random.default_rng(0))
    assert net.n_parameters == parameters
    assert net.dtype == np.float32


def test_measures_of_a_known_error():
    x = np.linspace(-5, 5, 1001)
    metrics = measures(x, np.where(x > 0, 0.1, -0.2))
    assert metrics["mean_squared_difference"] == pytest.approx((500 * 0.01 + 501 * 0.04) / 1001)
    assert metrics["mean_absolute_difference"] == pytest.approx((500 * 0.1 + 501 * 0.2) / 1001)
    assert metrics["above"] == pytest.approx(0.5)
    assert metrics["below"] == pytest.approx(501 * 0.01 * 0.2)
    assert metrics["share_above"] == pytest.approx(500 / 1001)
    assert (metrics["most_above"], metrics["most_below"], metrics["max_error"]) == (0.1, 0.2, 0.2)
    bump = measures(x, np.where(np.abs(x) < 0.25, 1.0, np.where(np.abs(x) > 4, 0.5, 0.0)))
    assert (bump["centre"], bump["tail"], bump["most_below"]) == (1.0, 0.5, 0.0)


def test_a_fit_says_what_its_network_does():
    settings = {"hidden": [10, 10], "epochs": 2, "batch_size": 200, "points": 10_001, "std": 2.0, "curve": 10_001}
    metrics = fit_gaussian(settings, np.random.default_rng(0))
    x = np.linspace(-5, 5, 10_001)
    error = metrics["curve"] - mn.datasets.gaussian(x, 0.0, 2.0)
    assert metrics["mean_squared_difference"] == pytest.approx(np.mean(error**2))
    assert metrics["updates"] == 2 * 51  # fifty batches of 200, and a sample left over
    plain = fit_gaussian({k: v for k, v in settings.items() if k != "curve"}, np.random.default_rng(0))
    assert plain["max_error"] == metrics["max_error"]


def test_a_falling_learning_rate_ends_at_zero_with_the_last_update(monkeypatch):
    rates = []

    def watched(*arguments, optimizer, **settings):
        rates.append(optimizer.learning_rate)
        return mn.fit(*arguments, optimizer=optimizer, **settings)

    monkeypatch.setattr(fits, "fit", watched)
    settings = {"hidden": [5], "epochs": 3, "batch_size": 40, "points": 101, "decay": True}
    assert fit_gaussian(settings, np.random.default_rng(0))["updates"] == 9
    assert [rates[0](0), rates[0](9)] == [0.001, 0.0]


# -- runs and sweeps


def test_a_failed_run_is_told_and_the_others_are_kept(tmp_path):
    points = study.grid(bad=[False, True])
    with pytest.raises(DivergenceError, match=r"'bad': True.*no luck"):
        parts.Studies(0, checkpoints=tmp_path).runs(fail_once, points, name="s")
    assert {row.settings["bad"]: row.error is None for row in study.read(tmp_path / parts.STORE)} == {
        False: True,
        True: False,
    }


def test_runs_that_are_kept_are_not_made_again(tmp_path):
    points = study.grid(bad=[False])
    first, second = (parts.Studies(0, checkpoints=tmp_path).runs(fail_once, points, name="s") for _ in range(2))
    assert first == second  # times too


@pytest.mark.parametrize("layers", [1, 3])
def test_a_sweep_over_widths(layers):
    def runs(points, name):
        return [row(point.settings, point.repeat, width=sum(point.settings["hidden"])) for point in points]

    sweep = run_sweep(runs, "s", "outputs", (5, 20, 5), {"hidden": [7], "epochs": 3}, seeds=4, layers=layers)
    assert sweep.values.tolist() == [5, 20]
    assert sweep.metric("width").tolist() == [[5 * layers] * 4, [20 * layers] * 4]
    assert str(sweep) == "3 epochs"


@pytest.mark.parametrize("points", [400, 999])
def test_the_documents_training_is_kept_apart_from_its_remedies(points):
    config = gaussian_error.Config(5, (5,), (1,), (200,), points=points, seeds=1)
    names = list(gaussian_error.run(config, rng=0).by_training())
    whole = points - points % 200
    remedies = [f"{whole} points, no sample left over", f"{whole} points, falling learning rate"]
    assert names == [f"{points} points", *remedies]


# -- what is concluded


def test_the_remark_on_figure_57_is_tested_over_runs():
    overlay = [
        row({}, n, above=0.3 if n else 0.0, below=0.1, most_above=1.0, most_below=2.0, share_above=0.75)
        for n in range(10)
    ]
    above = gaussian_error.Result(gaussian_error.Config(), [], overlay, {}).above()
    assert (above["runs_above"], above["further_above"]) == (9, 0)
    assert above["runs_above_p"] == pytest.approx(2 * 11 / 1024)
    assert above["further_above_p"] == pytest.approx(2 / 1024)
    assert above["net_area"] == pytest.approx(0.17)
    assert above["share_above"] == 0.75


def test_the_mean_time_until_a_success():
    (group,) = study.group([row({}, n, mean_squared_difference=n, seconds=2.0) for n in range(4)])
    assert time_to_success(group, 1) == (0.5, 4.0)
    assert time_to_success(group, -1) == (0.0, np.inf)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_parameters_are_those_of_the_network(layers):
    widths = np.array([5, 30])
    sweep = Sweep("outputs", {}, widths, [])
    counted = [relu_network([w] * layers, np.random.default_rng(0)).n_parameters for w in widths]
    assert gaussian_depth.Result(gaussian_depth.Config(), {layers: sweep}).parameters(layers).tolist() == counted
    if layers == 2:
        assert gaussian_timing.parameters(widths).tolist() == counted


def test_the_law_of_the_batch_size_is_found_from_the_samples_that_updates_had():
    sizes, points, epochs = np.array([5, 50, 500]), 1001, 2
    updates = epochs * -(-points // sizes)  # batches of 500: 500, 500 and 1
    rows = [
        [row({}, n, seconds=1e-6 * (count * (7 + n) + 0.5 * points * epochs), updates=count) for n in range(2)]
        for count in updates
    ]
    sweep = Sweep("batch_size", {"points": points, "epochs": epochs}, sizes, rows)
    result = gaussian_timing.Result(gaussian_timing.Config(), {"batch_size": sweep}, sweep)
    assert result.batch_law() == pytest.approx((7.0, 0.5))


# -- the experiments


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What an experiment writes, run in two threads: by name, each once."""
    out = tmp_path_factory.mktemp("results")

    @cache
    def written(name):
        with mn.use_threads(2):
            execute(name, mn.experiments.find(name).Config.fast(), seed=0, out=out, progress=False)
        return out / name

    return written


FEW = {
    gaussian_error: gaussian_error.Config(5, (5, 10), (1,), (200,), points=600, seeds=2),
    gaussian_questions: gaussian_questions.Config(4, (1, 2), (100, 500), (5, 10), (101, 501), (1.0,), seeds=2),
}
"""Settings with a few runs of every kind."""


@pytest.mark.parametrize("module", FEW)
def test_results_do_not_depend_on_the_number_of_threads(module):
    alone, shared = ({}, {})
    for threads, arrays in ((1, alone), (2, shared)):
        with mn.use_threads(threads):
            arrays |= module.run(FEW[module], rng=0).arrays()
    assert set(shared) == set(alone)
    for key in shared:
        if "seconds" not in key:
            assert np.array_equal(shared[key], alone[key]), key


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("gaussian-error", 7),
        ("gaussian-depth", 2),
        ("gaussian-tuned", 6),
        ("gaussian-questions", 3),
        ("gaussian-timing", 6),
    ],
)
def test_an_experiment_writes_its_runs_and_its_figures_which_can_be_read(name, drawn, folder):
    assert study.read(folder(name) / parts.STORE)
    module = mn.experiments.find(name)
    result = module.run(module.Config.fast(), rng=0, checkpoints=folder(name))  # of the runs that are in the folder
    names = names_of_figures(module, result)
    assert {path.stem for path in (folder(name) / "figures").glob("*.*g")} == set(names)
    assert len(names) == drawn


def beside(folder):
    """The rows of published and found numbers that an experiment writes, and its records."""
    report, records = (json.loads((folder / f"{name}.json").read_text()) for name in ("report", "metrics"))
    return [(row["published"], row["found"]) for row in report["beside"]], records


def test_claims_beside_what_was_tested(folder):
    (more, further), records = beside(folder("gaussian-error"))
    assert more[0] == "more often above"
    assert further[0] == "further off above"
    for (_, found), name in ((more, "runs_above"), (further, "further_above")):
        assert found == f"{records[-1][name]} of 12 runs, p = {records[-1][f'{name}_p']:.2g}"


def test_the_published_jump_beside_the_steepest_growth(folder):
    [(published, found)], records = beside(folder("gaussian-timing"))
    times = [(r["value"], r["microseconds_per_update"]) for r in records if r.get("varied") == "outputs"][:4]
    growth = {f"{a} to {b}": np.log(t / s) / np.log(b / a) for (a, s), (b, t) in pairwise(times)}
    assert (published, found) == ("150", max(growth, key=growth.get))


def test_settings_of_the_document_beside_the_best(folder):
    rows, records = beside(folder("gaussian-tuned"))
    best = min((record for record in records if record.get("varied") == "epochs"), key=lambda record: record["median"])
    assert rows == [("40,801", "40,801"), ("1,021", "1,021"), ("15", f"{best['value']}")]
    [row], records = beside(folder("gaussian-questions"))
    (best,) = (record for record in records if record.get("varied") == "std" and record["value"] == 1)
    assert row == ("30 units, batch 100", f"{best['outputs']} units, batch {best['batch_size']}")
    assert beside(folder("gaussian-depth"))[0] == [("10", "3")]


def test_the_best_settings_are_those_for_the_documents_gaussian():
    best = [{"value": std, "outputs": units, "batch_size": 20} for std, units in ((0.5, 10), (1.0, 100), (2.0, 30))]
    for records, found in ((best, "100 units, batch 20"), (best[::2], "-")):
        (row,) = gaussian_questions.beside(SimpleNamespace(best={"std": records}.get))
        assert row.found == found


def test_projection_is_the_way_to_fit_near_zero():
    errors = near_zero({"way": "projection"}, np.random.default_rng(0))
    assert errors["centre"] < 1e-11
    assert errors["tail"] < 1e-11


@pytest.mark.parametrize(
    ("module", "setting"),
    [
        (gaussian_error, {"runs": 1}),
        (gaussian_error, {"epochs": (0,)}),
        (gaussian_error, {"batch_sizes": (20, 0)}),
        (gaussian_timing, {"outputs": ()}),
        (gaussian_tuned, {"outputs": (-3,)}),
        (gaussian_questions, {"batch_sizes": (0,)}),
        (gaussian_error, {"points": 150}),
        (gaussian_depth, {"layers": (0,)}),
        (gaussian_tuned, {"seeds": 0}),
        (gaussian_questions, {"stds": (0.0,)}),
        (gaussian_timing, {"runs": 0}),
    ],
)
def test_settings_that_cannot_be(module, setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        module.Config(**setting)
