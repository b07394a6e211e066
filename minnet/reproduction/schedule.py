"""Which experiment is to begin next, and how long all will take. Nothing here runs anything."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan


@dataclass(frozen=True)
class Task:
    """An experiment to run.

    Attributes
    ----------
    name : str
    seconds : float
        How long it will take, as far as one knows; NaN if one does not.
    alone : bool
        Its results contain times, so that nothing may run beside it.
    """

    name: str
    seconds: float
    alone: bool = False


def next_task(waiting: Sequence[Task], running: Collection[Task], jobs: int) -> Task | None:
    """The task to begin now, beside those that are running; None if all have to wait.

    The longest ones begin first, so that none of them is left for the end, when the other processors have nothing to
    do. Tasks that must be alone come when there are no others left.

    Examples
    --------
    >>> short, long, timed = Task("short", 1), Task("long", 9), Task("timed", 20, alone=True)
    >>> next_task([short, long, timed], [], jobs=2).name
    'long'
    >>> next_task([timed], [long], jobs=2) is None
    True
    """
    if len(running) >= jobs or any(task.alone for task in running):
        return None
    beside = [task for task in waiting if not task.alone]
    candidates = beside if beside or running else waiting
    return max(candidates, key=lambda task: task.seconds, default=None)


def time_left(waiting: Sequence[Task], running: Mapping[Task, float], jobs: int) -> float:
    """Seconds until all tasks are done, by playing the schedule through; NaN if of one of them nobody knows.

    Parameters
    ----------
    waiting : sequence of Task
    running : mapping of Task to float
        Tasks at work, and how many seconds ago they began. One that takes longer than expected is taken to end at once.
    jobs : int
        Tasks at once, at most.

    Examples
    --------
    >>> time_left([Task("a", 4), Task("b", 3), Task("c", 2), Task("timed", 5, alone=True)], {}, jobs=2)
    10.0
    """
    if any(isnan(task.seconds) for task in (*waiting, *running)):
        return nan
    waiting, now = list(waiting), 0.0
    ends = {task: max(0.0, task.seconds - elapsed) for task, elapsed in running.items()}
    while True:
        while (task := next_task(waiting, ends, jobs)) is not None:
            waiting.remove(task)
            ends[task] = now + task.seconds
        if not ends:
            return now
        now = ends.pop(min(ends, key=ends.__getitem__))
