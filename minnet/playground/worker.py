"""A process that trains, so that the page does not have to: requests go in, each gets one answer, in their order.

While a race runs the process goes on with it whenever no request waits. It ends when its pipe is closed, so it cannot
outlive the server, and it can be ended at any moment: it owns no files.
"""

import os
import signal
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import forkserver, get_all_start_methods, get_context
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

import numpy as np

from minnet.experiments.adam.replay import replay
from minnet.kernels import use_threads
from minnet.numerics.descent.landscapes import LANDSCAPES, trajectory
from minnet.playground.network_state import NetworkState, network_state
from minnet.playground.race import Race
from minnet.playground.racers import Entry
from minnet.playground.settings import RaceSettings
from minnet.playground.slices import Slice, slice_of
from minnet.playground.switches import Unit
from minnet.types import Array

NICE = 5  # so that pages answer first, however many race
MOST = 100  # requests that wait: a visitor never has so many
INTERVAL = 0.02  # seconds of training between requests
Answer = Callable[[Any], None]
# A forked copy of the server would share its sockets. So where the system can fork, copies are of a process that has
# nothing but what `warm` imports, which a new one would need seconds for.
FORKED = "forkserver" in get_all_start_methods()
CONTEXT: Any = get_context("forkserver" if FORKED else "spawn")
CONTEXT.set_forkserver_preload(["minnet.playground.warm"])


def prepare() -> None:
    """Begin to import what the processes need, before the first of them is asked for."""
    if FORKED:
        forkserver.ensure_running()


class Worker:
    """The server's side.

    Parameters
    ----------
    on_error : function of a text
        Called with the message of a request that could not be answered, or when the process has died.
    """

    def __init__(self, on_error: Callable[[str], None]) -> None:
        self._pipe, other_end = CONTEXT.Pipe()
        self.process = CONTEXT.Process(target=work, args=(other_end,), name="minnet race", daemon=True)
        self.process.start()
        other_end.close()
        self._on_error, self._lost = on_error, False
        self._waiting: deque[tuple[str, tuple[Any, ...], Answer]] = deque()  # the first of them is under way

    def request(self, name: str, *arguments: Any, then: Answer = lambda answer: None) -> None:
        """Call a method of `Service` in the process; `then` is called with what it returns, by a later `poll`."""
        if len(self._waiting) == MOST:
            self._on_error(f"The process that trains is behind by {MOST} requests; wait until it has done them.")
            return
        self._waiting.append((name, arguments, then))
        if len(self._waiting) == 1:
            self._send()

    def _send(self) -> None:
        """The next request, when the last one is answered: two large messages that meet would wait for each other."""
        with suppress(OSError):  # it has died: `poll` says so
            self._pipe.send(self._waiting[0][:2])

    @property
    def busy(self) -> bool:
        """Whether a request is not answered yet."""
        return bool(self._waiting)

    def poll(self) -> None:
        """Hand over the answers that have come."""
        try:
            while self._pipe.poll():
                error, answer = self._pipe.recv()
                _, _, then = self._waiting.popleft()
                if self._waiting:
                    self._send()
                if error:
                    self._on_error(error)
                else:
                    then(answer)
        except (EOFError, OSError):
            self._waiting.clear()
            if self._lost:
                return  # `on_error` was called
            self._lost = True
            self._on_error("The process that trains has ended; reset the race to begin with a new one.")

    @property
    def alive(self) -> bool:
        return self.process.is_alive()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._pipe.close()
        self.process.terminate()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Service:
    """The process's side: one method for each request. There may be a race, and it may be running."""

    def __init__(self) -> None:
        self.race: Race | None = None
        self.running = False
        self.pace: float | None = None
        self._per_interval = 1.0  # updates that fit into an interval
        self._due = self._since = 0.0

    def begin(self, settings: RaceSettings, text: str) -> Any:
        """Another race, standing at its start; `text` is that of the user's own file, if the data are from there."""
        self.race, self.running, self._per_interval = None, False, 1.0
        self.race = Race(settings, text)
        return self.race.problem, self.race.racers[0].net, self.race.frame()

    def run(self, pace: float | None) -> None:
        """Go on, with so many updates a second, or as fast as can be."""
        self.running, self.pace = self.race is not None, pace
        self._due, self._since = 0.0, perf_counter()

    def pause(self) -> Any:
        self.running = False
        return self.frame()

    def step(self) -> Any:
        """One update."""
        self.running = False
        if self.race is not None and not self.race.over:
            self.race.advance(1)
        return self.frame()

    def frame(self) -> Any:
        return None if self.race is None else (self.race.frame(), self.running)

    def watch(self, parameter: int) -> Any:
        if self.race is not None:
            self.race.watch(parameter)
        return self.frame()

    def network(self, racer: int) -> NetworkState | None:
        """A racer's network as it is now."""
        if self.race is None or racer >= len(self.race.racers):
            return None
        return network_state(self.race, racer)

    def set_parameter(self, racer: int, index: int, value: float) -> Any:
        """A parameter of a racer's network, by its place in theta."""
        if self.race is not None:
            self.race.set_parameter(racer, index, value)
        return self.frame()

    def switch(self, racer: int, unit: Unit, on: bool) -> Any:
        """A unit of a racer's network, off or on again."""
        if self.race is not None:
            self.race.switch(racer, unit, on)
        return self.frame()

    def slice(self) -> Slice | None:
        """The plane through the weights of the race."""
        return None if self.race is None else slice_of(self.race)

    def trajectories(
        self, name: str, start: tuple[float, float], steps: int, factor: float, entries: tuple[Entry, ...]
    ) -> list[Array]:
        """Paths of optimizers on one of `LANDSCAPES`, their learning rates times a factor."""
        return [trajectory(LANDSCAPES[name], entry.make(factor), start, steps) for entry in entries]

    def replay(self, settings: dict[str, Any], side: int) -> Array:
        """Scores on the plane (side^2,) after a run of the optimizer document, replayed."""
        return np.array(replay(settings | {"plane": side}, np.random.default_rng(0))["plane"])

    def advance(self) -> float:
        """Train for an interval; returns how many seconds nothing has to be done."""
        assert self.race is not None
        if self.race.over:
            self.running = False
            return 0.0
        steps = max(1, int(self._per_interval))
        if self.pace is not None:
            now = perf_counter()
            self._due = min(self._due + (now - self._since) * self.pace, steps)
            self._since = now
            if self._due < 1:
                return (1 - self._due) / self.pace
            steps = int(self._due)
            self._due -= steps
        before = self.race.seconds
        self.race.advance(steps)
        per_update = max(self.race.seconds - before, 1e-6) / steps
        self._per_interval = min(INTERVAL / per_update, 2 * self._per_interval + 1)
        return 0.0


def work(pipe: Connection) -> None:
    """Answer requests until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    use_threads(1)  # the other processors are for the page
    if hasattr(os, "nice"):
        os.nice(NICE)
    service = Service()
    wait = 0.0
    while True:
        try:
            while pipe.poll(wait if service.running else None):
                request, arguments = pipe.recv()
                pipe.send(_answer(service, request, arguments))
                wait = 0.0
        except (EOFError, OSError):
            return
        wait = service.advance() if service.running else 0.0


def _answer(service: Service, request: str, arguments: tuple[Any, ...]) -> tuple[str, Any]:
    """(error, answer). Whatever goes wrong is an answer: the process has no terminal of its own."""
    try:
        return "", getattr(service, request)(*arguments)
    except (ValueError, TypeError) as error:
        return str(error), None
    except Exception as error:
        return f"{type(error).__name__}: {error}", None
