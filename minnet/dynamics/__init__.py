"""Dynamical systems: their equations, their trajectories, and libraries of terms to write equations in.

>>> import numpy as np
>>> orbit = simulate(logistic(4.0), np.array([0.3]), dt=1, samples=4)
>>> orbit.round(4).ravel().tolist()  # 4 x (1 - x), again and again
[0.3, 0.84, 0.5376, 0.9943]
>>> for system in (lorenz(), roessler(), van_der_pol(), lotka_volterra(), henon()):
...     print(f"{system.name:15}", system.variables, states_on_attractor(system, 3, rng=0).shape)
Lorenz          ('x', 'y', 'z') (3, 3)
Roessler        ('x', 'y', 'z') (3, 3)
Van der Pol     ('x', 'v') (3, 2)
Lotka-Volterra  ('x', 'y') (3, 2)
Henon map       ('x', 'y') (3, 2)
>>> times = np.array([0.0, 1.0])
>>> pendulum = System.from_function(lambda x: np.stack([x[:, 1], -x[:, 0]], axis=1), start=[1.0, 0.0])
>>> reference_trajectory(pendulum, np.array([1.0, 0.0]), times)[-1].round(6).tolist()  # cos 1, -sin 1
[0.540302, -0.841471]
>>> noisy = add_noise(orbit, 0.01, rng=0)
>>> isinstance(RK4, Method), [method.order for method in (EULER, RK4, RK8, ITERATION)]
(True, [1, 4, 8, 0])
"""

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
