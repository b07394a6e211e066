"""Descent: how fast optimizers descend, in theory and measured, on problems with known answers.

Reading order: `convex` (problems with their minima), `rates` (linear convergence), `gradient_noise` (how far from the
minimum stochastic gradients stay), `landscapes` (functions of two variables, and paths on them), `planes` (losses
around a network's weights).
"""
