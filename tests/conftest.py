"""Fixtures for all tests."""

import os
import shutil
import sys

import matplotlib
import numpy as np
import pytest

import minnet as mn
from minnet.waiting import COMPILING

matplotlib.use("agg")
COMPILING.silence()  # what a test finds on stderr does not depend on what is compiled already
sys.dont_write_bytecode = False  # or every interpreter of some hundred would compile the sources again, and these tests
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


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


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium, driven by Playwright."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="pages are tested by Playwright")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("pages are tested in Chromium: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()
