"""All files of a class, each in a process of its own, some at a time; what is done stays done.

Who is alone has the machine to himself: a file whose time was over, or that found no room, while others ran is run once
more when all others are done, one at a time, and that result counts.
"""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.util import decode_source
from queue import Empty, SimpleQueue

from tqdm import tqdm

from minnet.errors import DataError
from minnet.exercises.diagnosis import examine, of_functions
from minnet.exercises.exercise import Exercise
from minnet.exercises.grading.settings import Settings
from minnet.exercises.grading.store import Result, Store, key
from minnet.exercises.grading.submissions import Student
from minnet.exercises.running import namespaces
from minnet.exercises.running.client import Client
from minnet.exercises.running.process import Job
from minnet.exercises.summary import Summary

DELAY = 2  # seconds before the progress is shown
LOOK = 0.05  # seconds between looks at the workers
UNTRIED = "not graded: the machine could not run it; call again when it has room"
READS_SOLUTIONS = re.compile(rb"minnet\s*[./\\]\s*exercises|from\s+minnet\s+import\s.*exercises")


@dataclass(frozen=True)
class Task:
    """A file to be graded."""

    student: Student
    exercise: Exercise
    source: bytes
    key: str


class Grading:
    """Of students in exercises; results are kept in a store.

    Parameters
    ----------
    students : list of Student
    exercises : list of Exercise
    settings : Settings
    store : Store

    Attributes
    ----------
    isolation : set of str
        What the operating system keeps from students' files: `Client.achieved`.
    untried : list of (str, str)
        Student and exercise of files that the machine could not run; they have no points, and are not kept.
    results : dict
        By student and exercise.
    """

    def __init__(self, students: list[Student], exercises: list[Exercise], settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self._lock = threading.Lock()
        self._stopping = False
        self._faults: list[BaseException] = []
        self.isolation: set[str] = set()
        self.untried: list[tuple[str, str]] = []
        self.results: dict[tuple[str, str], Result] = {}
        self.tasks = list(self._tasks(students, exercises))

    def _tasks(self, students: list[Student], exercises: list[Exercise]) -> Iterator[Task]:
        """What is left to do; what is known already goes to the results."""
        for student in students:
            for exercise in exercises:
                place = student.name, exercise.name
                try:
                    source = student.source(exercise.name)
                except DataError as error:
                    self.results[place] = Result(Summary(exercise.name, "broken", what=str(error)))
                    continue
                if source is None:
                    self.results[place] = Result(Summary(exercise.name, "missing", what="there is no file"))
                    continue
                task = Task(student, exercise, source, key(source, exercise, self._settings))
                if (known := self._store.find(*place, task.key)) is None:
                    yield task
                else:
                    self.results[place] = known

    def run(self, jobs: int, progress: bool) -> None:
        """Grade all that is left, `jobs` files at a time.

        Raises
        ------
        DataError
            An exercise is at fault, not a student.
        KeyboardInterrupt
            All results so far are kept.
        """
        for exercise in {task.exercise.name: task.exercise for task in self.tasks}.values():
            _check_reference(exercise, self._settings.seeds)
        namespaces.forbid_tracing()
        with tqdm(
            total=len(self.tasks), desc="graded", unit="file", delay=DELAY, disable=not progress, leave=False
        ) as bar:
            again = self._pass(self.tasks, min(jobs, len(self.tasks)), bar)
            self._pass(again, min(1, len(again)), bar, last=True)

    def _pass(self, tasks: list[Task], count: int, bar: "tqdm[None]", last: bool = False) -> list[Task]:
        """Grade tasks, `count` at a time; returns those that are to be graded again."""
        queue: SimpleQueue[Task] = SimpleQueue()
        again: list[Task] = []
        for task in tasks:
            queue.put(task)

        def counts(task: Task, result: Result) -> bool:
            """Whether that is the last word."""
            doubt = result.summary.doubt
            if last or not doubt or (count == 1 and doubt == "neighbours"):
                return True
            again.append(task)
            return False

        clients: list[Client] = []
        workers: list[threading.Thread] = []
        try:
            for _ in range(count):
                clients.append(Client(confined=True))
                self.isolation = clients[-1].achieved
            for client in clients:
                worker = threading.Thread(target=self._work, args=(queue, client, bar, counts), daemon=True)
                worker.start()
                workers.append(worker)
            while any(worker.is_alive() for worker in workers):
                for worker in workers:
                    worker.join(LOOK)
        except BaseException:
            self._stopping = True
            raise
        finally:
            while any(worker.is_alive() for worker in workers):
                for client, worker in zip(clients, workers, strict=False):
                    client.stop()
                    worker.join(LOOK)
            for client in clients:
                client.close()
        if self._faults:
            raise self._faults[0]
        return again

    def _work(
        self,
        queue: "SimpleQueue[Task]",
        client: Client,
        bar: "tqdm[None]",
        counts: Callable[[Task, Result], bool],
    ) -> None:
        try:
            while not self._stopping:
                task = queue.get_nowait()
                result = self._graded(task, client)
                with self._lock:
                    if self._stopping:
                        return  # the process was ended by this one, which is no result
                    if counts(task, result):
                        self._keep(task, result)
                        bar.update()
        except Empty:
            pass
        except Exception as error:
            if not self._stopping:
                self._faults.append(error)
                self._stopping = True

    def _keep(self, task: Task, result: Result) -> None:
        """A result, in the store if it is one of the file and not of the machine."""
        place = task.student.name, task.exercise.name
        if result.summary.doubt == "machine":
            self.untried.append(place)
            result = replace(result, notes=(*result.notes, UNTRIED))
        else:
            self._store.keep(*place, task.key, result)
        self.results[place] = result

    def _graded(self, task: Task, client: Client) -> Result:
        name = task.exercise.name
        try:
            source = decode_source(task.source)
        except (UnicodeDecodeError, SyntaxError) as error:
            return Result(Summary(name, "broken", what=f"it is no text: {error}"))
        begun = time.monotonic()
        settings = self._settings
        job = Job(str(task.exercise.folder.resolve()), source, f"{name}.py", settings.seeds, settings.limits)
        summary = client.run(job)
        notes = ("its text may read minnet's own solutions: look at it",) if READS_SOLUTIONS.search(task.source) else ()
        return Result(summary, round(time.monotonic() - begun, 3), notes)


def _check_reference(exercise: Exercise, seeds: tuple[int, ...]) -> None:
    """Make sure that an exercise can be solved with the seeds that count."""
    for seed in seeds:
        right = of_functions({name: exercise.reference(name) for name in exercise.functions})
        report = examine(exercise, right, seed)
        if report.failure:
            raise DataError(
                f"exercise {exercise.name}: with seed {seed} its own functions in {exercise.folder / 'checks.py'} are "
                f"refused ({report.failure.what}); minnet exercise check-course says more"
            )


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
