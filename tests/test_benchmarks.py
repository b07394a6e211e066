"""The benchmarks are run by hand; what they import from minnet must still be there."""

from importlib import import_module
from pathlib import Path

import pytest

import benchmarks

NEED_JAX = {"optimizers", "optimizer_rules"}
MODULES = sorted({path.stem for path in Path(benchmarks.__file__).parent.glob("*.py")} - NEED_JAX)


@pytest.mark.parametrize("module", MODULES)
def test_a_benchmark_can_be_imported(module):
    import_module(f"benchmarks.{module}")
