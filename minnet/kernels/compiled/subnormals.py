"""Numbers too small for the normal range, and why training does without them.

The mean gradient of a dead ReLU unit is 0.9 of itself after every step. After 800 steps it is a float32 below 1e-38,
whose leading bits are zeros; x86 processors leave such numbers to their microcode, which is slow. They carry no
information here, so within a training run results below the normal range are set to 0 and such operands are read as 0
(the flags FTZ and DAZ of the control register MXCSR). The flags are put back at the end. On other processors nothing
is done.
"""

import platform

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

FLUSH = 0x8040  # bits 15 and 6
X86 = platform.machine().lower() in ("x86_64", "amd64")


@intrinsic
def control_word(typing):
    """The control register MXCSR."""

    def generate(context, builder, signature, arguments):
        if not X86:
            return ir.IntType(32)(0)
        memory = cgutils.alloca_once(builder, ir.IntType(32))
        _call(builder, "llvm.x86.sse.stmxcsr", memory)
        return builder.load(memory)

    return types.int32(), generate


@intrinsic
def set_control_word(typing, word):
    """Write the control register MXCSR."""

    def generate(context, builder, signature, arguments):
        if X86:
            memory = cgutils.alloca_once_value(builder, arguments[0])
            _call(builder, "llvm.x86.sse.ldmxcsr", memory)
        return context.get_dummy_value()

    return types.void(types.int32), generate


if numba.config.DISABLE_JIT:
    control_word, set_control_word = (lambda: 0), (lambda word: None)


def _call(builder, name, memory):
    pointer = builder.bitcast(memory, ir.IntType(8).as_pointer())
    kind = ir.FunctionType(ir.VoidType(), [pointer.type])
    builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [pointer])
