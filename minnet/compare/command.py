"""`minnet compare`: the command line of `minnet.compare.compare`."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import Any

from minnet.errors import SettingError
from minnet.terminal import number, seed, whole

DESCRIPTION = """\
Compare optimizers on a problem of yours: which is best, by how much, and is that more than chance?

Each optimizer is tried at every learning rate, each time from the same seeds: the same first weights, the same order
of samples. At its best learning rate it is ranked. You get tables, and one page with figures. What is finished is
kept beside it: an interrupted comparison goes on by the same command, and one with more optimizers, learning rates or
seeds makes only the runs that are new.
"""
EPILOG = """\
examples:
  minnet compare adam rmsprop sgd
      on two circles, with seven learning rates and ten seeds; less than a minute
  minnet compare adam "sgd(momentum=0.9, nesterov=True)" --learning-rates 0.1 0.01 --data digits --epochs 10
      arguments of an optimizer go in brackets; put quotation marks around them
  minnet compare adam lion --data houses.csv --target price --by held-out
      a file of yours: a line of names, then numbers; a target of text or of few whole numbers makes it a classification
  minnet compare adam "lion(learning_rate=[1e-4, 1e-3])" --learning-rates 0.001 0.01
      learning rates of an optimizer's own; for fairness, as many as the others have
  minnet compare adam powerdescent --optimizer-file mine.py
      a class of yours: README.md, "Adding an optimizer", shows how one looks
"""


def add_parser(commands: Any) -> None:
    """Add the command to argparse's sub-commands."""
    from minnet.optimizers import OPTIMIZERS

    parser = commands.add_parser(
        "compare",
        help="compare optimizers on a problem of yours",
        usage="%(prog)s OPTIMIZER [OPTIMIZER ...] [options]",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=run, parser=parser)
    names = ", ".join(OPTIMIZERS).lower()
    parser.add_argument("optimizers", nargs="+", metavar="OPTIMIZER", help=f"{names}; or your own")
    add = parser.add_argument_group("the problem").add_argument
    add("--data", default="circles", help="circles, blobs, moons, digits, or a CSV or Parquet file (%(default)s)")
    add("--target", metavar="COLUMN", help="the column of the file to predict (the last one)")
    add("--task", choices=("classification", "regression"), help="if what is chosen for your file is wrong")
    add("--hidden", type=whole, nargs="*", default=[16, 16], metavar="N", help="units of each hidden layer (16 16)")
    add("--activation", default="tanh", metavar="NAME", help="after each hidden layer (%(default)s)")
    add("--initializer", default="glorot_uniform", metavar="NAME", help="of the first weights (%(default)s)")
    add("--epochs", type=whole, default=50, metavar="N", help="passes over the data (%(default)s)")
    add("--batch-size", type=whole, default=32, metavar="N", help="samples per update (%(default)s)")
    add = parser.add_argument_group("the comparison").add_argument
    add("--learning-rates", type=number, nargs="+", metavar="R", help="tried with each (seven, from 0.001 to 1)")
    add("--seeds", type=whole, default=10, metavar="N", help="runs of each at each learning rate (%(default)s)")
    add(
        "--by",
        choices=("training", "held-out"),
        default="training",
        help="the loss that learning rates are chosen and optimizers ranked by (%(default)s); with held-out, samples "
        "are set aside for either purpose",
    )
    add("--target-loss", type=number, metavar="L", help="time is taken to this training loss (as low as all come)")
    add(
        "--optimizer-file",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.py",
        help="Python with optimizers of yours; may be given several times",
    )
    add = parser.add_argument_group("running").add_argument
    add("--out", type=Path, default=Path("results/compare"), metavar="DIR", help="results go here (%(default)s)")
    add("--seed", type=seed, default=0, metavar="N", help="of all random numbers (%(default)s)")
    add("--jobs", type=whole, default=-1, metavar="N", help="runs at once; -1 (default): as many as processors")
    add("--keep-failed", action="store_true", help="do not try again what failed before, divergences aside")
    add("--quiet", action="store_true", help="no progress and no tables")


def run(options: argparse.Namespace) -> int:
    """Compare, write the report, print the tables; returns the exit status: 1 if runs failed, divergences aside."""
    from minnet.compare import LEARNING_RATES, compare
    from minnet.compare.tabular import SUFFIXES, open_table

    report = options.out / "report.html"
    if report.is_dir():
        raise SettingError(f"{report} is a folder; choose another --out")
    if not options.quiet and options.data.lower().endswith(SUFFIXES):
        print(f"{options.data}: {open_table(Path(options.data)).account()}\n", flush=True)
    try:
        comparison = compare(
            options.optimizers,
            data=options.data,
            target=options.target,
            task=options.task,
            learning_rates=options.learning_rates or LEARNING_RATES,
            hidden=options.hidden,
            activation=options.activation,
            initializer=options.initializer,
            epochs=options.epochs,
            batch_size=options.batch_size,
            seeds=options.seeds,
            by=options.by,
            target_loss=options.target_loss,
            optimizer_files=options.optimizer_file,
            seed=options.seed,
            out=options.out,
            n_jobs=options.jobs,
            keep_failed=options.keep_failed,
            progress=not options.quiet,
        )
        comparison.write_report(report, command_line(options))
    except KeyboardInterrupt as interrupt:
        progress = f"{str(interrupt).partition(';')[0]}. " if str(interrupt) else ""
        print(f"\nminnet: {progress}Go on where it stopped with the same command", file=sys.stderr)
        return 130
    if not options.quiet:
        print(f"{comparison.question.data}\n\n{comparison}\n\nThe report is {report}")
    failed = [row for row in comparison.rows if row.error is not None and not row.diverged]
    if failed:
        print(
            f"minnet: {len(failed)} of {len(comparison.rows)} runs failed, for instance: {failed[0].error}",
            file=sys.stderr,
        )
    return 1 if failed else 0


def command_line(options: argparse.Namespace) -> str:
    """The command that gives these options, without what changes no result."""
    words = ["minnet", "compare", *options.optimizers]
    for name in ("data", "target", "task", "hidden", "activation", "initializer", "epochs", "batch_size",
                 "learning_rates", "seeds", "by", "target_loss", "optimizer_file", "seed"):  # fmt: skip
        value, option = getattr(options, name), f"--{name.replace('_', '-')}"
        if name == "optimizer_file":
            words += [word for file in value for word in (option, str(file))]
        elif value is not None:
            words += [option, *map(str, value if isinstance(value, list) else [value])]
    return shlex.join(words)
