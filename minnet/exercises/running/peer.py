"""Two processes that call each other's functions: the one that checks, and the one that runs a student's file.

A message is eight bytes of length and JSON. A call names a function by number and carries its arguments; the answer
carries the result or the exception, what has become of the arguments, and the warnings of NumPy on the way, so that a
function of the other process behaves as one of this process does.
"""

import builtins
import json
import warnings
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from minnet.exercises.lines import notes
from minnet.exercises.running.memory import Memory
from minnet.exercises.running.wire import WireError, decode, encode, write_back

HEAD = 8  # bytes of a message's length
LONGEST = 2**26  # bytes of a message
MOST_PARTS = 300_000  # of a message: a number takes eight bytes in an array, and a hundred in a list
LONGEST_TEXT = 2000  # characters of an exception's or a warning's
MOST_WARNINGS = 10
MOST_NOTES = 3  # of an exception
NEVER = nullcontext()


class Peer:
    """One end.

    Parameters
    ----------
    send : function of bytes
    receive : function of a number of bytes, which returns just so many
    side : str
        Another one at each end.
    own : function
        Makes of a result what the other side may write into: a copy, where it is not to be trusted.
    clock : context manager
        Entered, perhaps again, while the other side is waited for.
    """

    def __init__(
        self,
        send: Callable[[bytes], None],
        receive: Callable[[int], bytes],
        side: str,
        own: Callable[[Any], Any] = lambda result: result,
        clock: AbstractContextManager[Any] = NEVER,
    ) -> None:
        self._send, self._receive, self._own = send, receive, own
        self._clock = clock
        self._memory = Memory(side)
        self._exported: list[Callable[..., Any]] = []
        self._calls = 0

    def export(self, function: Callable[..., Any]) -> int:
        """Allow the other side to call a function; returns its number."""
        self._exported.append(function)
        return len(self._exported) - 1

    def function(self, number: int) -> Callable[..., Any]:
        """The other side's function of a number."""

        def remote(*arguments: Any, **named: Any) -> Any:
            with self._clock:
                return self._call(number, list(arguments), named)

        return remote

    def tell(self, content: Any) -> None:
        """Send what is no call."""
        text = json.dumps(content).encode()
        self._send(len(text).to_bytes(HEAD, "big") + text)

    def hear(self) -> Any:
        """What the other side sent.

        Raises
        ------
        WireError
            It is not a message, or too long a one.
        """
        length = int.from_bytes(self._receive(HEAD), "big")
        if length > LONGEST:
            raise WireError(f"the result has {length} bytes, more than {LONGEST}")
        text = self._receive(length)
        if sum(map(text.count, (b",", b"[", b"{"))) > MOST_PARTS:
            raise WireError(f"the result has more than {MOST_PARTS} parts")
        try:
            return json.loads(text)
        except (ValueError, RecursionError, MemoryError):
            raise WireError("what came back is not a message") from None

    def serve(self) -> None:
        """Answer calls until the connection ends."""
        while True:
            self._answer(self.hear())

    def _call(self, number: int, arguments: list[Any], named: dict[str, Any]) -> Any:
        self._calls += 1
        this = self._calls
        self.tell({"call": number, "id": this, "arguments": encode([arguments, named], self.export, self._memory)})
        while True:
            message = self.hear()
            if not isinstance(message, dict):
                raise WireError("what came back is not an answer")
            if "call" in message:
                self._answer(message)
            elif message.get("id") == this:
                break
        try:
            after = decode(message["after"], self.function)
            noted = [(_category(name), str(text)) for name, text in message["warnings"][:MOST_WARNINGS]]
            error = exception(*message["error"]) if "error" in message else None
        except (KeyError, TypeError, ValueError) as fault:
            raise WireError(f"what came back is not an answer: {fault}") from None
        write_back([arguments, named], after)
        for category, text in noted:
            warnings.warn(text, category, stacklevel=3)
        if error is not None:
            raise error
        return decode(message.get("value"), self.function, self._memory)

    def _answer(self, message: Any) -> None:
        answer: dict[str, Any]
        try:
            function = self._exported[message["call"]]
            arguments, named = decode(message["arguments"], self.function, self._memory)
        except (WireError, KeyError, IndexError, TypeError):
            raise WireError("what came is not a call") from None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                answer = {"value": encode(self._own(function(*arguments, **named)), self.export, self._memory)}
            except WireError:
                raise
            except BaseException as error:
                answer = {"error": description(error)}
        answer["warnings"] = [[w.category.__name__, str(w.message)[:LONGEST_TEXT]] for w in caught[:MOST_WARNINGS]]
        self.tell(answer | {"id": message.get("id"), "after": encode([arguments, named], lambda f: None)})


def description(error: BaseException) -> list[str]:
    """Name, text and notes of an exception, even of one that cannot say its own."""
    try:
        text = f"exit({error.code or ''})" if isinstance(error, SystemExit) else str(error)
    except BaseException:
        text = "(its text cannot be had)"
    return [part[:LONGEST_TEXT] for part in (type(error).__name__[:100], text, *notes(error)[:MOST_NOTES])]


def exception(name: str, text: str, *others: str) -> Exception:
    """An exception of that name: Python's or NumPy's own, or one that has only the name."""
    kind = next((found for found in _kinds(str(name)) if found), None)
    plain = type(str(name), (Exception,), {})
    try:
        error = kind(text) if kind else plain(text)
    except TypeError:  # it wants more than a text
        error = plain(text)
    for note in others[:MOST_NOTES]:
        error.add_note(str(note)[:LONGEST_TEXT])
    return error


def _kinds(name: str) -> Iterable[type[Exception] | None]:
    for room in (builtins, np.exceptions, np.linalg):
        kind = getattr(room, name, None)
        yield kind if isinstance(kind, type) and issubclass(kind, Exception) else None


def _category(name: str) -> type[Warning]:
    kind = getattr(builtins, str(name), None)
    return kind if isinstance(kind, type) and issubclass(kind, Warning) else UserWarning
