"""Equations of motion from samples of trajectories."""

from minnet.numerics.identification.flow_matching import FlowMatching
from minnet.numerics.identification.identify import identify
from minnet.numerics.identification.model import Model
from minnet.numerics.identification.shooting import MultipleShooting

__all__ = ["FlowMatching", "Model", "MultipleShooting", "identify"]
