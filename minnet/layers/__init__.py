"""Layers: what a network is a list of."""

from minnet.layers.base import Buffered, Layer, ParameterFree
from minnet.layers.batch_norm import BatchNorm
from minnet.layers.cells import GRU, LSTM, SimpleRNN
from minnet.layers.convolution import Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d
from minnet.layers.dense import Dense
from minnet.layers.dropout import Dropout
from minnet.layers.layer_norm import LayerNorm
from minnet.layers.passes import INFERENCE, Pass
from minnet.layers.pooling import AveragePool, MaxPool, UpSample
from minnet.layers.recurrent import Recurrent
from minnet.layers.rescale import Rescale
from minnet.layers.reshape import Flatten, Reshape
from minnet.layers.softmax import Softmax
from minnet.layers.spectral_norm import SpectralNorm
from minnet.layers.standardize import Standardize, Unstandardize

__all__ = [
    "GRU",
    "INFERENCE",
    "LSTM",
    "AveragePool",
    "BatchNorm",
    "Buffered",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "Dense",
    "Dropout",
    "Flatten",
    "Layer",
    "LayerNorm",
    "MaxPool",
    "ParameterFree",
    "Pass",
    "Recurrent",
    "Rescale",
    "Reshape",
    "SimpleRNN",
    "Softmax",
    "SpectralNorm",
    "Standardize",
    "Unstandardize",
    "UpSample",
]
