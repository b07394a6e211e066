"""Recurrent layers, as register tiles (`matmul.py`) with loops over whole gates between them.

Samples come in groups, which threads share. Arrays of a step keep each gate's numbers side by side, (gate, sample,
unit): so a gate's nonlinearity is one flat loop, which the compiler makes of vector instructions. The products by U and
W are one, because rows of z have state and input side by side; and so are their gradients, each of which is one sum
over all steps and samples.
"""

import numpy as np

from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.calls import beyond, pointer
from minnet.kernels.compiled.cells import gru, gru_back, lstm, lstm_back, rnn, rnn_back
from minnet.kernels.compiled.dense import transposed_size
from minnet.kernels.compiled.matmul import matmul
from minnet.kernels.compiled.recurrence_blocks import groups_of, product, rows_of
from minnet.kernels.compiled.sharing import shared
from minnet.kernels.compiled.simd import lanes, transpose
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.compiled.views import flat, view
from minnet.kernels.compiled.work_queue import report_done, take_group
from minnet.kernels.formulas import recurrence
from minnet.kernels.formulas.recurrence import Tape, pack, times_and_end
from minnet.kernels.memory import aligned_zeros
from minnet.types import Array

RNN, LSTM, GRU = recurrence.RNN.code, recurrence.LSTM.code, recurrence.GRU.code
STRIP = 512  # units that go through a cell at a time: what they need lies in the first-level cache


def recurrence_forward(tape: Tape, x: Array, W: Array, U: Array, b: Array, y: Array) -> None:
    """States of all steps, from inputs x (n, t, i) and the states at the start: V, z, a and c of the tape, and the
    outputs y, of all times (n, t, h) or of the last step (n, h)."""
    cell, backwards, lengths, start, V, z, a, c, _ = tape
    pack(cell, W, U, b, V)
    h, (outputs, end) = np.empty(start.shape[1:], x.dtype), times_and_end(y)
    bounds = groups_of(len(a), len(x), V)
    shared(
        len(bounds) - 1,
        lambda queue: _forward(queue, bounds, cell.code, x, V, lengths, backwards, start, h, z, a, c, outputs),
    )
    end[...] = z[-1, :, : V.shape[2]]


def recurrence_backward(tape: Tape, dy: Array, dx: Array) -> None:
    """Cotangents da of the tape, and dx (n, t, i) of the inputs, from those of the outputs dy, of all times (n, t, h)
    or of the last step (n, h). With no features, dx is left out."""
    cell, backwards, lengths, _, V, _, a, c, da = tape
    (outputs, final), (q, p, h) = times_and_end(dy), V.shape
    dh, dc = aligned_zeros((2, *final.shape), V.dtype)
    step = aligned_zeros((len(final), dx.shape[2]), V.dtype)
    transposed = aligned_zeros((q, transposed_size(p, h, V.dtype)), V.dtype)
    _transpose(V, transposed)
    bounds = groups_of(len(a), len(final), V)
    shared(
        len(bounds) - 1,
        lambda queue: _backward(
            queue, bounds, cell.code, outputs, final, lengths, backwards, a, c, transposed, dh, dc, step, da, dx
        ),
    )


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
        transpose(beyond(pointer(V), block * P * H), P, H, beyond(pointer(transposed), block * H * stride), stride)


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
