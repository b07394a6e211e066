"""The loop: experiments begin as the schedule says, until all are done, whatever becomes of each."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from minnet.reproduction.board import Board
from minnet.reproduction.schedule import Task, next_task, time_left
from minnet.reproduction.workers import Order, Outcome, Worker, ready, stop

TICK = 0.5  # seconds between two looks at the clock


def run_all(
    tasks: Sequence[Task], orders: Mapping[str, Order], jobs: int, board: Board,
    ended: Callable[[str, Outcome], None],
) -> None:  # fmt: skip
    """Run tasks in at most so many processes at once, each by the order of its name; `ended` is told what became of it.

    However this ends, by Ctrl-C for instance, no process is left behind.
    """
    waiting = list(tasks)
    running: dict[Task, tuple[Worker, float]] = {}
    idle: list[Worker] = []
    try:
        while True:
            while (task := next_task(waiting, running, jobs)) is not None:
                waiting.remove(task)
                worker = idle.pop() if idle else Worker()
                running[task] = worker, monotonic()
                worker.begin(orders[task.name])
                board.begin(task.name)
            if not running:
                return
            tasks_of = {worker: task for task, (worker, _) in running.items()}
            for worker in ready(tasks_of, TICK):
                task, message = tasks_of[worker], worker.receive()
                if isinstance(message, str):
                    board.say(task.name, message)
                    continue
                del running[task]
                idle += [worker] if worker.process.is_alive() else []
                board.end(task.name, failed=message.table is None)
                ended(task.name, message)
            board.tick(time_left(waiting, {task: monotonic() - began for task, (_, began) in running.items()}, jobs))
    finally:
        stop([*idle, *(worker for worker, _ in running.values())])
