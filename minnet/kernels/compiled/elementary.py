"""exp, tanh and their relatives as straight lines of arithmetic, which the compiler turns into vector instructions.

All of them rest on one reduction: ``x = n log 2 + r`` with n whole and ``|r| <= log(2) / 2``, so that
``exp(x) = 2^n exp(r)``. For exp(r) - 1 a short polynomial is exact to about the last digit, and 2^n is a matter of
writing n into the exponent bits of a float. Two tricks keep it free of branches and calls:

- adding a number so large that the unit in its last place is 1 rounds to a whole number, and leaves that number in
  the low bits of the sum;
- log 2 is subtracted in two parts, the first with so few bits that its product with n is exact (Cody and Waite,
  Software Manual for the Elementary Functions, 1980).

Errors over the whole range (tests/test_elementary.py): at most 2 units in the last place in float32, 4 in float64; one
more for the quick ones. Infinities, NaN, signed zeros and results below the normal range come out as they should, but
for `exp_negative` and `quick_sigmoid`, which do not go below that range.
"""

import math

import numpy as np
from numba import types
from numba.extending import intrinsic, overload
from numpy.polynomial import Chebyshev, chebyshev

from minnet.kernels.compiled.cache import INNER
from minnet.kernels.compiled.narrow import narrowed
from minnet.kernels.formulas import elementary


def _reinterpret(x, kind):
    return kind(x), lambda context, builder, signature, arguments: builder.bitcast(
        arguments[0], context.get_value_type(kind)
    )


@intrinsic
def bits(typing, x):
    """The bits of a float, as a whole number."""
    return _reinterpret(x, types.int32 if x == types.float32 else types.int64)


@intrinsic
def from_bits(typing, n):
    """The float with these bits."""
    return _reinterpret(n, types.float32 if n == types.int32 else types.float64)


# The reduction and the polynomial, once for each dtype.

SHIFT_32, SHIFT_64 = np.float32(1.5 * 2**23), 1.5 * 2**52
PER_LOG2_32, PER_LOG2_64 = np.float32(1 / math.log(2)), 1 / math.log(2)
LOG2_HIGH_32, LOG2_LOW_32 = np.float32(0.693359375), np.float32(-2.12194440e-4)
LOG2_HIGH_64, LOG2_LOW_64 = 6.93145751953125e-1, 1.42860682030941723212e-6


def polynomial(degree):
    """Coefficients of the Chebyshev interpolant of (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2."""
    series = [1 / math.factorial(k + 2) for k in range(16)]
    half = math.log(2) / 2
    interpolant = Chebyshev.interpolate(lambda t: np.polyval(series[::-1], half * t), degree)
    return [c / half**k for k, c in enumerate(chebyshev.cheb2poly(interpolant.coef))]


A2, A3, A4, A5, A6, A7, A8, A9, A10, A11 = polynomial(9)
B2, B3, B4, B5, B6 = map(np.float32, polynomial(4))


def reduced(x):
    """``exp(r) - 1`` and n, for ``x = n log 2 + r``."""


def reduced_32(x):
    shifted = x * PER_LOG2_32 + SHIFT_32
    n = shifted - SHIFT_32
    r = (x - n * LOG2_HIGH_32) - n * LOG2_LOW_32
    p = B2 + r * (B3 + r * (B4 + r * (B5 + r * B6)))
    return r + r * r * p, np.int32(bits(shifted) - bits(SHIFT_32))


def reduced_64(x):
    shifted = x * PER_LOG2_64 + SHIFT_64
    n = shifted - SHIFT_64
    r = (x - n * LOG2_HIGH_64) - n * LOG2_LOW_64
    p = A8 + r * (A9 + r * (A10 + r * A11))
    p = A2 + r * (A3 + r * (A4 + r * (A5 + r * (A6 + r * (A7 + r * p)))))
    return r + r * r * p, bits(shifted) - bits(SHIFT_64)


def power_of_two(n):
    """``2^n``, for n within the normal range."""


def power_of_two_32(n):
    return from_bits(np.int32((n + np.int32(127)) << np.int32(23)))


def power_of_two_64(n):
    return from_bits((n + 1023) << 52)


def lowest(x):
    """Below this, exp is 0 in the dtype of x."""


def lowest_normal(x):
    """Below this, exp is below the normal range in the dtype of x."""


@overload(reduced, jit_options=INNER)
def _reduced(x):
    return reduced_32 if x == types.float32 else reduced_64


@overload(power_of_two, jit_options=INNER)
def _power_of_two(n):
    return power_of_two_32 if n == types.int32 else power_of_two_64


@overload(lowest)
def _lowest(x):
    number = np.float32(-104) if x == types.float32 else -746.0
    return lambda x: number


@overload(lowest_normal)
def _lowest_normal(x):
    number = np.float32(-126 * math.log(2)) if x == types.float32 else -1022 * math.log(2)
    return lambda x: number


def least_normal(n):
    """The exponent of the smallest normal number."""


@overload(least_normal)
def _least_normal(n):
    number = np.int32(-126) if n == types.int32 else -1022
    return lambda n: number


# The functions. A comparison with NaN is false, so NaN passes through every choice unchanged.


def exp_negative(x):
    """With 2^n in one factor, for n is within the normal range."""
    x = lowest_normal(x) if x < lowest_normal(x) else x
    e, n = reduced(x)
    scale = power_of_two(n)
    return scale + scale * e


def expm1_negative(x):
    return expm1_and_error(x)[0]


def expm1_and_error(x):
    """``exp(x) - 1`` for x <= 0, and what was rounded off it."""
    x = lowest(x) if x < lowest(x) else x
    e, n = reduced(x)
    n = least_normal(n) if n < least_normal(n) else n
    scale = power_of_two(n)
    total = scale * e + (scale - 1.0)
    return total, scale * e - (total - (scale - 1.0))


def tanh(x):
    """``-e / (2 + e)`` with ``e = expm1(-2|x|)`` near 0, and ``1 - 2 (1 + e) / (2 + e)`` further out.

    Near 0, what was rounded off e and 2 + e still counts; there 1 / (2 + e) is (1 + tanh) / 2.
    """
    size = abs(x)
    e, error = expm1_and_error(-2.0 * size)
    near = size < 0.7
    denominator = 2.0 + e
    rounding = error + (e - (denominator - 2.0))
    quotient = (-e if near else 1.0 + e) / denominator
    corrected = quotient - (error + quotient * rounding) * (0.5 + 0.5 * quotient)
    return math.copysign(corrected if near else 1.0 - 2.0 * quotient, x)


def quick_sigmoid(x):
    """One exponential of x itself: where it would overflow, 1e38 or 1e307 is as good."""
    x = lowest_normal(x) if x < lowest_normal(x) else x
    x = -lowest_normal(x) if x > -lowest_normal(x) else x
    e, n = reduced(-x)
    scale = power_of_two(n)
    return 1.0 / (1.0 + (scale + scale * e))


def quick_tanh(x):
    """``-e / (2 + e)`` with ``e = expm1(-2|x|)``."""
    y = -2.0 * abs(x)
    y = lowest_normal(y) if y < lowest_normal(y) else y
    e, n = reduced(y)
    scale = power_of_two(n)
    e = scale * e + (scale - 1.0)
    return math.copysign(e / (2.0 + e), x)


def log1p_fraction(x):
    """``2 atanh(z)`` with ``z = x / (2 + x) <= 1/3``, by its series ``z + z^3 / 3 + z^5 / 5 + ...``."""
    z = x / (2.0 + x)
    s = z * z
    p = 1 / 19 + s * (1 / 21 + s * (1 / 23 + s * (1 / 25 + s * (1 / 27 + s * (1 / 29 + s * (1 / 31 + s * (1 / 33)))))))
    p = 1 / 11 + s * (1 / 13 + s * (1 / 15 + s * (1 / 17 + s * p)))
    p = 1 / 3 + s * (1 / 5 + s * (1 / 7 + s * (1 / 9 + s * p)))
    return 2.0 * (z + z * s * p)


def _provide(function, implementation):
    """Let compiled formulas that call `function` get `implementation`, in the dtype of its argument."""

    def choose(x):
        return narrowed(implementation) if x == types.float32 else implementation

    overload(function, strict=False, jit_options=INNER)(choose)


for _function in (exp_negative, expm1_negative, tanh, quick_sigmoid, quick_tanh, log1p_fraction):
    _provide(getattr(elementary, _function.__name__), _function)
_provide(expm1_and_error, expm1_and_error)


@overload(elementary.where)
def _where(condition, yes, no):
    return lambda condition, yes, no: yes if condition else no


@overload(elementary.erf)
def _erf(x):
    return lambda x: math.erf(x)
