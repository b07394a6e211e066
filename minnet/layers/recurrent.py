"""Recurrent layers: one step, repeated along a series, with a state that is handed on.

What they share is here: lengths, directions, states at the start and at the end, and the way back through time. What
makes them differ is in `cells.py`.
"""

from abc import abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from minnet import kernels
from minnet.errors import DerivativeError, SettingError, ShapeError, is_whole
from minnet.initializers import initial_values
from minnet.kernels.formulas.recurrence import Cell
from minnet.kernels.memory import aligned_zeros
from minnet.layers.base import Layer
from minnet.layers.passes import Pass
from minnet.types import Array, Shape


class Recurrent(Layer):
    """``h_t = step(x_t, h_{t-1})`` along series x (time, i), with the same W (i, g h), U (h, g h) and b for all times.

    `LSTM` has the arguments. Backpropagation through time (Werbos, Proc. IEEE 78, 1990): the cotangent of ``h_t`` is
    what comes from the output at t, plus what comes back from step t + 1; gradients are sums over times.

    Attributes
    ----------
    cell : Cell
        Gates, and how they are wired.
    final_states : array, shape (states, n, h)
        After a pass forward: the state of each sample after its last step; an `LSTM` has two, h and c.
    """

    W: Array
    U: Array
    b: Array
    dW: Array
    dU: Array
    db: Array
    weight_names = ("W", "U")
    max_order = 0
    takes_lengths = True
    V: Array
    z: Array
    a: Array
    c: Array
    da: Array
    final_states: Array | None = None

    @property
    @abstractmethod
    def cell(self) -> Cell: ...

    def __init__(
        self,
        n_inputs: int,
        n_hidden: int,
        return_sequences: bool = True,
        go_backwards: bool = False,
        *,
        weights: Any = "glorot_uniform",
        recurrent_weights: Any = "orthogonal",
        bias: Any = "zeros",
    ) -> None:
        kind = type(self).__name__
        for name, count in (("n_inputs", n_inputs), ("n_hidden", n_hidden)):
            if not is_whole(count) or count < 1:
                raise SettingError(f"{kind}: {name} must be a positive integer, not {count!r}")
        for name, flag in (("return_sequences", return_sequences), ("go_backwards", go_backwards)):
            if not isinstance(flag, bool):
                raise SettingError(f"{kind}: {name} must be True or False, not {flag!r}")
        self.n_inputs, self.n_hidden = int(n_inputs), int(n_hidden)
        self.return_sequences, self.go_backwards = return_sequences, go_backwards
        i, h, gates = self.n_inputs, self.n_hidden, len(self.cell.inputs)
        self.input_shape = (None, i)
        self.shapes = {"W": (i, gates * h), "U": (h, gates * h), "b": (self.cell.blocks * h,)}
        self.initial = {
            "W": gate_by_gate(weights, gates, f"{kind}, W"),
            "U": gate_by_gate(recurrent_weights, gates, f"{kind}, U"),
            "b": bias,
        }

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 2 or input_shape[1] != self.n_inputs:
            hint = f"; Reshape((times, {self.n_inputs})) makes such samples" if len(input_shape) == 1 else ""
            raise ShapeError(
                f"{self} takes series (time, {self.n_inputs} features), not samples of shape {input_shape}{hint}"
            )
        return (input_shape[0], self.n_hidden) if self.return_sequences else (self.n_hidden,)

    def forward(self, x: Array, call: Pass) -> Array:
        """States of all times (1, n, time, h), or the last ones (1, n, h). After the end of a series that is shorter
        than the others, its state stands still, and its outputs are 0. Backwards, a series is read from its end."""
        if len(x) > 1:
            raise DerivativeError(f"{self} couples times and has no rule for derivatives along its inputs")
        n, t = x.shape[1:3]
        h, cell = self.n_hidden, self.cell
        self.lengths = np.full(n, t, np.int64) if call.lengths is None else call.lengths
        start = self._start(call.states, n, x.dtype)
        steps, p = int(self.lengths.max(initial=0)), h + 1 + self.n_inputs
        z = self._room("z", (steps + 1, n, p), x.dtype)
        a = self._room("a", (steps, cell.kept, n, h), x.dtype)
        c = self._room("c", (steps + 1, n, h) if cell.memory else (0, 0, 0), x.dtype)
        y = np.empty((1, n, t if self.return_sequences else 0, h), x.dtype)
        V = self._packed()
        kernels.active.recurrence_forward(cell, x[0], V, self.lengths, self.go_backwards, start, z, a, c, y[0])
        self.x_shape = x.shape
        self.final_states = np.empty_like(start)
        self.final_states[0] = z[-1, :, :h]
        if cell.memory:
            self.final_states[1] = c[-1]
        return y if self.return_sequences else self.final_states[:1].copy()

    def remember(self, dy: Array) -> None:
        self._back(dy, np.empty((*self.x_shape[:3], 0), dy.dtype))

    def backward(self, dy: Array) -> Array:
        dx = np.empty(self.x_shape, dy.dtype)
        self._back(dy, dx)
        return dx

    def _back(self, dy: Array, dx: Array) -> None:
        """Through all steps; cotangents of the inputs into dx, unless it has no features."""
        _, n, _, _ = self.x_shape
        h, steps = self.n_hidden, len(self.a)
        da = self._room("da", (steps, self.cell.blocks, n, h), dy.dtype)
        none = np.zeros((n, h) if self.return_sequences else (n, 0, h), dy.dtype)
        outputs, final = (dy[0], none) if self.return_sequences else (none, dy[0])
        kernels.active.recurrence_backward(
            self.cell, outputs, final, self.V, self.lengths, self.go_backwards, self.a, self.c, da, dx[0]
        )

    def gradient(self) -> None:
        dV = np.empty_like(self.V)
        kernels.active.recurrence_gradient(self.cell, self.z, self.da, dV)
        self._unpack(dV, self.dW, self.dU, self.db)

    def jacobian(self, rows: dict[str, Array]) -> None:
        JV = np.empty((self.z.shape[1], *self.V.shape), self.V.dtype)
        kernels.active.recurrence_jacobian(self.cell, self.z, self.da, JV)
        self._unpack(JV, rows["W"], rows["U"], rows["b"])

    def settings(self) -> dict[str, Any]:
        return {
            "n_inputs": self.n_inputs,
            "n_hidden": self.n_hidden,
            "return_sequences": self.return_sequences,
            "go_backwards": self.go_backwards,
        }

    def _start(self, states: Mapping[Any, Array] | None, n: int, dtype: Any) -> Array:
        """The states before the first step."""
        shape = (1 + self.cell.memory, n, self.n_hidden)
        if states is None:
            return np.zeros(shape, dtype)
        if self.go_backwards:
            raise SettingError(
                f"{self} reads a series from its end, so it cannot go on from the states before its beginning; leave "
                "Pass(states=...) out"
            )
        if self not in states:
            raise SettingError(f"these states are of another network: nothing in them is of this {self}")
        start = np.ascontiguousarray(states[self], dtype)
        if start.shape != shape:
            raise ShapeError(f"{self}: the states at the start have shape {start.shape}, expected {shape}")
        return start

    def _packed(self) -> Array:
        """W, U and b in one array V (q, p, h), as kernels take them: see `minnet/kernels/formulas/recurrence.py`."""
        h, i, cell = self.n_hidden, self.n_inputs, self.cell
        V = self._room("V", (cell.blocks, h + 1 + i, h), self.W.dtype)
        V[cell.inputs, h + 1 :] = self.W.reshape(i, -1, h).swapaxes(0, 1)
        V[cell.states, :h] = self.U.reshape(h, -1, h).swapaxes(0, 1)
        V[:, h] = self.b.reshape(cell.blocks, h)
        return V

    def _unpack(self, V: Array, W: Array, U: Array, b: Array) -> None:
        """Parts of arrays (..., q, p, h)."""
        h = self.n_hidden
        for gate, (by_input, by_state) in enumerate(zip(self.cell.inputs, self.cell.states, strict=True)):
            W[..., gate * h : (gate + 1) * h] = V[..., by_input, h + 1 :, :]
            U[..., gate * h : (gate + 1) * h] = V[..., by_state, :h, :]
        b[...] = V[..., h, :].reshape(b.shape)

    def _room(self, name: str, shape: tuple[int, ...], dtype: Any) -> Array:
        """Memory for what is remembered of a pass; that of the last one, if it is of that shape: getting new pages from
        the system would take as long as a product."""
        array: Array | None = vars(self).get(name)
        if array is None or array.shape != shape or array.dtype != dtype:
            array = aligned_zeros(shape, dtype)
            setattr(self, name, array)
        return array


def gate_by_gate(spec: Any, gates: int, owner: str) -> Any:
    """How weights (rows, gates * h) start: each gate's columns are drawn by themselves, so that fans are those of one
    gate, and an orthogonal matrix is one for each gate. Values, and numbers, stay what they are."""
    return partial(_by_gates, spec, gates, owner) if isinstance(spec, str) or callable(spec) else spec


def _by_gates(spec: Any, gates: int, owner: str, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    block = (shape[0], shape[1] // gates)
    columns = [np.broadcast_to(initial_values(spec, block, rng, owner), block) for _ in range(gates)]
    return np.concatenate(columns, axis=1)
