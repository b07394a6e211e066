"""Recurrent layers: one step, repeated along a series, with a state that is handed on.

What they share is here: lengths, directions, states at the start and at the end, and the way back through time. What
makes them differ is in `cells.py`.
"""

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np

from minnet import kernels
from minnet.errors import DerivativeError, SettingError, ShapeError, is_whole
from minnet.initializers import initial_values
from minnet.kernels.formulas.recurrence import Cell, Tape
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

    Examples
    --------
    >>> import numpy as np
    >>> import minnet as mn
    >>> net = mn.Network([mn.SimpleRNN(1, 3)], rng=0)
    >>> y = net(np.ones((2, 4, 1)))
    >>> isinstance(net.layers[0], Recurrent), bool((net.layers[0].final_states[0] == y[:, -1]).all())
    (True, True)
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
    tape: Tape  # of the last pass
    final_states: Array | None = None
    _spare: dict[Any, Any] = {}  # noqa: RUF012  it stays empty; layers get their own

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
        tape, shape = self._spare.pop((x.shape, x.dtype, call.lengths is call.states), None) or self._prepared(x, call)
        kernels.active.recurrence_forward(tape, x[0], self.W, self.U, self.b, y := np.empty(shape, x.dtype))
        states = np.empty_like(tape.start)
        states[0] = tape.z[-1, :, : self.n_hidden]
        if self.cell.memory:
            states[1] = tape.c[-1]
        self.tape, self.x_shape, self.final_states = tape, x.shape, states
        self._spare = {(x.shape, x.dtype, call.lengths is call.states or None): (tape, shape)}  # True: both are None
        return y[np.newaxis]

    def remember(self, dy: Array) -> None:
        kernels.active.recurrence_backward(self.tape, dy[0], np.empty((*self.x_shape[1:3], 0), dy.dtype))

    def backward(self, dy: Array) -> Array:
        dx = np.empty(self.x_shape, dy.dtype)
        kernels.active.recurrence_backward(self.tape, dy[0], dx[0])
        return dx

    def gradient(self) -> None:
        kernels.active.recurrence_gradient(self.tape, self.dW, self.dU, self.db)

    def jacobian(self, rows: dict[str, Array]) -> None:
        kernels.active.recurrence_jacobian(self.tape, rows["W"], rows["U"], rows["b"])

    def settings(self) -> dict[str, Any]:
        return {
            "n_inputs": self.n_inputs,
            "n_hidden": self.n_hidden,
            "return_sequences": self.return_sequences,
            "go_backwards": self.go_backwards,
        }

    def _prepared(self, x: Array, call: Pass) -> tuple[Tape, tuple[int, ...]]:
        """A tape for such a pass, and the shape of its outputs. The next ones, of whole series that begin at 0, need no
        other, as long as their shape stays: it lies in `_spare` until one of them, of whatever thread, takes it."""
        if len(x) > 1:
            raise DerivativeError(f"{self} couples times and has no rule for derivatives along its inputs")
        n, t, i = x.shape[1:]
        lengths = np.full(n, t, np.int64) if call.lengths is None else call.lengths
        start = self._start(call.states, n, x.dtype)
        memory = self._memory(int(lengths.max(initial=0)), n, i, x.dtype)
        shape = (n, t, self.n_hidden) if self.return_sequences else (n, self.n_hidden)
        return Tape(self.cell, self.go_backwards, lengths, start, *memory), shape

    def _memory(self, steps: int, n: int, i: int, dtype: Any) -> tuple[Array, ...]:
        """V, z, a, c and da of a tape; those of the last one, if they are as large: getting new pages from the system
        would take as long as a product."""
        h, cell, p = self.n_hidden, self.cell, self.n_hidden + 1 + i
        with suppress(KeyError):
            _, (last, _) = self._spare.popitem()
            if last.z.shape == (steps + 1, n, p) and last.z.dtype == dtype:
                return last[4:]
            del last
        vars(self).pop("tape", None)  # two tapes at once would be twice the memory
        c = (steps + 1, n, h) if cell.memory else (0, 0, 0)
        shapes = (cell.blocks, p, h), (steps + 1, n, p), (steps, cell.kept, n, h), c, (steps, cell.blocks, n, h)
        return tuple(aligned_zeros(shape, dtype) for shape in shapes)

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


def gate_by_gate(spec: Any, gates: int, owner: str) -> Any:
    """How weights (rows, gates * h) start: each gate's columns are drawn by themselves, so that fans are those of one
    gate, and an orthogonal matrix is one for each gate. Values, and numbers, stay what they are."""
    return partial(_by_gates, spec, gates, owner) if isinstance(spec, str) or callable(spec) else spec


def _by_gates(spec: Any, gates: int, owner: str, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    block = (shape[0], shape[1] // gates)
    columns = [np.broadcast_to(initial_values(spec, block, rng, owner), block) for _ in range(gates)]
    return np.concatenate(columns, axis=1)
