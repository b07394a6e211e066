"""Whatever array is handed to what is public: a result without a warning, or an error of minnet's own with a sentence.

More examples: HYPOTHESIS_EXAMPLES=500 pytest tests/test_public_calls.py
"""

import os
import warnings
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import minnet as mn
from minnet import errors
from tests.public_calls import CALLS, WITHOUT, public_names

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "12"))
OURS = tuple(kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception))
SHAPES = [
    (), (0,), (1,), (2,), (3,), (8,), (60,), (0, 2), (8, 0), (1, 2), (8, 1), (8, 2), (2, 8), (60, 1), (60, 3),
    (8, 2, 1), (2, 3, 2), (1, 3, 2, 2),
]  # fmt: skip
DTYPES = ["?", "i1", "u8", "f2", "f4", "f8", "g", ">f8", ">i4", "F", "O", "U3", "S3", "M8[s]", "m8[s]", "V4", "f8,i4"]
EXTREMES = [0.0, -0.0, 1.0, np.nan, np.inf, -np.inf, 1e308, -1e308, 1e200, 5e-324, 1e-300, 2.0**63, 2.0**24 + 1]
NO_ARRAYS = [
    None, "text", b"bytes", {}, {"a": [1.0]}, object(), len, [[1.0], [1.0, 2.0]], [None], [[]], [10**400], 10**400,
    True, 1j, [1, "a"], np.float64, {1.0, 2.0}, range(8), np.ma.masked_array(np.ones((8, 2)), np.eye(8, 2)),
    np.ma.masked_all((8, 1)), np.matrix([[1.0, 2.0]]),
]  # fmt: skip


@st.composite
def arrays(draw):
    """Of any shape, dtype, order in memory and extremes; or no array at all."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(NO_ARRAYS))
    shape, dtype = draw(st.sampled_from(SHAPES)), np.dtype(draw(st.sampled_from(DTYPES + 6 * ["f8"])))
    values = np.random.default_rng(draw(st.integers(0, 3))).standard_normal(shape)
    extremes = draw(st.lists(st.sampled_from(EXTREMES), max_size=2))
    for k, extreme in enumerate(extremes):
        values.reshape(-1)[k::7] = extreme
    if draw(st.booleans()):
        values = np.full(shape, draw(st.sampled_from(EXTREMES)))
    with np.errstate(all="ignore"):
        if dtype.kind in "iu?":
            values = np.nan_to_num(values, posinf=9, neginf=-9).clip(-100, 100).round()
        if dtype.kind == "V":
            return np.zeros(shape, dtype)
        array = values.astype("i8").astype(dtype) if dtype.kind in "mM" else np.asarray(values).astype(dtype)
    layout = draw(st.sampled_from(["C", "F", "reversed", "strided", "read-only"]))
    if layout == "F":
        array = np.asfortranarray(array)
    elif layout == "reversed" and array.ndim:
        array = array[::-1]
    elif layout == "strided" and array.ndim:
        array = np.repeat(array, 2, axis=-1)[..., ::2]
    elif layout == "read-only":
        array.flags.writeable = False
    return array


def test_every_public_name_is_called_or_has_its_reason():
    called = {name.partition(":")[0] for name in CALLS}
    reasons = Counter(name for names in WITHOUT.values() for name in names.split())
    assert [name for name, count in reasons.items() if count > 1] == []
    assert sorted(called & set(reasons)) == []
    assert sorted(public_names() ^ (called | set(reasons))) == []


@pytest.mark.parametrize("name", CALLS)
@settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(array=arrays())
def test_any_array_is_taken_or_refused_with_a_sentence(name, array):
    before = array.tobytes() if isinstance(array, np.ndarray) else b""  # of objects, which they are
    try:
        with warnings.catch_warnings():
            for kind in (mn.TrainingWarning, mn.ScaleWarning, mn.IntegrationWarning):  # minnet's own advice
                warnings.simplefilter("ignore", kind)
            CALLS[name](array)
    except OURS as error:
        assert len(str(error).split()) > 3  # noqa: PT017
    assert (array.tobytes() if before else b"") == before  # what is handed in is left alone
