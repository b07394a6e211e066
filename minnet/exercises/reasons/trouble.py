"""What exceptions and NumPy's warnings are about, in words: shapes that do not fit, overflow, 0 / 0."""

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


def exception(attempt: Attempt) -> str | None:
    """What an exception of NumPy or Python is most often about."""
    trial = attempt.first
    error, arguments = trial.own.error, trial.case.arguments
    text = str(error)
    if isinstance(error, ValueError) and ("broadcast" in text or "matmul" in text or "aligned" in text):
        shapes = ", ".join(f"{name} {np.shape(value)}" for name, value in arguments.items() if np.ndim(value))
        return f"Shapes do not fit together somewhere. The arguments: {shapes}. Write the shape of each step beside it."
    if isinstance(error, TypeError) and "argument" in text and "unexpected" in text + "missing":
        return f"The function is called by names, with {', '.join(arguments)}: keep these parameters."
    if isinstance(error, OverflowError):
        return "A number becomes too large for a float: see which function of math is called with a large argument."
    if isinstance(error, ZeroDivisionError):
        return "Something is divided by 0 in this call."
    if isinstance(error, ValueError) and "truth value of an array" in text:
        return (
            "An array stands where True or False is due: after if, and, or in Python's max(x, 0). Use np.where or "
            "np.maximum; or go through the single numbers, with np.ndindex if there may be several axes."
        )
    if isinstance(error, ValueError) and "read-only" in text:
        return "A view that cannot be written is written into: copy it first."
    return None


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
