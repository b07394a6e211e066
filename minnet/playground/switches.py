"""Changing a network by hand while it is trained: one parameter set to a number, one unit switched off and on again.

A unit that is switched off outputs nothing: its outgoing weights are 0. After each update they are set to 0 again, and
its own weights and bias, and all that the optimizer remembers of them, to what they were, as if training had passed
them by. So training does not bring the unit back, and switched on again it goes on from where it stopped.
"""

from dataclasses import dataclass, field

import numpy as np

from minnet.errors import SettingError
from minnet.layers import Dense
from minnet.network import Network
from minnet.training.state import TrainState
from minnet.types import Array

Unit = tuple[int, int]
"""Layer and place in it; the inputs are layer 0, the outputs the last one."""


def dense_layers(net: Network) -> list[Dense]:
    """Those with weights, first to last; what units of the layer before put out goes into them."""
    return [layer for layer in net.layers if isinstance(layer, Dense)]


def places(net: Network) -> list[tuple[Array, Array]]:
    """Where in `Network.theta` the parameters of each dense layer are: of weights (i, o), and of biases (o,).

    >>> from minnet.mlp import mlp
    >>> [(weights.tolist(), biases.tolist()) for weights, biases in places(mlp([1, 2, 1]))]
    [([[0, 1]], [2, 3]), ([[4], [5]], [6])]
    """
    found, start = [], 0
    for layer in net.layers:
        if isinstance(layer, Dense):
            weights = start + np.arange(layer.W.size).reshape(layer.W.shape)
            found.append((weights, start + layer.W.size + np.arange(layer.b.size)))
        start += layer.n_parameters
    return found


@dataclass
class _Numbers:
    """Some parameters, and what the optimizer remembers of them (slots, parameters)."""

    index: Array
    theta: Array
    slots: Array

    @classmethod
    def of(cls, state: TrainState, index: Array) -> "_Numbers":
        return cls(index, state.theta[index], state.slots[:, index])

    def put_back(self, state: TrainState) -> None:
        state.theta[self.index], state.slots[:, self.index] = self.theta, self.slots


@dataclass
class Switches:
    """Units of a network in training that are switched off.

    Attributes
    ----------
    state : TrainState
        Of the network.
    places : list of pairs of arrays
        See `places`.
    off : dict
        For each unit that is switched off, its outgoing weights as they were.
    """

    state: TrainState
    places: list[tuple[Array, Array]]
    off: dict[Unit, _Numbers] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._hold()

    def hold(self) -> None:
        """After an update: what belongs to units that are switched off is as it was before."""
        self._held.put_back(self.state)

    def _hold(self) -> None:
        parts = [self._outgoing(unit) for unit in self.off]
        for layer, unit in self.off:
            if layer:
                weights, biases = self.places[layer - 1]
                parts += [weights[:, unit], biases[unit : unit + 1]]
        self._held = _Numbers.of(self.state, np.unique(np.concatenate([*parts, np.empty(0, int)])))

    def _outgoing(self, unit: Unit) -> Array:
        return self.places[unit[0]][0][unit[1]]

    def switch(self, unit: Unit, on: bool) -> None:
        """Switch a unit off, or on again with its former weights.

        Raises
        ------
        SettingError
            There is no such unit, or it is an output.
        """
        layer, number = unit
        if not 0 <= layer < len(self.places) or not 0 <= number < len(self.places[layer][0]):
            raise SettingError(f"Network: layer {layer} has no unit {number} that could be switched off")
        if on and unit in self.off:
            self.off.pop(unit).put_back(self.state)
        if not on and unit not in self.off:
            outgoing = self._outgoing(unit)
            self.off[unit] = _Numbers.of(self.state, outgoing)
            self._set(outgoing, 0.0)
        self._hold()

    def set_parameter(self, index: int, value: float) -> None:
        """Set a parameter, by its place in theta; training goes on from there.

        Raises
        ------
        SettingError
            It is an outgoing weight of a unit that is switched off.
        """
        for layer, number in self.off:
            if index in self._outgoing((layer, number)):
                raise SettingError(
                    "Network: this weight goes out from a unit that is switched off, and is held at 0; "
                    "switch the unit on to change it"
                )
        self._set(np.array([index]), value)
        self._hold()

    def _set(self, index: Array, value: float) -> None:
        """In the parameters, and in the average of them that an optimizer may evaluate with."""
        self.state.evaluated()[index] = value
        self.state.theta[index] = value
