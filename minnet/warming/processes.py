"""Parts compiled by as many processes as there are processors, into one folder.

Each kernel with each kind of arguments has a file of its own there, written under another name and then renamed: two
processes that compile the same one do some work twice, and nothing else happens.
"""

import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from minnet.kernels import use_kernels, use_threads
from minnet.waiting import COMPILING
from minnet.warming.parts import parts


def compile_all(dtypes: list[str], everything: bool, jobs: int) -> Iterator[str]:
    """Compile what is not on disk yet; gives the title of each part when it is done.

    Raises
    ------
    OSError
        A process was killed.
    """
    titles = [part.title for part in parts(dtypes, everything)]
    context = get_context("spawn")  # nothing of this process, its threads above all, is inherited
    with ProcessPoolExecutor(min(jobs, len(titles)), context, _begin) as pool:
        tasks = {pool.submit(_compile, number, dtypes, everything): title for number, title in enumerate(titles)}
        try:
            for task in as_completed(tasks):
                task.result()
                yield tasks[task]
        except BrokenProcessPool:
            raise OSError(
                "warm: a process that compiled was killed, most often because memory ran out; --jobs 1 needs least"
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # this process's parent hears Ctrl-C, and stops after what is at work
    COMPILING.silence()  # the parent has a progress bar
    use_kernels("compiled")
    use_threads(2)  # so that what several threads need is compiled, also where there is one processor


def _compile(number: int, dtypes: list[str], everything: bool) -> None:
    """A part is known by its number: functions cannot be sent to a process as they are."""
    parts(dtypes, everything)[number].compile()
