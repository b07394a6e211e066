"""`minnet reproduce`: all experiments, and one page with what came out."""

import argparse
import shlex
import sys
from math import isfinite
from typing import Any

from minnet import experiments, kernels, study
from minnet.experiments.runner import execute, is_begun, is_finished, make_folder
from minnet.report import write_report
from minnet.reproduction import board as boards
from minnet.reproduction.durations import duration, rounded
from minnet.reproduction.schedule import Task, time_left
from minnet.reproduction.side_by_side import run_all
from minnet.reproduction.workers import Order, Outcome
from minnet.terminal import folded, jobs, running_options


def add_parser(commands: Any) -> None:
    """Add the command to argparse's sub-commands."""
    parser = commands.add_parser(
        "reproduce",
        help="run all experiments and write a report",
        description="Run all experiments, each into a folder of its own, and write one page with all tables and "
        "figures, index.html. Experiments run side by side in processes; at full size those whose results contain "
        "times run alone. What is there already is not made again, and what was interrupted goes on.",
        epilog="First: minnet reproduce --fast, which takes about a minute. 'minnet list --long' says how long each "
        "experiment takes.",
    )
    group = running_options(parser)
    group.add_argument(
        "--jobs", type=jobs, metavar="N", help="experiments at once (as many as there are processors; 1 with dask)"
    )
    parser.set_defaults(command=reproduce, parser=parser)


def reproduce(options: argparse.Namespace) -> int:
    """Run what is not there yet, write the report, and say what failed and how to run it alone."""
    if options.backend == "dask" and (options.jobs or 1) > 1:
        options.parser.error("--jobs is for this machine; with --backend dask experiments come one at a time")
    with study.use_backend(options.backend, options.scheduler):  # wrong options are told before anything begins
        make_folder(options.out)
    at_once = 1 if options.backend == "dask" else options.jobs or kernels.threads()
    orders = {name: _order(name, options, at_once) for name in experiments.NAMES}
    finished = [name for name, order in orders.items() if not options.restart and _is_finished(order)]
    tasks = [_task(name, options, at_once) for name in orders if name not in finished]
    board = boards.board(len(tasks), at_once, options.quiet)
    failures: dict[str, str] = {}

    def ended(name: str, outcome: Outcome) -> None:
        for warning in outcome.warnings:
            board.show(f"{name}: {warning}")
        if outcome.table is None:
            failures[name] = outcome.failure
        else:
            board.show(f"{name}\n\n{outcome.table}\n")

    for name in finished:
        board.show(f"{name}, made before\n\n{_table_of(orders[name])}\n")
    board.show(_plan(tasks, at_once, len(finished), options))
    try:
        run_all(tasks, orders, at_once, board, ended)
    finally:
        board.close()
    path = write_report(options.out)
    board.show(f"The report is {path}")
    if failures:
        print(f"\n{len(failures)} of {len(orders)} experiments failed, and are not in the report:", file=sys.stderr)
    for name, reason in failures.items():
        boards.complain(f"\n{name}: {reason}\n  alone: {_alone(name, options)}")
    return 1 if failures else 0


def _order(name: str, options: argparse.Namespace, at_once: int) -> Order:
    config = experiments.find(name).Config
    threads = _threads(_is_timed(name, options), at_once)
    return Order(
        name, config.fast() if options.fast else config(), options.seed, options.out, options.restart,
        options.backend, options.scheduler, threads,
    )  # fmt: skip


def _is_timed(name: str, options: argparse.Namespace) -> bool:
    """Whether nothing may run beside it. Times of a smoke run say nothing anyway: those do not wait."""
    return name in experiments.TIMED and not options.fast


def _threads(timed: bool, at_once: int) -> int:
    """What runs alone has all processors to itself, the others their share."""
    return kernels.threads() if timed else max(1, kernels.threads() // at_once)


def _task(name: str, options: argparse.Namespace, at_once: int) -> Task:
    timed = _is_timed(name, options)
    return Task(name, duration(name, fast=options.fast, threads=_threads(timed, at_once)).seconds, alone=timed)


def _is_finished(order: Order) -> bool:
    return is_finished(order.name, order.config, seed=order.seed, out=order.out)


def _table_of(order: Order) -> Any:
    """The table of an experiment that is finished: it is read, nothing runs."""
    return execute(order.name, order.config, seed=order.seed, out=order.out, progress=False)


def _plan(tasks: list[Task], at_once: int, finished: int, options: argparse.Namespace) -> str:
    """What is going to happen, and how long it will take on this machine."""
    parts = [f"{len(tasks)} experiments to run"]
    if finished:
        parts.append(f"{finished} already made")
    begun = [task.name for task in tasks if not options.restart and is_begun(task.name, out=options.out)]
    if begun:
        parts.append(f"{len(begun)} interrupted before, which go on ({', '.join(begun)})")
    if not tasks:
        return f"{'; '.join(parts)}."
    estimated = sum(not duration(task.name, fast=options.fast, threads=1).measured for task in tasks)
    seconds = time_left(tasks, {}, at_once)
    limit = "At most about" if begun else "About"
    known = f"{limit} {rounded(seconds)} on this machine" if isfinite(seconds) else "No durations yet"
    lines = [f"{'; '.join(parts)}. {known}, {at_once} at once."]
    if options.fast:
        lines.append("Times in the tables are of experiments that run beside each other, and say nothing.")
    elif estimated and isfinite(seconds):
        lines.append(
            f"That is a rough estimate: {estimated} of these durations were derived from shorter runs. 'minnet list "
            "--long' shows all. Ctrl-C stops at any time, and the same command goes on."
        )
    return folded("\n".join(lines)) + "\n"


def _alone(name: str, options: argparse.Namespace) -> str:
    """The command that runs one experiment as this one did."""
    words = ["minnet", "run", name]
    words += ["--fast"] if options.fast else []
    words += ["--out", str(options.out), "--seed", str(options.seed)]
    if options.backend == "dask":
        words += ["--backend", "dask", "--scheduler", options.scheduler]
    return shlex.join(words)
