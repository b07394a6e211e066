"""Two pieces of advice to LLVM, which it takes only function by function.

For fear of processors that slow down under them, it uses half of the 512-bit registers on many of Intel's; on
those of the last years this only halves the work of each instruction. And it never uses the processor's estimates of
1/x and 1/sqrt(x), good to 14 bits, which one Newton step makes as good as float32 can hold, in a fifth of the time of
a division and a square root. Where a formula's rounding does not matter that much (an optimizer's update: its
fastmath flags say so, in `overloads.py`), it then may.
"""

import numba
from numba import types
from numba.extending import intrinsic

ADVICE = '"prefer-vector-width"="512"', '"reciprocal-estimates"="vec-divf:1,vec-sqrtf:1"'


@intrinsic
def tuned(typing):
    """Give that advice for the function that calls this."""

    def generate(context, builder, signature, arguments):
        for attribute in ADVICE:
            set.add(builder.function.attributes, attribute)  # the method itself takes only attributes that it knows
        return context.get_dummy_value()

    return types.void(), generate


if numba.config.DISABLE_JIT:
    tuned = lambda: None  # noqa: E731
