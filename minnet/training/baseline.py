"""What a constant answer would cost, with which losses are compared: is anything learned, or all lost?"""

import numpy as np

from minnet.jet import seed
from minnet.layers import Pass
from minnet.losses import Classification, Loss
from minnet.network import Network
from minnet.solvers.units import centre_and_spread
from minnet.training.data import TrainingData
from minnet.training.units import standardized, without_units

LOOKED_AT = 200  # samples
EXPLAINED = 0.5  # of the loss of a constant answer: with less, a network has been trained on such data


def loss_of_constant(net: Network, loss: Loss, data: TrainingData) -> float:
    """The loss of the mean of what is known of each output; of classes, of scores that are all 0."""
    target = standardized(data.target, net)
    constant = np.zeros_like(target.values)
    if not isinstance(loss, Classification):
        constant[0] = centre_and_spread(target, None)[0]
    return loss(constant, target, data.weight)[0]


def explains(net: Network, loss: Loss, data: TrainingData) -> bool:
    """Whether a network does clearly better than a constant answer, as initial weights do not."""
    data = data.thinned(LOOKED_AT)
    call = Pass(loss.order, lengths=data.lengths)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        y = without_units(net).forward(seed(data.inputs, loss.order), call)
        value = loss(y, standardized(data.target, net), data.weight)[0]
        return value < EXPLAINED * loss_of_constant(net, loss, data)
