"""How chaotic a system is: Lyapunov exponents and what follows from them."""

from minnet.numerics.chaos.spectrum import Spectrum, kaplan_yorke_dimension, lyapunov_spectrum
from minnet.numerics.chaos.twins import Divergence, divergence_of_twins

__all__ = ["Divergence", "Spectrum", "divergence_of_twins", "kaplan_yorke_dimension", "lyapunov_spectrum"]
