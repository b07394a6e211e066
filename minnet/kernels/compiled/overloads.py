"""The formulas in compiled code.

The formulas in `kernels/formulas` are plain functions. `overload_formula` tells Numba what to compile when a kernel
calls one, so that the source stands once and formulas know nothing of Numba.
"""

from collections.abc import Set
from types import FunctionType, ModuleType
from typing import Any

from numba import types
from numba.extending import overload

from minnet.kernels.compiled import elementary  # noqa: F401  (what the formulas are made of)
from minnet.kernels.compiled.cache import INNER
from minnet.kernels.compiled.narrow import narrowed
from minnet.kernels.formulas import activations, jets, losses, penalties, rules

# An update need not be rounded as a quotient and a root would be; estimates with a Newton step are close enough.
ESTIMATES = {"arcp", "afn", "ninf"}


def overload_formula(formula: FunctionType, flags: Set[str] = frozenset()) -> None:
    """Let compiled code call `formula` on numbers of either dtype, with these fastmath flags besides the usual ones.

    Inlined by force: a loop with a call in it is not made of vectors, and in a kernel as large as a whole epoch, LLVM
    would leave the call of a long formula (binary cross entropy in float64: four times slower) standing.
    """

    def choose(*arguments: Any) -> FunctionType:
        return narrowed(formula) if types.float32 in arguments else formula

    options = {**INNER, "fastmath": INNER["fastmath"] | flags, "forceinline": True}
    overload(formula, strict=False, jit_options=options)(choose)


def functions(module: ModuleType) -> list[FunctionType]:
    """The functions that a module defines itself."""
    return [f for f in vars(module).values() if isinstance(f, FunctionType) and f.__module__ == module.__name__]


for module in (activations, jets, losses, penalties, rules):
    for function in functions(module):
        overload_formula(function, ESTIMATES if module is rules else frozenset())
