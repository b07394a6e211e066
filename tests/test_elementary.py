"""exp, tanh and their relatives in compiled loops: errors in units in the last place, against 80-bit arithmetic."""

import numpy as np
import pytest

from minnet.kernels.compiled import activations  # noqa: F401  (compiled code then knows the formulas)
from minnet.kernels.compiled.cache import OPTIONS
from minnet.kernels.formulas import elementary

numba = pytest.importorskip("numba")

EXACT = {
    "exp_negative": np.exp,
    "tanh": np.tanh,
    "expm1_negative": np.expm1,
    "log1p_fraction": np.log1p,
    "quick_sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "quick_tanh": np.tanh,
}
ULPS = {np.dtype("float32"): 2, np.dtype("float64"): 4}
pytestmark = pytest.mark.skipif(np.finfo(np.longdouble).nmant < 63, reason="long double is no wider than double here")


@pytest.fixture(scope="module")
def loops():
    def loop(function):
        @numba.njit(**OPTIONS)
        def run(x, y):
            for m in range(x.size):
                y[m] = function(x[m])

        return run

    return {name: loop(getattr(elementary, name)) for name in EXACT}


def points(name, dtype):
    """The whole range on which a function is not yet constant, its neighbourhood of 0, and powers of ten."""
    rng = np.random.default_rng(0)
    low, high = (-104, 88.8) if dtype == np.float32 else (-746, 709.8)
    tiny = 10 ** rng.uniform(-46 if dtype == np.float32 else -320, 0, 100_000)
    if name == "log1p_fraction":
        return np.concatenate([rng.uniform(0, 1, 300_000), tiny]).astype(dtype)
    x = np.concatenate([rng.uniform(low, high, 300_000), rng.uniform(-1, 1, 300_000), rng.uniform(-10, 10, 300_000)])
    x = np.concatenate([x, tiny, -tiny]).astype(dtype)
    if name in ("exp_negative", "quick_sigmoid"):  # down to the smallest normal number
        x = x[np.abs(x) < -np.log(np.finfo(dtype).tiny)]
    return -np.abs(x) if name.endswith("negative") else x


@pytest.mark.parametrize("name", EXACT)
def test_errors_in_units_in_the_last_place(name, dtype, loops):
    x = points(name, dtype)
    y = np.empty_like(x)
    loops[name](x, y)
    with np.errstate(over="ignore", under="ignore"):
        exact = EXACT[name](x.astype(np.longdouble))
        rounded = exact.astype(dtype)
    finite = np.isfinite(rounded)
    error = np.abs(y - exact)[finite] / np.spacing(np.abs(rounded[finite])).astype(np.longdouble)
    assert error.max() <= ULPS[dtype] + name.startswith("quick")
    assert np.isinf(y[~finite]).all()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("exp_negative", [None, None, np.nan, 1, 1]),
        ("tanh", [1, -1, np.nan, 0, -0.0]),
        ("quick_tanh", [1, -1, np.nan, 0, -0.0]),
        ("quick_sigmoid", [1, None, np.nan, 0.5, 0.5]),
        ("expm1_negative", [None, -1, np.nan, 0, 0]),
    ],
)
def test_infinities_nan_and_zeros(name, expected, dtype, loops):
    x = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0], dtype)
    y = np.empty_like(x)
    loops[name](x, y)
    for actual, value in zip(y, expected, strict=True):
        if value is not None:
            assert np.array_equal(actual, dtype.type(value), equal_nan=True)
    if name.endswith("tanh"):
        assert np.signbit(y[-1])
    if name == "exp_negative":
        assert 0 <= y[1] < 1.001 * np.finfo(dtype).tiny
