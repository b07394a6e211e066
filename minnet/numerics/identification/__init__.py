"""Equations of motion from samples of trajectories.

>>> import numpy as np
>>> from minnet import dynamics
>>> t = np.linspace(0, 4, 81)
>>> x = np.stack([np.cos(t), -np.sin(t)], axis=1)  # x'' = -x
>>> for method in (Automatic(), FlowMatching(), MultipleShooting()):
...     print(f"{method.name:17}", identify(x, 0.05, method=method).equations(4))
flow matching or multiple shooting ['dx/dt = 1 y', 'dy/dt = -1 x']
flow matching     ['dx/dt = 1 y', 'dy/dt = -1 x']
multiple shooting ['dx/dt = 1 y', 'dy/dt = -1 x']
>>> forms = (IntegralForm(), QuinticSpline(), SavitzkyGolay(), Loess())
>>> lassos = [Lasso(algorithm=algorithm) for algorithm in (ISTA(), FISTA(), ADMM(), LARS())]
>>> for form in forms:
...     print(f"{form.name:17}", identify(x, 0.05, method=Regression(form, STLSQ())).equations(2))
IntegralForm      ['dx/dt = 1 y', 'dy/dt = -1 x']
QuinticSpline     ['dx/dt = 1 y', 'dy/dt = -1 x']
SavitzkyGolay     ['dx/dt = 1 y', 'dy/dt = -1 x']
Loess             ['dx/dt = 1 y', 'dy/dt = -1 x']
>>> for solver in (*lassos, Bagging(bags=5), Chosen(criterion=aicc), Chosen(criterion=bic)):
...     print(f"{solver.name:17}", identify(x, 0.05, method=Regression(QuinticSpline(), solver)).equations(2))
Lasso             ['dx/dt = 1 y', 'dy/dt = -1 x']
Lasso             ['dx/dt = 1 y', 'dy/dt = -1 x']
Lasso             ['dx/dt = 1 y', 'dy/dt = -1 x']
Lasso             ['dx/dt = 1 y', 'dy/dt = -1 x']
bagged STLSQ      ['dx/dt = 1 y', 'dy/dt = -1 x']
chosen Lasso      ['dx/dt = 1 y', 'dy/dt = -1 x']
chosen Lasso      ['dx/dt = 1 y', 'dy/dt = -1 x']
>>> linear = {"library": dynamics.Polynomial(1), "variables": ["x", "v"]}
>>> truth = [[0, 0], [0, -1], [1, 0]]  # of 1, x and v
>>> for solver in (LeastSquares([known("x", term="x", value=0.0)]), Ridge(1e-6)):
...     model = identify(x, 0.05, method=Regression(solver=solver), **linear)
...     print(f"{solver.name:17}", bool(np.allclose(model.coefficients, truth, atol=1e-3)))
LeastSquares      True
Ridge             True
"""

from minnet.numerics.identification.automatic import Automatic
from minnet.numerics.identification.bagging import Bagging
from minnet.numerics.identification.derivatives import (
    FiniteDifferences,
    ForwardDifferences,
    Loess,
    QuinticSpline,
    SavitzkyGolay,
)
from minnet.numerics.identification.flow_matching import FlowMatching
from minnet.numerics.identification.identify import identify
from minnet.numerics.identification.integral import IntegralForm
from minnet.numerics.identification.known_form import JayaPowell
from minnet.numerics.identification.lasso import ADMM, FISTA, ISTA, LARS, Lasso
from minnet.numerics.identification.linear import STLSQ, LeastSquares, Ridge
from minnet.numerics.identification.linear_method import Regression
from minnet.numerics.identification.local import LocalRegression
from minnet.numerics.identification.model import Model
from minnet.numerics.identification.next_state import NextState
from minnet.numerics.identification.relations import Relation, known
from minnet.numerics.identification.selection import Chosen, aicc, bic, plot_path
from minnet.numerics.identification.shooting import MultipleShooting
from minnet.numerics.identification.weak_form import WeakForm

__all__ = [
    "ADMM", "FISTA", "ISTA", "LARS", "STLSQ", "Automatic", "Bagging", "Chosen", "FiniteDifferences", "FlowMatching",
    "ForwardDifferences", "IntegralForm", "JayaPowell", "Lasso", "LeastSquares", "LocalRegression", "Loess", "Model",
    "MultipleShooting", "NextState", "QuinticSpline", "Regression", "Relation", "Ridge", "SavitzkyGolay", "WeakForm",
    "aicc", "bic", "identify", "known", "plot_path",
]  # fmt: skip
