"""Optimizers: N. Provost and Z. Akakpo, "Convex Optimization Project: Adam Optimizer" (2023), in French."""
