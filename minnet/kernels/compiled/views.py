"""Views of memory in other shapes.

Kernels work on flat memory and see parts of it as matrices. NumPy's slices and reshapes could do that in compiled code
too, but they count references to the memory's owner. Kernels know that the memory outlives them.
"""

import math

import numba
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj


@intrinsic
def view(typing, array, start, shape):
    """An array of the given shape (a tuple) on the memory of `array`, from the flat offset `start` on."""
    if array.layout != "C":
        return None  # its memory has another order, or gaps
    result = types.Array(array.dtype, len(shape), "C")

    def generate(context, builder, signature, arguments):
        array, start, shape = arguments
        source = arrayobj.make_array(signature.args[0])(context, builder, array)
        lengths = cgutils.unpack_tuple(builder, shape)
        return _build(context, builder, result, builder.gep(source.data, [start]), lengths)

    return result(array, start, shape), generate


@intrinsic
def flat(typing, array):
    """All of an array, in one dimension."""
    if array.layout != "C":
        return None
    result = types.Array(array.dtype, 1, "C")

    def generate(context, builder, signature, arguments):
        source = arrayobj.make_array(signature.args[0])(context, builder, arguments[0])
        return _build(context, builder, result, source.data, [source.nitems])

    return result(array), generate


def _build(context, builder, kind, data, lengths):
    result = arrayobj.make_array(kind)(context, builder)
    itemsize = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    strides = [itemsize]
    for length in reversed(lengths[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    arrayobj.populate_array(
        result,
        data=data,
        shape=cgutils.pack_array(builder, lengths),
        strides=cgutils.pack_array(builder, strides),
        itemsize=itemsize,
        meminfo=None,
    )
    return result._getvalue()


def _plain_view(array, start, shape):
    return array.reshape(-1)[start : start + math.prod(shape)].reshape(shape)


if numba.config.DISABLE_JIT:
    view, flat = _plain_view, lambda array: array.reshape(-1)
