"""How chaotic a system is: Lyapunov exponents, from its equations or from samples, and what goes with them.

Reading order: `spectrum` (all exponents, from equations), `twins` (the largest, by its definition), `embedding` (states
from one measured number), `delays` (which embedding), `analogues`, `growth` and `rosenstein` (the largest exponent from
a series), `eckmann` (all of them), `correlation` (a dimension), `prediction` and `surrogates` (whether any of it means
anything), `plots`.
"""

from minnet.numerics.chaos.correlation import CorrelationDimension, correlation_dimension
from minnet.numerics.chaos.delays import (
    FalseNeighbours,
    MutualInformation,
    false_neighbours,
    mutual_information,
)
from minnet.numerics.chaos.eckmann import eckmann, largest_exponents
from minnet.numerics.chaos.embedding import embed
from minnet.numerics.chaos.plots import (
    plot_convergence,
    plot_correlation_sums,
    plot_divergence,
    plot_false_neighbours,
    plot_mutual_information,
    plot_surrogate_test,
)
from minnet.numerics.chaos.prediction import prediction_error
from minnet.numerics.chaos.rosenstein import rosenstein
from minnet.numerics.chaos.spectrum import Spectrum, kaplan_yorke_dimension, lyapunov_spectrum
from minnet.numerics.chaos.surrogates import Surrogate, SurrogateTest, aaft, phase_randomised, shuffled, surrogate_test
from minnet.numerics.chaos.twins import Divergence, divergence_of_twins

__all__ = [
    "CorrelationDimension", "Divergence", "FalseNeighbours", "MutualInformation", "Spectrum", "Surrogate",
    "SurrogateTest", "aaft", "correlation_dimension", "divergence_of_twins", "eckmann", "embed", "false_neighbours",
    "kaplan_yorke_dimension", "largest_exponents", "lyapunov_spectrum", "mutual_information", "phase_randomised",
    "plot_convergence", "plot_correlation_sums", "plot_divergence", "plot_false_neighbours",
    "plot_mutual_information", "plot_surrogate_test", "prediction_error", "rosenstein", "shuffled",
    "surrogate_test",
]  # fmt: skip
