"""A recurrent layer on series: forward in time, back in time, and the sums over it.

Index alphabet: `s` step, in the order of reading; `n` sample; `h` unit; `p` row of ``z = [h, 1, x]``; `q` block of
gates. For V and the blocks see `minnet/kernels/formulas/recurrence.py`. A sample has as many steps as its length says;
after them its state stands still.
"""

import numpy as np

from minnet.kernels.formulas.activations import sigmoid_1, tanh_1
from minnet.kernels.formulas.elementary import quick_sigmoid, quick_tanh
from minnet.kernels.formulas.recurrence import LSTM, RNN, Cell, rows_of
from minnet.types import Array


def recurrence_forward(
    cell: Cell,
    x: Array,
    V: Array,
    lengths: Array,
    backwards: bool,
    start: Array,
    z: Array,
    a: Array,
    c: Array,
    y: Array,
) -> None:
    """States of all steps, from inputs x (n, t, i) and the states (1 or 2, n, h) at the start.

    Fills z (s + 1, n, p), in which ``z[s]`` has the state before step s and its input, and ``z[-1]`` the last state;
    gates a (s, kept, n, h); the memory c (s + 1, n, h) of cells that have one; the outputs y (n, t, h), or none if y
    has no times.
    """
    steps, h, p = len(a), a.shape[-1], z.shape[-1]
    z[:, :, h] = 1
    z[0, :, :h] = start[0]
    if cell.memory:
        c[0] = start[1]
    y[...] = 0
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
        if y.shape[1]:
            y[running, times] = state[running]
    z[steps, :, h + 1 :] = 0


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


def recurrence_backward(
    cell: Cell,
    dy: Array,
    final: Array,
    V: Array,
    lengths: Array,
    backwards: bool,
    a: Array,
    c: Array,
    da: Array,
    dx: Array,
) -> None:
    """Cotangents da (s, q, n, h) of the gates' sums, and dx (n, t, i), from those of the outputs dy (n, t, h), which
    may have no times, and of the last state, `final` (n, h). With no features, dx is left out."""
    h, p = a.shape[-1], V.shape[1]
    dh, dc = final.copy(), np.zeros_like(final)
    dx[...] = 0
    for s in reversed(range(len(a))):
        ended, running = s >= lengths, np.flatnonzero(s < lengths)
        times = _times(s, lengths[running], backwards)
        if dy.shape[1]:
            dh[running] += dy[running, times]
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


def recurrence_gradient(cell: Cell, z: Array, da: Array, dV: Array) -> None:
    """``dV[q,p,h] = sum_sn z[s,n,p] da[s,q,n,h]``; 0 where a block has no rows."""
    dV[...] = 0
    for block in range(cell.blocks):
        first, count = rows_of(cell, block, dV.shape[2], dV.shape[1])
        rows = slice(first, first + count)
        dV[block, rows] = np.tensordot(z[: len(da), :, rows], da[:, block], ((0, 1), (0, 1)))


def recurrence_jacobian(cell: Cell, z: Array, da: Array, JV: Array) -> None:
    """The gradient before its sum over samples: ``JV[n,q,p,h] = sum_s z[s,n,p] da[s,q,n,h]``."""
    for n in range(len(JV)):
        recurrence_gradient(cell, z[:, n : n + 1], da[:, :, n : n + 1], JV[n])


def _times(s: int, lengths: Array, backwards: bool) -> Array:
    """When step s is, in series of these lengths."""
    return lengths - 1 - s if backwards else np.full_like(lengths, s)
