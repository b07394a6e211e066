"""The way to a process that checks students' files: start it, give it a job, wait, start it anew if it was killed."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from minnet.errors import DataError, SettingError
from minnet.exercises.running.folders import remove
from minnet.exercises.running.process import Job
from minnet.exercises.summary import Summary

PATIENCE = 60.0  # seconds beyond all limits, after which the process that checks is taken for dead
SINGLE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "MINNET_THREADS")
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class Client:
    """One process that checks; to be closed, or used by ``with``.

    Parameters
    ----------
    confined : bool
        Whether students' files run without network, without writing elsewhere, and without this one's environment.

    Attributes
    ----------
    achieved : set of str
        What the operating system keeps from students' files: "processes", "network", "files".
    """

    def __init__(self, confined: bool) -> None:
        if not hasattr(os, "fork"):
            raise SettingError("this needs a system that can fork: Linux, macOS, or Windows' subsystem for Linux")
        self.confined = confined
        self.achieved: set[str] = set()
        self._process: subprocess.Popen[bytes] | None = None
        self._start()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def run(self, job: Job) -> Summary:
        """Check a file; never raises for what the file does, nor for what the machine lacks (`Summary.doubt`).

        Raises
        ------
        DataError
            The exercise itself is at fault.
        """
        if self._process is None:
            try:
                self._start()
            except OSError as error:
                return Summary.of_machine(Path(job.exercise).name, job.seeds[0], str(error))
        answer = self._asked(asdict(job), len(job.seeds) * job.limits.seconds + PATIENCE)
        if answer is None:
            self._kill()
            what = "the process that checks was ended by the file, or found no end"
            return Summary(Path(job.exercise).name, "stopped", seed=job.seeds[0], what=what, doubt="neighbours")
        if "fault" in answer:
            raise DataError(f"exercise {Path(job.exercise).name}: {answer['fault']}")
        return Summary(**answer)

    def stop(self) -> None:
        """Kill the process, also from another thread than that of `run`, which then comes back."""
        process = self._process
        if process is not None:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process."""
        self._kill()

    def _start(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="minnet-check-")
        words = [sys.executable, "-P", "-m", "minnet.exercises.running.server", self._folder]
        try:
            self._process = subprocess.Popen(
                words + ["confined"] * self.confined,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_environment(os.environ, self.confined),
                start_new_session=True,  # Ctrl-C is for this process alone
            )
            achieved = self._read(PATIENCE)
            if not isinstance(achieved, list):
                raise DataError("the process that checks does not start; its message stands above")
        except BaseException:
            self._kill()
            raise
        self.achieved = set(achieved)

    def _asked(self, content: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(content).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            return None
        answer = self._read(seconds)
        return answer if isinstance(answer, dict) else None

    def _read(self, seconds: float) -> Any:
        """A line from the process; None if there comes none."""
        assert self._process is not None
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            return None
        try:
            return json.loads(self._process.stdout.readline())
        except ValueError:
            return None

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()
        remove(self._folder)


def _environment(outside: Mapping[str, str], confined: bool) -> dict[str, str]:
    """For the process that checks: one thread for NumPy, this minnet, and, where it is to be apart, little else."""
    kept = {name: outside[name] for name in KEPT if name in outside} if confined else dict(outside)
    here = str(Path(__file__).parents[3])
    paths = [here, *outside.get("PYTHONPATH", "").split(os.pathsep)]
    kept |= dict.fromkeys(SINGLE, "1")
    return kept | {"PYTHONPATH": os.pathsep.join(dict.fromkeys(filter(None, paths))), "PYTHONDONTWRITEBYTECODE": "1"}
