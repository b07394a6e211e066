"""One weight under each optimizer: its gradient, the optimizer's moments of it, and how far it steps."""

from dataclasses import dataclass

import numpy as np

from minnet.kernels.formulas import rules
from minnet.network import Network
from minnet.optimizers import Averaged, RuleOptimizer
from minnet.training import Supervised
from minnet.types import Array

QUANTITIES = ("value", "gradient", "first moment", "second moment", "step")
SLOTS: dict[rules.Rule, tuple[int | None, int | None]] = {
    rules.SGD: (None, None),
    rules.MOMENTUM: (0, None),
    rules.ADAGRAD: (None, 0),
    rules.ADADELTA: (None, 0),
    rules.RMSPROP: (None, 0),
    rules.RMSPROP_MOMENTUM: (2, 0),
    rules.ADAM: (0, 1),
    rules.AMSGRAD: (0, 2),
    rules.NADAM: (0, 1),
    rules.RADAM: (0, 1),
    rules.LION: (0, None),
}
"""The state slots of a rule: a mean of gradients (or a velocity), and a mean of their squares (or a sum)."""


@dataclass(frozen=True)
class Moments:
    """One parameter under each optimizer.

    Attributes
    ----------
    name : str
        Where it is: "layer 1, W[0, 3]".
    index : int
        In `Network.theta`.
    steps : array (records,)
    values : array (records, racers, 5)
        `QUANTITIES` after so many updates; NaN for what an optimizer does not have, and while it was not watched.
    """

    name: str
    index: int
    steps: Array
    values: Array


def moments(step: Supervised, index: int) -> tuple[float, ...]:
    """`QUANTITIES` of one parameter, as its last update left them.

    Moments are as they are stored, not corrected for their start at zero; the step is what was added to the parameter.
    """
    state = step.state
    theta = float(state.theta[index])
    if state.t == 0:
        return theta, np.nan, np.nan, np.nan, np.nan
    optimizer = state.optimizer.optimizer if isinstance(state.optimizer, Averaged) else state.optimizer
    assert isinstance(optimizer, RuleOptimizer)
    first, second = (
        np.nan if slot is None else float(state.slots[slot, index]) for slot in SLOTS.get(optimizer.rule, (None, None))
    )
    return theta, float(step.net.grad[index]), first, second, theta - float(state.previous[index])


def parameter_name(net: Network, index: int) -> str:
    """Where in the network a parameter is."""
    for number, layer in enumerate(net.layers):
        for name, shape in layer.shapes.items():
            size = int(np.prod(shape))
            if index < size:
                at = ", ".join(map(str, np.unravel_index(index, shape)))
                return f"layer {number}, {name}[{at}]"
            index -= size
    raise IndexError(f"{net} has no parameter of that number")
