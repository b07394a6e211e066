"""Arguments and results as JSON, to another process and back.

What comes back was made by a student's code, which may send anything: decoding runs none of it (no pickle). Numbers,
strings, tuples, lists, dictionaries, arrays and random generators keep their type; functions become calls of the other
process; everything else arrives as an object that has only the name of its type.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import numpy as np

from minnet.checks import generator_of
from minnet.exercises.running.memory import Memory, place, view
from minnet.types import Array

PLAIN = (bool, str, type(None))
KINDS = "fiubcSU"  # of arrays that bytes can hold
MOST_BYTES = 2**24  # of an array
MOST_BITS = 4000  # of a whole number: Python refuses to write longer ones


class WireError(ValueError):
    """What came is not what `encode` makes."""


def encode(value: Any, export: Callable[[Any], int | None], memory: Memory | None = None) -> Any:
    """A value as JSON can hold it.

    Parameters
    ----------
    value : object
    export : function
        Number of a function that the other side may call; None where it may not.
    memory : Memory, optional
        Of arrays and lists that stay the same on both sides.
    """
    if isinstance(value, PLAIN) or (type(value) is float) or (type(value) is int and value.bit_length() < MOST_BITS):
        return value
    if isinstance(value, complex) and not isinstance(value, np.generic):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, np.generic) and value.dtype.kind in KINDS:
        return {"scalar": [value.dtype.str, b64encode(value.tobytes()).decode()]}
    if isinstance(value, np.ndarray) and value.dtype.kind in KINDS:
        if value.nbytes > MOST_BYTES:
            return {"other": f"n array of {value.nbytes} bytes"}
        return _remembered(value, _whole, memory)
    if isinstance(value, list):
        return _remembered(value, lambda parts: {"list": [encode(each, export, memory) for each in parts]}, memory)
    if isinstance(value, tuple):
        return {"tuple": [encode(each, export, memory) for each in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(k, export, memory), encode(v, export, memory)] for k, v in value.items()]}
    if isinstance(value, np.random.Generator):
        return {"generator": encode(value.bit_generator.state, export)}
    if callable(value) and (number := export(value)) is not None:
        return {"function": number}
    return {"other": type(value).__name__[:100]}


def _remembered(value: Any, whole: Callable[[Any], Any], memory: Memory | None) -> Any:
    """An array or a list, and which one that both sides know it is or lies in."""
    if memory is None:
        return whole(value)
    if (key := memory.find(value)) is None:
        return {"new": [memory.add(value), whole(value)]}
    owner = memory[key]
    return {"known": [key, whole(owner), place(value, owner) if isinstance(value, np.ndarray) else None]}


def _whole(array: Array) -> dict[str, Any]:
    """An array with its numbers, which keep their order in memory."""
    by_columns = array.flags.f_contiguous and not array.flags.c_contiguous
    data = array.tobytes("F") if by_columns else array.tobytes()
    return {"array": [array.dtype.str, list(array.shape), "F" if by_columns else "C", b64encode(data).decode()]}


def decode(content: Any, function: Callable[[int], Any], memory: Memory | None = None) -> Any:
    """The value that `encode` was given.

    Parameters
    ----------
    content : as `encode` makes it
    function : function
        Of a number: what calls the other side's function of that number.
    memory : Memory, optional
        As that of `encode`.

    Raises
    ------
    WireError
        `content` is not what `encode` makes.
    """
    try:
        return _decoded(content, function, memory)
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError, RecursionError) as error:
        raise WireError(f"what came back is not a result: {type(error).__name__}: {error}") from None


def _decoded(content: Any, function: Callable[[int], Any], memory: Memory | None) -> Any:
    if not isinstance(content, dict):
        if isinstance(content, list):
            raise WireError("what came back is not a result: a bare list")
        return content
    ((kind, inside),) = content.items()
    if kind == "complex":
        return complex(*inside)
    if kind == "scalar":
        return np.frombuffer(b64decode(inside[1]), _dtype(inside[0]))[0]
    if kind == "array":
        dtype, shape, order, data = inside
        return np.frombuffer(b64decode(data), _dtype(dtype)).reshape(shape, order=order).copy(order)
    if kind == "new" and memory is not None:
        value = _decoded(inside[1], function, memory)
        memory.add(value, str(inside[0]))
        return value
    if kind == "known" and memory is not None:
        return _renewed(memory[inside[0]], _decoded(inside[1], function, memory), inside[2])
    if kind in ("tuple", "list"):
        parts = [_decoded(each, function, memory) for each in inside]
        return tuple(parts) if kind == "tuple" else parts
    if kind == "dict":
        return {_decoded(k, function, memory): _decoded(v, function, memory) for k, v in inside}
    if kind == "generator":
        return generator_of(_decoded(inside, function, None))
    if kind == "function":
        return function(inside)
    if kind == "other":
        return type(str(inside), (), {"__module__": "builtins"})()
    raise WireError(f"what came back is not a result: {kind!r}")


def _renewed(known: Any, now: Any, where: list[Any] | None) -> Any:
    """What is known already, as it is now; of an array, the part at a place."""
    if isinstance(known, list) and isinstance(now, list):
        known[:] = now
        return known
    kinds = {type(known), type(now)}
    if kinds != {np.ndarray} or (known.shape, known.dtype) != (now.shape, now.dtype):
        raise WireError("what came back is not a result: an array that has become another")
    known[...] = now
    dtype, shape, offset, strides = where or []
    return view(known, _dtype(dtype), shape, offset, strides)


def _dtype(text: str) -> np.dtype[Any]:
    dtype = np.dtype(text)
    if dtype.kind not in KINDS or not dtype.itemsize:
        raise WireError(f"what came back is not a result: an array of {text}")
    return dtype


def write_back(before: Any, after: Any) -> None:
    """Make an argument what the other side's call has made of its copy."""
    if isinstance(before, np.ndarray) and isinstance(after, np.ndarray):
        if before.shape == after.shape and before.dtype == after.dtype:
            before[...] = after
    elif isinstance(before, np.random.Generator) and isinstance(after, np.random.Generator):
        before.bit_generator.state = after.bit_generator.state
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) == len(after):
            for k, (old, new) in enumerate(zip(before, after, strict=True)):
                before[k] = _merged(old, new)
        else:
            before[:] = after
    elif isinstance(before, tuple) and isinstance(after, tuple):
        for old, new in zip(before, after, strict=False):
            write_back(old, new)
    elif isinstance(before, dict) and isinstance(after, dict):
        merged = {key: _merged(before.get(key), new) for key, new in after.items()}
        before.clear()
        before.update(merged)


def _merged(before: Any, after: Any) -> Any:
    if isinstance(before, np.ndarray | np.random.Generator | list | tuple | dict) and type(before) is type(after):
        write_back(before, after)
        return before
    return before if callable(before) else after
