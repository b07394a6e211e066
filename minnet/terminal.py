"""What minnet's commands share: lines that fit a terminal, and options that several of them have."""

import argparse
import textwrap

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


def seed(word: str) -> int:
    """The type of an option ``--seed``."""
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"a whole number of at least 0 is needed, not {word!r}")
    return int(word)
