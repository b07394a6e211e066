"""Solvers: what works on the whole problem at once, where optimizers go from batch to batch."""

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
