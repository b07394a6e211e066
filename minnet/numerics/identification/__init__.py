"""Equations of motion from samples of trajectories."""

from minnet.numerics.identification.flow_matching import FlowMatching
from minnet.numerics.identification.identify import identify
from minnet.numerics.identification.known_form import JayaPowell
from minnet.numerics.identification.local import LocalRegression
from minnet.numerics.identification.model import Model
from minnet.numerics.identification.shooting import MultipleShooting

__all__ = ["FlowMatching", "JayaPowell", "LocalRegression", "Model", "MultipleShooting", "identify"]
