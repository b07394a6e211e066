"""Equations of motion from samples of trajectories."""

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
