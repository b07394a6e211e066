"""What a loss sees of a network that ends with `Unstandardize`: outputs before that layer, and targets to match.

So learning rates, thresholds of losses and losses themselves have no unit, whatever that of the targets.
"""

import numpy as np

from minnet.layers import Unstandardize
from minnet.losses import Target
from minnet.mapped import transformed
from minnet.network import Network


def without_units(net: Network) -> Network:
    """The network that is trained: this one, or all of it but an `Unstandardize` at its end, on the same parameters."""
    if not net.layers or not isinstance(net.layers[-1], Unstandardize):
        return net
    part = object.__new__(Network)  # the vectors are the same, and so are the layers' views into them
    vars(part).update(vars(net), layers=net.layers[:-1], sample_shapes=net.sample_shapes[:-1], _last=None)
    part.output_shape = part.sample_shapes[-1]
    return part


def standardized(target: Target, net: Network) -> Target:
    """Targets for the outputs of ``without_units(net)``, of targets for those of the network."""
    layer = net.layers[-1] if net.layers else None
    if not isinstance(layer, Unstandardize):
        return target
    value = transformed(target.values[0], lambda y: (y - layer.mean) / layer.std, net.dtype, "y")
    if len(target.values) == 1:
        return Target(value[np.newaxis], target.mask)
    derivatives = (target.values[1:] / layer.std).astype(net.dtype)  # which the mean does not move
    return Target(np.concatenate([value[np.newaxis], derivatives]), target.mask)
