"""Studies whose processes are killed, here and on a cluster: no finished run is repeated, none is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from minnet import study
from minnet.errors import FileFormatError
from tests.study_functions import mortal, slow
from tests.test_study import same_bits

RUNS = 40


@pytest.fixture
def straight(tmp_path):
    """The study that nobody disturbs."""
    return study.run(slow, study.grid(n=range(RUNS)), store=tmp_path / "straight.sqlite", seed=11, name="slow")


@pytest.fixture
def calls(tmp_path, monkeypatch, straight):
    """A file to which every run adds a line when it begins: the process, and the run's number."""
    monkeypatch.setenv("MINNET_TEST_CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("MINNET_TEST_SECONDS", "0.05")
    return tmp_path / "calls"


def count(calls):
    return Counter(int(line.split()[1]) for line in calls.read_text().splitlines()) if calls.exists() else Counter()


def finished(store):
    """Numbers of the runs that the store holds, also while it is being made."""
    try:
        return {row.settings["n"] for row in study.read(store)}
    except (OSError, FileFormatError):
        return set()


def wait_until_finished(store, number):
    """Until the store holds so many runs."""
    for _ in range(6000):
        if len(finished(store)) >= number:
            return
        time.sleep(0.01)
    pytest.fail(f"the study did not finish {number} runs in a minute")


@contextmanager
def process(store, n_jobs):
    """The study in a process, and a process group, of its own. The workers that a killed one leaves behind end too."""
    command = [sys.executable, "-m", "tests.study_functions", str(store), "--n-jobs", str(n_jobs)]
    started = subprocess.Popen(command, cwd=Path(__file__).parents[1], start_new_session=True)
    try:
        yield started
    finally:
        started.kill()
        started.wait()
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)


def kill(store, calls, n_jobs, rng):
    """Kill the study at a random moment; returns the runs that were finished then, and how often each had begun."""
    before = finished(store)
    number = len(before) + rng.randrange(1, 8)
    with process(store, n_jobs) as running:
        wait_until_finished(store, min(number, RUNS - 1))
        time.sleep(rng.uniform(0, 0.1))
        running.kill()
        running.wait()
        done, begun = finished(store), count(calls)
    lost = {n for n in begun if n not in done}
    print(f"killed with {len(done)} of {RUNS} runs finished and {sorted(lost)} in flight")
    assert before <= done
    return done, begun


def check(store, calls, n_jobs, kills, straight, seed):
    rng = random.Random(seed)
    moments = [kill(store, calls, n_jobs, rng) for _ in range(kills)]
    with process(store, n_jobs) as running:
        assert running.wait() == 0
    at_last = count(calls)
    for done, begun in moments:
        assert {n: at_last[n] for n in done} == {n: begun[n] for n in done}
    assert sum(at_last.values()) <= RUNS + kills * 2 * n_jobs
    rows = sorted(study.read(store), key=lambda row: row.settings["n"])
    assert same_bits(rows, straight)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_killed_study_goes_on_where_it_stopped(tmp_path, straight, calls, n_jobs):
    check(tmp_path / "killed.sqlite", calls, n_jobs, 2, straight, seed=n_jobs)


@pytest.mark.acceptance
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_one_study_killed_at_ten_random_moments(tmp_path, straight, calls, n_jobs):
    check(tmp_path / "killed.sqlite", calls, n_jobs, 10, straight, seed=None)


@pytest.mark.acceptance
@pytest.mark.parametrize("moment", range(10))
def test_ten_studies_each_killed_at_a_random_moment(tmp_path, straight, calls, moment):
    check(tmp_path / "killed.sqlite", calls, 2, 1, straight, seed=None)


# A cluster.


@pytest.fixture
def cluster(calls):
    """A scheduler and three workers, each a process that imports this package anew."""
    distributed = pytest.importorskip("distributed")
    settings = {"n_workers": 3, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**settings) as cluster:
        yield cluster.scheduler_address


@pytest.mark.acceptance
@pytest.mark.filterwarnings("default")
def test_a_cluster_gives_the_same_bits(tmp_path, straight, cluster):
    store, points = tmp_path / "cluster.sqlite", study.grid(n=range(RUNS))
    rows = study.run(slow, points, store=store, seed=11, backend="dask", scheduler=cluster)
    assert same_bits(rows, straight)
    assert study.run(slow, points, store=store, seed=11, backend="dask", scheduler="tcp://not.needed:1") == rows


@pytest.mark.acceptance
@pytest.mark.filterwarnings("default")
def test_the_runs_of_a_killed_worker_are_made_by_the_others(tmp_path, straight, calls, cluster):
    store, at_kill = tmp_path / "cluster.sqlite", []

    def kill_a_worker():
        wait_until_finished(store, 10)
        done = finished(store)
        wait_until_finished(store, 15)
        worker, n = map(int, calls.read_text().splitlines()[-1].split())  # it has just begun this run
        os.kill(worker, signal.SIGKILL)
        at_kill.extend((worker, n, done))

    killer = Thread(target=kill_a_worker, daemon=True)
    killer.start()
    rows = study.run(slow, study.grid(n=range(RUNS)), store=store, seed=11, backend="dask", scheduler=cluster)
    killer.join()
    assert same_bits(rows, straight)
    worker, n, done = at_kill
    begun = count(calls)
    makers = [int(line.split()[0]) for line in calls.read_text().splitlines() if int(line.split()[1]) == n]
    print(f"worker {worker} of three was killed in run {n}, which worker {makers[-1]} made again")
    assert makers[0] == worker != makers[-1]
    assert all(begun[n] == 1 for n in done)


@pytest.mark.acceptance
@pytest.mark.filterwarnings("default")
def test_a_run_that_kills_every_worker_is_a_failed_one(tmp_path, cluster):
    points = study.grid(n=range(6), dies=False) + study.grid(n=6, dies=True)
    rows = study.run(mortal, points, store=tmp_path / "s.sqlite", seed=0, backend="dask", scheduler=cluster)
    assert [row.error is None for row in rows] == [True] * 6 + [False]
    assert rows[-1].error.startswith("KilledWorker: ")


@pytest.mark.acceptance
@pytest.mark.filterwarnings("default")
def test_a_study_on_a_cluster_killed_and_run_again(tmp_path, straight, calls, cluster):
    """The cluster outlives who asked it; what was in flight is forgotten, what is finished is not repeated."""
    store = tmp_path / "killed.sqlite"
    command = [sys.executable, "-m", "tests.study_functions", str(store), "--scheduler", cluster]
    running = subprocess.Popen(command, cwd=Path(__file__).parents[1])
    wait_until_finished(store, 10)
    running.kill()
    running.wait()
    done, begun = finished(store), count(calls)
    subprocess.run(command, cwd=Path(__file__).parents[1], check=True)
    at_last = count(calls)
    assert {n: at_last[n] for n in done} == {n: begun[n] for n in done}
    assert same_bits(sorted(study.read(store), key=lambda row: row.settings["n"]), straight)


@pytest.mark.filterwarnings("default")
def test_a_cluster_that_does_not_answer_is_named(tmp_path):
    distributed = pytest.importorskip("distributed")
    dask = pytest.importorskip("dask")
    assert distributed
    with (
        dask.config.set({"distributed.comm.timeouts.connect": 0.1}),
        pytest.raises(ConnectionError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"),
    ):
        study.run(slow, [{"n": 1}], store=tmp_path / "s.sqlite", seed=0, backend="dask", scheduler="tcp://127.0.0.1:9")
