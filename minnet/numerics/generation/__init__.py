"""How good generated series are: measures next to those of real series, and a verdict in words.

Reading order: `series` (units, stretches), `marginals`, `spectra`, `flow`, `prediction`, `diversity`, `exponents` (what
is measured), `measure` and `measurements` (with which errors, ceilings and floors), `spoilt` and `fingerprint` (what
sets are likened with, and the test), `verdict`, `comparison` (the result), `compare` (all together), `plots`.
"""

from minnet.numerics.generation.compare import compare_series
from minnet.numerics.generation.comparison import Comparison
from minnet.numerics.generation.flow import flow_map
from minnet.numerics.generation.measure import Measure
from minnet.numerics.generation.plots import plot_marginal, plot_residuals, plot_spectrum
from minnet.numerics.generation.verdict import Finding

__all__ = [
    "Comparison", "Finding", "Measure", "compare_series", "flow_map", "plot_marginal", "plot_residuals",
    "plot_spectrum",
]  # fmt: skip
