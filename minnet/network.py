"""A network: layers one after the other, and the vectors that hold their parameters, gradients and buffers."""

import os
from collections.abc import Sequence
from dataclasses import replace
from threading import RLock
from typing import Any

import numpy as np

from minnet import architecture, kernels, storage, summary
from minnet.checks import as_generator, as_real, convert
from minnet.jet import Jet, seed, stack, unstack
from minnet.kernels.memory import aligned_zeros
from minnet.layers import INFERENCE, Buffered, Layer, Pass, Recurrent
from minnet.layers.lengths import checked_lengths
from minnet.layers.rows import jacobian_rows, remember_back
from minnet.mapped import is_mapped, joined
from minnet.names import Named
from minnet.types import Array, Shape


class Network(Named):
    """Layers, applied in order.

    Parameters
    ----------
    layers : sequence of Layer
        Samples must fit from one to the next.
    input_shape : tuple, optional
        The shape of one sample, channels last, None for a free axis: ``(8, 8, 3)``, ``(None, 3)``. Not needed where a
        layer says what it takes, as `Dense` does.
    rng : int, numpy.random.Generator or None
        Draws the initial parameters, always in float64, so that the same seed gives the same network (rounded)
        in either dtype.
    dtype : "float64" or "float32"
        Of parameters and results. Inputs of any real dtype are converted to it.

    Attributes
    ----------
    theta, grad : array, shape (n_parameters,)
        All parameters, and the gradient that `gradient()` last computed. The layers' `W`, `b`, `dW`, `db` are
        views into them.
    buffers : array
        What layers remember without learning it (running means, say); empty for most networks.
    input_shape, output_shape : tuple
        Of a sample.
    sample_shapes : list of tuple
        Of a sample before the first layer, and after each: one more than there are layers.
    lock : threading.RLock
        Held in ``net(x)``, `jet`, `jacobian` and steps of training, as layers remember a pass: threads may share a
        network. Hold it from a `forward` to its `backward`, if there are threads.

    Raises
    ------
    ShapeError, SettingError
        Layers do not fit together, a layer is used twice, or the dtype is another one.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 20), mn.Tanh(), mn.Dense(20, 1)], rng=0)
    >>> net
    Network(Dense(1, 20), Tanh(), Dense(20, 1); 61 parameters, float64)
    >>> net([0.0, 0.5]).shape
    (2, 1)
    """

    _last: Array | None = None  # outputs of the last evaluation
    _swept = False  # whether cotangents have been carried back since

    def __init__(
        self,
        layers: Sequence[Layer],
        *,
        input_shape: Shape | None = None,
        rng: int | np.random.Generator | None = None,
        dtype: Any = "float64",
    ) -> None:
        self.layers, self.lock = architecture.checked_layers(layers), RLock()
        self.dtype = architecture.checked_dtype(dtype)
        self.sample_shapes = architecture.sample_shapes(self.layers, input_shape)
        self.input_shape, self.output_shape = self.sample_shapes[0], self.sample_shapes[-1]
        self._widening = architecture.widening(self.sample_shapes)
        self._plain, self._fixed = architecture.plain_inputs(self.dtype, self.input_shape)
        shapes, rng = architecture.array_shapes(self.layers, self.sample_shapes), as_generator(rng, "Network")
        self._theta, self._buffers = architecture.initial_vectors(self.layers, shapes, rng, self.dtype)
        self._grad = aligned_zeros(self._theta.size, self.dtype)
        architecture.bind(self.layers, shapes, self._theta, self._grad, self._buffers)

    @property
    def theta(self) -> Array:
        """All parameters (n_parameters,). Assigning copies into it, so that the layers' views stay views."""
        return self._theta

    @theta.setter
    def theta(self, values: Any) -> None:
        self._theta[...] = architecture.checked_vector(values, self._theta, "theta")

    @property
    def grad(self) -> Array:
        """The gradient (n_parameters,) that `gradient()` last computed."""
        return self._grad

    @property
    def buffers(self) -> Array:
        """All buffers. Assigning copies into it."""
        return self._buffers

    @buffers.setter
    def buffers(self, values: Any) -> None:
        self._buffers[...] = architecture.checked_vector(values, self._buffers, "buffers")

    @property
    def n_parameters(self) -> int:
        return self.theta.size

    @property
    def n_inputs(self) -> int:
        """Features of an input sample, its last axis."""
        return self.input_shape[-1]  # type: ignore[return-value]

    @property
    def n_outputs(self) -> int:
        """Features of an output sample, its last axis."""
        return self.output_shape[-1]  # type: ignore[return-value]

    # What users call.

    def __call__(self, x: Any, *, lengths: Any = None) -> Array:
        """Values (n, *output_shape) at inputs x (n, *input_shape). With one input feature, x may be (n,). Of series
        (n, time, feature) that are not all as long as x, `lengths` (n,) says how many of their times count.

        A large memory map goes through in pieces, and nothing is remembered of it that `backward` could go on from.

        Raises
        ------
        ShapeError, DtypeError, DataError, SettingError
            x has wrong axes or features, or is not real; lengths do not fit, or a layer does not heed them.
        """
        plain = lengths is None and type(x) is np.ndarray and x.size <= kernels.FEW and self.layers
        if plain and (more := self._plain.get((kernels.active, x.dtype, x.ndim, x.shape[self._fixed :]))) is not None:
            # nothing to check, to convert, to choose: the shortest way for a debugger
            y = self.layers[0].forward(np.asarray(x, self.dtype, "C").reshape(1, *x.shape, *more), INFERENCE)
            for layer in self.layers[1:]:
                y = layer.forward(np.ascontiguousarray(y), INFERENCE)
            self._last, self._swept = y, False
            return y[0].copy()
        samples = architecture.as_samples(x, self.layers, self.input_shape)
        parts = architecture.passes(samples.shape, self.sample_shapes)
        if len(parts) == 1 or not is_mapped(samples):
            inputs = convert(samples, self.dtype, "x")[np.newaxis]
            with self.lock, kernels.evaluation(inputs.size * self._widening):
                return self.forward(inputs, Pass(lengths=lengths))[0].copy()
        if lengths is not None:
            lengths = checked_lengths(self.layers, lengths, len(samples), samples.shape[1:])
        some = (self(samples[part], lengths=None if lengths is None else lengths[part]) for part in parts)
        values = joined(some, len(samples))
        self._last = None
        return values

    def states(self) -> dict[Any, Array]:
        """What recurrent layers have come to in the last evaluation, to go on from: ``Pass(states=net.states())``."""
        recurrent = [layer for layer in self.layers if isinstance(layer, Recurrent)]
        return {layer: layer.final_states for layer in recurrent if layer.final_states is not None}

    def jet(self, x: Any, order: int = 2) -> Jet:
        """Values and exact derivatives along each input direction, up to the given order (1 or 2).

        Returns
        -------
        Jet
            ``value`` (n, o), ``first`` and ``second`` (i, n, o): derivatives by x_0, x_1, ...

        Raises
        ------
        DerivativeError
            A layer has no derivative of that order to carry, or samples are not flat.
        """
        self.check_order(order)
        inputs = seed(self.as_inputs(x), order)
        with self.lock, kernels.evaluation(inputs.size * self._widening):
            return unstack(self.forward(inputs, Pass(order)).copy(), order)

    def jacobian(self, x: Any) -> Array:
        """Derivatives of outputs by parameters: ``J[n, o]`` is the row of sample n and output o.

        Returns
        -------
        array, shape (n, *output_shape, n_parameters)
            ``J.reshape(-1, n_parameters)`` is the matrix that least-squares solvers want.

        Raises
        ------
        DerivativeError
            A layer couples samples.
        """
        inputs = self.as_inputs(x)[np.newaxis]
        with self.lock, kernels.evaluation(inputs.size * self._widening):
            return self.jacobian_rows(self.forward(inputs))[0]

    def backward(self, dy: Any) -> Any:
        """Carry cotangents from the outputs to the inputs, and remember them on the way.

        The cotangents belong to the last evaluation: an array (n, *output_shape) after ``net(x)``, a `Jet` after
        ``net.jet(x)``. The result is of the same kind, for the inputs. Call `gradient` next.
        """
        last = self._last if type(dy) is np.ndarray and dy.dtype == self.dtype and self.layers else None
        if last is not None and dy.size == last.size and dy.shape in (last.shape[1:], last.shape[1:2]):
            dy = self.layers[-1].backward(np.array(dy, order="C").reshape(last.shape))
            for layer in self.layers[-2::-1]:
                dy = layer.backward(np.ascontiguousarray(dy))
            self._swept = True
            return dy[0]
        stacked = stack(dy, self.dtype) if isinstance(dy, Jet) else as_real(dy, "dy").astype(self.dtype)[np.newaxis]
        if stacked.ndim == 2 and self.output_shape == (1,):
            stacked = stacked[..., np.newaxis]
        result = self.sweep_back(stacked)
        return unstack(result, dy.order) if isinstance(dy, Jet) else result[0]

    def summary(self) -> str:
        """A table of layers, shapes and numbers of parameters."""
        return summary.text(self.layers, self.sample_shapes, self.dtype)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write layers, parameters and buffers to an `.npz` file; `minnet.load` reads it."""
        storage.write(path, "network", self.header(), self.arrays())

    def __repr__(self) -> str:
        return f"Network({', '.join(map(repr, self.layers))}; {self.n_parameters:,} parameters, {self.dtype})"

    def _repr_html_(self) -> str:
        return summary.html(self.layers, self.sample_shapes, self.dtype)

    # One batch: checked, forward and back, in the order of a training step.

    def check_order(self, order: int) -> None:
        """Raise unless every layer can carry derivatives of that order."""
        architecture.check_order(self.layers, self.sample_shapes, order)

    def as_inputs(self, x: Any, name: str = "x") -> Array:
        """`x` as a contiguous array (n, *input_shape) of the network's dtype, or an error that says what is wrong."""
        return convert(architecture.as_samples(x, self.layers, self.input_shape, name), self.dtype, name)

    def forward(self, x: Array, call: Pass = INFERENCE) -> Array:
        """Outputs (k, n, *sample) for a stacked jet of inputs (k, n, *sample): see `minnet.jet.seed`."""
        x = architecture.as_stacked(x, self.input_shape, self.dtype)
        if call.lengths is not None:
            lengths = checked_lengths(self.layers, call.lengths, x.shape[1], x.shape[2:])
            call = replace(call, lengths=lengths)
        for layer in self.layers:
            x = np.ascontiguousarray(layer.forward(x, call))  # as kernels want it, whatever a layer of one's own gives
        self._last, self._swept = x, False
        return x

    def sweep_back(self, dy: Array) -> Array:
        """Cotangents of the stacked inputs for cotangents of the stacked outputs, both (k, n, *sample)."""
        dy = architecture.as_cotangents(dy, self._last, self.dtype)
        for layer in reversed(self.layers):
            dy = np.ascontiguousarray(layer.backward(dy))
        self._swept = True
        return dy

    def gradient(self, dy: Array | None = None) -> Array:
        """Gradient (n_parameters,) by all parameters. Overwrites `grad`, and returns it.

        Either for the cotangents of the last `backward` or `sweep_back`, or for cotangents dy of the stacked outputs
        (k, n, *sample): these are then carried back to the first layer with parameters, and no further.
        """
        if dy is not None or not self._swept:
            remember_back(self.layers, architecture.as_cotangents(dy, self._last, self.dtype))
            self._swept = True
        for layer in self.layers:
            layer.gradient()
        return self.grad

    def update_buffers(self) -> None:
        """Let layers take in what the last pass in training has seen: once for every step of training."""
        for layer in self.layers:
            if isinstance(layer, Buffered):
                layer.update_buffers()

    # What else training, solvers and files build on.

    def jacobian_rows(self, y: Array) -> Array:
        """Derivatives of the outputs y (k, n, *sample) that `forward` gave, by parameters: (k, n, *sample, p)."""
        return jacobian_rows(self.layers, self.sweep_back, y)

    def __getstate__(self) -> tuple[Any, ...]:
        """For copies and other processes: layers without views, parameters and buffers."""
        return [x.blank() for x in self.layers], self.input_shape, self.dtype, self.theta, self.buffers

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        Network.__init__(self, state[0], input_shape=state[1], rng=0, dtype=state[2])
        self.theta, self.buffers = state[3:]

    def header(self) -> dict[str, Any]:
        """What the network is made of, for files."""
        layers = map(architecture.described, self.layers)
        return {"dtype": str(self.dtype), "input_shape": list(self.input_shape), "layers": list(layers)}

    def arrays(self) -> dict[str, Array]:
        """Every array of parameters and buffers by the name it has in files: `0.W`, `0.b`, `2.W`, ..."""
        return {
            f"{index}.{name}": getattr(layer, name)
            for index, layer in enumerate(self.layers)
            for name in (*layer.shapes, *layer.buffer_shapes)
        }
