"""The dense layer: every output sees every input."""

from typing import Any

import numpy as np

from minnet import kernels
from minnet.errors import SettingError, ShapeError
from minnet.layers.base import Layer
from minnet.layers.passes import Pass
from minnet.types import Array, Shape


class Dense(Layer):
    """``y[n,o] = sum_i x[n,i] W[i,o] + b[o]``.

    The map is linear, so derivatives pass through it as values do; the bias, a constant, moves only the value
    (order k = 0). Backpropagation (Rumelhart, Hinton and Williams, Nature 323, 1986):

    - ``dx[k,n,i] = sum_o dy[k,n,o] W[i,o]``
    - ``dW[i,o] = sum_kn x[k,n,i] dy[k,n,o]``
    - ``db[o] = sum_n dy[0,n,o]``

    Parameters
    ----------
    n_inputs, n_outputs : int
        Numbers of features.
    weights, bias : str, callable, number or array
        How W (i, o) and b (o,) start: a name from `minnet.initializers.INITIALIZERS`, a function
        ``(shape, rng) -> array``, or the values themselves.

    Raises
    ------
    SettingError
        A number of features is not a positive integer.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(2, 1, weights=[[1.0], [10.0]], bias=0.5)])
    >>> net([[3.0, 2.0]]).tolist()
    [[23.5]]
    """

    W: Array
    b: Array
    dW: Array
    db: Array
    weight_names = ("W",)
    max_order = 2

    def __init__(self, n_inputs: int, n_outputs: int, *, weights: Any = "glorot_uniform", bias: Any = "zeros") -> None:
        for name, count in (("n_inputs", n_inputs), ("n_outputs", n_outputs)):
            if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
                raise SettingError(f"Dense: {name} must be a positive integer, not {count!r}")
        self.n_inputs, self.n_outputs = int(n_inputs), int(n_outputs)
        self.input_shape = (self.n_inputs,)
        self.shapes = {"W": (self.n_inputs, self.n_outputs), "b": (self.n_outputs,)}
        self.initial = {"W": weights, "b": bias}

    def output_shape(self, input_shape: Shape) -> Shape:
        if input_shape != self.input_shape:
            hint = "; Flatten() makes features of them" if len(input_shape) > 1 else ""
            raise ShapeError(f"{self} takes {self.n_inputs} features, not samples of shape {input_shape}{hint}")
        return (self.n_outputs,)

    def forward(self, x: Array, call: Pass) -> Array:
        self.x, y = x, np.empty((*x.shape[:2], self.b.size), x.dtype)
        kernels.active.dense_forward(x, self.W, self.b, y)
        return y

    def remember(self, dy: Array) -> None:
        self.dy = dy

    def backward(self, dy: Array) -> Array:
        self.dy, dx = dy, np.empty(self.x.shape, self.x.dtype)
        kernels.active.dense_backward(dy, self.W, dx)
        return dx

    def gradient(self) -> None:
        kernels.active.dense_gradient(self.x, self.dy, self.dW, self.db)

    def jacobian(self, rows: dict[str, Array]) -> None:
        kernels.active.dense_jacobian(self.x, self.dy, rows["W"], rows["b"])

    def settings(self) -> dict[str, Any]:
        return {"n_inputs": self.n_inputs, "n_outputs": self.n_outputs}
