"""Numerical methods on functions and samples, whether exact or learnt.

A package for each question:

- `differentiation`: derivatives from values, and what can be computed from them;
- `integration`: integrals of functions, by networks that are integrated exactly;
- `descent`: how fast optimizers descend, in theory and on problems with known answers;
- `active`: where to evaluate a function next;
- `identification`: equations of motion from samples;
- `chaos`: Lyapunov exponents, from equations or samples;
- `generation`: how good generated series are.
"""
