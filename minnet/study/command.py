"""`minnet study`: the command line that shows the runs of a study, and exports them."""

import argparse
from pathlib import Path
from typing import Any

from minnet.errors import SettingError, nearest
from minnet.study.store import Row, read
from minnet.study.tables import table, write_csv
from minnet.tables import Table


def add_parser(commands: Any, words: list[str]) -> None:
    """Add the command to argparse's sub-commands; `words` are all that the user gave."""
    studies = commands.add_parser(
        "study",
        help="look at the runs of a study",
        description="A study is one function over a grid of settings and repeats. Its finished runs are rows of a "
        "file, its store, which these commands read; they may do so while the study is still running.",
        epilog="Example: minnet study show results/gaussian-error/runs.sqlite",
    )
    kinds = studies.add_subparsers(title="commands", metavar="COMMAND", required=True)
    showing = kinds.add_parser(
        "show",
        help="table of settings, runs done and failed, and medians",
        description="For each combination of settings: how many runs are done, how many failed, and the medians of "
        "their seconds and their metrics. Metrics that are lists are only in the CSV of 'minnet study export'.",
        epilog="Example: minnet study show results/gaussian-error/runs.sqlite --study 'gaussian-error, epochs'",
    )
    exporting = kinds.add_parser(
        "export",
        help="all runs as CSV",
        description="Write one line per run: its settings (setting.NAME) and metrics (metric.NAME) with all their "
        "digits, seed and repeat, the error of a failed run, when, where and with which versions it was made.",
        epilog="Example: minnet study export results/gaussian-error/runs.sqlite runs.csv",
    )
    showing.set_defaults(command=show_studies, parser=showing)
    exporting.set_defaults(command=export_study, parser=exporting)
    for parser in (showing, exporting):
        parser.add_argument("store", type=Path, metavar="STORE", help="the file that the study was run with")
        parser.add_argument("--study", metavar="NAME", help="one study only, where a file holds several")
    exporting.add_argument("file", type=Path, metavar="FILE.csv", help="written anew if it is there")
    if words[:1] == ["study"] and words[1:2] and not words[1].startswith("-") and words[1] not in kinds.choices:
        studies.error(f"there is no command {words[1]!r}; {nearest(words[1], kinds.choices)}")


def show_studies(options: argparse.Namespace) -> int:
    rows = _rows(options)
    parts: dict[tuple[str, str], list[Row]] = {}
    for row in rows:  # medians over several seeds are welcome, but not over several versions of the function
        parts.setdefault((row.study, row.versions.get("study", "")), []).append(row)
    for (name, version), members in parts.items():
        failed = [row for row in members if row.error is not None]
        print(f"{name}{version and f', version {version}'}: {len(members)} runs, {len(failed)} failed\n")
        print(f"{Table(*table(members))}\n")
        if failed:
            print(f"The last failure: {failed[-1].settings}, repeat {failed[-1].repeat}: {failed[-1].error}\n")
    if not rows:
        print(f"{options.store} holds no runs yet")
    return 0


def export_study(options: argparse.Namespace) -> int:
    if options.file.exists() and options.file.samefile(options.store):
        raise SettingError(f"{options.file} is the store itself; give the CSV file another name")
    rows = _rows(options)
    write_csv(options.file, rows)
    print(f"{len(rows)} runs are in {options.file}")
    return 0


def _rows(options: argparse.Namespace) -> list[Row]:
    rows = read(options.store)
    names = dict.fromkeys(row.study for row in rows)
    if options.study is not None and options.study not in names:
        raise SettingError(f"{options.store} holds no study {options.study!r}; {nearest(options.study, names)}")
    return [row for row in rows if options.study in (None, row.study)]
