"""Equations of motion from samples of trajectories."""

from minnet.numerics.identification.derivatives import FiniteDifferences, Loess, QuinticSpline, SavitzkyGolay
from minnet.numerics.identification.flow_matching import FlowMatching
from minnet.numerics.identification.identify import identify
from minnet.numerics.identification.known_form import JayaPowell
from minnet.numerics.identification.linear import STLSQ, LeastSquares, Relation, Ridge, known
from minnet.numerics.identification.linear_method import Regression
from minnet.numerics.identification.local import LocalRegression
from minnet.numerics.identification.model import Model
from minnet.numerics.identification.shooting import MultipleShooting
from minnet.numerics.identification.weak_form import WeakForm

__all__ = [
    "STLSQ", "FiniteDifferences", "FlowMatching", "JayaPowell", "LeastSquares", "LocalRegression", "Loess", "Model",
    "MultipleShooting", "QuinticSpline", "Regression", "Relation", "Ridge", "SavitzkyGolay", "WeakForm", "identify",
    "known",
]  # fmt: skip
