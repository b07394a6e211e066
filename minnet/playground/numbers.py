"""Numbers that a visitor types: with a decimal point or a decimal comma, and in a range that the message names."""

import re
from dataclasses import dataclass
from math import inf, isfinite

from minnet.errors import SettingError, is_number, is_whole

COMMA = re.compile(r"[+-]?\d+,\d*([eE][+-]?\d+)?|[+-]?,\d+([eE][+-]?\d+)?")
ARGUMENT = re.compile(r"(=\s*[+-]?\d+),(\d+(?:[eE][+-]?\d+)?)(?=\s*(?:,|\)|$))")


@dataclass(frozen=True)
class Number:
    """A number of the page: the title of its field, and its range, ends included."""

    title: str
    low: float
    high: float = inf
    whole: bool = False

    def read(self, text: str) -> float:
        """What is typed; a `SettingError` if it is no number, or out of range."""
        shown = text.strip()
        pointed = shown.replace(",", ".") if COMMA.fullmatch(shown) else shown
        try:
            value = float(pointed)
        except ValueError:
            value = inf
        if not isfinite(value):
            raise SettingError(f"{self.title}: {shown[:40]!r} is not a number; {self.range} is needed")
        if self.whole and (not value.is_integer() or "," in shown):  # 1,000 may be meant as one or as a thousand
            raise SettingError(f"{self.title}: {shown[:40]!r} is not a whole number; {self.range} is needed")
        value = int(value) if self.whole else value
        self.check(value)
        return value

    def check(self, value: float) -> None:
        """Raise a `SettingError` if it is out of range."""
        kind = is_whole if self.whole else is_number
        if not kind(value) or not self.low <= value <= self.high:
            shown = f"{value:.15g}" if is_number(value) else repr(value)
            raise SettingError(f"{self.title}: {shown} is out of range; {self.range} is needed")

    @property
    def range(self) -> str:
        """In words."""
        kind, low = "a whole number" if self.whole else "a number", f"{self.low:g}"
        return f"{kind} of {low} or more" if self.high == inf else f"{kind} from {low} to {self.high:.9g}"


def with_points(arguments: str) -> str:
    """Named arguments with decimal points: after an equals sign, digits, a comma and digits are one number.

    >>> with_points("momentum=0,9, nesterov=True")
    'momentum=0.9, nesterov=True'
    """
    return ARGUMENT.sub(r"\1.\2", arguments)
