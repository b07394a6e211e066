"""Numerical methods on functions and samples, whether exact or learnt: derivatives, integrals, energies."""
