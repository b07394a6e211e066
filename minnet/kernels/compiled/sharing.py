"""Groups of samples shared by threads: kernels of single layers on large batches.

A kernel releases Python's lock while it computes, so a small pool of threads can run it on several groups at once. How
many groups there are, and what is in them, follows from shapes alone; so results do not depend on how many threads
there are.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import count

from minnet.kernels import threads


def shared(groups: int, work: Callable[[int], None]) -> None:
    """Call ``work(g)`` for each of the groups; other threads help where there are any, and there is more than one."""
    helpers = min(groups, threads()) - 1 if groups > 1 else 0
    if helpers == 0:
        for group in range(groups):
            work(group)
        return
    following = count()

    def take_groups() -> None:
        while (group := next(following)) < groups:
            work(group)

    helping = [_pool(os.getpid(), helpers).submit(take_groups) for _ in range(helpers)]
    take_groups()
    for helper in helping:
        helper.result()


@cache
def _pool(process: int, size: int) -> ThreadPoolExecutor:
    """Threads of this process; a process that was forked off has none of its parent's."""
    return ThreadPoolExecutor(size, thread_name_prefix="minnet")
