"""What every layer states and does."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from minnet.types import Array


class Layer(ABC):
    """One step of a network: arrays (k, n, i) in, arrays (k, n, o) out.

    A layer states the `shapes` of its parameters. The network keeps all parameters in one vector and gives the
    layer a view for each name, `W` say, and one for its gradient, `dW`.

    Attributes
    ----------
    shapes : dict of str to tuple
        Name and shape of each parameter array; empty for a layer without parameters.
    n_inputs, n_outputs : int or None
        Numbers of features; None for a layer that takes any and changes nothing about it.
    max_order : int
        Highest order of derivative (0, 1 or 2) that the layer can carry through.
    initial : dict of str to initializer
        How each parameter starts: see `minnet.initializers.initial_values`.
    """

    shapes: dict[str, tuple[int, ...]]
    initial: dict[str, Any]
    n_inputs: int | None
    n_outputs: int | None

    @property
    @abstractmethod
    def max_order(self) -> int: ...

    @abstractmethod
    def forward(self, x: Array, order: int) -> Array:
        """Outputs (k, n, o) for inputs (k, n, i), which are remembered. k runs over value and derivatives."""

    @abstractmethod
    def backward(self, dy: Array) -> Array:
        """Cotangents dx (k, n, i) for cotangents dy (k, n, o), which are remembered. Changes no gradient."""

    @abstractmethod
    def gradient(self) -> None:
        """Overwrite the gradient views: remembered inputs times remembered cotangents, summed over samples."""

    @abstractmethod
    def jacobian(self, rows: dict[str, Array]) -> None:
        """The same before the sum over samples: fill ``rows[name]``, shape (n, *shape), for each parameter."""

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """Arguments, in order, that make an equal layer: for `repr` and for files."""

    def bind(self, values: Array, gradients: Array) -> None:
        """Take views of the network's vectors for the parameters, named `W` and `dW` for a shape called W."""
        views, start = {}, 0
        for name, shape in self.shapes.items():
            stop = start + int(np.prod(shape))
            views[name], views[f"d{name}"] = values[start:stop].reshape(shape), gradients[start:stop].reshape(shape)
            start = stop
        vars(self).update(views, _views=views)

    def is_bound(self) -> bool:
        """Whether the layer belongs to a network."""
        return "_views" in vars(self)

    def __setattr__(self, name: str, value: Any) -> None:
        """Assigning to a parameter copies into the network's vector."""
        if name in vars(self).get("_views", ()):
            vars(self)["_views"][name][...] = value
        else:
            object.__setattr__(self, name, value)

    def __getstate__(self) -> dict[str, Any]:
        """For copies and files of other processes: without views, as if new; the network copies the parameters."""
        views = vars(self).get("_views", {})
        state = {name: value for name, value in vars(self).items() if name not in views and name != "_views"}
        return state | {"initial": dict.fromkeys(self.shapes, "zeros")}

    @property
    def n_parameters(self) -> int:
        return sum(int(np.prod(shape)) for shape in self.shapes.values())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.settings().values()))})"
