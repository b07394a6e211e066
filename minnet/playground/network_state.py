"""One racer's network at one moment: its weights and biases, and what each of its units puts out."""

from dataclasses import dataclass

import numpy as np

from minnet.playground.race import LARGEST, Race
from minnet.playground.switches import Unit
from minnet.types import Array


@dataclass(frozen=True)
class NetworkState:
    """A network.

    Layers are counted as in the diagram: the inputs are layer 0, the outputs the last one.

    Attributes
    ----------
    racer, step : int
        Whose network, and after how many updates.
    weights : list of arrays (i, o)
        Between one layer and the next.
    biases : list of arrays (o,)
        Of all layers but the inputs.
    places : list of pairs of arrays
        Where in theta they are: see `minnet.playground.switches.places`.
    outputs : list of arrays (points, units)
        Of each layer, the inputs too, at ``problem.grid(SIDE)``: after the activation, and 0 where a unit is switched
        off. The last one holds probabilities of all classes, or values of the curve.
    off : frozenset of (layer, unit)
        Units that are switched off.
    """

    racer: int
    step: int
    weights: list[Array]
    biases: list[Array]
    places: list[tuple[Array, Array]]
    outputs: list[Array]
    off: frozenset[Unit]

    @property
    def sizes(self) -> list[int]:
        """Units of each layer."""
        return [len(self.weights[0]), *map(len, self.biases)]

    def scale(self, layer: int) -> float:
        """The largest size of an output in a layer, which the pictures of its units are compared with."""
        sizes = np.abs(self.outputs[layer])
        return float(np.max(sizes, initial=0.0, where=np.isfinite(sizes))) or 1.0


def network_state(race: Race, number: int) -> NetworkState:
    """A racer's network, with the parameters that its optimizer would evaluate with."""
    racer, problem = race.racers[number], race.problem
    layers, outputs = racer.layers(), racer.unit_outputs(race.grid)
    if problem.classes:
        outputs[-1] = problem.probabilities(outputs[-1], racer.loss)
    drawn = [np.clip(values, -LARGEST, LARGEST).astype(np.float32) for values in outputs]
    off = frozenset(racer.switches.off)
    for layer, unit in off:
        drawn[layer][:, unit] = 0
    return NetworkState(
        number, race.step, [w for w, _ in layers], [b for _, b in layers], racer.switches.places, drawn, off
    )  # fmt: skip
