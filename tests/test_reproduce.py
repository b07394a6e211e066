"""`minnet reproduce`: which experiments run beside which, and what becomes of them when something goes wrong."""

import base64
import gzip
import io
import json
import math
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from minnet import cli, experiments
from minnet.experiments.runner import is_begun
from minnet.reproduction import board as boards
from minnet.reproduction import command, durations
from minnet.reproduction.schedule import Task, next_task, time_left
from minnet.reproduction.side_by_side import run_all
from minnet.reproduction.workers import Lines, Order
from tests.checks import wait_until

FEW = "optimizer-landscapes", "hermite", "oscillator-energy"  # the last one reports times
SMALL = {
    "optimizer-landscapes": {"steps": 200, "lowest": 1e-3, "highest": 1.0, "per_decade": 1, "distances": (1e-2, 1e-4)},
    "hermite": {"points": (500,), "hidden": (20,), "epochs": 2, "seeds": 1},
    "oscillator-energy": {"runs": 2, "hidden": (8,), "epochs": 2, "batch_sizes": (20,), "points": 201, "seeds": 1},
}

# The schedule.

LONG, SHORT, SHORTER = Task("long", 9), Task("short", 2), Task("shorter", 1)
TIMED, TIMED_LONG = Task("timed", 4, alone=True), Task("timed long", 5, alone=True)


@pytest.mark.parametrize(
    ("waiting", "running", "jobs", "expected"),
    [
        ([SHORT, LONG, SHORTER], [], 2, LONG),
        ([SHORT, SHORTER], [LONG], 2, SHORT),
        ([SHORTER], [LONG, SHORT], 2, None),
        ([TIMED, SHORTER], [LONG], 2, SHORTER),
        ([TIMED], [LONG], 2, None),
        ([TIMED], [LONG], 9, None),
        ([TIMED, TIMED_LONG], [], 2, TIMED_LONG),
        ([SHORT], [TIMED], 2, None),
        ([TIMED], [TIMED_LONG], 2, None),
        ([], [], 2, None),
    ],
)
def test_which_may_begin(waiting, running, jobs, expected):
    assert next_task(waiting, running, jobs) == expected


def test_time_left_is_that_of_the_schedule():
    tasks = [TIMED, SHORT, LONG, SHORTER, TIMED_LONG]
    assert time_left(tasks, {}, jobs=1) == 21
    assert time_left(tasks, {}, jobs=2) == 9 + 4 + 5  # the short ones fit beside the long one
    assert time_left([TIMED], {LONG: 3.0, SHORT: 1.0}, jobs=2) == 6 + 4
    assert time_left([], {SHORT: 50.0}, jobs=2) == 0  # it is late
    assert time_left([], {}, jobs=2) == 0


def sources(name):
    """The text of an experiment's own files."""
    path = Path(experiments.find(name).__file__)
    files = path.parent.glob("*.py") if path.name == "__init__.py" else [path]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("name", experiments.NAMES)
def test_experiments_that_report_seconds_or_are_timed_run_alone(name):
    reports = re.search(r"""(["'_]|\.)seconds\b|alone=True""", sources(name)) is not None
    assert reports == (name in experiments.TIMED)


@pytest.mark.parametrize("name", experiments.NAMES)
def test_only_full_sizes_are_timed_alone(name):
    fast, full = (cli.parse(["reproduce", "--jobs", "2", *words]) for words in (["--fast"], []))
    assert not command._task(name, fast, 2).alone
    assert command._task(name, full, 2).alone == (name in experiments.TIMED)


@pytest.mark.parametrize("name", experiments.NAMES)
def test_published_numbers_stand_beside_found_ones(name):
    """Wherever there are any: three experiments ask what their documents do not."""
    module = experiments.find(name)
    assert hasattr(module, "beside") == bool(module.PUBLISHED)


# Durations.


def test_every_experiment_has_durations(monkeypatch):
    table = json.loads(durations.FILE.read_text(encoding="utf-8"))
    assert list(table["fast"]) == list(table["full"]) == list(experiments.NAMES)
    monkeypatch.setattr(durations, "calibrate", lambda: table["calibration"])
    for name in experiments.NAMES:
        fast, full = (durations.duration(name, fast=fast, threads=1) for fast in (True, False))
        assert fast.measured
        assert 0 < fast.seconds < full.seconds


def test_durations_follow_the_machine(monkeypatch):
    entry = {"serial": 10.0, "parallel": 60.0, "measured": False}
    monkeypatch.setattr(durations, "_table", lambda: {"calibration": 0.02, "full": {"hermite": entry}})
    monkeypatch.setattr(durations, "calibrate", lambda: 0.04)  # half as fast
    assert durations.duration("hermite", fast=False, threads=1) == durations.Duration(140.0, False)
    assert durations.duration("hermite", fast=False, threads=3) == durations.Duration(60.0, False)


def test_the_estimate_counts_what_is_left(tmp_path, monkeypatch, capsys):
    """Of three experiments one is there and one is interrupted: said before anything begins."""
    monkeypatch.setattr(experiments, "NAMES", FEW)
    monkeypatch.setattr(durations, "calibrate", lambda: durations._table()["calibration"])
    monkeypatch.setattr(command, "run_all", lambda *arguments: None)
    (tmp_path / ".hermite.partial").mkdir()
    monkeypatch.setattr(command, "_is_finished", lambda order: order.name == "optimizer-landscapes")
    monkeypatch.setattr(command, "_table_of", lambda order: "its table")
    assert cli.main(["reproduce", "--out", str(tmp_path), "--jobs", "2"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    alone = [durations.duration("hermite", fast=False, threads=1).seconds]
    alone.append(durations.duration("oscillator-energy", fast=False, threads=command.kernels.threads()).seconds)
    assert "2 experiments to run; 1 already made; 1 interrupted before, which go on (hermite)" in text
    assert f"At most about {durations.rounded(sum(alone))} on this machine" in text


def test_without_durations_nothing_is_said_of_them(tmp_path, monkeypatch, capsys):
    durations._table.cache_clear()
    monkeypatch.setattr(durations, "FILE", tmp_path / "none.json")
    monkeypatch.setattr(command, "run_all", lambda *arguments: None)
    try:
        assert cli.main(["reproduce", "--out", str(tmp_path / "out"), "--jobs", "2"]) == 0
        assert f"{len(experiments.NAMES)} experiments to run. No durations yet, 2 at once" in capsys.readouterr().out
        assert cli.main(["list", "--long"]) == 0
        assert capsys.readouterr().out.count("no durations yet with --fast, no durations yet at full size") > 20
    finally:
        durations._table.cache_clear()
    unknown = Task("unknown", math.nan)
    assert math.isnan(time_left([SHORT, unknown], {}, jobs=2))
    assert math.isnan(time_left([SHORT], {unknown: 5.0}, jobs=2))
    assert next_task([unknown], [], jobs=2) == unknown


def test_list_long_says_how_long(capsys):
    assert cli.main(["list", "--long"]) == 0
    assert capsys.readouterr().out.count("at full size") == len(experiments.NAMES)


# The command.


class Page(HTMLParser):
    """What a page refers to."""

    def __init__(self, text):
        super().__init__()
        self.sources, self.links, self.cells, self.drawn = [], [], [], []
        self.in_cell = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.sources += [values["src"]] if "src" in values else []
        self.drawn += [gzip.decompress(base64.b64decode(values["data-svg"]))] if "data-svg" in values else []
        self.links += [values["href"]] if "href" in values else []
        self.in_cell = tag in ("td", "th")

    def handle_data(self, data):
        self.cells += [data] if self.in_cell else []


@pytest.fixture(scope="module")
def small():
    """Fast settings that are faster still: what experiments find is asked by the tests of each."""
    with pytest.MonkeyPatch.context() as patch:
        for name, settings in SMALL.items():
            config = experiments.find(name).Config
            patch.setattr(config, "fast", staticmethod(partial(config, **settings)))
        yield


@pytest.fixture(scope="module")
def reproduced(small, tmp_path_factory):
    """Three of the experiments: each of the others is run by its own tests, and all by the README's first commands."""
    out = tmp_path_factory.mktemp("reproduced")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experiments, "NAMES", FEW)
        assert cli.main(["reproduce", "--fast", "--quiet", "--jobs", "2", "--out", str(out)]) == 0
        yield out


def test_reproduce_writes_one_self_contained_page(reproduced):
    page = Page((reproduced / "index.html").read_text(encoding="utf-8"))
    assert {folder.name for folder in reproduced.glob("[!.]*/")} >= set(FEW)
    files = [path for path in reproduced.glob("*/figures/*") if path.suffix in (".svg", ".png")]
    assert len(page.sources) == len(files) > 2 * len(FEW)
    assert all(source.startswith("data:image/") for source in page.sources)
    assert sorted(page.drawn) == sorted(path.read_bytes() for path in files if path.suffix == ".svg")
    assert all(content.startswith(b"<?xml") and b"</svg>" in content for content in page.drawn)
    assert all(link.startswith("#") for link in page.links)
    assert "published, figure 54" in page.cells


def test_the_page_counts_the_published_numbers(reproduced):
    """Four of each experiment that has some; these come first, in a table of their own."""
    text = (reproduced / "index.html").read_text(encoding="utf-8")
    beside = [row for name in FEW for row in json.loads((reproduced / name / "report.json").read_text())["beside"]]
    assert len(beside) == 4 + 4
    assert "run again: 3 experiments, 8 numbers beside the published ones." in text
    cells = [cell.strip() for cell in Page(text.partition("<nav")[0]).cells if cell.strip()]
    rows = [tuple(cells[start : start + 5]) for start in range(0, len(cells), 5)]
    assert rows[0] == ("experiment", "quantity", "published", "found", "size")
    pairs = [(row["quantity"], row["published"], row["found"]) for row in beside]
    assert sorted(row[1:4] for row in rows[1:]) == sorted(pairs)
    marked = [(name, "short run") for name in ("oscillator-energy", "hermite")]
    assert [row[::4] for row in rows[1:]] == 4 * marked[:1] + 4 * marked[1:]


def test_reproduce_does_nothing_twice(reproduced, capsys):
    metrics = [reproduced / name / "metrics.json" for name in FEW]
    before = [path.stat().st_mtime_ns for path in metrics]
    assert cli.main(["reproduce", "--fast", "--out", str(reproduced)]) == 0
    assert [path.stat().st_mtime_ns for path in metrics] == before
    printed = capsys.readouterr()
    assert "0 experiments to run; 3 already made." in printed.out
    assert "started" not in printed.err


def results(out, name):
    """Settings, numbers and arrays of an experiment, without its times."""
    metrics = json.loads((out / name / "metrics.json").read_text())
    with np.load(out / name / "arrays.npz") as file:
        arrays = {key: file[key].tobytes() for key in file.files if "seconds" not in key}
    numbers = [{key: value for key, value in record.items() if "seconds" not in key} for record in metrics]
    return (out / name / "config.json").read_text(), json.dumps(numbers), arrays


def test_side_by_side_and_one_by_one_give_the_same_bits(reproduced, tmp_path):
    assert cli.main(["reproduce", "--fast", "--quiet", "--jobs", "1", "--out", str(tmp_path)]) == 0
    for name in FEW:
        assert results(tmp_path, name) == results(reproduced, name)


def test_a_failing_experiment_is_named_and_the_others_go_on(small, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(experiments, "NAMES", FEW[:2])
    (tmp_path / "hermite").mkdir()
    (tmp_path / "hermite" / "thesis.tex").write_text("years of work")
    assert cli.main(["reproduce", "--fast", "--jobs", "2", "--out", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    error = " ".join(printed.err.split())
    assert "1 of 2 experiments failed" in error
    assert "hermite is not a folder of minnet's results" in error
    assert f"minnet run hermite --fast --out {tmp_path} --seed 0" in error
    assert 'id="optimizer-landscapes"' in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "finished optimizer-landscapes" in printed.err
    assert "Rosenbrock" in printed.out


class Killer(boards.Silent):
    """Kills the process of an experiment as soon as that says something."""

    def __init__(self, name):
        self.name = name

    def say(self, name, line):
        (process,) = multiprocessing.active_children()
        if name == self.name:
            os.kill(process.pid, signal.SIGKILL)


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_killed_process_takes_no_other_experiment_with_it(small, tmp_path):
    orders = {
        name: Order(name, config, 0, tmp_path, False, "threads", None, 1)
        for name, config in (
            ("hermite", experiments.find("hermite").Config()),
            ("optimizer-landscapes", experiments.find("optimizer-landscapes").Config.fast()),
        )
    }
    outcomes = {}
    run_all([Task(name, 1) for name in orders], orders, 1, Killer("hermite"), outcomes.__setitem__)
    assert outcomes["hermite"].table is None
    assert "was killed by SIGKILL" in outcomes["hermite"].failure
    assert outcomes["optimizer-landscapes"].table is not None
    assert is_begun("hermite", out=tmp_path)
    assert multiprocessing.active_children() == []


def group(leader):
    """The commands of all living processes of a group."""
    lines = subprocess.run(["ps", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    processes = (line.split(maxsplit=2) for line in lines.splitlines())
    return [args for pgid, state, args in processes if int(pgid) == leader and state[0] != "Z"]


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_ctrl_c_ends_all_processes_and_says_how_to_go_on(tmp_path):
    """At full size, so that both experiments are at work. They are a group of processes: none is left in it."""
    words = ["reproduce", "--jobs", "2", "--out", str(tmp_path)]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # jobs in a shell's background ignore it
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "minnet", *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        preexec_fn=heard, start_new_session=True,
    )  # fmt: skip
    wait_until(lambda: len(list(tmp_path.glob(".*.partial/checkpoints"))) == 2, process)
    assert len(group(process.pid)) > 2, "the command, and two workers"
    process.send_signal(signal.SIGINT)
    message = process.communicate(timeout=200)[1]
    patience = time.monotonic() + 60  # what has closed stderr may still be ending
    while (left := group(process.pid)) and time.monotonic() < patience:
        os.sched_yield()
    assert left == []
    assert process.returncode == 130, message
    assert "Go on where it stopped by the same command: minnet reproduce --jobs 2" in message
    assert "Traceback" not in message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--jobs", "0"], "a whole number of at least 1 is needed, not '0'"),
        (["--jobs", "2", "--backend", "dask", "--scheduler", "tcp://nowhere:1"], "one at a time"),
        (["--backend", "dask"], "backend='dask' needs scheduler"),
    ],
)
def test_wrong_options_are_explained_before_anything_begins(words, message, tmp_path, capsys):
    try:
        status = cli.main(["reproduce", "--out", str(tmp_path / "new"), *words])
    except SystemExit as stop:
        status = stop.code
    assert status == 2
    assert message in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "new").exists()


# What is seen meanwhile.


def test_progress_bars_become_lines():
    said = []
    lines = Lines(SimpleNamespace(send=said.append))
    lines.write("\rhermite:  33%|###3      | 12/36 [00:03<00:06,  3.95run/s, failed=0]")
    lines.write("\rhermite:  36%|###3      | 13/36 [00:03<00:06,  3.95run/s, failed=0]")  # too soon to be read
    lines.write("\rothers:   0%|          | 0/3 [00:00<?, ?run/s]")
    print("hermite: judging", file=lines)
    assert said == [
        "hermite: 33% 12/36 [00:03<00:06, 3.95run/s, failed=0]", "others: 0% 0/3 [00:00<?, ?run/s]", "hermite: judging",
    ]  # fmt: skip


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("columns", [80, 100])
def test_lines_fit_the_terminal(columns, monkeypatch):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", str(columns))
    board = boards.board(24, 2, quiet=False)
    board.begin("lorenz-identification")
    board.say("lorenz-identification", "lorenz-identification, map: " + "words " * 40)
    board.tick(3600.0)
    board.show("a table\n-------\n1  2  3")
    board.end("lorenz-identification", failed=False)
    board.close()
    text = screen.getvalue()
    assert "lorenz-identification     0:00  map: words" in text
    assert "about 1:00:00 left" in text
    assert "\na table\n-------\n1  2  3\n" in re.sub(r"\r *\r|\x1b\[A|\r", "\n", text)
    assert max(map(len, re.split(r"[\r\n]|\x1b\[A", text))) < columns


def test_quiet_is_quiet(reproduced, capsys):
    assert cli.main(["reproduce", "--fast", "--quiet", "--out", str(reproduced)]) == 0
    assert capsys.readouterr() == ("", "")
