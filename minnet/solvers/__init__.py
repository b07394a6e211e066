"""Solvers: what works on the whole problem at once, where optimizers go from batch to batch.

>>> import numpy as np
>>> import minnet as mn
>>> x = np.linspace(-1, 1, 50)
>>> for name, kind in SOLVERS.items():
...     net = mn.Network([mn.Dense(1, 8, weights="steep", bias="spread"), mn.Tanh(), mn.Dense(8, 1)], rng=0)
...     history = mn.fit(net, x, np.sin(3 * x), loss=mn.MeanSquaredError(), optimizer=kind(), epochs=100)
...     print(f"{name:18}", isinstance(kind(), Solver), history.history["loss"][-1] < 1e-6)
LevenbergMarquardt True True
VariableProjection True True
LBFGS              True True
"""

from minnet.solvers.base import Solver
from minnet.solvers.damped_least_squares import Damping, damped_least_squares
from minnet.solvers.joint import LBFGS, LevenbergMarquardt
from minnet.solvers.levenberg_marquardt import levenberg_marquardt
from minnet.solvers.minimum import Minimum
from minnet.solvers.problem import Problem
from minnet.solvers.variable_projection import VariableProjection

SOLVERS: dict[str, type[Solver]] = {kind.__name__: kind for kind in (LevenbergMarquardt, VariableProjection, LBFGS)}

__all__ = [
    "LBFGS",
    "SOLVERS",
    "Damping",
    "LevenbergMarquardt",
    "Minimum",
    "Problem",
    "Solver",
    "VariableProjection",
    "damped_least_squares",
    "levenberg_marquardt",
]
