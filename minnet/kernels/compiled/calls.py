"""Kernels that call each other by address, so that only those that are used are ever compiled.

An epoch trains any network by any rule. Were it to contain the loops of all activations, losses and rules, the first
training would wait until all are compiled. So each of these loops is a kernel for itself, made for one formula; the
epoch's tables hold the addresses of those that it needs, and Numba compiles, or loads from disk, no others.

Numbers are handed over as a pointer to the first of them, and how many there are: in registers of the processor.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj

from minnet.kernels.compiled.cache import kernel

Loop = Callable[..., None]


def loop(function: Loop, name: str) -> Loop:
    """A kernel that others call by address; `name` is its own among those that one source makes."""
    function.__name__ = function.__qualname__ = name
    return kernel(no_cpython_wrapper=True)(function)


def address(loop: Any, dtype: npt.DTypeLike, kinds: str) -> int:
    """Where the machine code of a loop begins.

    `kinds` are those of its arguments: n(umber) or p(ointer to numbers) of the given dtype, i(nteger) or c(ounts, a
    pointer to integers), d(ouble), m(ask, a pointer to bytes).
    """
    if numba.config.DISABLE_JIT:
        _UNCOMPILED.append(loop)
        return len(_UNCOMPILED) - 1
    number = numba.from_dtype(np.dtype(dtype))
    pointers = {"p": types.CPointer(number), "c": types.CPointer(types.int64), "m": types.CPointer(types.uint8)}
    kind = {"n": number, "i": types.int64, "d": types.float64, **pointers}
    signature = tuple(kind[letter] for letter in kinds)
    loop.compile(signature)
    compiled = loop.overloads[signature]
    return compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)


@intrinsic
def call(typing, address, arguments):
    """Call the loop at an address with a tuple of arguments."""
    kinds = tuple(arguments)

    def generate(context, builder, signature, values):
        target, packed = values
        convention = context.call_conv
        kind = convention.get_function_type(types.none, kinds).as_pointer()
        parts = cgutils.unpack_tuple(builder, packed)
        convention.call_function(builder, builder.inttoptr(target, kind), types.none, kinds, parts)
        return context.get_dummy_value()

    return types.void(types.int64, arguments), generate


@intrinsic
def pointer(typing, array):
    """To the first number of an array."""
    if array.layout != "C":
        return None  # its memory has another order, or gaps

    def generate(context, builder, signature, arguments):
        return arrayobj.make_array(signature.args[0])(context, builder, arguments[0]).data

    kind = types.uint8 if array.dtype == types.boolean else array.dtype  # Numba cannot read booleans through a pointer
    return types.CPointer(kind)(array), generate


@intrinsic
def beyond(typing, pointer, count):
    """A pointer to what comes so many numbers later."""

    def generate(context, builder, signature, arguments):
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, types.int64), generate


@intrinsic
def as_there(typing, pointer, value):
    """A value, rounded to the kind of numbers that are at a pointer."""

    def generate(context, builder, signature, arguments):
        return context.cast(builder, arguments[1], signature.args[1], pointer.dtype)

    return pointer.dtype(pointer, value), generate


@intrinsic(prefer_literal=True)
def first_numbers(typing, pointer, count):
    """The first `count` numbers, a constant, as a tuple."""
    result = types.UniTuple(pointer.dtype, count.literal_value)

    def generate(context, builder, signature, arguments):
        places = [builder.gep(arguments[0], [context.get_constant(types.intp, i)]) for i in range(result.count)]
        return context.make_tuple(builder, result, [builder.load(place) for place in places])

    return result(pointer, count), generate


_UNCOMPILED: list[Loop] = []  # for a debugger: an address is a place in this list, and a pointer is a flat array

if numba.config.DISABLE_JIT:
    call, pointer = (lambda address, arguments: _UNCOMPILED[address](*arguments)), (lambda array: array.reshape(-1))
    beyond, first_numbers = (lambda pointer, count: pointer[count:]), (lambda pointer, count: tuple(pointer[:count]))
    (as_there,) = ((lambda pointer, value: pointer.dtype.type(value)),)
