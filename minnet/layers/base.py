"""What every layer states and does, and what some layers do besides."""

import math
from abc import ABC, abstractmethod
from copy import deepcopy
from inspect import getattr_static
from typing import Any

from minnet.checks import as_real, check_finite, convert
from minnet.errors import DataError, ShapeError
from minnet.layers.passes import Pass
from minnet.names import Named
from minnet.types import Array, Shape


class Layer(Named, ABC):
    """One map of a network: arrays (k, n, *sample) in, arrays (k, n, *sample) out.

    A sample may have any shape: (feature,), (time, channel), (height, width, channel); channels come last. k runs over
    the value and derivatives of it: in plain training there is only k = 0.

    A layer states the `shapes` of its parameters. The network keeps all parameters in one vector and gives the
    layer a view for each name, `W` say, and one for its gradient, `dW`.

    Attributes
    ----------
    shapes : dict of str to tuple
        Name and shape of each parameter array; None in a shape stands for the number of features (the last axis) of
        the inputs, which the network fills in.
    initial : dict of str to initializer
        How each parameter and buffer starts: see `minnet.initializers.initial_values`.
    buffer_shapes : dict of str to tuple
        The same for what is remembered without being learned; see `Buffered`.
    weight_names : tuple of str or None
        Which of the parameters are weights, which penalties count (`minnet.Penalty`): those that inputs or states are
        multiplied by; not biases, gains and offsets. None: the layer does not say, and penalties refuse it.
    input_shape : tuple or None
        The shape of samples that the layer takes, None for a free axis; None for a layer that takes several shapes.
    max_order : int
        Highest order of derivative (0, 1 or 2) that the layer can carry through.
    training_differs : bool
        Whether its outputs in training are others than in inference.
    takes_lengths : bool
        Whether it heeds ``call.lengths``, or maps each time of a series by itself: so that what comes after the end of
        a series that is shorter than the others changes nothing before.

    Examples
    --------
    >>> import minnet as mn
    >>> isinstance(mn.Dense(2, 3), Layer), mn.Network([mn.Dense(2, 3)]).layers[0].n_parameters
    (True, 9)
    """

    shapes: dict[str, tuple[Any, ...]]
    initial: dict[str, Any]
    buffer_shapes: dict[str, tuple[Any, ...]] = {}  # noqa: RUF012
    weight_names: tuple[str, ...] | None = None
    input_shape: Shape | None = None
    training_differs = False
    takes_lengths = False

    @property
    @abstractmethod
    def max_order(self) -> int: ...

    @abstractmethod
    def output_shape(self, input_shape: Shape) -> Shape:
        """Shape of an output sample for an input sample of this shape; an axis that is free, such as the length of a
        series, is None.

        Raises
        ------
        ShapeError
            The layer does not take such samples; the message names it, what it takes, and what came.
        """

    @abstractmethod
    def forward(self, x: Array, call: Pass) -> Array:
        """Outputs (k, n, *sample) for inputs (k, n, *sample), which are remembered. Changes no buffer."""

    @abstractmethod
    def backward(self, dy: Array) -> Array:
        """Cotangents dx, shaped like the inputs, for cotangents dy of the outputs, which are remembered. Changes no
        gradient."""

    def remember(self, dy: Array) -> None:
        """What `gradient` needs of cotangents dy of the outputs, where nobody needs those of the inputs: the first
        layer's in training."""
        self.backward(dy)

    @abstractmethod
    def gradient(self) -> None:
        """Overwrite the gradient views: remembered inputs times remembered cotangents, summed over samples."""

    @abstractmethod
    def jacobian(self, rows: dict[str, Array]) -> None:
        """The same before the sum over samples: fill ``rows[name]``, shape (n, *shape), for each parameter.

        Raises
        ------
        DerivativeError
            There is no such thing, because the layer couples samples.
        """

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """Arguments, in order, that make an equal layer: for `repr` and for files."""

    def bind(self, values: Array, gradients: Array, buffers: Array) -> None:
        """Take views of the network's vectors: `W` and `dW` for a parameter called W, `mean` for a buffer called so."""
        views: dict[str, Array] = {}
        for shapes, vectors in (
            (self.shapes, {"": values, "d": gradients}),
            (self.buffer_shapes, {"": buffers}),
        ):
            start = 0
            for name, shape in shapes.items():
                stop = start + size(shape)
                views |= {prefix + name: vector[start:stop].reshape(shape) for prefix, vector in vectors.items()}
                start = stop
        for name in views:
            if not isinstance(getattr_static(type(self), name, None), _Assigned | property):
                setattr(type(self), name, _Assigned(name))
        vars(self).update(views, _views=views, _lasting=[name for name in vars(self) if name not in views])

    def is_bound(self) -> bool:
        """Whether the layer belongs to a network."""
        return "_views" in vars(self)

    def __getstate__(self) -> dict[str, Any]:
        """For copies and other processes: a layer of no network, that starts with the parameters and buffers of this
        one. Without what passes have left, such as the inputs of a large batch."""
        names = [*self.shapes, *self.buffer_shapes]
        initial = {name: getattr(self, name).copy() for name in names} if self.is_bound() else self.initial
        lasting = vars(self).get("_lasting", vars(self))  # what was there before it joined the network
        return {name: value for name, value in vars(self).items() if name in lasting} | {"initial": initial}

    def blank(self) -> "Layer":
        """A copy with zeros, for a network that copies all parameters and buffers at once."""
        layer = deepcopy(self)
        layer.initial = dict.fromkeys([*self.shapes, *self.buffer_shapes], "zeros")
        return layer

    @property
    def n_parameters(self) -> int:
        return sum(map(size, self.shapes.values()))

    @property
    def n_buffers(self) -> int:
        return sum(map(size, self.buffer_shapes.values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.settings().values()))})"


class _Assigned:
    """Stands for an array in the class of a layer: assigning to ``layer.W`` copies into the network's vector.

    It takes over assignments alone. Reading ``layer.W`` is reading an attribute like any other, and so is assigning to
    any other: Python looks here for neither, and a debugger that steps through a layer does not come by.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}, which is there once the layer belongs to a network>"

    def __getattr__(self, name: str) -> Any:
        """Whoever takes it for the array is told that it is not there yet."""
        raise AttributeError(f"{self.name} is there once the layer belongs to a network, and so is its {name}")

    def __array__(self, *arguments: Any, **options: Any) -> Array:
        raise DataError(f"{self.name} is there once the layer belongs to a network")

    def __set__(self, layer: Layer, value: Any) -> None:
        """Copy the values.

        Raises
        ------
        ShapeError, DtypeError, DataError
            The values do not fit, are not real numbers, or are masked (`numpy.ma`); or parameters are not finite.
        """
        name, view = self.name, vars(layer).get("_views", {}).get(self.name)
        if view is None:  # a layer of no network, or one whose kind has such an array under other settings
            vars(layer)[name] = value
        if view is None or value is view:  # W += 1 has done it
            return
        values = as_real(value, f"{layer}: {name}")
        if name in layer.shapes:  # of gradients and buffers, training says in which batch they overflow
            check_finite(values, f"{layer}: {name}")
        values = convert(values, view.dtype, f"{layer}: {name}")
        try:
            view[...] = values
        except ValueError:
            raise ShapeError(
                f"{layer}: {name} has shape {view.shape}, and cannot be an array of shape {values.shape}"
            ) from None


class ParameterFree(Layer):
    """A layer with nothing to learn.

    >>> import minnet as mn
    >>> isinstance(mn.Flatten(), ParameterFree), isinstance(mn.Dense(1, 1), ParameterFree)
    (True, False)
    """

    shapes: dict[str, tuple[Any, ...]] = {}  # noqa: RUF012
    initial: dict[str, Any] = {}  # noqa: RUF012

    def gradient(self) -> None:
        """There are no parameters."""

    def jacobian(self, rows: dict[str, Array]) -> None:
        """There are no parameters."""


class Buffered(Layer):
    """A layer that remembers what is not learned by gradient: running means, say, the vectors of a power iteration.

    It states `buffer_shapes`, and their first values in `initial`. The network keeps all buffers in one vector, which
    goes wherever the parameters go: into files, copies, checkpoints, and back to the last good step.

    >>> import minnet as mn
    >>> net = mn.Network([mn.BatchNorm()], input_shape=(1,))
    >>> isinstance(net.layers[0], Buffered), net.layers[0].n_buffers
    (True, 3)
    """

    @abstractmethod
    def update_buffers(self) -> None:
        """Take in what the last pass in training has seen. Called once for every step of training."""


def filled_in(shapes: dict[str, tuple[Any, ...]], features: int | None) -> dict[str, tuple[Any, ...]]:
    """Shapes of arrays with the number of features in the place of None."""
    return {name: tuple(features if axis is None else axis for axis in shape) for name, shape in shapes.items()}


def size(shape: Shape) -> int:
    """Numbers in an array of this shape.

    Raises
    ------
    TypeError
        An axis is free.
    """
    return math.prod(shape)  # type: ignore[arg-type]
