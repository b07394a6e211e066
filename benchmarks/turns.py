"""Steps of several libraries, timed in turns in one process."""

from collections.abc import Callable
from time import perf_counter, sleep

import numpy as np

import minnet as mn

PAUSE = 0.3  # seconds: after its work, another library's threads spin for a while, and would take a processor
STEPS = 5  # of a turn that are timed; one before them finds the caches full of the other's


def in_turns(steps: dict[str, Callable[[], None]], threads: int, seconds: float) -> dict[str, float]:
    """Median seconds of a step of each, with so many threads in minnet and in PyTorch."""
    import torch

    torch.set_num_threads(threads)
    taken: dict[str, list[float]] = {name: [] for name in steps}
    with mn.use_threads(threads):
        for step in steps.values():  # compile
            step()
        end = perf_counter() + seconds
        while perf_counter() < end:
            for name, step in steps.items():
                sleep(PAUSE)
                step()
                for _ in range(STEPS):
                    start = perf_counter()
                    step()
                    taken[name].append(perf_counter() - start)
    return {name: float(np.median(times)) for name, times in taken.items()}
