"""Fits of a gaussian, and the oscillator: C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020)."""
