"""Integration: fit a network to a function, and integrate the network exactly.

Reading order: `polylogarithm` and `box_splines` (the special functions), `ridge_integrals` (the integral of one unit),
`network_integrals` (of a network), `designs` (where to evaluate a function), `integrate` (fit and integrate),
`integral` (the result). `genz` has functions with known integrals to compare methods on.
"""

from minnet.numerics.integration.integral import Integral
from minnet.numerics.integration.integrate import IntegrationWarning, integrate
from minnet.numerics.integration.network_integrals import network_integral
from minnet.numerics.integration.polylogarithm import minus_polylog
from minnet.numerics.integration.ridge_integrals import ridge_integral

__all__ = ["Integral", "IntegrationWarning", "integrate", "minus_polylog", "network_integral", "ridge_integral"]
