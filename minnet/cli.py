"""The command line: `minnet list`, `minnet run`, `minnet reproduce`, `minnet compare`, `minnet play`,
`minnet study`."""

import argparse
import os
import shlex
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import MISSING, fields, replace
from pathlib import Path
from types import NoneType
from typing import Any, NoReturn, get_args, get_type_hints

import minnet
from minnet import experiments
from minnet.errors import SettingError, StudyInterrupted, TrainingInterrupted, nearest


class Parser(argparse.ArgumentParser):
    """argparse, with the nearest name for what it does not know, and no guessing of shortened options."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        known, unknown = self.parse_known_args(args, namespace)
        if unknown:
            getattr(known, "parser", self).reject(unknown[0])
        return known

    def reject(self, word: str) -> NoReturn:
        options = [option for option in self._option_string_actions if option.startswith("--")]
        if word.startswith("-") and not options:
            self.error(f"options come after the name of an experiment: minnet run NAME {word}")
        if word.startswith("-"):
            self.error(f"unknown option {word!r}; {nearest(word.partition('=')[0], options)}")
        self.error(f"unexpected argument {word!r}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        options = parse(words)
        status = options.command(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # who reads has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains when it ends
        return 128 + 13
    except (ValueError, TypeError, OSError) as error:
        print(f"minnet: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as interrupt:
        told = isinstance(interrupt, TrainingInterrupted | StudyInterrupted)
        where = f"{str(interrupt).partition(';')[0]}. " if told else ""
        again = shlex.join(word for word in words if word != "--restart")
        print(f"\nminnet: {where}Go on where it stopped by the same command: minnet {again}", file=sys.stderr)
        return 130


def parse(words: list[str]) -> argparse.Namespace:
    """Arguments as a namespace whose `command` is the function to call."""
    parser = Parser(
        prog="minnet",
        description="Neural networks from scratch: the experiments of the documents, run again.",
        epilog="First steps: minnet list; minnet run gaussian-fit --fast; minnet reproduce --fast",
    )
    parser.add_argument("--version", action="version", version=f"minnet {minnet.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)

    listing = commands.add_parser("list", help="the experiments there are", description="List the experiments.")
    listing.set_defaults(command=list_experiments, parser=listing)

    running = commands.add_parser(
        "run",
        help="run one experiment",
        description="Run one experiment. 'minnet run NAME --help' shows its settings.",
        add_help=False,  # --help after a name belongs to the experiment
    )
    running.add_argument("name", nargs="?", metavar="NAME", help="one of: " + ", ".join(experiments.NAMES))
    running.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    running.set_defaults(command=run_experiment, parser=running)

    everything = commands.add_parser(
        "reproduce",
        help="run all experiments and write a report",
        description="Run all experiments, each into a folder of its own, and write one page with all tables and "
        "figures, index.html.",
    )
    _common(everything)
    everything.set_defaults(command=reproduce, parser=everything)

    from minnet.compare import command as comparing  # only here: other commands need not wait for it
    from minnet.playground import command as playing

    comparing.add_parser(commands)
    playing.add_parser(commands)
    _study_commands(commands, words)
    if words[:1] == ["run"] and words[1:2] in ([], ["-h"], ["--help"]):
        running.print_help(sys.stdout if words[1:] else sys.stderr)
        raise SystemExit(0 if words[1:] else 2)
    if words and not words[0].startswith("-") and words[0] not in commands.choices:
        parser.error(f"there is no command {words[0]!r}; {nearest(words[0], commands.choices)}")
    return parser.parse_args(words)


def list_experiments(options: argparse.Namespace) -> int:
    width = max(map(len, experiments.NAMES))
    for name in experiments.NAMES:
        print(f"{name.ljust(width)}  {(experiments.find(name).__doc__ or '').partition(chr(10))[0]}")
    print("\nminnet run NAME --help shows the settings of one; minnet reproduce runs them all.")
    return 0


def run_experiment(options: argparse.Namespace) -> int:
    from minnet import study
    from minnet.experiments.runner import execute

    if options.name is None:
        options.parser.reject(options.rest[0])
    module = experiments.find(options.name)
    chosen = _experiment_parser(options.name, module).parse_args(options.rest)
    config = module.Config.fast() if chosen.fast else module.Config()
    given = {f.name: getattr(chosen, f.name) for f in fields(config) if getattr(chosen, f.name) is not None}
    config = replace(config, **given)
    with study.use_backend(chosen.backend, chosen.scheduler):
        table = execute(
            options.name, config, seed=chosen.seed, out=chosen.out, progress=not chosen.quiet, restart=chosen.restart
        )
    if not chosen.quiet:
        print(f"{table}\n\nSettings, metrics, arrays and figures are in {chosen.out / options.name}")
    return 0


def reproduce(options: argparse.Namespace) -> int:
    from minnet import study
    from minnet.experiments.runner import execute
    from minnet.report import write_report

    for name in experiments.NAMES:
        config = experiments.find(name).Config
        config = config.fast() if options.fast else config()
        with study.use_backend(options.backend, options.scheduler):
            table = execute(
                name, config, seed=options.seed, out=options.out, progress=not options.quiet, restart=options.restart
            )
        if not options.quiet:
            print(f"{name}\n\n{table}\n")
    path = write_report(options.out)
    if not options.quiet:
        print(f"The report is {path}")
    return 0


def show_studies(options: argparse.Namespace) -> int:
    from minnet.presentation import Table
    from minnet.study.tables import table

    rows = _rows(options)
    parts: dict[tuple[str, str], list[Any]] = {}
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
    from minnet.study.tables import write_csv

    if options.file.exists() and options.file.samefile(options.store):
        raise SettingError(f"{options.file} is the store itself; give the CSV file another name")
    rows = _rows(options)
    write_csv(options.file, rows)
    print(f"{len(rows)} runs are in {options.file}")
    return 0


def _rows(options: argparse.Namespace) -> list[Any]:
    from minnet.study import read

    rows = read(options.store)
    names = dict.fromkeys(row.study for row in rows)
    if options.study is not None and options.study not in names:
        raise SettingError(f"{options.store} holds no study {options.study!r}; {nearest(options.study, names)}")
    return [row for row in rows if options.study in (None, row.study)]


def _study_commands(commands: Any, words: list[str]) -> None:
    """`minnet study show` and `minnet study export`."""
    studies = commands.add_parser(
        "study",
        help="look at the runs of a study",
        description="A study is one function over a grid of settings and repeats. Its finished runs are rows of a "
        "file, its store, which these commands read; they may do so while the study is still running.",
        epilog="Example: minnet study show results/gaussian-error/runs.sqlite",
    )
    kinds = studies.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
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


def _common(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("running")
    group.add_argument("--fast", action="store_true", help="a smoke run of seconds instead of the full size")
    group.add_argument("--out", type=Path, default=Path("results"), metavar="DIR", help="results go here (%(default)s)")
    group.add_argument("--seed", type=_seed, default=0, help="of all random numbers, at least 0 (%(default)s)")
    group.add_argument(
        "--restart", action="store_true", help="make everything anew, also what is there or was interrupted"
    )
    group.add_argument(
        "--backend", choices=("threads", "dask"), default="threads", help="where runs are made (%(default)s)"
    )
    group.add_argument("--scheduler", metavar="tcp://...", help="of the Dask cluster, with --backend dask")
    group.add_argument("--quiet", action="store_true", help="no progress and no table")


def _experiment_parser(name: str, module: Any) -> Parser:
    """Every field of the experiment's Config is an option."""
    first, _, rest = (module.__doc__ or "").strip().partition("\n")
    parser = Parser(
        prog=f"minnet run {name}",
        description=f"{first}\n\n{rest.strip()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=textwrap.fill(
            f"Example: minnet run {name} --fast. Results go to results/{name}: config.json, metrics.json, arrays.npz "
            "and figures/."
        ),
    )
    _common(parser)
    group = parser.add_argument_group("settings")
    hints = get_type_hints(module.Config)
    for field in fields(module.Config):
        kind, many = _kind(hints[field.name])
        default = "" if field.default in (None, MISSING) else f" ({_shown(field.default)})"
        group.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=kind,
            nargs="+" if many else None,
            metavar=kind.__name__.upper(),
            help=(field.metadata["help"] + default).replace("%", "%%"),
            action=_Tuple if many else "store",
        )
    return parser


def _seed(word: str) -> int:
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"a whole number of at least 0 is needed, not {word!r}")
    return int(word)


class _Tuple(argparse.Action):
    def __call__(self, parser: Any, namespace: Any, values: Any, option: Any = None) -> None:
        setattr(namespace, self.dest, tuple(values))


def _kind(hint: Any) -> tuple[Any, bool]:
    """What converts an option's words, and whether there may be several: int | None -> int, False."""
    options = [option for option in get_args(hint) if option is not NoneType]
    if NoneType in get_args(hint):
        return _kind(options[0])
    if getattr(hint, "__origin__", None) is tuple:
        return options[0], True
    return hint, False


def _shown(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
