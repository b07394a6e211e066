"""Layers: what a network is a list of.

>>> import numpy as np
>>> import minnet as mn
>>> series = np.array([[[1.0], [2.0], [3.0], [4.0]]])  # (sample, time, channel)
>>> for layer in (mn.MaxPool(2), mn.AveragePool(2), mn.UpSample(2), mn.Flatten(), mn.Reshape((2, 2)), mn.Rescale(0, 4)):
...     print(f"{layer!s:17}", mn.Network([layer], input_shape=(4, 1))(series).squeeze().tolist())
MaxPool(2, 2)     [2.0, 4.0]
AveragePool(2, 2) [1.5, 3.5]
UpSample(2)       [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0]
Flatten()         [1.0, 2.0, 3.0, 4.0]
Reshape((2, 2))   [[1.0, 2.0], [3.0, 4.0]]
Rescale(0.0, 4.0) [-0.5, 0.0, 0.5, 1.0]
>>> picture = np.array([[[[1.0], [2.0]], [[3.0], [4.0]]]])  # (sample, height, width, channel)
>>> mn.Network([mn.Conv2d(1, 1, 2, weights=1.0)])(picture).tolist()
[[[[10.0]]]]
>>> mn.Network([mn.ConvTranspose2d(1, 1, 2, weights=1.0)])(picture)[0, :, :, 0].tolist()
[[1.0, 3.0, 2.0], [4.0, 10.0, 6.0], [3.0, 7.0, 4.0]]
"""

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
