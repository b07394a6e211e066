"""A network: layers one after the other, and the two vectors that hold their parameters and gradients."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from minnet import storage
from minnet.activations import ACTIVATIONS
from minnet.checks import as_generator, as_real, convert
from minnet.errors import (
    DerivativeError,
    FileFormatError,
    SettingError,
    ShapeError,
    is_whole,
    nearest,
)
from minnet.initializers import initial_values
from minnet.jet import Jet, seed, stack, unstack
from minnet.kernels.memory import aligned_zeros
from minnet.layers import Dense, Layer, Rescale, Softmax
from minnet.types import Array

LAYERS: dict[str, type[Layer]] = {"Dense": Dense, "Rescale": Rescale, "Softmax": Softmax, **ACTIVATIONS}


class Network:
    """Layers, applied in order.

    Parameters
    ----------
    layers : sequence of Layer
        Numbers of features must fit from one to the next. At least one of them must fix a number (`Dense` does).
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

    def __init__(
        self,
        layers: Sequence[Layer],
        *,
        rng: int | np.random.Generator | None = None,
        dtype: Any = "float64",
    ) -> None:
        if not isinstance(layers, list | tuple):
            raise SettingError(f"Network: the layers must be a list such as [Dense(1, 20), ...], not {layers!r}")
        self.layers = list(layers)
        self.dtype = _checked_dtype(dtype)
        self.n_inputs, self.n_outputs = _checked_widths(self.layers)
        rng = as_generator(rng, "Network")
        parts = [np.zeros(0, self.dtype)]
        for index, layer in enumerate(self.layers):
            for name, shape in layer.shapes.items():
                owner = f"layer {index} ({layer}), {name}"
                values = initial_values(layer.initial[name], shape, rng, owner)
                values = convert(np.asarray(values), self.dtype, f"{owner}: initial values")
                parts.append(np.broadcast_to(values.reshape(() if values.size == 1 else shape), shape).ravel())
        values = np.concatenate(parts)
        self._theta, self._grad = aligned_zeros(values.size, self.dtype), aligned_zeros(values.size, self.dtype)
        self._theta[...] = values
        start = 0
        for layer in self.layers:  # all is well: now the layers become part of this network
            stop = start + layer.n_parameters
            layer.bind(self._theta[start:stop], self._grad[start:stop])
            start = stop

    @property
    def theta(self) -> Array:
        """All parameters (n_parameters,). Assigning copies into it, so that the layers' views stay views."""
        return self._theta

    @theta.setter
    def theta(self, values: Any) -> None:
        self._theta[...] = values

    @property
    def grad(self) -> Array:
        """The gradient (n_parameters,) that `gradient()` last computed."""
        return self._grad

    # What users call.

    def __call__(self, x: Any) -> Array:
        """Values (n, o) at inputs x (n, i). With one input feature, x may be (n,).

        Raises
        ------
        ShapeError, DtypeError
            x has the wrong number of axes or features, or is not real.
        """
        return self.forward(seed(self.as_inputs(x), 0), 0)[0].copy()

    def jet(self, x: Any, order: int = 2) -> Jet:
        """Values and exact derivatives along each input direction, up to the given order (1 or 2).

        Returns
        -------
        Jet
            ``value`` (n, o), ``first`` and ``second`` (i, n, o): derivatives by x_0, x_1, ...

        Raises
        ------
        DerivativeError
            A layer has no derivative of that order to carry.
        """
        self.check_order(order)
        return unstack(self.forward(seed(self.as_inputs(x), order), order).copy(), order)

    def jacobian(self, x: Any) -> Array:
        """Derivatives of outputs by parameters: ``J[n, o]`` is the row of sample n and output o.

        Returns
        -------
        array, shape (n, o, n_parameters)
            ``J.reshape(-1, n_parameters)`` is the matrix that least-squares solvers want.
        """
        return self.jacobian_rows(self.forward(seed(self.as_inputs(x), 0), 0))[0]

    def backward(self, dy: Any) -> Any:
        """Carry cotangents from the outputs to the inputs, and remember them on the way.

        The cotangents belong to the last evaluation: an array (n, o) after ``net(x)``, a `Jet` after
        ``net.jet(x)``. The result is of the same kind, for the inputs. Call `gradient` next.
        """
        jet = dy if isinstance(dy, Jet) else Jet(as_real(dy, "dy"))
        stacked = stack(jet, self.dtype)
        if self._last is None:
            raise ShapeError("backward: nothing has been evaluated yet; call net(x) or net.jet(x) first")
        if self._last.shape != stacked.shape:
            raise ShapeError(
                f"backward: cotangents (order, sample, output) {stacked.shape} do not fit the last evaluation, "
                f"{self._last.shape}"
            )
        result = unstack(self.sweep_back(stacked), jet.order)
        return result if isinstance(dy, Jet) else result.value

    def gradient(self) -> Array:
        """Gradient (n_parameters,) by all parameters, from the last `backward`. Overwrites and returns `grad`."""
        if not self._swept:
            raise ShapeError("gradient: call backward(dy) first; it belongs to the last evaluation of the network")
        for layer in self.layers:
            layer.gradient()
        return self.grad

    @property
    def n_parameters(self) -> int:
        return self.theta.size

    def summary(self) -> str:
        """A table of layers, shapes and numbers of parameters."""
        rows = [("layer", "output", "parameters", "count")]
        width = self.n_inputs
        for layer in self.layers:
            width = layer.n_outputs or width
            shapes = ", ".join(f"{name} {shape}" for name, shape in layer.shapes.items())
            rows.append((repr(layer), f"(n, {width})", shapes or "-", f"{layer.n_parameters:,}"))
        total = ("total", "", str(self.dtype), f"{self.n_parameters:,}")
        widths = [max(len(row[column]) for row in [*rows, total]) for column in range(4)]
        lines = [
            "  ".join(text.ljust(w) for text, w in zip(row[:3], widths, strict=False)) + "  " + row[3].rjust(widths[3])
            for row in [*rows, total]
        ]
        rule = "-" * max(map(len, lines))
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write layers and parameters to an `.npz` file; `minnet.load` reads it."""
        storage.write(path, "network", self.header(), self.arrays())

    def __repr__(self) -> str:
        layers = ", ".join(map(repr, self.layers))
        return f"Network({layers}; {self.n_parameters:,} parameters, {self.dtype})"

    # What training and files build on.

    _last: Array | None = None  # outputs of the last evaluation
    _swept = False  # whether cotangents have been carried back since

    def forward(self, x: Array, order: int) -> Array:
        """Outputs (k, n, o) for a stacked jet of inputs (k, n, i): see `minnet.jet.seed`."""
        for layer in self.layers:
            x = layer.forward(x, order)
        self._last, self._swept = x, False
        return x

    def sweep_back(self, dy: Array) -> Array:
        """Cotangents of the stacked inputs for cotangents of the stacked outputs, both (k, n, feature)."""
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        self._swept = True
        return dy

    def jacobian_rows(self, y: Array) -> Array:
        """Derivatives of the outputs y (k, n, o), which `forward` has just given, by parameters: (k, n, o, p)."""
        K, N, O = y.shape
        J = np.zeros((K, N, O, self.n_parameters), self.dtype)
        for k in range(K):
            for o in range(O):
                unit = np.zeros_like(y)
                unit[k, :, o] = 1
                self.sweep_back(unit)
                start = 0
                for layer in self.layers:
                    rows = {name: np.empty((N, *shape), self.dtype) for name, shape in layer.shapes.items()}
                    layer.jacobian(rows)
                    for name, shape in layer.shapes.items():
                        stop = start + int(np.prod(shape))
                        J[k, :, o, start:stop] = rows[name].reshape(N, stop - start)
                        start = stop
        return J

    def __reduce__(self) -> Any:
        """For copies and other processes: layers without views, and the parameters."""
        return _restored, (self.layers, self.dtype, self.theta)

    def check_order(self, order: int) -> None:
        """Raise unless every layer can carry derivatives of that order."""
        if not is_whole(order) or order not in (0, 1, 2):
            raise SettingError(f"order must be 1 or 2, not {order!r}")
        for index, layer in enumerate(self.layers):
            if layer.max_order < order:
                raise DerivativeError(_why_not(index, layer, order))

    def as_inputs(self, x: Any, name: str = "x") -> Array:
        """`x` as a contiguous array (n, i) of the network's dtype, or an error that says what is wrong."""
        x = as_real(x, name)
        if x.ndim == 1 and self.n_inputs == 1:
            x = x[:, np.newaxis]
        if x.ndim != 2 or x.shape[1] != self.n_inputs:
            hint = f"; one sample of {x.size} features is {name}[None, :]" if x.ndim == 1 else ""
            raise ShapeError(
                f"{name} has shape {x.shape}, but {self.layers[0]}, the first layer of the network, takes "
                f"(samples, {self.n_inputs}){hint}"
            )
        return convert(x, self.dtype, name)

    def header(self) -> dict[str, Any]:
        """What the network is made of, for files."""
        layers = [{"layer": _name(type(layer)), **layer.settings()} for layer in self.layers]
        return {"dtype": str(self.dtype), "layers": layers}

    def arrays(self) -> dict[str, Array]:
        """Every parameter array by the name it has in files: `0.W`, `0.b`, `2.W`, ..."""
        return {
            f"{index}.{name}": getattr(layer, name) for index, layer in enumerate(self.layers) for name in layer.shapes
        }


def load(path: str | os.PathLike[str], *, layers: Sequence[type[Layer]] = ()) -> Network:
    """Read a network that `Network.save` wrote.

    Parameters
    ----------
    path : path
    layers : sequence of classes
        Layers of your own that the network uses.

    Raises
    ------
    FileNotFoundError, FileFormatError
        There is no such file; it is truncated, foreign, or its arrays do not fit its layers.
    """
    header, arrays = storage.read(path, "network")
    known = LAYERS | {_name(kind): kind for kind in layers}
    made = []
    try:
        for settings in header["layers"]:
            kind = settings.pop("layer")
            if kind not in known:
                raise FileFormatError(
                    f"{path}: unknown layer {kind!r}; pass its class as load(path, layers=[...]). "
                    f"{nearest(kind, known)}"
                )
            made.append(known[kind](**settings))
        net = Network(made, rng=0, dtype=header["dtype"])
    except FileFormatError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileFormatError(f"{path}: the header does not describe a network: {error}") from None
    for name, parameter in net.arrays().items():
        parameter[...] = storage.take(arrays, name, parameter.shape, net.dtype, path)
    storage.finish(arrays, path)
    return net


def _name(kind: type[Layer]) -> str:
    """The name of a class of layers in files; `own.` before those that are not minnet's."""
    name = kind.__name__
    return name if LAYERS.get(name) is kind else f"own.{name}"


def _restored(layers: list[Layer], dtype: Any, theta: Array) -> Network:
    """A network from copies of another's layers."""
    net = Network(layers, rng=0, dtype=dtype)
    net.theta = theta
    return net


def _checked_dtype(dtype: Any) -> np.dtype[Any]:
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = None
    if found not in (np.float32, np.float64):
        raise SettingError(f"Network: dtype must be 'float64' or 'float32', not {dtype!r}")
    return found


def _checked_widths(layers: list[Layer]) -> tuple[int, int]:
    """Numbers of input and output features of the whole list."""
    first: int | None = None
    width: int | None = None
    for index, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            hint = f"; write {layer.__name__}()" if isinstance(layer, type) else ""
            raise SettingError(f"Network: layer {index} is {layer!r}, which is not a Layer{hint}")
        if layer.is_bound() or any(layer is other for other in layers[:index]):
            raise SettingError(f"Network: layer {index}, {layer}, already belongs to a network; make a new one")
        if layer.n_inputs is None:
            continue
        if width is not None and width != layer.n_inputs:
            raise ShapeError(
                f"Network: layer {index}, {layer}, takes {layer.n_inputs} features, but the layers before it "
                f"give {width}"
            )
        first = layer.n_inputs if first is None else first
        width = layer.n_outputs
    if first is None or width is None:
        raise SettingError("Network: at least one layer must have a number of features, for example Dense(1, 20)")
    return first, width


def _why_not(index: int, layer: Layer, order: int) -> str:
    what = "derivatives" if order == 1 else "second derivatives"
    if layer.max_order == 1:
        reason = "it is piecewise linear: its second derivative is zero or does not exist"
        remedy = "use a smooth activation such as Tanh, or order=1"
    else:
        reason = "it couples features or samples and has no rule for derivatives"
        remedy = "leave it out; classification losses take the scores (logits) themselves"
    return f"layer {index}, {layer}, cannot carry {what}: {reason}. Way out: {remedy}"
