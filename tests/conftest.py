"""Fixtures for all tests."""

import sys

import matplotlib
import numpy as np
import pytest

import minnet as mn
from minnet.waiting import COMPILING

matplotlib.use("agg")
COMPILING.silence()  # what a test finds on stderr does not depend on what is compiled already


@pytest.fixture(params=["numpy", "compiled"])
def kernels(request):
    """Run a test with both kernels."""
    with mn.use_kernels(request.param):
        yield request.param


@pytest.fixture(params=["float64", "float32"])
def dtype(request):
    """Run a test in both precisions."""
    return np.dtype(request.param)


@pytest.fixture
def rng():
    return np.random.default_rng(20200501)


@pytest.fixture(autouse=True)
def _figures_closed():
    """Close what a test has drawn: matplotlib keeps every figure open until it is told otherwise."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
