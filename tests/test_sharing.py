"""Groups of samples that threads share: every group once, whoever takes it."""

import multiprocessing
import os
from threading import Barrier, Thread, get_ident

import pytest

import minnet as mn
from minnet.kernels.compiled import sharing, work_queue


def collecting(done, before=lambda group: None):
    """Work that writes down what this thread takes."""

    def work(queue):
        while (group := take_group(queue)) >= 0:
            before(group)
            done.append((group, get_ident()))
            report_done(queue)

    return work


def take_group(queue):
    return int(_take(queue))


@sharing.kernel()
def _take(queue):
    return work_queue.take_group(queue)


@sharing.kernel()
def report_done(queue):
    work_queue.report_done(queue)


def groups_of(done):
    return sorted(group for group, _ in done)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("groups", [0, 1, 2, 7])
def test_every_group_is_done_once(groups, threads):
    for _ in range(50):
        done = []
        with mn.use_threads(threads):
            sharing.shared(groups, collecting(done))
        assert groups_of(done) == list(range(groups))


@pytest.mark.skipif(sharing.helpers(2, 2) == 0, reason="without the compiler nobody helps")
def test_another_thread_helps():
    """The barrier opens when two threads are at work."""
    barrier, done = Barrier(2, timeout=60), []
    with mn.use_threads(2):
        sharing.shared(2, collecting(done, lambda group: barrier.wait()))
    assert len({thread for _, thread in done}) == 2


def test_an_error_lets_no_more_groups_be_taken_and_the_next_job_is_done():
    def work(queue):
        raise MemoryError("no room")

    done = []
    with mn.use_threads(2):
        with pytest.raises(MemoryError, match="no room"):
            sharing.shared(2, work)
        sharing.shared(5, collecting(done))
    assert groups_of(done) == [0, 1, 2, 3, 4]


def test_several_threads_may_share_work_at_once():
    done = {name: [] for name in range(4)}

    def lead(name):
        for _ in range(50):
            sharing.shared(3, collecting(done[name]))

    with mn.use_threads(2):
        leaders = [Thread(target=lead, args=(name,)) for name in done]
        for leader in leaders:
            leader.start()
        for leader in leaders:
            leader.join()
    assert all(groups_of(entries) == sorted(50 * [0, 1, 2]) for entries in done.values())


def share_and_count(queue):
    done = []
    with mn.use_threads(2):
        sharing.shared(3, collecting(done))
    queue.put(groups_of(done))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    with mn.use_threads(2):
        sharing.shared(3, collecting([]))
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    process = context.Process(target=share_and_count, args=(queue,))
    process.start()
    assert queue.get(timeout=60) == [0, 1, 2]
    process.join()
