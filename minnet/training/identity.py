"""When settings are the same: what a checkpoint keeps of a loss, an optimizer or a layer, to compare another run with.

A `repr` tells all where a class has one of its own. One that is inherited does not know what a subclass has added, one
with an address is another in every process, and one with dots leaves something out: then it is attributes, and what
methods have closed over, that count.
"""

import hashlib
import re
from functools import partial
from inspect import signature
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from minnet.architecture import layer_name
from minnet.layers import Layer
from minnet.losses import Loss
from minnet.optimizers import Optimizer
from minnet.schedules import Schedule

ADDRESS = re.compile(" at 0x[0-9a-fA-F]+")
INCOMPLETE = re.compile(rf"{ADDRESS.pattern}|\.\.\.")


def described(part: Any) -> Any:
    """What JSON can hold, or what it can hold of the parts of which this is made."""
    if isinstance(part, np.generic | np.ndarray):
        return part.tolist()
    if isinstance(part, MethodType):
        return [described(part.__func__), described(part.__self__)]
    if isinstance(part, partial):
        return [described(part.func), list(part.args), part.keywords]
    if isinstance(part, FunctionType):
        return f"{part.__qualname__} ({_digest(part)})"
    kind, closed_over = type(part), _closed_over_by_class(type(part))
    if _tells_all(part) or isinstance(part, type) or not (_attributes(part) or hasattr(part, "__dict__")):
        return repr(part)
    return [kind.__qualname__, _attributes(part), *closed_over]


def own_settings(layer: Layer) -> dict[str, Any] | None:
    """Of a layer that is not one of minnet's, the attributes that are called as what it was made from: `settings` may
    have forgotten them. None for others."""
    if not layer_name(type(layer)).startswith("own."):
        return None
    arrays, values = {*layer.shapes, *layer.buffer_shapes}, _attributes(layer)
    return {name: values[name] for name in signature(type(layer)).parameters if name in values and name not in arrays}


def _tells_all(part: Any) -> bool:
    """Whether the `repr` of an object, and those of the settings within it, tell all that they do."""
    if "__repr__" not in vars(type(part)) or INCOMPLETE.search(repr(part)) or _closed_over_by_class(type(part)):
        return False
    settings = [value for value in _attributes(part).values() if isinstance(value, Optimizer | Schedule | Loss)]
    return all(map(_tells_all, settings))


def _attributes(part: Any) -> dict[str, Any]:
    """Those in `__dict__`, and those in slots."""
    slots = [vars(kind).get("__slots__", ()) for kind in type(part).__mro__]
    names = [name for some in slots for name in ((some,) if isinstance(some, str) else some)]
    in_slots = {name: getattr(part, name) for name in names if hasattr(part, name)}
    return {**in_slots, **getattr(part, "__dict__", {})}


def _closed_over_by_class(kind: type) -> list[Any]:
    """What methods have closed over, of a class that was made within a function; not of what `dataclass` writes."""
    functions = [
        function
        for owner in kind.__mro__
        for function in vars(owner).values()
        if isinstance(function, FunctionType) and function.__code__.co_filename != "<string>"
        and not hasattr(function, "__wrapped__") and not owner.__module__.startswith("minnet.")
    ]  # fmt: skip
    return [value for function in functions for value in _closed_over(function)]


def _closed_over(function: FunctionType) -> list[Any]:
    """The numbers, texts and functions that a function has closed over, and the kinds of other values."""
    values: list[Any] = []
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        if name == "__class__":  # which `super()` asks for
            continue
        value = cell.cell_contents
        if isinstance(value, FunctionType):  # it may be the function itself
            values.append(_code(value.__code__))
        else:
            values.append(value if isinstance(value, int | float | str) else type(value).__name__)
    return values


def _digest(function: FunctionType) -> str:
    """Of a function's code, its defaults, and what it has closed over."""
    whole = repr((_code(function.__code__), function.__defaults__, function.__kwdefaults__, _closed_over(function)))
    return hashlib.blake2b(ADDRESS.sub("", whole).encode(), digest_size=6).hexdigest()


def _code(code: Any) -> str:
    """A function's code, and that of functions within it, without what depends on where it is written."""
    constants = [_code(constant) if hasattr(constant, "co_code") else constant for constant in code.co_consts]
    return repr((code.co_code.hex(), code.co_names, constants))
