"""Recurrent layers, as register tiles (`matmul.py`) with loops over whole gates between them.

Samples come in groups, which threads share. Arrays of a step keep each gate's numbers side by side, (gate, sample,
unit): so a gate's nonlinearity is one flat loop, which the compiler makes of vector instructions. The products by U and
W are one, because rows of z have state and input side by side; and so are their gradients, each of which is one sum
over all steps and samples.
"""

import numpy as np

from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.cells import gru, gru_back, lstm, lstm_back, rnn, rnn_back
from minnet.kernels.compiled.dense import transposed_size
from minnet.kernels.compiled.matmul import count_strips, matmul, strip_at, tiles
from minnet.kernels.compiled.sharing import shared
from minnet.kernels.compiled.simd import lanes, transpose
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.compiled.views import flat, view
from minnet.kernels.compiled.work_queue import report_done, take_group
from minnet.kernels.formulas import recurrence
from minnet.kernels.formulas.recurrence import Cell
from minnet.kernels.memory import aligned_zeros
from minnet.types import Array

RNN, LSTM, GRU = recurrence.RNN.code, recurrence.LSTM.code, recurrence.GRU.code
GROUP = 32  # samples: enough rows for the tiles, few enough for the cache
STRIP = 512  # units that go through a cell at a time: what they need lies in the first-level cache
WORK = 4e6  # multiply-adds that are worth a group of their own
CHUNK = 64  # rows that a sum over steps and samples takes at a time: they are still in the cache for the next gate


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
    h = np.empty(start.shape[1:], x.dtype)
    bounds = _groups(len(a), len(x), V)
    shared(
        len(bounds) - 1,
        lambda queue: _forward(queue, bounds, cell.code, x, V, lengths, backwards, start, h, z, a, c, y),
    )


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
    q, p, h = V.shape
    dh, dc = aligned_zeros((2, *final.shape), V.dtype)
    step = aligned_zeros((len(final), dx.shape[2]), V.dtype)
    transposed = aligned_zeros((q, transposed_size(p, h, V.dtype)), V.dtype)
    _transpose(V, transposed)
    bounds = _groups(len(a), len(final), V)
    shared(
        len(bounds) - 1,
        lambda queue: _backward(
            queue, bounds, cell.code, dy, final, lengths, backwards, a, c, transposed, dh, dc, step, da, dx
        ),
    )


def recurrence_gradient(cell: Cell, z: Array, da: Array, dV: Array) -> None:
    """``dV[q,p,h] = sum_sn z[s,n,p] da[s,q,n,h]``; 0 where a block has no rows."""
    bounds = _groups(len(da), z.shape[1], dV)
    groups = len(bounds) - 1
    parts = dV[np.newaxis] if groups == 1 else aligned_zeros((groups, *dV.shape), dV.dtype)
    shared(groups, lambda queue: _gradient(queue, bounds, cell.code, z, da, parts))
    if groups > 1:
        parts.sum(axis=0, out=dV)


def recurrence_jacobian(cell: Cell, z: Array, da: Array, JV: Array) -> None:
    """The gradient before its sum over samples: ``JV[n,q,p,h] = sum_s z[s,n,p] da[s,q,n,h]``."""
    _jacobian(cell.code, z, da, JV)


def _groups(steps: int, n: int, V: Array) -> Array:
    """Where the groups of samples begin, and the end; shapes alone decide."""
    count = max(1, min(-(-n // GROUP), int(steps * n * V.size / WORK)))
    return np.array([n * g // count for g in range(count + 1)])


@inner
def rows_of(code, block, h, p):
    """As in `minnet/kernels/formulas/recurrence.py`."""
    if code == GRU and block == 2:
        return h, p - h
    if code == GRU and block == 3:
        return 0, h + 1
    return 0, p


@inner
def time_of(s, length, backwards):
    """When step s is, in a series of this length."""
    return length - 1 - s if backwards else s


@kernel()
def _forward(queue, bounds, code, x, V, lengths, backwards, start, h, z, a, c, y):
    tuned()
    group = take_group(queue)
    while group >= 0:
        forward(code, bounds[group], bounds[group + 1], x, V, lengths, backwards, start, h, z, a, c, y)
        report_done(queue)
        group = take_group(queue)


@inner
def forward(code, start_n, stop_n, x, V, lengths, backwards, start, h, z, a, c, y):
    """Samples from `start_n` on, before `stop_n`."""
    tuned()
    steps, kept, N, H = a.shape
    P, Q, m, M = z.shape[2], V.shape[0], stop_n - start_n, (stop_n - start_n) * H
    read(start_n, stop_n, x, lengths, backwards, H, z)
    for n in range(start_n, stop_n):
        for j in range(H):
            h[n, j] = z[0, n, j] = start[0, n, j]
        if code == LSTM:
            for j in range(H):
                c[0, n, j] = start[1, n, j]
    for s in range(steps):
        gates = (s * kept * N + start_n) * H
        for block in range(Q):
            first, count = rows_of(code, block, H, P)
            matmul(
                flat(z), (s * N + start_n) * P + first, P, 1, flat(V), (block * P + first) * H, H,
                flat(a), gates + block * N * H, H, m, H, count, flat(a), 0, 0, True,
            )  # fmt: skip
        for at in range(0, M, STRIP):
            state = view(h, start_n * H + at, (min(STRIP, M - at),))
            if code == LSTM:
                memory = (s * N + start_n) * H + at
                before, after = view(c, memory, (state.size,)), view(c, memory + N * H, (state.size,))
                lstm(a, gates + at, N * H, before, after, state)
            elif code == GRU:
                gru(a, gates + at, N * H, state)
            else:
                rnn(a, gates + at, state)
        for n in range(start_n, stop_n):
            if s < lengths[n]:
                for j in range(H):
                    z[s + 1, n, j] = h[n, j]
                if y.shape[1] > 0:
                    t = time_of(s, lengths[n], backwards)
                    for j in range(H):
                        y[n, t, j] = h[n, j]
                continue
            for j in range(H):  # this series has ended: its state stands still
                h[n, j] = z[s + 1, n, j] = z[s, n, j]
            if code == LSTM:
                for j in range(H):
                    c[s + 1, n, j] = c[s, n, j]
    clear(start_n, stop_n, lengths, y)


@inner
def read(start_n, stop_n, x, lengths, backwards, H, z):
    """Inputs in the order of reading, with a one before them; 0 after the end of a series."""
    for s in range(len(z)):
        for n in range(start_n, stop_n):
            z[s, n, H] = 1
            if s < lengths[n]:
                t = time_of(s, lengths[n], backwards)
                for i in range(x.shape[2]):
                    z[s, n, H + 1 + i] = x[n, t, i]
            else:
                for i in range(x.shape[2]):
                    z[s, n, H + 1 + i] = 0


@inner
def clear(start_n, stop_n, lengths, y):
    """Zeros after the end of each series."""
    for n in range(start_n, stop_n):
        for t in range(lengths[n], y.shape[1]):
            for j in range(y.shape[2]):
                y[n, t, j] = 0


@kernel()
def _transpose(V, transposed):
    """``transposed[q] = V[q]^T``, each row of it in whole vectors."""
    Q, P, H = V.shape
    L = lanes(V)
    stride = (P + L - 1) // L * L
    for block in range(Q):
        transpose(view(V, block * P * H, (P, H)), view(transposed, block * H * stride, (H * stride,)), stride)


@kernel()
def _backward(queue, bounds, code, dy, final, lengths, backwards, a, c, transposed, dh, dc, step, da, dx):
    tuned()
    group = take_group(queue)
    while group >= 0:
        backward(
            code,
            bounds[group],
            bounds[group + 1],
            dy,
            final,
            lengths,
            backwards,
            a,
            c,
            transposed,
            dh,
            dc,
            step,
            da,
            dx,
        )
        report_done(queue)
        group = take_group(queue)


@inner
def backward(code, start_n, stop_n, dy, final, lengths, backwards, a, c, transposed, dh, dc, step, da, dx):
    """Samples from `start_n` on, before `stop_n`."""
    tuned()
    steps, kept, N, H = a.shape
    Q, I, m, M = da.shape[1], step.shape[1], stop_n - start_n, (stop_n - start_n) * H
    stride = transposed.shape[1] // H
    for n in range(start_n, stop_n):
        for j in range(H):
            dh[n, j] = final[n, j]
            dc[n, j] = 0
    for s in range(steps - 1, -1, -1):
        if dy.shape[1] > 0:
            for n in range(start_n, stop_n):
                if s < lengths[n]:
                    t = time_of(s, lengths[n], backwards)
                    for j in range(H):
                        dh[n, j] += dy[n, t, j]
        gates, sums = (s * kept * N + start_n) * H, (s * Q * N + start_n) * H
        for at in range(0, M, STRIP):
            length = (min(STRIP, M - at),)
            d_state = view(dh, start_n * H + at, length)
            if code == LSTM:
                d_memory, before = view(dc, start_n * H + at, length), view(c, (s * N + start_n) * H + at, length)
                lstm_back(d_state, d_memory, a, gates + at, N * H, before, da, sums + at)
            elif code == GRU:
                gru_back(d_state, a, gates + at, N * H, da, sums + at)
            else:
                rnn_back(d_state, a, gates + at, da, sums + at)
        for n in range(start_n, stop_n):
            if s >= lengths[n]:
                for block in range(Q):
                    for j in range(H):
                        da[s, block, n, j] = 0
        by_state = 2 if code == GRU else Q  # blocks before the one that only the input has
        product(
            flat(da), sums, H, flat(transposed), 0, (by_state, N * H, H * stride, H, 1, stride),
            flat(dh), start_n * H, H, m, H, code != GRU,
        )  # fmt: skip
        if code == GRU:
            product(
                flat(da), sums + 3 * N * H, H, flat(transposed), 3 * H * stride, (1, N * H, H * stride, H, 1, stride),
                flat(dh), start_n * H, H, m, H, False,
            )  # fmt: skip
        by_input = 3 if code == GRU else Q
        product(
            flat(da), sums, H, flat(transposed), H + 1, (by_input, N * H, H * stride, H, 1, stride),
            flat(step), start_n * I, I, m, I, True,
        )  # fmt: skip
        for n in range(start_n, stop_n):
            if s < lengths[n]:
                t = time_of(s, lengths[n], backwards)
                for i in range(I):
                    dx[n, t, i] = step[n, i]
            else:
                for j in range(H):
                    dh[n, j] = final[n, j]
                    dc[n, j] = 0
    clear(start_n, stop_n, lengths, dx)


@inner
def product(A, a, row_stride, B, b, sums, C, c, c_stride, M, N, fresh):
    """A product whose sum has two indices: see `matmul.tile`. It is written, or added to what C has."""
    for strip in range(count_strips(C, N)):
        left, width = strip_at(C, N, strip)
        tiles(
            A, a, row_stride, B, b + left, sums, C, c + left, c_stride, M, width, C, c + left, c_stride, fresh
        )  # fmt: skip


@kernel()
def _gradient(queue, bounds, code, z, da, parts):
    group = take_group(queue)
    while group >= 0:
        dV = view(parts, group * parts[0].size, parts.shape[1:])
        gradient(code, bounds[group], bounds[group + 1], z, da, dV)
        report_done(queue)
        group = take_group(queue)


@inner
def gradient(code, start_n, stop_n, z, da, dV):
    steps, Q, N, H = da.shape
    P, m = z.shape[2], stop_n - start_n
    G, many = flat(dV), max(1, CHUNK // max(1, m))
    for entry in range(G.size):
        G[entry] = 0
    for s in range(0, steps, many):
        sums = min(many, steps - s), N * P, Q * N * H, m, P, H
        for block in range(Q):
            first, count = rows_of(code, block, H, P)
            product(
                flat(z), (s * N + start_n) * P + first, 1, flat(da), ((s * Q + block) * N + start_n) * H, sums,
                G, (block * P + first) * H, H, count, H, False,
            )  # fmt: skip


@kernel()
def _jacobian(code, z, da, JV):
    steps, Q, N, H = da.shape
    P = z.shape[2]
    J = flat(JV)
    for entry in range(J.size):
        J[entry] = 0
    for n in range(N):
        for block in range(Q):
            first, count = rows_of(code, block, H, P)
            place = ((n * Q + block) * P + first) * H
            matmul(
                flat(z), n * P + first, 1, N * P, flat(da), (block * N + n) * H, Q * N * H,
                J, place, H, count, H, steps, J, place, H, True,
            )  # fmt: skip
