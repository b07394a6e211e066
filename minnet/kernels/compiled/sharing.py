"""Groups of samples shared by threads: kernels of single layers on large batches.

Every thread calls the same kernel, which takes groups from a queue (`work_queue.py`) and releases Python's lock while
it computes. How many groups there are, and what is in them, follows from shapes alone; so results do not depend on how
many threads there are.

A layer's kernel takes a millisecond, and waking a thread a tenth of it. So threads that have helped look out for the
next layer for a while before they go to sleep.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from threading import Condition, Thread

import numpy as np

from minnet.kernels import threads
from minnet.kernels.compiled.cache import kernel
from minnet.kernels.compiled.work_queue import (
    atomic_add,
    atomic_load,
    helpers,
    pause,
    queue_of,
    report_done,
    take_group,
    wait_for_all,
)  # fmt: skip
from minnet.types import Array

LOOKS = 20_000  # about a millisecond
Work = Callable[[Array], None]


def shared(groups: int, work: Work) -> None:
    """Call ``work(queue)``, which takes groups until there are no more, in this thread and in others that help."""
    alone = groups < 2 or helpers(groups, threads()) == 0
    queue = queue_of(groups, alone)
    if alone:
        work(queue)
        return
    crew = _crew(os.getpid(), threads() - 1)
    crew.offer(queue, work)
    try:
        work(queue)
    finally:
        _finish(queue)
        crew.forget(queue)


class Crew:
    """Threads that help, with one piece of work after the other."""

    def __init__(self, size: int) -> None:
        self.offers, self.offered = np.zeros(1, np.int64), Condition()
        self.latest: tuple[Array, Work] | None = None
        for number in range(size):
            Thread(target=self._help, name=f"minnet_{number}", daemon=True).start()

    def offer(self, queue: Array, work: Work) -> None:
        self.latest = queue, work
        with self.offered:
            _count(self.offers)
            self.offered.notify_all()

    def forget(self, queue: Array) -> None:
        """Do not hold the arrays that were worked on."""
        latest = self.latest
        if latest is not None and latest[0] is queue:
            self.latest = None

    def _help(self) -> None:
        seen = 0
        while True:
            if not _watch(self.offers, seen):
                with self.offered:
                    while self.offers[0] == seen:
                        self.offered.wait()
            seen, latest = int(self.offers[0]), self.latest
            if latest is not None:
                queue, work = latest
                with suppress(Exception):  # before it has taken a group: the thread that offered them takes all
                    work(queue)
                del queue, work
            del latest


@cache
def _crew(process: int, size: int) -> Crew:
    """Threads of this process; a process that was forked off has none of its parent's."""
    return Crew(size)


@kernel()
def _finish(queue):
    """Let no more groups be taken, and wait until those that were are done."""
    while take_group(queue) >= 0:
        report_done(queue)
    wait_for_all(queue)


@kernel()
def _count(counter):
    atomic_add(counter, 0, 1)


@kernel()
def _watch(counter, seen):
    """Whether the counter changes while somebody looks. The processor is not offered to others: a thread that offers it
    to the one that leads stays on the same processor, for some milliseconds, while another one idles."""
    for _ in range(LOOKS):
        if atomic_load(counter, 0) != seen:
            return True
        pause()
    return False
