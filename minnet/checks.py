"""Checks at the boundary: what users hand in becomes a real, finite array, or an error that names the trouble."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import isfinite, nan
from numbers import Real
from typing import Any

import numpy as np

from minnet.errors import DataError, DtypeError, SettingError, ShapeError, is_whole
from minnet.frames import as_array, column_names
from minnet.mapped import pieces, transformed
from minnet.types import Array

OUTSIDE = 2e-6  # of a range such as [0, 1], what was scaled to it may lie by the rounding of float32
ROUNDING = 16  # units in the last place of the largest value: what differs by less does not differ


def varies(values: Array) -> bool:
    """Whether numbers (n, ...) differ by more than rounding: ten times 0.1 do not, though their mean is another number,
    and their standard deviation is not 0."""
    if not values.size or values.dtype.kind != "f":
        return bool((values != values.flat[:1]).any())
    half_reach, size = values.max() / 2 - values.min() / 2, np.abs(values).max()  # halves do not overflow
    return bool(half_reach > ROUNDING / 2 * np.finfo(values.dtype).eps * size)


def binary_exponent(values: Array) -> int:
    """e such that the largest number is less than 2^e."""
    return int(np.frexp(np.abs(values).max(initial=0))[1])


def as_real(values: Any, name: str) -> Array:
    """`values` as an array of real numbers; integers and booleans are welcome, and become floats later.

    Of a data frame whose columns are of several kinds, numbers become floats, and what is missing NaN.

    Raises
    ------
    DtypeError, ShapeError, DataError
        The values are complex, text or objects, or lists of unequal lengths; or some are masked (`numpy.ma`).
    """
    check_not_masked(values, name)
    try:
        array = as_array(values, name)
    except ValueError:
        raise ShapeError(f"{name} must not be nested lists of unequal lengths") from None
    if array.dtype.kind == "O":
        is_frame = array.ndim > 0 and not isinstance(values, np.ndarray | list | tuple)
        return _unboxed(array, column_names(values), name, MISSING if is_frame else ())
    if array.dtype.kind not in "fiub":
        raise DtypeError(f"{name} must be real numbers, not {array.dtype}{HINTS.get(array.dtype.kind, '')}")
    return array


def as_floats(values: Any, name: str) -> Array:
    """`values` as floats: floats stay of their type, whole numbers and booleans become float64, masks stay.

    Raises
    ------
    DtypeError, ShapeError, DataError
        As for `as_real`.
    """
    masked = isinstance(values, np.ma.MaskedArray)
    array = as_real(values.data if masked else values, name)
    array = array if array.dtype.kind == "f" else array.astype(float)
    return np.ma.array(array, mask=np.ma.getmaskarray(values)) if masked else array


def as_finite(values: Any, name: str) -> Array:
    """`as_floats`, and a `DataError` for what is not finite."""
    array = as_floats(values, name)
    check_finite(array, name)
    return array


LABELS = "; classes, numbers = numpy.unique(labels, return_inverse=True) numbers labels from 0"
SECONDS = "; (t - t[0]) / numpy.timedelta64(1, 's') are times in seconds"
DURATION = "; t / numpy.timedelta64(1, 's') are seconds"
HINTS = {"U": LABELS, "S": LABELS, "M": SECONDS, "m": DURATION}  # by the kind of the dtype


MISSING = "NoneType", "NAType"
"""Types of what is missing in data frames; None elsewhere is rather a function that returns nothing."""


def _unboxed(objects: Array, columns: list[str] | None, name: str, missing: Sequence[str]) -> Array:
    """Floats of objects that are all numbers, or of a type that says that one is missing."""
    numbers = np.empty(objects.shape)
    for place in np.ndindex(objects.shape):
        value = objects[place]
        if isinstance(value, Real | Decimal | np.bool_):
            try:
                numbers[place] = value
            except OverflowError:
                raise DataError(f"{name} holds numbers too large for float64; scale it") from None
        elif type(value).__name__ in missing:
            numbers[place] = nan
        else:
            where = f"; column {columns[place[-1]]!r} holds" if columns and len(place) == 2 else "; it holds"
            hint = LABELS if isinstance(value, str) else ""
            raise DtypeError(f"{name} must be real numbers, not {objects.dtype}{where} {value!r:.40}{hint}")
    return numbers


def values_of(function: Callable[[Array], Any], x: Array, shape: tuple[int, ...], owner: str, hint: str) -> Array:
    """What a user's function gives for all points x at once: real numbers of a shape, or a single one for all of them.

    Raises
    ------
    DtypeError, ShapeError
        It gives something else, or cannot be called with such an array; `hint` is the way out.
    """

    def fault(kind: type[Exception], what: str) -> Exception:
        called = f"{owner}: a function that is called with all points at once, an array of shape {x.shape},"
        return kind(f"{called} {what}. {hint}")

    try:
        values = function(x)
    except TypeError as error:
        raise fault(DtypeError, f"ends with: {error}") from error
    except (ValueError, IndexError) as error:
        raise fault(ShapeError, f"ends with: {error}") from error
    values = as_real(values, f"{owner}: the function's values")
    if values.shape not in (shape, ()):
        raise fault(ShapeError, f"gives {values.shape}; expected {shape}")
    return np.broadcast_to(values, shape).astype(float) if values.shape != shape else values.astype(float)


def check_part(owner: str, name: str, value: Any, needed: Sequence[str], example: str) -> None:
    """Raise `SettingError` unless `value` is an object with all attributes that are needed, and no class."""
    if isinstance(value, type) or not all(hasattr(value, attribute) for attribute in needed):
        raise SettingError(f"{owner}: {name} must be an object such as {example}, not {value!r}")


def check_not_masked(values: Any, name: str) -> None:
    """Raise `DataError` if some values are masked (`numpy.ma`): `numpy.asarray` would take what is under the mask."""
    if np.ma.is_masked(values):
        raise DataError(
            f"{name} has {np.ma.count_masked(values)} masked values, and there is no way to leave them out here: take "
            "the samples without them, or fill them in (only the targets of fit may have gaps)"
        )


def without_gaps(values: Any) -> tuple[Any, Array | None]:
    """Values (n, ...) with something valid in place of those that are masked (`numpy.ma`), and where they are known;
    None if nothing is masked."""
    if not np.ma.is_masked(values) or not np.ndim(values):
        return values, None
    known = ~np.ma.getmaskarray(values)
    whole = known.reshape(len(known), -1).all(axis=1)  # samples that are known, of which the first is a filler
    filler = values.data[whole.argmax()] if whole.any() else 0
    return np.where(known, values.data, filler), known


def as_generator(rng: Any, owner: str) -> np.random.Generator:
    """A random generator from a seed (a whole number >= 0), a generator, or None for a fresh one."""
    if rng is None or isinstance(rng, np.random.Generator) or (is_whole(rng) and rng >= 0):
        return np.random.default_rng(rng)
    raise SettingError(f"{owner}: rng must be a whole number >= 0, a numpy.random.Generator or None, not {rng!r}")


BIT_GENERATORS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64)
}
BUFFERED = {"MT19937": ("pos", 624), "Philox": ("buffer_pos", 4)}
"""What says how many of the numbers made at once have been used, and how many they are: NumPy believes it."""


def generator_of(state: Any) -> np.random.Generator:
    """A random generator from its ``bit_generator.state``, which comes from elsewhere.

    Raises
    ------
    ValueError
        It is no such state.
    """
    try:
        name = state["bit_generator"]
        bits = BIT_GENERATORS[name]()
        counted, most = BUFFERED.get(name, ("", 0))
        inner = state["state"] if name == "MT19937" else state
        if counted and not (is_whole(inner[counted]) and 0 <= inner[counted] <= most):
            raise ValueError(f"{counted}={inner[counted]!r}")
        bits.state = state
    except (KeyError, TypeError, IndexError, OverflowError, ValueError) as error:
        raise ValueError(f"this is no state of a random generator: {error}") from None
    return np.random.Generator(bits)


def convert(array: Array, dtype: Any, name: str) -> Array:
    """`array` as a contiguous one of another dtype, itself if it is; raises `DataError` if numbers are too large."""

    def converted(part: Array) -> Array:
        with np.errstate(over="ignore"):
            numbers = part.astype(dtype)
        if (np.isinf(numbers) & np.isfinite(part)).any():
            raise DataError(f"{name} holds numbers too large for {numbers.dtype}; scale it, or use float64")
        return numbers

    if array.dtype == dtype and array.flags.c_contiguous:
        return array
    return transformed(array, converted, dtype, name)


def all_finite(vector: Array) -> bool:
    """Whether there is no NaN or infinity: if the sum of squares is finite, there is none; if not, we look."""
    return isfinite(np.vdot(vector, vector)) or bool(np.isfinite(vector).all())


def check_finite(array: Array, name: str, columns: Sequence[str] | None = None) -> None:
    """Raise `DataError` naming the first NaN or infinity, and its column if columns of a frame have names."""
    bad, first, start = 0, array.ndim * (0,), 0
    for part in pieces(array):
        wrong = ~np.isfinite(part)
        if wrong.any():
            if not bad:
                place = [int(i) for i in np.argwhere(wrong)[0]]
                first = (*(start + i for i in place[:1]), *place[1:])
            bad += int(wrong.sum())
        start += len(part) if part.ndim else 0
    if bad:
        column = f", column {columns[first[-1]]!r}" if columns and len(first) == 2 else ""
        raise DataError(
            f"{name} holds {bad} values that are not finite, the first at index {first}{column}: {array[first]}. "
            "Remove or repair these samples"
        )
