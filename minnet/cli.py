"""The command line: `minnet list`, `minnet run`, `minnet reproduce`."""

import argparse
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
from minnet.errors import TrainingInterrupted, nearest


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
        return options.command(options)
    except (ValueError, TypeError, OSError) as error:
        print(f"minnet: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as interrupt:
        where = f"{str(interrupt).partition(';')[0]}. " if isinstance(interrupt, TrainingInterrupted) else ""
        again = shlex.join(word for word in words if word != "--resume")
        print(f"\nminnet: {where}Go on where it stopped with: minnet {again} --resume", file=sys.stderr)
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
    from minnet.experiments.runner import execute

    if options.name is None:
        options.parser.reject(options.rest[0])
    module = experiments.find(options.name)
    chosen = _experiment_parser(options.name, module).parse_args(options.rest)
    config = module.Config.fast() if chosen.fast else module.Config()
    given = {f.name: getattr(chosen, f.name) for f in fields(config) if getattr(chosen, f.name) is not None}
    config = replace(config, **given)
    table = execute(
        options.name, config, seed=chosen.seed, out=chosen.out, progress=not chosen.quiet, resume=chosen.resume
    )
    if not chosen.quiet:
        print(f"{table}\n\nSettings, metrics, arrays and figures are in {chosen.out / options.name}")
    return 0


def reproduce(options: argparse.Namespace) -> int:
    from minnet.experiments.runner import execute
    from minnet.report import write_report

    for name in experiments.NAMES:
        config = experiments.find(name).Config
        config = config.fast() if options.fast else config()
        table = execute(
            name, config, seed=options.seed, out=options.out, progress=not options.quiet, resume=options.resume
        )
        if not options.quiet:
            print(f"{name}\n\n{table}\n")
    path = write_report(options.out)
    if not options.quiet:
        print(f"The report is {path}")
    return 0


def _common(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("running")
    group.add_argument("--fast", action="store_true", help="a smoke run of seconds instead of the full size")
    group.add_argument("--out", type=Path, default=Path("results"), metavar="DIR", help="results go here (%(default)s)")
    group.add_argument("--seed", type=_seed, default=0, help="of all random numbers, at least 0 (%(default)s)")
    group.add_argument("--resume", action="store_true", help="go on where an interrupted run stopped")
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
