"""How long until the first result: a fresh process, and nothing compiled.

    python -m benchmarks.cold
    python -m benchmarks.cold --turns 1 --reproduce

Each measurement of minnet is made in a process of its own with an empty cache folder ("cold"), and then in a second one
that finds what the first compiled ("warm"). JAX and PyTorch keep nothing on disk unless told to, so they have one
column each. Tasks contain their imports, whose seconds stand in parentheses; commands, Python's own start too. Medians
of the turns; the page cache of the files is warm after the first.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from time import perf_counter

from benchmarks.first_calls import TASKS

ROOT = Path(__file__).parents[1]
AIMS = {"net(x)": "1", "fit": "4, then 2.5", "jet": "5", "Sobolev fit": "5", "minnet run gaussian-fit --fast": "6"}
COLUMNS = {"cold": "minnet, cold", "warm": "minnet, warm", "jax": "JAX", "torch": "PyTorch"}


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.cold", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=5, help="repetitions (%(default)s)")
    parser.add_argument("--peers", nargs="*", default=["jax", "torch"], choices=["jax", "torch"])
    parser.add_argument("--reproduce", action="store_true", help="also `minnet reproduce --fast`, which takes minutes")
    options = parser.parse_args()
    commands = ["minnet run gaussian-fit --fast"] + ["minnet reproduce --fast"] * options.reproduce
    columns = ["cold", "warm", *options.peers]
    print(f"seconds (those for imports), medians of {options.turns}\n")
    print(f"{'first':32}" + "".join(f"{COLUMNS[column]:>16}" for column in columns) + f"{'aim, cold':>14}")
    for task in [*TASKS, *commands]:
        times = defaultdict(list)
        for _ in range(options.turns):
            with tempfile.TemporaryDirectory() as folder:
                for column in ("cold", "warm"):
                    times[column].append(seconds_of(task, "minnet", folder))
                for peer in options.peers if task in TASKS else ():
                    times[peer].append(seconds_of(task, peer, folder))
        cells = "".join(f"{cell(times[column]):>16}" for column in columns)
        print(f"{task:32}{cells}{AIMS.get(task, '-'):>14}", flush=True)
    return 0


def seconds_of(task: str, library: str, folder: str) -> dict[str, float]:
    """Seconds of a task or a command in a new process, which keeps what it compiles, and works, in a folder."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path, "NUMBA_CACHE_DIR": folder, "JAX_PLATFORMS": "cpu"}
    is_command = task not in TASKS
    arguments = ["minnet", *task.split()[1:]] if is_command else ["benchmarks.first_calls", library, task]
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{library}, {task}:\n{done.stderr}")
    return {"all": perf_counter() - start} if is_command else json.loads(done.stdout)


def cell(times: list[dict[str, float]]) -> str:
    if not times:
        return "-"
    text = f"{statistics.median(time['all'] for time in times):.2f}"
    if "import" in times[0]:
        text += f" ({statistics.median(time['import'] for time in times):.2f})"
    return text


if __name__ == "__main__":
    raise SystemExit(main())
