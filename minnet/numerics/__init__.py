"""Numerical methods on functions and samples, whether exact or learnt: derivatives, and energies of wave functions."""
