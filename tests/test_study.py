"""Studies: every run once, the same bits whoever makes it, and all of it still there after a kill."""

import csv
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import minnet as mn
from minnet import cli, study
from minnet.errors import DataError, FileFormatError, SettingError, StudyInterrupted
from minnet.study import backends
from minnet.study.grid import as_point
from tests import study_functions
from tests.study_functions import draw, fit, fragile, record

POINTS = study.grid(width=[3, 8], learning_rate=[0.05, 1e6], repeats=3)


@pytest.fixture
def store(tmp_path):
    return tmp_path / "study.sqlite"


def same_bits(rows, others):
    """Everything but where, when and how fast."""
    return [reproducible(row) for row in rows] == [reproducible(row) for row in others]


def reproducible(row):
    return row.study, row.key, row.settings, row.seed, row.repeat, json.dumps(row.metrics), row.error, row.versions


# Points and their streams.


def test_a_grid_is_every_combination_the_last_setting_fastest():
    points = study.grid(width=[1, 2], hidden=[(3, 4)], name="x", epochs=range(5, 7), rate=np.array([0.5]), repeats=2)
    assert len(points) == 8
    assert points[0] == study.Point({"width": 1, "hidden": [3, 4], "name": "x", "epochs": 5, "rate": 0.5}, 0)
    assert [(point.settings["width"], point.settings["epochs"], point.repeat) for point in points[1:4]] == [
        (1, 5, 1),
        (1, 6, 0),
        (1, 6, 1),
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: study.grid(width=[]), "'width' has no values"),
        (lambda: study.grid(width=1, repeats=0), "repeats=0 is out of range"),
        (lambda: study.grid(width=1, repeats=True), "repeats=True"),
        (lambda: study.grid(activation=mn.Tanh), "give a class by its name"),
        (lambda: study.grid(rate=np.nan), "setting rate=nan"),
        (lambda: study.Point({3: 4}), "names of settings are text, not 3"),
        (lambda: study.Point({}, -1), "whole number >= 0, not -1"),
        (lambda: as_point(3), r"points are made by grid\(...\) or are dicts of settings, not 3"),
    ],
)
def test_points_that_cannot_be_kept_are_refused(make, message):
    with pytest.raises(SettingError, match=message):
        make()


def test_streams_depend_on_seed_settings_and_repeat_alone():
    settings = [point.settings for point in study.grid(a=range(10), b=[0.1, 0.2])]
    streams = {(s, i, r): study.stream(s, settings[i], r) for s in range(3) for i in range(20) for r in range(5)}
    first = {key: rng.integers(2**63) for key, rng in streams.items()}
    assert len(set(first.values())) == len(first)
    assert study.stream(1, {"b": 0.1, "a": 4}, 2).integers(2**63) == first[1, settings.index({"a": 4, "b": 0.1}), 2]
    assert study.stream(0, {"a": 1}, 0).random() != study.stream(0, {"a": 1.0}, 0).random()


def test_a_stream_is_a_child_of_numpys_seed_sequence_and_stays_what_it_is():
    """By hand, and by figures that may never change: rows of old stores are traced to them."""
    words = np.frombuffer(hashlib.sha256(b'{"width":20}').digest(), ">u4")[:4]
    sequence = np.random.SeedSequence(7, spawn_key=(*words.tolist(), 3))
    drawn = study.stream(7, {"width": 20}, 3).integers(10**9, size=2).tolist()
    assert drawn == np.random.default_rng(sequence).integers(10**9, size=2).tolist() == [382844886, 145633913]


def test_streams_of_neighbours_are_not_correlated():
    draws = np.array([study.stream(0, {"n": n}, r).standard_normal(2000) for n in range(10) for r in range(3)])
    correlation = np.corrcoef(draws)[~np.eye(30, dtype=bool)]
    assert abs(correlation).max() < 5 / np.sqrt(2000)


# The same bits.


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    return study.run(fit, POINTS, store=tmp_path_factory.mktemp("straight") / "s.sqlite", seed=5)


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"n_jobs": 2}, id="two processes"),
        pytest.param({"n_jobs": 3, "backend": "threads"}, id="three threads"),
        pytest.param({"n_jobs": 1, "backend": "threads"}, id="one thread"),
    ],
)
def test_the_same_bits_for_any_number_of_workers(straight, store, how):
    assert same_bits(study.run(fit, POINTS, store=store, seed=5, **how), straight)


def test_the_same_bits_in_any_order_and_in_a_larger_grid(straight, store):
    larger = study.grid(learning_rate=[1e6, 0.3, 0.05], width=[8, 5, 3], repeats=4)
    random.Random(3).shuffle(larger)
    rows = {row.key: row for row in study.run(fit, larger, store=store, seed=5)}
    assert len(rows) == 36
    assert same_bits([rows[row.key] for row in straight], straight)


def test_workers_use_the_kernels_of_who_asked(store, tmp_path):
    """Told by the last bits."""
    with mn.use_kernels("numpy"):
        alone = study.run(fit, POINTS[:1], store=store, seed=5)
        several = study.run(fit, POINTS[:2], store=tmp_path / "2.sqlite", seed=5, n_jobs=2)
    assert same_bits(alone, several[:1])


def test_a_run_is_on_one_thread_and_the_choice_is_put_back(store):
    before = study_functions.threads_in_use({}, None)
    with mn.use_threads(7):
        rows = study.run(study_functions.threads_in_use, [{}], store=store, seed=0)
        rows += study.run(study_functions.threads_in_use, [{"n": 1}, {"n": 2}], store=store, seed=0, n_jobs=2)
        assert study_functions.threads_in_use({}, None)["kernels"] == 7
    assert [row.metrics for row in rows] == [{"kernels": 1, "blas": 1}] * 3
    assert study_functions.threads_in_use({}, None) == before


def test_any_row_can_be_made_again_alone(straight):
    row = straight[1]
    assert fit(row.settings, study.stream(row.seed, row.settings, row.repeat)) == row.metrics


# Every run once.


def test_a_repeated_study_costs_nothing_and_a_larger_one_only_the_difference(store, tmp_path):
    calls = tmp_path / "calls"
    rows = study.run(record, study.grid(n=[1, 2], calls=str(calls), repeats=3), store=store, seed=0)
    assert len(calls.read_text().split()) == 6
    again = study.run(record, study.grid(n=[1, 2], calls=str(calls), repeats=3), store=store, seed=0, n_jobs=2)
    assert again == rows
    assert len(calls.read_text().split()) == 6
    study.run(record, study.grid(n=[0, 1, 2], calls=str(calls), repeats=4), store=store, seed=0)
    assert len(calls.read_text().split()) == 12
    assert len(study.read(store)) == 12


@pytest.mark.parametrize("change", [{"seed": 1}, {"version": "2"}, {"name": "other"}])
def test_another_seed_version_or_name_is_another_run(store, change):
    arguments = {"seed": 0, "version": "1", "name": "one"}
    rows = study.run(draw, [{"n": 1}], store=store, **arguments)
    rows += study.run(draw, [{"n": 1}], store=store, **arguments | change)
    assert len({row.key for row in rows}) == 2
    assert (rows[0].metrics == rows[1].metrics) == ("seed" not in change)
    assert study.run(draw, [{"n": 1}], store=store, **arguments) == rows[:1]


def test_functions_of_one_name_in_two_modules_are_not_taken_for_each_other(store):
    rows = study.run(draw, [{}], store=store, seed=0, name="s")
    function = type(draw)(draw.__code__, draw.__globals__, "draw")
    function.__module__ = "elsewhere"
    assert study.run(function, [{}], store=store, seed=0, name="s")[0].key != rows[0].key


def test_points_asked_for_twice_are_run_once(store):
    rows = study.run(draw, [*study.grid(n=[1, 2]), {"n": 2}, {"n": 3}], store=store, seed=0)
    assert [row.settings["n"] for row in rows] == [1, 2, 3]


def test_a_row_tells_what_was_run(store):
    [row] = study.run(draw, [{"n": np.int64(3)}], store=store, seed=2**70, name="x", version="4")
    assert (row.study, row.settings, row.seed, row.repeat, row.error) == ("x", {"n": 3}, 2**70, 0, None)
    assert row.versions["study"] == "4"
    assert row.versions["minnet"] == mn.__version__
    assert {"python", "numpy", "numba"} < set(row.versions)
    assert row.seconds > 0
    assert row.started.endswith("+00:00")
    assert row.host
    assert [row] == study.read(store)


def test_metrics_come_back_as_they_were(store):
    [row] = study.run(study_functions.metrics_of_all_kinds, [{}], store=store, seed=0)
    assert row.metrics == study_functions.ALL_KINDS
    [row] = study.run(study_functions.metrics_of_all_kinds, [{}], store=store, seed=0)
    assert row.metrics == study_functions.ALL_KINDS


def test_the_function_may_use_up_its_settings(store):
    [row] = study.run(study_functions.spoil, [{"n": 3, "list": [1]}], store=store, seed=0)
    assert row.settings == {"n": 3, "list": [1]}


# Runs that fail.


def test_failed_and_diverged_runs_are_rows_too(straight):
    failed = [row for row in straight if row.settings["learning_rate"] == 1e6]
    assert len(failed) == 6
    assert all(row.error.startswith("DivergenceError: ") and row.metrics == {} for row in failed)
    assert all(row.error is None for row in straight if row not in failed)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_failed_runs_are_made_again_unless_they_are_to_be_kept(store, tmp_path, n_jobs):
    points = study.grid(folder=str(tmp_path), n=range(4))
    rows = study.run(fragile, points, store=store, seed=0, n_jobs=n_jobs)
    assert [row.error for row in rows] == [None, "OSError: no more of 1", None, "OSError: no more of 3"]
    (tmp_path / "repaired").touch()
    assert study.run(fragile, points, store=store, seed=0, n_jobs=n_jobs, keep_failed=True) == rows
    repaired = study.run(fragile, points, store=store, seed=0, n_jobs=n_jobs)
    assert [row.error for row in repaired] == [None] * 4
    assert repaired[::2] == rows[::2]
    assert {row.key: row for row in study.read(store)} == {row.key: row for row in repaired}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3.0, "must return a dict of named metrics, not 3.0"),
        ({"a": "text"}, "'a' must be a number or a list of numbers, not 'text'"),
        ({"a": [[1, 2]]}, "'a' must be a number or a list"),
        ({"a": 1j}, "'a' must be a number"),
        ({"a": None}, "'a' must be a number"),
        ({1: 2}, "must return a dict of named metrics"),
    ],
)
def test_metrics_that_are_not_numbers_make_a_failed_run(value, message):
    with pytest.raises(DataError, match=message):
        study.single._checked(value)


def test_a_worker_that_dies_ends_the_study_but_not_what_is_finished(store):
    points = study.grid(n=range(6), dies=False) + study.grid(n=0, dies=True)
    with pytest.raises(ChildProcessError, match=r"a worker process has ended.*finished runs are kept"):
        study.run(study_functions.mortal, points, store=store, seed=0, n_jobs=2)
    assert study.run(study_functions.mortal, points[:6], store=store, seed=0, n_jobs=2)[5].metrics == {"n": 5}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"backend": "proceses"}, "no backend 'proceses'; did you mean 'processes'"),
        ({"n_jobs": 0}, "n_jobs=0 is out of range"),
        ({"n_jobs": 1.5}, "n_jobs=1.5"),
        ({"seed": -1}, "seed=-1 is out of range"),
        ({"seed": None}, "seed=None"),
        ({"backend": "dask"}, r"needs scheduler='tcp://...'"),
        ({"backend": "dask", "scheduler": "tcp://localhost:1", "n_jobs": 2}, "no n_jobs"),
        ({"scheduler": "tcp://localhost:1"}, "a scheduler is for backend='dask', not for 'processes'"),
        ({"function": lambda settings, rng: {}}, "define it with def, at the top level of a module"),
        ({"function": 3}, "3 cannot be found by its name"),
    ],
)
def test_arguments_out_of_range_are_refused_before_anything_is_made(store, arguments, message):
    with pytest.raises(SettingError, match=message):
        study.run(**{"function": draw, "points": [{}], "store": store, "seed": 0} | arguments)
    assert not store.exists()


def test_without_dask_the_extra_is_named(store, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingError, match=r"pip install 'minnet\[cluster\]'"):
        study.run(draw, [{}], store=store, seed=0, backend="dask", scheduler="tcp://localhost:1")


# The file.


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0" + bytes(3000)])
def test_a_foreign_file_is_refused(store, content, write):
    store.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"study\.sqlite is not a store of minnet's studies"):
        study.Store(store, write=write)
    assert store.read_bytes() == content


def test_the_database_of_another_program_is_refused_and_left_alone(store):
    file = sqlite3.connect(store)
    file.execute("CREATE TABLE runs (name TEXT)")
    file.close()
    before = store.read_bytes()
    with pytest.raises(FileFormatError, match="is not a store of minnet's studies; give another file"):
        study.run(draw, [{}], store=store, seed=0)
    assert store.read_bytes() == before


@pytest.fixture
def content(store):
    """A store of some pages, closed."""
    study.run(draw, study.grid(n=range(40)), store=store, seed=0)
    assert [entry.name for entry in store.parent.iterdir()] == ["study.sqlite"]
    return store.read_bytes()


@pytest.mark.parametrize("fraction", [0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(store, content, fraction):
    store.write_bytes(content[: int(fraction * len(content))])
    with pytest.raises(FileFormatError, match=r"study\.sqlite"):
        study.run(draw, study.grid(n=range(40)), store=store, seed=0)


def test_names_that_are_no_text_are_damage(store, content):
    """SQLite quotes them in what it says."""
    store.write_bytes(content.replace(b"tablerunsruns\x02CREATE", b"tableru\xffsruns\x02CREAT\xff"))
    with pytest.raises(FileFormatError, match="is damaged: there are names in it that are no text"):
        study.read(store)


def test_no_flipped_bit_changes_a_result(store, content):
    """Refused, or not part of a row; sixty random places."""
    rng, refused, rows = random.Random(0), 0, study.run(draw, study.grid(n=range(40)), store=store, seed=0)
    for _ in range(60):
        damaged = bytearray(content)
        damaged[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        store.write_bytes(damaged)
        try:
            assert study.read(store) == rows
        except FileFormatError:
            refused += 1
    assert refused > 10


def test_a_store_of_a_later_version_is_refused(store, content):
    file = sqlite3.connect(store)
    file.execute("PRAGMA user_version = 2")
    file.close()
    with pytest.raises(FileFormatError, match="is of version 2; this minnet reads version 1"):
        study.read(store)


def test_a_file_that_was_only_begun_is_begun_again(store):
    file = sqlite3.connect(store)
    file.execute("PRAGMA journal_mode = WAL")
    file.close()
    assert len(study.run(draw, [{}], store=store, seed=0)) == 1


def test_missing_files_and_places_that_cannot_be_written(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.sqlite: there is no such file to read studies from"):
        study.read(tmp_path / "none.sqlite")
    with pytest.raises(OSError, match="cannot use"):
        study.run(draw, [{}], store=tmp_path, seed=0)
    study.run(draw, [{}], store=tmp_path / "made" / "on the way" / "s.sqlite", seed=0)


def test_a_locked_store_is_waited_for_then_named(store, content, monkeypatch):
    monkeypatch.setattr("minnet.study.store.PATIENCE", 0.01)
    file = sqlite3.connect(store, isolation_level=None)
    file.execute("BEGIN IMMEDIATE")
    with pytest.raises(OSError, match=r"database is locked\. Is another process at it"):
        study.run(draw, [{"n": 100}], store=store, seed=0)
    file.close()
    study.run(draw, [{"n": 100}], store=store, seed=0)


def test_a_success_is_never_replaced(store):
    """By the failure of another process that makes the same run at the same time."""
    [row] = study.run(draw, [{}], store=store, seed=0)
    with study.Store(store, write=True) as file:
        file.add(study.Row(**vars(row) | {"error": "OSError: disk full", "metrics": {}}))
        assert file.rows() == [row]


# What rows say.


def test_arrays_groups_and_quartiles(store):
    rows = study.run(study_functions.line, study.grid(a=[2, 1], b=[0, 10], repeats=5), store=store, seed=0)
    assert study.setting(rows, "a").tolist() == [2] * 10 + [1] * 10
    assert study.metric(rows, "pair").shape == (20, 2)
    groups = study.group(rows, "a")
    assert [group.settings for group in groups] == [{"a": 2}, {"a": 1}]
    values = [row.metrics["y"] for row in rows[:10]]
    assert groups[0].quartiles("y").tolist() == np.quantile(values, [0.25, 0.5, 0.75]).tolist()
    assert groups[0].quartiles("pair").shape == (3, 2)
    assert len(study.group(rows)) == 4
    with pytest.raises(SettingError, match="has no setting 'c'; Known: a, b"):
        study.group(rows, "c")
    with pytest.raises(SettingError, match="has no metric 'x'"):
        study.metric(rows, "x")


def test_failed_runs_are_left_out_of_statistics(straight):
    by_rate = study.group(straight, "learning_rate")
    assert [len(group.failed) for group in by_rate] == [0, 6]
    assert np.isfinite(by_rate[0].quartiles("loss")).all()
    assert np.isnan(by_rate[1].quartiles("loss")).all()
    assert len(study.metric(straight, "loss")) == len(study.setting(straight, "width")) == 6


# The command line.


def test_show_prints_a_table_of_medians(store, capsys):
    study.run(fit, POINTS, store=store, seed=5, version="2")
    study.run(draw, study.grid(n=[1], repeats=2), store=store, seed=5)
    assert cli.main(["study", "show", str(store)]) == 0
    output = capsys.readouterr().out
    assert "fit, version 2: 12 runs, 6 failed" in output
    assert "draw: 2 runs, 0 failed" in output
    assert "repeat 2: DivergenceError" in output
    lines = [line.split() for line in output.splitlines()]
    assert ["width", "learning_rate", "done", "failed", "seconds", "loss", "norm"] in lines
    median = study.group(study.read(store, "fit"))[0].quartiles("loss")[1]
    assert any(line[:4] == ["3", "0.05", "3", "0"] and line[5] == f"{median:.4g}" for line in lines)
    assert any(line[:4] == ["8", "1000000.0", "0", "3"] and line[4:] == ["-", "-", "-"] for line in lines)
    assert cli.main(["study", "show", str(store), "--study", "draw"]) == 0
    assert "fit" not in capsys.readouterr().out


def test_export_writes_every_digit(store, tmp_path, capsys, straight):
    study.run(fit, POINTS, store=store, seed=5)
    assert cli.main(["study", "export", str(store), str(tmp_path / "runs.csv")]) == 0
    assert "12 runs are in" in capsys.readouterr().out
    with (tmp_path / "runs.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 12
    for line, row in zip(lines, straight, strict=True):
        assert (line["key"], line["study"], int(line["repeat"])) == (row.key, "fit", row.repeat)
        assert int(line["setting.width"]) == row.settings["width"]
        assert line["error"] == (row.error or "")
        assert line["version.numpy"] == np.__version__
        if row.error is None:
            assert float(line["metric.loss"]) == row.metrics["loss"]
            assert json.loads(line["metric.losses"]) == row.metrics["losses"]


def test_an_empty_store_can_be_shown_and_exported(store, tmp_path, capsys):
    assert study.run(draw, [], store=store, seed=0) == []
    assert cli.main(["study", "show", str(store)]) == 0
    assert "holds no runs yet" in capsys.readouterr().out
    assert cli.main(["study", "export", str(store), str(tmp_path / "runs.csv")]) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["show", "none.sqlite"], "there is no such file"),
        (["show", "STORE", "--study", "drew"], "holds no study 'drew'; did you mean 'draw'?"),
        (["export", "STORE", "STORE"], "is the store itself"),
        (["export", "STORE", "nowhere/runs.csv"], "cannot write nowhere/runs.csv"),
    ],
)
def test_errors_of_the_command_line(store, content, capsys, words, message):
    assert cli.main(["study", *(str(store) if word == "STORE" else word for word in words)]) == 2
    assert message in " ".join(capsys.readouterr().err.split())
    assert store.read_bytes() == content


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["shwo"], "there is no command 'shwo'; did you mean 'show'?"),
        (["show"], "required: STORE"),
        (["show", "x", "--studdy", "y"], "unknown option '--studdy'; did you mean '--study'?"),
        (["export", "x"], r"required: FILE.csv"),
    ],
)
def test_words_that_are_not_known(capsys, words, message):
    with pytest.raises(SystemExit):
        cli.main(["study", *words])
    assert message in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("words", [["--help"], ["show", "--help"], ["export", "--help"]])
def test_help_gives_an_example(capsys, words):
    with pytest.raises(SystemExit) as stop:
        cli.main(["study", *words])
    assert stop.value.code == 0
    assert "Example: minnet study" in capsys.readouterr().out


def test_progress_shows_failures(store, capsys):
    study.run(fit, POINTS, store=store, seed=5, progress=True)
    assert "12/12" in (output := capsys.readouterr().err)
    assert "failed=6" in output
    study.run(fit, POINTS, store=store, seed=5)
    assert capsys.readouterr().err == ""


# Interrupted.


@pytest.mark.parametrize("how", [{}, {"n_jobs": 2}, {"n_jobs": 2, "backend": "threads"}], ids=str)
def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(store, tmp_path, how):
    points = study.grid(file=str(tmp_path / "repaired"), n=range(6))
    with pytest.raises(StudyInterrupted, match=r"interrupted, \d of 6 runs are finished and kept in .*study\.sqlite"):
        study.run(study_functions.interrupted, points, store=store, seed=0, **how)
    done = study.read(store)
    assert len(done) == 3 or how
    assert len(done) < 6
    (tmp_path / "repaired").touch()
    rows = study.run(study_functions.interrupted, points, store=store, seed=0, **how)
    assert [row.error for row in rows] == [None] * 6
    assert {row.key: row for row in done}.items() <= {row.key: row for row in rows}.items()


def test_two_studies_may_write_one_store_at_once(store):
    """They begin the file together, and share half of their runs."""
    command = [sys.executable, "-m", "tests.study_functions", str(store), "--runs", "30", "--first"]
    processes = [subprocess.Popen([*command, first], cwd=Path(__file__).parents[1]) for first in ("0", "15")]
    assert [process.wait() for process in processes] == [0, 0]
    assert sorted(row.settings["n"] for row in study.read(store)) == list(range(45))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_in_a_folder_that_cannot_be_written_is_read(store):
    rows = study.run(draw, study.grid(n=[1, 2]), store=store, seed=0)
    store.parent.chmod(0o555)
    try:
        assert study.read(store) == rows
    finally:
        store.parent.chmod(0o755)


def test_experiments_make_their_runs_where_they_are_told_to(tmp_path):
    """A single job, which is timed, stays here."""
    with study.use_backend("dask", "tcp://127.0.0.1:1"):
        assert backends.chosen(2) == {"backend": "dask", "scheduler": "tcp://127.0.0.1:1", "n_jobs": 1}
        assert backends.chosen(1) == {"backend": "threads", "scheduler": None, "n_jobs": 1}
    assert backends.chosen(2) == {"backend": "threads", "scheduler": None, "n_jobs": 2}
    for arguments in (("dask",), ("threads", "tcp://127.0.0.1:1"), ("dusk",)):
        with pytest.raises(SettingError, match=r"scheduler|did you mean .dask."):
            study.use_backend(*arguments)
    assert backends.chosen(2)["backend"] == "threads"


def test_lists_of_different_lengths_make_no_array():
    rows = [study.Row("s", "", {"n": 1}, 0, r, {"loss": [1.0] * r}, None, "", 0.0, {}, "") for r in (1, 2)]
    with pytest.raises(SettingError, match="different lengths"):
        study.metric(rows, "loss")
