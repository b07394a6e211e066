"""Comparisons: the question, its data, the runs, their ranking, and how the answer is shown."""

import argparse
import re
import shlex
from html.parser import HTMLParser

import numpy as np
import pytest
from scipy.stats import wilcoxon

import minnet as mn
from minnet.cli import main
from minnet.compare import command, compare, data, figures, ranking, runs, specs, tabular
from minnet.compare.cells import as_numbers
from minnet.errors import DataError, SettingError, ShapeError
from minnet.study import Row
from tests.figure_checks import names_of_figures

OWN = """
from dataclasses import dataclass
import minnet as mn


def step(theta, grad, state, learning_rate, momentum):
    (v,) = state
    v = momentum * v + grad
    return theta - learning_rate * v, (v,)


@dataclass(frozen=True)
class HeavyBall(mn.RuleOptimizer):
    learning_rate: float = 0.01
    momentum: float = 0.9
    rule = mn.Rule(step, slots=1)

    def coefficients(self, learning_rate, t):
        return learning_rate, self.momentum
"""
SMALL = {"data": "moons", "hidden": [4], "epochs": 3, "learning_rates": [0.01, 0.1], "seeds": 2}
TIMES = ("seconds", "times")


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def without_times(rows):
    return [{name: value for name, value in row.metrics.items() if name not in TIMES} for row in rows]


# Which optimizers.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("adam", ("adam", {})),
        (" RMSProp() ", ("RMSProp", {})),
        ("sgd(momentum=0.9,nesterov=True)", ("sgd", {"momentum": 0.9, "nesterov": True})),
        ("sgd(momentum=-1e-3, dialect='heavy')", ("sgd", {"momentum": -0.001, "dialect": "heavy"})),
        ("lion(learning_rate=[1e-4, 1])", ("lion", {"learning_rate": [1e-4, 1]})),
        ("sgd(global_clipnorm=None)", ("sgd", {"global_clipnorm": None})),
    ],
)
def test_a_name_and_literals_are_read(text, expected):
    assert specs.split_call(text) == expected


def test_a_spec_makes_the_optimizer_it_names():
    spec = specs.parse("SGD(nesterov=True, momentum=0.9)", specs.optimizer_classes(), np.logspace(-2, 0, 3))
    assert spec.label == "SGD(momentum=0.9, nesterov=True)"
    assert spec.learning_rates == (0.01, 0.1, 1.0)
    assert spec.make(0.1) == mn.SGD(0.1, momentum=0.9, nesterov=True)
    assert specs.parse(spec.label.lower().replace("true", "True"), specs.optimizer_classes(), [1]).label == spec.label


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not an optimizer"),
        ("sgd momentum=0.9", "is not an optimizer"),
        ("sgd(0.9)", "is not an optimizer"),
        ("sgd(momentum=0.9, momentum=0.8)", "is not an optimizer"),
        ("mn.SGD(momentum=0.9)", "is not an optimizer"),
        ("sgd(**{'momentum': 0.9})", "is not an optimizer"),
        ("sgd(momentum=__import__('os').getpid())", "is not a number"),
        ("sgd(nesterov=true)", "is not a number, True"),
        ("adamm", "did you mean 'Adam'"),
        ("sgd(momentun=0.9)", "did you mean 'momentum'"),
        ("sgd(momentum=1.5)", r"in \[0, 1\)"),
        ("adam(learning_rate=[0.1, 0.1])", "each once"),
        ("adam(learning_rate=-1)", "positive"),
        ("adam(learning_rate='fast')", "positive"),
    ],
)
def test_what_is_no_optimizer_is_refused(text, message):
    with pytest.raises(SettingError, match=message):
        specs.parse(text, specs.optimizer_classes(), [0.1])


def test_classes_of_a_file_become_names(tmp_path):
    classes = specs.optimizer_classes([write(tmp_path / "mine.py", OWN)])
    spec = specs.parse("heavyball(momentum=0.5)", classes, [0.1])
    assert spec.make(0.1).momentum == 0.5
    assert spec.source.file == str(tmp_path / "mine.py")
    with pytest.raises(SettingError, match="did you mean 'momentum'"):
        specs.parse("heavyball(moment=0.5)", classes, [0.1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import minnet as mn\nfrom minnet import SGD\n", "defines no optimizer"),
        ("1 +\n", "cannot be imported: SyntaxError"),
        (OWN.replace("HeavyBall", "Adam"), "already"),
    ],
)
def test_files_without_a_usable_optimizer_are_refused(tmp_path, text, message):
    with pytest.raises(SettingError, match=message):
        specs.optimizer_classes([write(tmp_path / "mine.py", text)])


def test_an_own_optimizer_that_does_not_work_is_named_before_any_run(tmp_path):
    file = write(tmp_path / "mine.py", OWN.replace("momentum * v + grad", "momentum * v + gradient"))
    with pytest.raises(SettingError, match=r"HeavyBall of .*mine\.py does not work: .*gradient"):
        compare(["heavyball"], optimizer_files=[file], **SMALL)


# On which data.


def rows_of(*targets):
    return "a,b,y\n" + "".join(f"{i},{-i},{target}\n" for i, target in enumerate(targets))


@pytest.mark.parametrize(
    ("targets", "task", "classes"),
    [
        (["no", "yes"] * 10, "classification", ("no", "yes")),
        ([10, 2, 1, 2] * 5, "classification", ("1", "2", "10")),
        ([2.0, 3.0] * 10, "classification", ("2", "3")),
        ([0.5, 1.0] * 10, "regression", ()),
        (range(20), "regression", ()),
    ],
)
def test_the_target_says_which_task(tmp_path, targets, task, classes):
    loaded = data.load(str(write(tmp_path / "some.csv", rows_of(*targets))), None, None, 0)
    assert (loaded.task, loaded.classes, loaded.target, loaded.x.shape) == (task, classes, "y", (20, 2))
    values = loaded.y if task == "regression" else np.array(classes)[loaded.y.astype(int)].astype(object)
    assert [str(value) for value in values] == [
        str(float(t)) if task == "regression" else f"{t:g}" if isinstance(t, float) else str(t) for t in targets
    ]
    assert f"{task} " in str(loaded)
    assert "'y'" in str(loaded)


def test_target_task_and_separators_are_chosen(tmp_path):
    file = str(write(tmp_path / "some.csv", "\ufeffy; b\n" + "\n".join(f"{i % 2}; {i}.5" for i in range(20)) + "\n\n"))
    loaded = data.load(file, "y", "regression", 0)
    assert loaded.task == "regression"
    assert loaded.x[:2].tolist() == [[0.5], [1.5]]
    assert loaded.y[:2].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,y\n1,,3\n", "some.csv, line 2, column 'b': there is no value"),
        ("a,b,y\n1,2,3\n\n1,2,NA\n", "line 4, column 'y': there is no value"),
        ("a,b,y\n1,Paris,3\n", "line 2, column 'b': 'Paris' is not a finite number"),
        ("a,b,y\n1,inf,3\n", "line 2, column 'b': 'inf' is not a finite number"),
        ("a,b,y\n1,2,3\n1,2\n", "line 3: 2 cells, but the first line names 3"),
        ("1,2,3\n1,2,4\n", "must name the columns"),
        ("a,a,y\n1,2,3\n", "'a' of column 2 is empty, or there twice"),
        ("y\n1\n", "one column"),
        ("a,y\n", "no lines of values"),
        ("", "is empty"),
        (",a,y\n0,1,2\n1,3,4\n", "pandas leaves out the index, a column without a name, by to_csv(..., index=False)"),
        ("a,b,y\n1,#DIV/0!,3\n", "line 2, column 'b': there is no value ('#DIV/0!')"),
    ],
)
def test_errors_in_files_name_the_place(tmp_path, text, message):
    with pytest.raises(DataError, match=re.escape(message)):
        tabular.read(write(tmp_path / "some.csv", text))


def test_data_that_cannot_be_learned_from(tmp_path):
    def load(text, **chosen):
        file = write(tmp_path / "some.csv", text)
        return data.load(str(file), chosen.get("target"), chosen.get("task"), 0)

    with pytest.raises(SettingError, match="did you mean 'b'"):
        load(rows_of(*range(20)), target="bb")
    with pytest.raises(DataError, match="at least 20"):
        load(rows_of(1, 2, 3))
    with pytest.raises(DataError, match="nothing to learn"):
        load(rows_of(*[1.0] * 20))
    with pytest.raises(DataError, match="not made of finite numbers"):
        load(rows_of(*["no", "yes"] * 10), task="regression")
    with pytest.raises(DataError, match="20 different classes"):
        load(rows_of(*"abcdefghijklmnopqrst"))
    with pytest.raises(SettingError, match="did you mean 'circles'"):
        data.load("circle", None, None, 0)
    with pytest.raises(FileNotFoundError):
        data.load(str(tmp_path / "other.csv"), None, None, 0)
    with pytest.raises(SettingError, match="target of its own"):
        data.load("moons", "y", None, 0)
    with pytest.raises(ShapeError):
        data.save_arrays((np.zeros((20, 2)), np.zeros(19)), tmp_path)


@pytest.mark.parametrize("by", ["training", "held-out"])
def test_splits_share_no_sample_and_are_scaled_by_training(by):
    x = np.arange(100.0)[:, np.newaxis]
    split = data.split(data.Data("line", x, x[:, 0], "regression", (), "y"), by, np.random.default_rng(0))
    sizes = {"training": (75, 0, 25), "held-out": (60, 15, 25)}[by]
    validation = split.validation or (x[:0], x[:0, 0])
    assert (len(split.train[0]), len(validation[0]), len(split.test[0])) == sizes
    assert data.training_samples(100, by) == sizes[0]
    for values in split.train:
        np.testing.assert_allclose([values.mean(), values.std()], [0, 1], atol=1e-12)
    everything = np.sort(np.concatenate([split.train[1], validation[1], split.test[1]]))
    assert np.ptp(np.diff(everything)) < 1e-12  # each of 0 ... 99 once


def test_samples_without_twins_are_split_as_scikit_learn_does():
    x = np.random.default_rng(1).standard_normal((41, 2))
    split = data.split(data.Data("cloud", x, x[:, 0], "regression", (), "y"), "training", np.random.default_rng(5))
    train, test, *_ = mn.datasets.split(x, x[:, 0], test_size=data.HELD_OUT, rng=np.random.default_rng(5))
    train, test = mn.datasets.standardize(train, test)
    assert np.array_equal(split.train[0], train)
    assert np.array_equal(split.test[0], test)


@pytest.mark.parametrize("by", ["training", "held-out"])
@pytest.mark.parametrize("sizes", [[3] * 40, [1] * 30 + [70], list(range(1, 25)), [1] * 99 + [2]], ids=str)
def test_twins_are_not_held_out_from_each_other(by, sizes):
    """A network that has learned the twins of all that is held out looks as if it knew what lies between."""
    values = np.repeat(np.arange(len(sizes), dtype=float), sizes)
    x = np.random.default_rng(2).permutation(values)[:, np.newaxis]
    twins = data.Data("twins", x, np.sin(1e3 * x[:, 0]), "regression", (), "y")
    for seed in range(5):
        split = data.split(twins, by, np.random.default_rng(seed))
        parts = [part[0][:, 0] for part in (split.train, split.validation, split.test) if part is not None]
        assert sum(map(len, parts)) == len(x)
        assert min(map(len, parts)) > 0
        assert len(parts[0]) >= data.training_samples(len(x), by)
        assert len(np.unique(parts[0])) >= data.training_samples(len(sizes), by)
        different = [set(np.round(part, 9)) for part in parts]
        assert sum(map(len, different)) == len(set.union(*different)) == len(sizes)
    assert f"{len(x)} samples at {len(sizes)} different points" in str(twins)


def test_few_inputs_are_categories_of_which_each_is_learned():
    x = np.repeat(np.eye(3), 20, axis=0)
    categories = data.Data("kinds", x, np.random.default_rng(0).standard_normal(60), "regression", (), "y")
    split = data.split(categories, "training", np.random.default_rng(0))
    assert len(np.unique(split.train[0], axis=0)) == len(np.unique(split.test[0], axis=0)) == 3
    assert len(split.train[0]) == 45


# What rows say.


def rows_with_losses(optimizer, rate, losses, choice=None, first=1.0):
    """Rows of one optimizer at one learning rate; None for a run that failed."""
    rows = []
    for repeat, loss in enumerate(losses):
        metrics = {
            "train_loss": loss,
            "held_out_loss": loss,
            "choice_loss": loss if choice is None else choice,
            "first_loss": first,
            "constant_loss": first,
            "epochs": [0, 1, 2],
            "losses": [first, 0.3, loss],
            "times": [0.0, 1.5, 3.0],
            "updates": 20,
        }
        settings = {"optimizer": optimizer, "learning_rate": rate}
        failed = loss is None
        error = "DivergenceError: it grew" if failed else None
        rows.append(Row("s", "", settings, 0, repeat, {} if failed else metrics, error, "", 0.0, {}, ""))
    return rows


def test_ranking_is_by_medians_at_the_best_learning_rate():
    rows = [
        *rows_with_losses("A", 0.1, [0.5, 0.4, 0.3]),
        *rows_with_losses("A", 1.0, [0.1, None, None]),  # luck with one seed does not count
        *rows_with_losses("B", 1.0, [0.2, 0.1, None]),
        *rows_with_losses("B", 0.1, [0.9, 0.9, 0.9]),
    ]
    b, a = ranking.contenders(rows, "training")
    assert (a.label, a.learning_rate, a.learning_rates) == ("A", 0.1, (0.1, 1.0))
    assert (b.label, b.learning_rate, b.diverged()) == ("B", 1.0, (1, 1))
    assert b.quartiles("train_loss").tolist() == [pytest.approx(0.15), 0.2, np.inf]
    assert a.diverged() == (0, 2)
    assert ranking.against_first([b, a], "training")[0].worse_in == 2


def test_a_learning_rate_is_chosen_by_the_choice_loss_alone():
    rows = [*rows_with_losses("A", 0.1, [0.1, 0.1], choice=2.0), *rows_with_losses("A", 1.0, [0.5, 0.5], choice=1.0)]
    assert ranking.contenders(rows, "held-out")[0].learning_rate == 1.0
    equal = [*rows_with_losses("A", 0.1, [0.1, 0.1], choice=1.0), *rows_with_losses("A", 1.0, [0.1, 0.1], choice=1.0)]
    assert ranking.contenders(equal[::-1], "held-out")[0].learning_rate == 0.1


def test_a_loss_larger_than_at_the_beginning_is_divergence():
    (one,) = ranking.contenders(rows_with_losses("A", 0.1, [0.5, 2.0, None]), "training")
    assert one.diverged() == (2, 2)


def test_time_to_a_target():
    (one,) = ranking.contenders(rows_with_losses("A", 0.1, [0.2, 0.1, None]), "training")
    updates, seconds = one.to_target(0.3)
    assert (updates.tolist(), seconds.tolist()) == ([10, 10, np.inf], [1.5, 1.5, np.inf])
    assert one.to_target(0.15)[0].tolist() == [np.inf, 20, np.inf]


def test_the_common_target_is_reached_by_three_of_four_runs_of_each():
    ranked = ranking.contenders(
        [
            *rows_with_losses("A", 0.1, [0.01, 0.02, 0.03, 0.04]),
            *rows_with_losses("B", 0.1, [0.1, 0.2, 0.25, None]),
            *rows_with_losses("C", 0.1, [0.1, None, None, None]),
        ],
        "training",
    )
    target = ranking.common_target(ranked)
    assert target == 0.25
    assert [int(np.isfinite(one.to_target(target)[0]).sum()) for one in ranked] == [4, 3, 1]
    assert np.isnan(ranking.common_target(ranked[2:]))


def test_the_loss_of_one_answer_for_all(rng):
    """Against the smallest loss of a bias that is trained alone."""
    values, labels, classes = rng.standard_normal(50), rng.integers(0, 2, 50), np.eye(3)[rng.integers(0, 3, 50)]
    for y, task, loss in (
        (values, "regression", mn.MeanSquaredError()),
        (labels, "classification", mn.BinaryCrossEntropy()),
        (classes, "classification", mn.CategoricalCrossEntropy()),
    ):
        net = mn.Network([mn.Dense(1, 3 if y.ndim > 1 else 1, weights="zeros")], rng=0)
        history = mn.fit(net, np.zeros(50), y, loss=loss, optimizer=mn.LBFGS(), epochs=50)
        np.testing.assert_allclose(runs.constant_loss(y, task), history.history["loss"][-1], rtol=1e-6)


@pytest.mark.parametrize("offset", [0.1, 1e6])
def test_the_score_where_values_differ_by_rounding(offset):
    """R^2 would be minus ten to the twentieth or so; the variance of the training samples stands in."""
    x, flat = np.arange(80.0), offset + np.spacing(offset) * (np.arange(80) % 3)
    tested = mn.datasets.split(x, x, test_size=data.HELD_OUT, rng=np.random.default_rng(0))[1].astype(int)

    def split(y):
        samples = data.Data("flat", x[:, np.newaxis], y, "regression", (), "y")
        return data.split(samples, "training", np.random.default_rng(0))

    with pytest.raises(DataError, match="all 60 training samples have the target"):
        split(flat)
    y = flat + 1e-3 * np.sin(x)
    y[tested] = flat[tested]
    held_out = split(y).test[1]
    assert held_out == pytest.approx(np.full(20, held_out[0]), abs=0)
    assert runs.score(held_out[:, np.newaxis] + 0.1, held_out, "regression") == pytest.approx(0.99, rel=1e-12)
    tenths = np.full(10, 0.1)
    assert runs.score(tenths[:, np.newaxis] + 0.1, tenths, "regression") == pytest.approx(0.99, rel=1e-12)


def test_who_has_learned_nothing_sets_no_target():
    idle = rows_with_losses("idle", 0.1, [0.999, 0.99, 0.985, 0.1])
    ranked = ranking.contenders([*rows_with_losses("A", 0.1, [0.01, 0.02, 0.03, 0.04]), *idle], "training")
    assert [ranking.has_learned(row) for row in idle] == [False, False, False, True]
    assert ranking.common_target(ranked) == 0.03


def test_wilcoxon_on_ratios_and_holm():
    first = np.array([1e-9, 1e-3, 1.0, 10, 1e3, 1e6])
    assert ranking.paired_p(first, 2 * first * np.linspace(1, 2, 6)) == 2 / 2**6
    assert ranking.paired_p(first, first) == 1.0
    other = first * np.exp([0.5, -0.1, 0.7, 0.2, -0.3, 0.9])
    assert ranking.paired_p(first, other) == wilcoxon(np.log(other / first)).pvalue
    assert ranking.paired_p(first, np.full(6, np.inf)) == 2 / 2**6
    np.testing.assert_allclose(ranking.holm([0.01, 0.04, 0.03, 0.5]), [0.04, 0.09, 0.09, 0.5])
    assert ranking.holm([]) == []


# The runs.


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare")
    return folder, write(folder / "mine.py", OWN)


@pytest.fixture(scope="module")
def answer(files):
    folder, own = files
    return compare(["adam", "sgd(momentum=0.9)", "heavyball"], optimizer_files=[own], out=folder / "out", **SMALL)


def test_its_figures_can_be_read(answer):
    assert names_of_figures(figures, answer) == ["losses", "scores", "sensitivity", "runs", "time"]


def test_a_users_copy_of_sgd_does_what_sgd_does(answer):
    """Same first weights, same order of samples, and a known optimizer: the same losses, but for rounding."""
    losses = {one.label: [row.metrics["losses"] for rows in one.runs for row in rows] for one in answer.ranked}
    np.testing.assert_allclose(losses["HeavyBall"], losses["SGD(momentum=0.9)"], rtol=1e-9)
    assert not np.allclose(losses["HeavyBall"], losses["Adam"], rtol=1e-2)


def test_seeds_decide_the_same_for_all(answer):
    first = {seed: {row.metrics["losses"][0] for row in answer.rows if row.repeat == seed} for seed in range(2)}
    assert all(len(losses) == 1 for losses in first.values())
    assert first[0] != first[1]


def test_results_do_not_depend_on_the_number_of_jobs(files, answer):
    again = compare(["adam", "sgd(momentum=0.9)", "heavyball"], optimizer_files=[files[1]], n_jobs=2, **SMALL)
    assert without_times(again.rows) == without_times(answer.rows)


def test_what_is_finished_is_not_run_again(files, answer):
    folder, own = files
    more = compare(["adam", "heavyball"], optimizer_files=[own], out=folder / "out", **SMALL | {"seeds": 3})
    started = {row.key: row.started for row in answer.rows}
    assert sum(row.key in started for row in more.rows) == 8
    assert all(row.started == started.get(row.key, row.started) for row in more.rows)
    assert len(more.rows) == 12


def test_one_step_of_gradient_descent_by_hand():
    """A linear model and one full batch, from seed 5, run 1: parted and begun as the docstring says."""
    x = np.random.default_rng(0).standard_normal((40, 2))
    chosen = {"hidden": [], "epochs": 1, "batch_size": 30, "learning_rates": [0.1], "seeds": 2, "seed": 5}
    answer = compare(["sgd"], data=(x, x @ [1.0, 2.0] + 3), **chosen)
    assert answer.question.data.task == "regression"
    splitting, start, _ = map(np.random.default_rng, np.random.SeedSequence(5, spawn_key=(1,)).spawn(3))
    (x, t), _, (x_test, t_test) = vars(data.split(answer.question.data, "training", splitting)).values()
    dense = mn.Network([mn.Dense(2, 1)], rng=start).layers[0]
    w, b = dense.W[:, 0], dense.b
    error = x @ w + b - t
    after = w - 0.1 * 2 * (error @ x) / len(x), b - 0.1 * 2 * error.mean()
    metrics, error_test = answer.rows[1].metrics, x_test @ after[0] + after[1] - t_test
    np.testing.assert_allclose(metrics["first_loss"], np.mean(error**2), rtol=1e-12)
    np.testing.assert_allclose(metrics["train_loss"], np.mean((x @ after[0] + after[1] - t) ** 2), rtol=1e-12)
    np.testing.assert_allclose(metrics["held_out_loss"], np.mean(error_test**2), rtol=1e-12)
    np.testing.assert_allclose(metrics["score"], 1 - np.mean(error_test**2) / t_test.var(), rtol=1e-12)
    assert metrics["updates"] == 1


@pytest.fixture
def steep():
    """A problem on which steps of 1e9 do not go well."""
    x = np.random.default_rng(0).standard_normal((40, 2))
    return {"data": (x, x.sum(axis=1)), "activation": "relu", "epochs": 8, "batch_size": 8, "seeds": 2}


def test_runs_that_diverge_are_rows(steep):
    answer = compare(["sgd", "sgd(momentum=0.9)"], learning_rates=[0.01, 1e9], **steep)
    for one in answer.ranked:
        assert (one.learning_rate, one.diverged()) == (0.01, (0, 2))
    assert [row.error is None for row in answer.rows] == 2 * [True, True, False, False]
    assert [line[-1] for line in answer.sensitivity().rows] == 2 * ["0 of 2", "2 of 2"]
    assert answer.convergence().rows[0][-1] == "2 of 4"


@pytest.mark.parametrize("missing", ["#N/A", "<NA>", "NULL", "?", "nan", "-1.#IND", ""])
def test_missing_is_what_pandas_takes_for_missing(tmp_path, missing):
    text = "a,b\n" + "1,x\n2,y\n" * 20 + f"3,{missing}\n"
    with pytest.raises(DataError, match="line 42, column 'b': there is no value"):
        tabular.read(write(tmp_path / "some.csv", text))


STARS = [1 + i % 5 for i in range(80)]
PRICES = [round(1.25 + 3.7 * i, 2) for i in range(80)]
NAMES = ["no", "yes"] * 40


@pytest.mark.parametrize("values", [STARS, PRICES, NAMES], ids=["stars", "prices", "names"])
@pytest.mark.parametrize("junk", ["n.a.", "N.A.", "-", "--", ".", "#DIV/0!", "#VALUE!", "#REF!"])
def test_what_marks_a_gap_is_no_class(tmp_path, values, junk):
    for task in (None, "classification"):
        file = write(tmp_path / "some.csv", rows_of(*values[:40], junk, *values[41:]))
        with pytest.raises(DataError, match=rf"some\.csv, line 42, column 'y': .*no value \('{re.escape(junk)}'"):
            data.load(str(file), None, task, 0)


@pytest.mark.parametrize("values", [STARS, PRICES], ids=["stars", "prices"])
@pytest.mark.parametrize(
    ("junk", "words"),
    [
        ("missing", "and 79 of the 80 values"),
        ("unknown", "column 'y'"),
        ("3+", "If it is a class, say that the task is a classification"),
        ("inf", "remove the sample"),
        ("1e400", "remove the sample"),
        ('"1,012,515.00"', r"\(write 1012515\.00\)"),
        ("1.25%", r"\(write 1\.25\)"),
        ("$1.25", r"\(write 1\.25\)"),
        ('"1,5"', r"\(write 1\.5\)"),
        ('"1.012.515,25 €"', r"\(write 1012515\.25\)"),
    ],
)
def test_a_word_among_numbers_is_no_class_unless_it_is_said_to_be(tmp_path, values, junk, words):
    file = str(write(tmp_path / "some.csv", rows_of(*values[:40], junk, *values[41:])))
    cell = re.escape(junk.strip('"'))
    for task in (None, "regression"):
        with pytest.raises(DataError, match=rf"line 42, column 'y': '{cell}' is not a finite number"):
            data.load(file, None, task, 0)
    with pytest.raises(DataError, match=words):
        data.load(file, None, None, 0)
    if junk == "3+" and values is STARS:
        assert data.load(file, None, "classification", 0).classes == ("1", "2", "3", "3+", "4", "5")
    if junk in ("inf", "1e400"):
        with pytest.raises(DataError, match="is not a finite number"):
            data.load(file, None, "classification", 0)


def test_a_target_of_numbers_that_are_all_decorated_is_told(tmp_path):
    file = write(tmp_path / "some.csv", rows_of(*(f"${i}.50" for i in range(40))))
    with pytest.raises(DataError, match=r"'\$0\.50' \(some\.csv, line 2, column 'y'\) \(write 0\.50\); is it"):
        data.load(str(file), None, None, 0)


@pytest.mark.parametrize("labels", [["yes", "YES"], ["a b", "a  b"], ["é", "e\u0301"], ["AA", "aa"]], ids=ascii)
def test_names_spelt_in_two_ways_are_one_class_unless_it_is_said(tmp_path, labels):
    file = str(write(tmp_path / "some.csv", rows_of(*labels * 20, *["other"] * 20)))
    with pytest.raises(DataError, match=r"line 3, column 'y': .* is .* spelt otherwise; write both alike"):
        data.load(file, None, None, 0)
    assert len(data.load(file, None, "classification", 0).classes) == 3


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        (["+", "-"], ("+", "-")),
        (["+", "-", "0"], ("+", "-", "0")),
        (["A+", "A", "A-"], ("A", "A+", "A-")),
        (["10-20", "20-30", "30+", "5"], ("10-20", "20-30", "30+", "5")),
        (["10%", "20%"], ("10%", "20%")),
        (["True", "False"], ("False", "True")),
        (["missing", "present"], ("missing", "present")),
        (["1.0", "2", "1"], ("1", "2")),
        (["no. 1", "no. 2"], ("no. 1", "no. 2")),
        (["ns", "*", "**"], ("*", "**", "ns")),
    ],
    ids=str,
)
def test_ordinary_names_of_classes(tmp_path, values, classes):
    file = write(tmp_path / "some.csv", rows_of(*(values * 40)[:40]))
    assert data.load(str(file), None, None, 0).classes == classes


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array(["a", "b", None] * 10, object), r"y\[2\] is None: there is no value"),
        (np.array(["a", float("nan"), "b"] * 10, object), r"y\[1\] is nan: there is no value"),
        (np.array(["a", "nan", "b"] * 10), r"y\[1\]: there is no value \('nan'\)"),
        (np.ma.array([0, 1, -9] * 10, mask=[False, False, True] * 10), "y has 10 masked values"),
        (np.ma.array([0.5, 1.5, -9999.0] * 10, mask=[False, False, True] * 10), "y has 10 masked values"),
        (np.array([1, 2, "n.a."] * 10, object), r"y\[2\]: there is no value \('n\.a\.'\)"),
        (np.array(["no", "No"] * 15), r"y\[1\]: 'No' is 'no' spelt otherwise"),
    ],
    ids=["None", "nan", "text nan", "masked labels", "masked values", "n.a.", "capitals"],
)
def test_gaps_in_arrays_are_no_classes(labels, message):
    with pytest.raises(DataError, match=message):
        compare(["sgd"], data=(np.arange(30.0), labels))


def test_none_is_a_class_of_an_array_where_it_is_said(tmp_path):
    labels = np.array(["none", "mild", "severe"] * 10)
    with pytest.raises(DataError, match=r"there is no value \('none'\).* say that the task is a classification"):
        data.load(data.save_arrays((np.arange(30.0), labels), tmp_path), None, None, 0)
    file = data.save_arrays((np.arange(30.0), labels), tmp_path)
    assert data.load(file, None, "classification", 0).classes == ("mild", "none", "severe")


@pytest.mark.parametrize(("factor", "message"), [(1e300, "up to 3e\\+301, whose"), (1e-300, "differs by 3e-299")])
def test_numbers_whose_squares_are_out_of_range(factor, message):
    x = np.arange(30.0)
    with pytest.raises(DataError, match=f"input 2 .*{message}"):
        compare(["sgd"], data=(np.stack([x, factor * x], axis=1), x))
    with pytest.raises(DataError, match=f"target .*{message}"):
        compare(["sgd"], data=(x, factor * x))


def test_failed_runs_are_not_a_success_for_the_shell(tmp_path, capsys):
    """A class that is missing in some splits: these runs fail, and the others do not."""
    rows = "a,y\n" + "".join(f"{i},{'rare' if i == 3 else 'common'}\n" for i in range(40))
    file = write(tmp_path / "some.csv", rows)
    words = ["compare", "sgd", "--data", str(file), "--epochs", "1", "--learning-rates", "0.1", "--hidden", "2"]
    rest = ["--seeds", "6", "--batch-size", "8", "--jobs", "1", "--quiet", "--out", str(tmp_path / "out")]
    assert main([*words, *rest]) == 1
    assert re.search(r"minnet: [1-5] of 6 runs failed, for instance: DataError: some\.csv", capsys.readouterr().err)


def test_decimal_commas_are_numbers_where_commas_do_not_separate(tmp_path):
    path = write(tmp_path / "some.csv", "größe;wert\n" + "1,5;-0,5\n2;-1,0\n.5;+1e-3\n".replace(".5", "0,5") * 8)
    x, cells, _ = tabular.read(path)
    assert x[:3, 0].tolist() == [1.5, 2.0, 0.5]
    assert as_numbers(cells)[:3].tolist() == [-0.5, -1.0, 1e-3]
    account = tabular.open_table(path).account()
    assert "24 lines of 2 cells, separated by semicolons; numbers with decimal commas" in account
    assert "wert: numbers from -1 to 0.001" in account
    mixed = write(tmp_path / "mixed.csv", "a;b\n1,5;x\n2.5;y\n")  # thousands, or decimals? nobody knows
    with pytest.raises(DataError, match="'1,5' is not a finite number"):
        tabular.read(mixed)


def test_numbers_are_those_of_tables_and_not_of_python():
    assert as_numbers(["1", "-1.5e3", ".5", "2."]).tolist() == [1, -1500, 0.5, 2]
    for cell in ("1_000", "inf", "nan", "0x10", "1e999", "1,5", ""):
        assert as_numbers([cell]) is None


def test_years_are_names(tmp_path):
    path = write(tmp_path / "some.csv", "2019,2020\n" + "1,5\n2,7\n")
    assert tabular.open_table(path).names == ["2019", "2020"]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": np.ones(3)}, "holds the arrays a; x .* and y are needed"),
        ({"x": np.ones((3, 2)), "y": np.ones(4)}, r"x \(3, 2\) and y \(4,\)"),
        ({"x": np.full((30, 2), np.nan), "y": np.arange(30)}, "values that are not finite"),
    ],
)
def test_foreign_files_of_arrays(tmp_path, arrays, message):
    np.savez(tmp_path / "some.npz", **arrays)
    with pytest.raises(DataError, match=message):
        compare(["sgd"], data=str(tmp_path / "some.npz"))
    (tmp_path / "broken.npz").write_bytes(b"no archive")
    with pytest.raises(DataError, match=r"not a readable \.npz file"):
        compare(["sgd"], data=str(tmp_path / "broken.npz"))


def test_targets_that_are_out_of_range_or_constant_where_it_matters():
    x = np.arange(40.0)
    with pytest.raises(DataError, match=r"values up to 1e\+200, whose squares are out of range"):
        compare(["sgd"], data=(x, np.where(x == 3, 1e200, x)), task="regression")
    rare = data._as_data(
        "rare", x[:, np.newaxis], ["yes" if number == 3 else "no" for number in x], "", "classification"
    )
    said = []
    for seed in range(12):  # in some of them the rare one is in the test set
        try:
            data.split(rare, "training", np.random.default_rng(seed))
        except DataError as error:
            said.append(str(error))
    assert 0 < len(said) < 12
    assert "in a split all 30 training samples have the target 'no'" in said[0]


def test_targets_that_differ_by_less_than_can_be_squared_in_a_split():
    """Though all samples together do not, by the one that is held out."""
    x = np.arange(40.0)
    y = np.where(x == 3, 1.0, np.where(x == 5, 1e-310, 0.0))
    kept = data.Data("kept", x[:, np.newaxis], y, "regression", (), "")
    parts, said = [], []
    for seed in range(12):
        try:
            parts.append(data.split(kept, "training", np.random.default_rng(seed)))
        except DataError as error:
            said.append(str(error))
    assert "in a split all 30 training samples have the target 0" in said[0]
    assert 0 < len(parts) < 12
    assert all(np.isfinite(part.test[1]).all() for part in parts)


FULL_DISK = """
from pathlib import Path
import minnet as mn

class Writing(mn.SGD):
    def step(self, *arguments):
        if Path(__file__).with_name("full").exists() and arguments[3] > 5:
            raise OSError("the disk is full")
        super().step(*arguments)
"""


def test_what_failed_for_another_reason_than_divergence_is_tried_again(tmp_path, steep):
    """With two learning rates, of which the larger one does diverge: that is a result, and stays."""
    (tmp_path / "mine.py").write_text(FULL_DISK)
    (tmp_path / "full").touch()

    def ends(**more):
        steep["optimizer_files"] = [tmp_path / "mine.py"]
        return compare(["writing", "sgd"], learning_rates=[0.01, 1e9], out=tmp_path / "out", **steep, **more)

    first = ends()
    writing = [line for line in first.sensitivity().rows if line[0] == "Writing"]
    assert [line[-1] for line in writing] == ["0 of 2, 2 failed", "2 of 2"]
    assert any("OSError: the disk is full. The same command tries them again." in note for note in first.notes())
    (tmp_path / "full").unlink()
    assert ends(keep_failed=True).rows == first.rows
    again = ends()
    assert [line[-1] for line in again.sensitivity().rows if line[0] == "Writing"] == ["0 of 2", "2 of 2"]
    kept = [row for row in first.rows if row.diverged]
    assert len(kept) == 4
    assert all(row in again.rows for row in kept)


def test_a_comparison_in_which_everything_diverges_is_shown_as_well(steep, tmp_path):
    answer = compare(["sgd"], learning_rates=[1e9], **steep)
    answer.write_report(tmp_path / "report.html")
    assert answer.table().rows[0][3:6] == ("-", "-", "-")
    assert answer.convergence().rows[0][3:6] == ("-", "-", "0 of 2")
    assert "smaller learning rates" in answer.notes()[-1]


def test_by_held_out_chooses_on_one_set_and_ranks_on_another(tmp_path):
    answer = compare(["adam", "sgd"], by="held-out", **SMALL)
    row = answer.rows[0].metrics
    assert len({row["choice_loss"], row["held_out_loss"], row["train_loss"]}) == 3
    medians = [one.quartiles("held_out_loss")[1] for one in answer.ranked]
    assert medians == sorted(medians)


def test_several_classes_and_accuracy():
    answer = compare(["adam"], data="blobs", learning_rates=[0.03], epochs=5, seeds=1)
    assert answer.rows[0].metrics["score"] > 0.9
    assert answer.verdicts == []
    assert "Adam is first" in answer.notes()[0]


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"epochs": 0}, "epochs"),
        ({"seeds": 1.5}, "seeds"),
        ({"hidden": [0]}, "hidden"),
        ({"batch_size": 751}, "larger than the 750 samples"),
        ({"activation": "tanhh"}, "did you mean 'Tanh'"),
        ({"initializer": "he"}, "he_normal"),
        ({"by": "test"}, "Known: training, held-out"),
        ({"target_loss": 0}, "target_loss"),
        ({"optimizers": ["adam", "Adam()"]}, "each once"),
        ({"optimizers": "adam"}, "is a list"),
        ({"optimizers": ["adam", "sgd(learning_rate=1)"]}, "as many learning rates"),
        ({"data": 3}, "pair"),
    ],
)
def test_questions_that_cannot_be_asked(chosen, message):
    settings = {"optimizers": ["adam"], **SMALL, **chosen}
    with pytest.raises(SettingError, match=message):
        compare(settings.pop("optimizers"), **settings)


# How it is shown.


def test_the_table_says_what_the_rows_say(answer):
    headers, lines = answer.table().headers, answer.table().rows
    cells = dict(zip(headers, lines[0], strict=True))
    best = answer.ranked[0]
    assert cells["optimizer"] == best.label
    assert cells["training loss"].startswith(f"{np.median([row.metrics['train_loss'] for row in best.best]):.3g} [")
    assert "p = " in lines[1][-1]
    assert any("no difference between 3 optimizers" in note for note in answer.notes())
    assert any("learning rate tried" in note for note in answer.notes())
    assert len(answer.sensitivity().rows) == 6


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("src", "href", "action", "srcset")]


def test_the_report_needs_no_other_file(answer, tmp_path):
    answer.write_report(tmp_path / "report.html", "minnet compare <adam>")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    links = Links()
    links.feed(text)
    assert len(links.addresses) == 5
    assert all(link.startswith("data:image/") for link in links.addresses)
    assert "http" not in re.sub(r"base64,[^\"]*", "", text)
    assert "minnet compare &lt;adam&gt;" in text
    assert all(one.label in text for one in answer.ranked)


@pytest.fixture
def parser():
    parser = argparse.ArgumentParser(prog="minnet")
    command.add_parser(parser.add_subparsers())
    return parser


def test_the_command(parser, tmp_path, capsys):
    words = ["compare", "adam", "sgd(momentum=0.9)", "--data", "moons", "--epochs", "2", "--seeds", "2", "--hidden"]
    words += ["--learning-rates", "0.1", "--jobs", "1", "--out", str(tmp_path / "new" / "out")]
    options = parser.parse_args(words)
    assert options.command(options) == 0
    output = capsys.readouterr().out
    assert "moons: classification into 2 classes" in output
    assert "against the first" in output
    report = (tmp_path / "new" / "out" / "report.html").read_text()
    again = command.command_line(options)
    assert again.replace("'", "&#x27;") in report
    repeated = parser.parse_args(shlex.split(again)[1:])
    excluded = {"out", "jobs", "quiet"}
    assert {k: v for k, v in vars(repeated).items() if k not in excluded} == {
        k: v for k, v in vars(options).items() if k not in excluded
    }


def test_help_teaches(parser, capsys):
    with pytest.raises(SystemExit):
        parser.parse_args(["compare", "--help"])
    output = capsys.readouterr().out
    assert all(word in output for word in ("examples:", "--optimizer-file", "adagrad", "--by"))
