"""Layers: what a network is a list of."""

from minnet.layers.base import Layer
from minnet.layers.dense import Dense
from minnet.layers.rescale import Rescale
from minnet.layers.softmax import Softmax

__all__ = ["Dense", "Layer", "Rescale", "Softmax"]
