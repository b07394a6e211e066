"""What an exercise is made of: calls whose results are known, and mistakes whose results are known too."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from minnet.errors import SettingError, check_range


@dataclass(frozen=True)
class Case:
    """A call of one of the exercise's functions.

    Attributes
    ----------
    function : str
    arguments : dict
        By name, in the order of the function's parameters.
    about : str
        What is special about it, if anything: "large numbers".
    tolerance : float
        Relative to the largest expected number.

    Raises
    ------
    SettingError
        One of these is of another type, or the tolerance is negative.
    """

    function: str
    arguments: dict[str, Any]
    about: str = ""
    tolerance: float = 1e-9

    def __post_init__(self) -> None:
        _expect("Case", function=(self.function, str), arguments=(self.arguments, dict), about=(self.about, str))
        for name in self.arguments:
            _expect("Case", **{"each name of an argument": (name, str)})
        check_range("Case", tolerance=(self.tolerance, lambda value: 0 <= value < float("inf"), "at least 0"))


@dataclass(frozen=True)
class Mistake:
    """A function that is wrong in one way, with a sentence that says in which."""

    function: Callable[..., Any]
    sentence: str
    hint: int | None = None

    @property
    def name(self) -> str:
        """Of the function that it stands in for."""
        return self.function.__name__.partition("__")[0]


@dataclass
class Mistakes:
    """A list of mistakes that fills itself: ``mistakes = Mistakes()``, and ``@mistakes("You forgot ...")`` above each.

    A mistake of a function f is called ``f__what_is_wrong``.

    Raises
    ------
    SettingError
        The sentence is no text or empty (as where only ``@mistakes`` stands), or the hint is no whole number.

    Examples
    --------
    >>> mistakes = Mistakes()
    >>> @mistakes("You forgot the minus sign.")
    ... def slope__sign(x):
    ...     return x
    >>> mistakes.known[0].sentence
    'You forgot the minus sign.'
    """

    known: list[Mistake] = field(default_factory=list)

    def __call__(self, sentence: str, *, hint: int | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        _expect('@mistakes("You forgot ...", hint=1)', sentence=(sentence, str), hint=(hint, int | None))
        if not sentence.strip():
            raise SettingError("@mistakes: the sentence is empty; it must say what is wrong")

        def added(function: Callable[..., Any]) -> Callable[..., Any]:
            _expect('@mistakes("...")', **{"what stands below": (function, FunctionType)})
            self.known.append(Mistake(function, sentence, hint))
            return function

        return added


def _expect(owner: str, **values: tuple[Any, Any]) -> None:
    """Raise `SettingError` for the first value that is not of its type."""
    for name, (value, kind) in values.items():
        if not isinstance(value, kind):
            wanted = getattr(kind, "__name__", kind)
            raise SettingError(f"{owner}: {name} must be of type {wanted}, not {type(value).__name__}")
