"""What exceptions and NumPy's warnings are about, in words: shapes that do not fit, overflow, 0 / 0."""

import inspect
import sys
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import numpy as np

from minnet.exercises.difference import finite
from minnet.exercises.reasons.attempt import Attempt

MEANINGS = {
    "overflow encountered in exp": "exp overflows: beyond 709 it is larger than any float. Write the formula so that "
    "exp is taken of numbers that are not positive",
    "overflow encountered in": "numbers become too large for a float ({operation}). Divide, subtract or take "
    "logarithms before they grow",
    "divide by zero encountered in log": "a logarithm is taken of 0, which is -inf",
    "divide by zero encountered in": "something is divided by 0",
    "invalid value encountered in sqrt": "a root is taken of a negative number, which is nan",
    "invalid value encountered in log": "a logarithm is taken of a negative number, which is nan",
    "invalid value encountered in subtract": "inf - inf is nan: two numbers have overflowed before",
    "invalid value encountered in multiply": "0 times inf is nan: a number has overflowed before",
    "invalid value encountered in": "0 / 0 or inf / inf is nan ({operation})",
    "Mean of empty slice": "a mean is taken of nothing",
    "Degrees of freedom": "a variance is taken of a single number, and divided by n - 1 = 0",
}

EXCEPTIONS = (
    ("OverflowError", "", "A number becomes too large for a float: see which function of math is called with a large "
     "argument."),
    ("ZeroDivisionError", "", "Something is divided by 0 in this call."),
    ("ValueError", "truth value of an array", "An array stands where True or False is due: after if, and, or in "
     "Python's max(x, 0). Use np.where or np.maximum; or go through the single numbers, with np.ndindex if there may "
     "be several axes."),
    ("ValueError", "read-only", "A view that cannot be written is written into: copy it first."),
    ("ValueError", "math domain", "A function of math is called where it has no value, such as a root or a logarithm "
     "of a number below 0."),
    ("ValueError", "inhomogeneous", "An array is made of parts of several lengths: see which rows differ."),
    ("ValueError", "setting an array element with a sequence", "Several numbers are written where there is room for "
     "one: see the shapes on both sides of =."),
    ("ValueError", "cannot reshape", "reshape keeps the number of entries: multiply the lengths to see where not."),
    ("TypeError", "be converted to Python scalars", "A function of math, float or int is called with an array: they "
     "take single numbers. NumPy's functions, such as np.exp, take arrays."),
    ("TypeError", "object is not callable", "Something that is no function has parentheses behind it: is * missing, or "
     "are square brackets meant?"),
    ("TypeError", "is not subscriptable", "Something that has no entries has square brackets behind it."),
    ("TypeError", "NoneType", "Something is None here: see what gave it; a function without return gives None."),
    ("IndexError", "out of bounds", "An index goes past the end: they run from 0 to the length less 1."),
    ("IndexError", "out of range", "An index goes past the end: they run from 0 to the length less 1."),
    ("IndexError", "too many indices", "There are more indices than axes: print the shape to see how many there are."),
    ("IndexError", "must be integers", "An index is a float: // divides whole numbers to whole ones, and int(...) "
     "makes one."),
    ("IndexError", "only integers", "An index is a float: // divides whole numbers to whole ones, and int(...) makes "
     "one."),
    ("UnboundLocalError", "", "A variable is used before it has a value in this function: what is assigned anywhere "
     "in a function is the function's own."),
    ("RecursionError", "", "The function calls itself (or calls one that calls it) without end: something must stop "
     "it, or another function of a similar name is meant."),
    ("EOFError", "", "The file asks for input, and nobody can answer in a check: all that is needed is in the "
     "arguments."),
    ("OSError", "reading from stdin", "The file asks for input, and nobody can answer in a check: all that is needed "
     "is in the arguments."),
    ("SystemExit", "", "exit(), quit() or sys.exit() ends all: leave it out, and use return."),
    ("BdbQuit", "", "A breakpoint has nobody to speak with in a check: minnet exercise debug and pytest stop there."),
    ("KeyError", "", "A dict has no entry of that name."),
    ("_UFuncOutputCastingError", "", "An array of whole numbers is changed in place by floats: begin with floats."),
)  # fmt: skip
"""Exception, what stands in its text, and what that is most often about."""


def exception(attempt: Attempt) -> str | None:
    """What an exception of NumPy or Python is most often about."""
    trial = attempt.first
    error, arguments = trial.own.error, trial.case.arguments
    if error is None:
        return None
    name, text = type(error).__name__, str(error)
    if name == "ValueError" and ("broadcast" in text or "matmul" in text or "aligned" in text):
        shapes = ", ".join(f"{name} {np.shape(value)}" for name, value in arguments.items() if np.ndim(value))
        return f"Shapes do not fit together somewhere. The arguments: {shapes}. Write the shape of each step beside it."
    if name == "TypeError" and _of_the_call(text, trial.case.function, attempt.function):
        return f"The function is called by names, with {', '.join(arguments)}: keep these parameters, and no others."
    if name == "NameError" and (unknown := _quoted(text)):
        return _unknown(unknown, list(arguments))
    if name == "AttributeError" and (unknown := _quoted(text.rpartition("attribute")[2])):
        return _no_attribute(text, unknown)
    return next((words for kind, part, words in EXCEPTIONS if kind == name and part in text), None)


def _of_the_call(text: str, name: str, function: Callable[..., Any]) -> bool:
    """Whether a TypeError says that arguments and parameters of the student's function do not fit."""
    called = text.partition("(")[0].rpartition(".")[2]
    names = name, getattr(inspect.unwrap(function), "__name__", name)
    return called in names and ("unexpected keyword" in text or "required" in text or "positional argument" in text)


def _unknown(name: str, arguments: list[str]) -> str:
    """Of a name that means nothing."""
    if name in ("np", "numpy"):
        return "import numpy as np is missing at the top of the file."
    if near := get_close_matches(name, arguments, n=1):
        return f"Nothing is called {name}: is {near[0]} meant?"
    if name in dir(np) and name not in arguments:
        return f"Nothing is called {name} here: NumPy's function is np.{name}, after import numpy as np."
    if name in sys.stdlib_module_names:
        return f"import {name} is missing at the top of the file."
    return f"Nothing is called {name} where it is used: it was given no value before, or is spelt otherwise there."


def _no_attribute(text: str, name: str) -> str | None:
    """Of what an array or NumPy does not have."""
    if "module 'numpy'" in text:
        near = get_close_matches(name, dir(np), n=1)
        return f"NumPy has no {name}{f': is np.{near[0]} meant?' if near else '.'}"
    if "ndarray" in text:
        own = f" NumPy's function np.{name}(x) is there." if callable(getattr(np, name, None)) else ""
        near = get_close_matches(name, dir(np.ndarray), n=1)
        return f"An array has no {name}{f' (is {near[0]} meant?)' if near and not own else ''}.{own}"
    if "NoneType" in text:
        return f"Something is None where .{name} is asked for: see what gave it; list.sort and list.append return None."
    return None


def _quoted(text: str) -> str:
    """What stands in the last quotes."""
    parts = text.split("'")
    return parts[-2] if len(parts) > 2 else ""


def numerics(attempt: Attempt) -> str | None:
    """What NumPy warned of in the first wrong call, and the right function did not; else that nan is there."""
    wrong, first = [trial for trial in attempt.wrong if trial.own.error is None], attempt.first
    if first.own.warned and not first.right.warned and (not finite(first.own.value) or not first.differs):
        return f"In this call {_meaning(first.own.warned)}."
    if wrong and all(finite(trial.right.value) and not finite(trial.own.value) for trial in wrong):
        return (
            "Your result has nan or inf where the right one is finite: 0 / 0, inf - inf, or numbers too large for exp."
        )
    return None


def _meaning(warned: str) -> str:
    warned = " ".join(warned.split())
    operation = warned.rpartition(" in ")[2]
    meaning = next((words for start, words in MEANINGS.items() if warned.startswith(start)), None)
    return f"NumPy warns: {warned}" if meaning is None else meaning.replace("{operation}", operation)
