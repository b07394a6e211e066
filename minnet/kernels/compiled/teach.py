"""How Numba learns the formulas.

The formulas in `kernels/formulas` are plain functions. `teach` tells Numba what to compile when a kernel calls
one, so that the source stands once and neither side knows of the other.

One thing needs help. In NumPy, `0.5 * x` has the dtype of x (NEP 50); Numba takes 0.5 for a float64 and would
compute float32 kernels at half the speed in float64. So for float32 arguments the formula is compiled with its
float constants replaced by float32 ones. A function's constants are a field of its code object, apart from the
instructions, so that is one line.
"""

import math
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from minnet.kernels.compiled.cache import OPTIONS
from minnet.kernels.formulas import activations, elementary, jets, rules


def narrowed(formula: FunctionType) -> FunctionType:
    """The same function with every float constant in float32, local and global ones alike."""

    def narrow(value: Any) -> Any:
        return np.float32(value) if isinstance(value, float) else value

    code = formula.__code__.replace(co_consts=tuple(narrow(c) for c in formula.__code__.co_consts))
    names = {name: narrow(value) for name, value in formula.__globals__.items()}
    return FunctionType(code, names, formula.__name__, formula.__defaults__)


def teach(formula: FunctionType) -> None:
    """Let compiled code call `formula` on numbers of either dtype."""

    def choose(*arguments: Any) -> FunctionType:
        return narrowed(formula) if types.float32 in arguments else formula

    options = {name: OPTIONS[name] for name in ("fastmath", "error_model")}
    overload(formula, strict=False, jit_options=options)(choose)


def functions(module: ModuleType) -> list[FunctionType]:
    """The functions that a module defines itself."""
    found = [f for f in vars(module).values() if isinstance(f, FunctionType)]
    return [f for f in found if f.__module__ == module.__name__]


for module in (activations, jets, rules):
    for function in functions(module):
        teach(function)


@overload(elementary.where)
def _where(condition, yes, no):
    return lambda condition, yes, no: yes if condition else no


@overload(elementary.erf)
def _erf(x):
    return lambda x: math.erf(x)
