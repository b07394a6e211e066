"""The command line: `minnet list`, `minnet run`, `minnet reproduce`, `minnet compare`, `minnet exercise`,
`minnet play`, `minnet study`, `minnet warm`."""

import argparse
import os
import shlex
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import MISSING, fields, replace
from importlib import import_module
from types import NoneType
from typing import Any, NoReturn, get_args, get_type_hints

import minnet
from minnet import experiments, kernels
from minnet.errors import StudyInterrupted, TrainingInterrupted, nearest
from minnet.reproduction.durations import duration
from minnet.terminal import WIDTH, folded, number, plain, reflowed, running_options, whole


class Parser(argparse.ArgumentParser):
    """argparse, with the nearest name for what it does not know, and no guessing of shortened options."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        options, unknown = self.parse_known_args(args, namespace)
        if unknown:
            getattr(options, "parser", self).reject(unknown[0])
        return options

    def error(self, message: str) -> NoReturn:
        self.exit(2, folded(f"{self.prog}: {message}. '{self.prog} --help' says more") + "\n")

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
        print(folded(f"minnet: {error}"), file=sys.stderr)
        return 2
    except KeyboardInterrupt as interrupt:
        is_ours = isinstance(interrupt, TrainingInterrupted | StudyInterrupted)
        progress = f"{str(interrupt).partition(';')[0]}. " if is_ours else ""
        again = shlex.join(word for word in words if word != "--restart")
        print(f"\nminnet: {progress}Go on where it stopped by the same command: minnet {again}", file=sys.stderr)
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
    listing.add_argument("--long", action="store_true", help="also how long each takes on this machine")
    listing.set_defaults(command=list_experiments, parser=listing)

    running = commands.add_parser(
        "run",
        help="run one experiment",
        description="Run one experiment. 'minnet list' says what each is about, and 'minnet run NAME --help' shows its "
        "settings.",
        epilog=_names_by_document(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,  # --help after a name belongs to the experiment
    )
    running.add_argument("name", nargs="?", metavar="NAME", help="one of those below")
    running.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    running.set_defaults(command=run_experiment, parser=running)

    from minnet.compare import command as compare_command  # only here: other commands need not wait for it
    from minnet.exercises import command as exercise_command
    from minnet.playground import command as play_command
    from minnet.reproduction import command as reproduce_command
    from minnet.study import command as study_command
    from minnet.warming import command as warm_command

    reproduce_command.add_parser(commands)
    compare_command.add_parser(commands)
    exercise_command.add_parser(commands)
    play_command.add_parser(commands)
    study_command.add_parser(commands, words)
    warm_command.add_parser(commands)
    if words[:1] == ["run"] and words[1:2] in ([], ["-h"], ["--help"]):
        running.print_help(sys.stdout if words[1:] else sys.stderr)
        raise SystemExit(0 if words[1:] else 2)
    if words and not words[0].startswith("-") and words[0] not in commands.choices:
        parser.error(f"there is no command {words[0]!r}; {nearest(words[0], commands.choices)}")
    return parser.parse_args(words)


def list_experiments(options: argparse.Namespace) -> int:
    width = max(map(len, experiments.NAMES)) + 4
    for folder, names in experiments.DOCUMENTS.items():
        print(textwrap.fill(_document(folder), WIDTH))
        for name in names:
            title = (experiments.find(name).__doc__ or "").partition("\n")[0]
            print(textwrap.fill(f"  {name}".ljust(width) + title, WIDTH, subsequent_indent=" " * width))
            if options.long:
                fast, full = (duration(name, fast=fast, threads=kernels.threads()) for fast in (True, False))
                print(f"{'':{width}}{fast} with --fast, {full} at full size")
        print()
    if options.long:
        print("Durations are for this machine, one experiment at a time. *: derived from a shorter run, and rough.")
    print("minnet run NAME --help shows the settings of one; minnet reproduce runs them all.")
    return 0


def _names_by_document() -> str:
    """Names of all experiments, each document's under what they are about."""
    wrapper = textwrap.TextWrapper(WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    lines = []
    for folder, names in experiments.DOCUMENTS.items():
        lines.append(_document(folder).partition(":")[0])
        lines += wrapper.wrap(", ".join(names))
    return "\n".join(lines)


def _document(folder: str) -> str:
    """What the experiments of a folder are about, and the document they are from."""
    return (import_module(f"minnet.experiments.{folder}").__doc__ or "").strip()


def run_experiment(options: argparse.Namespace) -> int:
    from minnet import study
    from minnet.experiments.runner import execute

    if options.name is None:
        options.parser.reject(options.rest[0])
    module = experiments.find(options.name)
    chosen = _experiment_parser(options.name, module).parse_args(options.rest)
    config = module.Config.fast() if chosen.fast else module.Config()
    settings = {f.name: getattr(chosen, f.name) for f in fields(config) if getattr(chosen, f.name) is not None}
    config = replace(config, **settings)
    with study.use_backend(chosen.backend, chosen.scheduler):
        table = execute(
            options.name, config, seed=chosen.seed, out=chosen.out, progress=not chosen.quiet, restart=chosen.restart
        )
    if not chosen.quiet:
        print(f"{table}\n\nSettings, metrics, arrays and figures are in {chosen.out / options.name}")
    return 0


def _experiment_parser(name: str, module: Any) -> Parser:
    """Every field of the experiment's Config is an option."""
    first, _, rest = (module.__doc__ or "").strip().partition("\n")
    parser = Parser(
        prog=f"minnet run {name}",
        description=reflowed(plain(f"{first}\n\n{rest.strip()}")),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=textwrap.fill(
            f"Example: minnet run {name} --fast. Results go to results/{name}: config.json, metrics.json, arrays.npz "
            "and figures/."
        ),
    )
    running_options(parser)
    group = parser.add_argument_group("settings")
    hints = get_type_hints(module.Config)
    for field in fields(module.Config):
        kind, count = _kind(hints[field.name])
        default = "" if field.default in (None, MISSING) else f" ({_as_text(field.default)})"
        group.add_argument(
            f"--{field.name.replace('_', '-')}",
            type={int: whole, float: number}.get(kind, kind),
            nargs=count,
            metavar=kind.__name__.upper(),
            help=(field.metadata["help"] + default).replace("%", "%%"),
            action=_Tuple if count else "store",
        )
    return parser


class _Tuple(argparse.Action):
    def __call__(self, parser: Any, namespace: Any, values: Any, option: Any = None) -> None:
        setattr(namespace, self.dest, tuple(values))


def _kind(hint: Any) -> tuple[Any, int | str | None]:
    """What an option's words are, and how many, as argparse has it: int | None -> int, None."""
    options = [option for option in get_args(hint) if option is not NoneType]
    if NoneType in get_args(hint):
        return _kind(options[0])
    if getattr(hint, "__origin__", None) is tuple:
        return options[0], "+" if options[-1] is Ellipsis else len(options)
    return hint, None


def _as_text(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
