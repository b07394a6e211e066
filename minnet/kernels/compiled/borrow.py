"""Views without an owner.

Numba counts references to an array's memory, and each slice or reshape changes the count with an atomic instruction,
about as long as thirty multiplications. Whole epochs of a small network make dozens of views a step. Kernels know
that the memory outlives them, so their views do not count.
"""

import math

import numba
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj


@intrinsic
def borrow(typing, array, start, shape):
    """An array of the given shape (a tuple) on the memory of `array`, from the flat offset `start` on."""
    result = types.Array(array.dtype, len(shape), "C")

    def generate(context, builder, signature, arguments):
        array, start, shape = arguments
        source = arrayobj.make_array(signature.args[0])(context, builder, array)
        view = arrayobj.make_array(result)(context, builder)
        lengths = cgutils.unpack_tuple(builder, shape)
        itemsize = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(result.dtype)))
        strides = [itemsize]
        for length in reversed(lengths[1:]):
            strides.insert(0, builder.mul(strides[0], length))
        arrayobj.populate_array(
            view,
            data=builder.gep(source.data, [start]),
            shape=cgutils.pack_array(builder, lengths),
            strides=cgutils.pack_array(builder, strides),
            itemsize=itemsize,
            meminfo=None,
        )
        return view._getvalue()

    return result(array, start, shape), generate


def _plain_borrow(array, start, shape):
    return array.reshape(-1)[start : start + math.prod(shape)].reshape(shape)


if numba.config.DISABLE_JIT:
    borrow = _plain_borrow
