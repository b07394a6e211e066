"""What the parts of a training step cost at least: their arithmetic and their bytes, at this processor's limits."""

from collections import defaultdict
from dataclasses import dataclass

from benchmarks.machine import bandwidth, multiply_adds
from benchmarks.workloads import Workload

# Instructions on each number; forward and backward for activations, whose jets take about as many for each order.
ACTIVATIONS = {"relu": (1, 2), "sigmoid": (18, 3), "tanh": (20, 3)}
LOSSES = {"mse": 4, "bce": 40, "sobolev": 4}
RULES = {"adam": 12, "sgd": 1}


@dataclass(frozen=True)
class Cost:
    """What a part of one layer has to do in one tile, or once in a step.

    Attributes
    ----------
    flops : float
        An instruction that is no multiply-add takes as long as one, and counts as much, 2.
    near : float
        Bytes read or written that the part before has just made.
    far : float
        Bytes of parameters, of their gradient and of the optimizer's state: once in a step or a tile.
    """

    flops: float
    near: float = 0.0
    far: float = 0.0

    def seconds(self, dtype: str, footprint: int) -> float:
        """The longer of the times for arithmetic and for bytes: near ones come from the cache that holds them all, far
        ones from that which holds the footprint of a whole step, in bytes."""
        moving = (self.near / bandwidth(_rounded(self.near)) if self.near else 0.0) + (
            self.far / bandwidth(_rounded(footprint)) if self.far else 0.0
        )
        return max(self.flops / multiply_adds(dtype), moving)


def _rounded(size: float) -> int:
    """The next power of two, at least 4096: sizes whose bandwidths are measured."""
    return 1 << max(12, (int(size) - 1).bit_length())


def costs_of_tile(workload: Workload, samples: int, itemsize: int) -> dict[str, list[Cost]]:
    """Of a tile, by kind of part: one cost for each layer."""
    costs: dict[str, list[Cost]] = defaultdict(list)
    rows = samples * (2 if workload.loss == "sobolev" else 1)
    forward, backward = ACTIVATIONS[workload.activation]
    for layer, (I, O) in enumerate(zip(workload.widths, workload.widths[1:], strict=False)):
        product = Cost(2 * rows * I * O, itemsize * rows * (I + O), itemsize * (I * O + O))
        costs["products forward"].append(product)
        costs["products gradient"].append(product)
        if layer:
            costs["products backward"].append(product)
            costs["activations forward"].append(Cost(2 * forward * rows * I, itemsize * 2 * rows * I))
            costs["activations backward"].append(Cost(2 * backward * rows * I, itemsize * 3 * rows * I))
    outputs = rows * workload.widths[-1]
    costs["loss"].append(Cost(2 * LOSSES[workload.loss] * outputs, itemsize * 4 * outputs))
    costs["gather"].append(Cost(0, itemsize * 2 * (rows * workload.widths[0] + outputs)))
    return costs


def costs_of_update(workload: Workload, parameters: int, groups: int, itemsize: int) -> dict[str, list[Cost]]:
    """Of what comes once in a step: adding up the gradients of groups of tiles, and the optimizer's rule."""
    slots = 2 if workload.optimizer == "adam" else 0
    adding = Cost(2 * parameters, 0, itemsize * 3 * parameters)
    rule = Cost(2 * RULES[workload.optimizer] * parameters, 0, itemsize * (3 + 2 * slots) * parameters)
    return {"sums of groups": [adding] * (groups - 1), "update": [rule]}
