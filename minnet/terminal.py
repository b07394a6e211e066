"""What minnet's commands share: lines that fit a terminal, and options that several of them have."""

import argparse
import re
import textwrap
from math import isfinite, nan
from pathlib import Path
from typing import Any

WIDTH = 100  # columns


def folded(text: str) -> str:
    """A text in lines of at most `WIDTH` columns; each line keeps its indent, and paths and options stay whole.

    >>> print(folded("minnet: " + "word " * 30 + "--option\\n  --next"))
    minnet: word word word word word word word word word word word word word word word word word word
    word word word word word word word word word word word word --option
      --next
    """
    lines = []
    for line in text.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        lines += textwrap.wrap(
            line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(lines)


def whole(word: str) -> int:
    """The type of an option that is a whole number."""
    try:
        return int(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a whole number is needed, not {word!r}") from None


def number(word: str) -> float:
    """The type of an option that is a number."""
    try:
        value = float(word)
    except ValueError:
        value = nan
    if not isfinite(value):
        raise argparse.ArgumentTypeError(f"a finite number is needed, not {word!r}")
    return value


def plain(text: str) -> str:
    """A text of a docstring without the signs that say what is code and what a formula.

    >>> plain("``minnet.fit`` falls as $t^{-0.96}$")
    'minnet.fit falls as t^-0.96'
    """
    formulas = r"(?<![\d$\\])\$(?=[^\s$])([^$]*[^\s$])\$(?![\d$])"  # prices are none
    return re.sub(formulas, lambda formula: re.sub("[{}]", "", formula[1]), text).replace("`", "")


def reflowed(text: str) -> str:
    """Paragraphs and items of a list in lines of at most `WIDTH` columns.

    >>> print(reflowed("A line\\nand another.\\n\\n- One\\n  item.\\n- Two."))
    A line and another.
    <BLANKLINE>
    - One item.
    - Two.
    """
    blocks = [re.split(r"\n(?=- )", block.strip()) for block in text.split("\n\n")]
    return "\n\n".join(
        "\n".join(
            textwrap.fill(" ".join(item.split()), WIDTH, subsequent_indent="  " * item.startswith("- "))
            for item in items
        )
        for items in blocks
    )


def seed(word: str) -> int:
    """The type of an option ``--seed``."""
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"a whole number of at least 0 is needed, not {word!r}")
    return int(word)


def jobs(word: str) -> int:
    """The type of an option ``--jobs``."""
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"a whole number of at least 1 is needed, not {word!r}")
    return int(word)


def running_options(parser: argparse.ArgumentParser) -> Any:
    """Add the options of every command that runs experiments; returns their group."""
    group = parser.add_argument_group("running")
    group.add_argument("--fast", action="store_true", help="a smoke run of seconds instead of the full size")
    group.add_argument("--out", type=Path, default=Path("results"), metavar="DIR", help="results go here (%(default)s)")
    group.add_argument("--seed", type=seed, default=0, help="of all random numbers, at least 0 (%(default)s)")
    group.add_argument(
        "--restart", action="store_true", help="make everything anew, also what is there or was interrupted"
    )
    group.add_argument(
        "--backend", choices=("threads", "dask"), default="threads", help="where runs are made (%(default)s)"
    )
    group.add_argument("--scheduler", metavar="tcp://...", help="of the Dask cluster, with --backend dask")
    group.add_argument("--quiet", action="store_true", help="no progress and no table")
    return group
