"""A recurrent layer on series: forward in time, back in time, and the sums over it.

For the tape, on which all of it is written, its index alphabet, V and the blocks of gates see
`minnet/kernels/formulas/recurrence.py`. A sample has as many steps as its length says; after them its state stands
still.
"""

import numpy as np

from minnet.kernels.formulas.activations import sigmoid_1, tanh_1
from minnet.kernels.formulas.elementary import quick_sigmoid, quick_tanh
from minnet.kernels.formulas.recurrence import LSTM, RNN, Cell, Tape, pack, rows_of, times_and_end, unpack
from minnet.types import Array


def recurrence_forward(tape: Tape, x: Array, W: Array, U: Array, b: Array, y: Array) -> None:
    """States of all steps, from inputs x (n, t, i) and the states at the start: V, z, a and c of the tape, and the
    outputs y, of all times (n, t, h) or of the last step (n, h)."""
    cell, backwards, lengths, start, V, z, a, c, _ = tape
    pack(cell, W, U, b, V)
    (steps, _, _, h), p = a.shape, z.shape[2]
    outputs, end = times_and_end(y)
    z[:, :, h] = 1
    z[0, :, :h] = start[0]
    if cell.memory:
        c[0] = start[1]
    outputs[...] = 0
    for s in range(steps):
        running = np.flatnonzero(s < lengths)
        times = _times(s, lengths[running], backwards)
        z[s, :, h + 1 :] = 0
        z[s, running, h + 1 :] = x[running, times]
        for block in range(cell.blocks):
            first, count = rows_of(cell, block, h, p)
            rows = slice(first, first + count)
            np.matmul(z[s, :, rows], V[block, rows], out=a[s, block])
        state = _step(cell, a[s], z[s, :, :h], c[s : s + 2])
        z[s + 1, :, :h] = z[s, :, :h]
        z[s + 1, running, :h] = state[running]
        if cell.memory:
            ended = s >= lengths
            c[s + 1, ended] = c[s, ended]
        if outputs.shape[1]:
            outputs[running, times] = state[running]
    z[steps, :, h + 1 :] = 0
    end[...] = z[steps, :, :h]


def _step(cell: Cell, a: Array, h: Array, c: Array) -> Array:
    """The next state; gates in place of the sums in a, the next memory into ``c[1]``."""
    if cell is RNN:
        a[0] = quick_tanh(a[0])
        return a[0]
    if cell is LSTM:
        i, f, g, o, squashed = a
        for gate in (i, f, o):
            gate[...] = quick_sigmoid(gate)
        g[...] = quick_tanh(g)
        c[1] = f * c[0] + i * g
        squashed[...] = quick_tanh(c[1])
        return o * squashed
    r, z, n, by_state, difference = a
    r[...], z[...] = quick_sigmoid(r), quick_sigmoid(z)
    n[...] = quick_tanh(n + r * by_state)
    difference[...] = h - n
    return n + z * difference


def recurrence_backward(tape: Tape, dy: Array, dx: Array) -> None:
    """Cotangents da of the tape, and dx (n, t, i) of the inputs, from those of the outputs dy, of all times (n, t, h)
    or of the last step (n, h). With no features, dx is left out."""
    cell, backwards, lengths, _, V, _, a, c, da = tape
    (outputs, final), (_, p, h) = times_and_end(dy), V.shape
    dh, dc = final.copy(), np.zeros_like(final)
    dx[...] = 0
    for s in reversed(range(len(a))):
        ended, running = s >= lengths, np.flatnonzero(s < lengths)
        times = _times(s, lengths[running], backwards)
        if outputs.shape[1]:
            dh[running] += outputs[running, times]
        dh = _step_back(cell, dh, dc, a[s], c[s : s + 1], da[s])
        da[s, :, ended], dh[ended], dc[ended] = 0, final[ended], 0
        for block in range(cell.blocks):
            first, count = rows_of(cell, block, h, p)
            dz = da[s, block] @ V[block, first : first + count].T
            if block in cell.states:
                dh += dz[:, :h]
            if block in cell.inputs and dx.shape[2]:
                dx[running, times] += dz[running, h + 1 - first :]


def _step_back(cell: Cell, dh: Array, dc: Array, a: Array, c: Array, da: Array) -> Array:
    """Cotangents of the gates' sums, and of the memory before, in place; and that part of the cotangent of the state
    before which does not go through a gate."""
    if cell is RNN:
        da[0] = dh * tanh_1(a[0], a[0], 0)
        return np.zeros_like(dh)
    if cell is LSTM:
        i, f, g, o, squashed = a
        da[3] = dh * squashed * sigmoid_1(o, o, 0)
        dc += dh * o * tanh_1(squashed, squashed, 0)
        da[0] = dc * g * sigmoid_1(i, i, 0)
        da[1] = dc * c[0] * sigmoid_1(f, f, 0)
        da[2] = dc * i * tanh_1(g, g, 0)
        dc *= f
        return np.zeros_like(dh)
    r, z, n, by_state, difference = a
    da[1] = dh * difference * sigmoid_1(z, z, 0)
    da[2] = (dh - dh * z) * tanh_1(n, n, 0)
    da[3] = da[2] * r
    da[0] = da[2] * by_state * sigmoid_1(r, r, 0)
    return dh * z


def recurrence_gradient(tape: Tape, dW: Array, dU: Array, db: Array) -> None:
    """``dV[q,p,h] = sum_sn z[s,n,p] da[s,q,n,h]``, part by part."""
    dV = np.empty_like(tape.V)
    _sum_up(tape.cell, tape.z, tape.da, dV)
    unpack(tape.cell, dV, dW, dU, db)


def recurrence_jacobian(tape: Tape, JW: Array, JU: Array, Jb: Array) -> None:
    """The gradient before its sum over samples: ``JV[n,q,p,h] = sum_s z[s,n,p] da[s,q,n,h]``."""
    JV = np.empty((len(JW), *tape.V.shape), tape.V.dtype)
    for n in range(len(JV)):
        _sum_up(tape.cell, tape.z[:, n : n + 1], tape.da[:, :, n : n + 1], JV[n])
    unpack(tape.cell, JV, JW, JU, Jb)


def _sum_up(cell: Cell, z: Array, da: Array, dV: Array) -> None:
    """The sum over steps and samples; 0 where a block has no rows."""
    dV[...] = 0
    for block in range(cell.blocks):
        first, count = rows_of(cell, block, dV.shape[2], dV.shape[1])
        rows = slice(first, first + count)
        dV[block, rows] = np.tensordot(z[: len(da), :, rows], da[:, block], ((0, 1), (0, 1)))


def _times(s: int, lengths: Array, backwards: bool) -> Array:
    """When step s is, in series of these lengths."""
    return lengths - 1 - s if backwards else np.full_like(lengths, s)
