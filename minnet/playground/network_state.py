"""One racer's network at one moment: its weights and biases, and what each of its units puts out."""

from dataclasses import dataclass

import numpy as np

from minnet.playground.digits import Digits
from minnet.playground.plane import SIDE, OverPlane, Plane
from minnet.playground.race import LARGEST, Race
from minnet.playground.switches import Unit
from minnet.playground.values import AlongAxis
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
        Of each layer, the inputs too, at `points_of` the problem: after the activation, and 0 where a unit is switched
        off. The last one holds probabilities of all classes, or values of the curve. Empty for digits, which are not
        drawn over points.
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


Drawn = OverPlane | AlongAxis
"""Problems whose networks are drawn as units and lines."""


def points_of(problem: Drawn) -> Array:
    """Where units are looked at: all over the plane (SIDE^2, 2), row by row, or along the axis (POINTS, 1)."""
    return problem.grid(SIDE) if isinstance(problem, OverPlane) else problem.along()


def network_state(race: Race, number: int) -> NetworkState | None:
    """A racer's network, with the parameters that its optimizer would evaluate with; None where it is not drawn."""
    if not isinstance(race.problem, Drawn | Digits):
        return None
    racer, problem = race.racers[number], race.problem
    layers = racer.layers()
    outputs = racer.unit_outputs(points_of(problem)) if isinstance(problem, Drawn) else []
    if isinstance(problem, Plane):
        outputs[-1] = problem.probabilities(outputs[-1], racer.loss)
    drawn = [np.clip(values, -LARGEST, LARGEST).astype(np.float32) for values in outputs]
    off = frozenset(racer.switches.off)
    for layer, unit in off:
        drawn[layer][:, unit] = 0
    return NetworkState(
        number, race.step, [w for w, _ in layers], [b for _, b in layers], racer.switches.places, drawn, off
    )  # fmt: skip
