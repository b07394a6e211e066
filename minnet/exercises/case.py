"""What an exercise is made of: calls whose results are known, and mistakes whose results are known too."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


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
    """

    function: str
    arguments: dict[str, Any]
    about: str = ""
    tolerance: float = 1e-9


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
    """

    known: list[Mistake] = field(default_factory=list)

    def __call__(self, sentence: str, *, hint: int | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def added(function: Callable[..., Any]) -> Callable[..., Any]:
            self.known.append(Mistake(function, sentence, hint))
            return function

        return added
