"""Differentiation: derivatives from values, and what is computed from them.

Reading order: `finite_differences` (and their errors), `broken_lines` (networks of ReLU, whose slope jumps),
`oscillator` (the energy of a wave function, from its values and derivatives).
"""
