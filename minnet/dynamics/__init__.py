"""Dynamical systems: their equations, their trajectories, and libraries of terms to write equations in."""

from minnet.dynamics.libraries import Functions, Library, Polynomial
from minnet.dynamics.methods import EULER, ITERATION, RK4, RK8, Method
from minnet.dynamics.rational import Rational
from minnet.dynamics.systems import System, henon, logistic, lorenz, lotka_volterra, roessler, van_der_pol
from minnet.dynamics.trajectories import add_noise, reference_trajectory, simulate, states_on_attractor

__all__ = [
    "EULER", "ITERATION", "RK4", "RK8", "Functions", "Library", "Method", "Polynomial", "Rational", "System",
    "add_noise", "henon", "logistic", "lorenz", "lotka_volterra", "reference_trajectory", "roessler", "simulate",
    "states_on_attractor", "van_der_pol",
]  # fmt: skip
