"""Gradients of recurrent layers, each one sum over all steps and samples."""

import numpy as np

from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.matmul import matmul
from minnet.kernels.compiled.recurrence_blocks import groups_of, product, rows_of
from minnet.kernels.compiled.sharing import shared
from minnet.kernels.compiled.views import flat, view
from minnet.kernels.compiled.work_queue import report_done, take_group
from minnet.kernels.formulas.recurrence import Tape, unpack
from minnet.kernels.memory import aligned_zeros
from minnet.types import Array

CHUNK = 64  # rows that a sum over steps and samples takes at a time: they are still in the cache for the next gate


def recurrence_gradient(tape: Tape, dW: Array, dU: Array, db: Array) -> None:
    """``dV[q,p,h] = sum_sn z[s,n,p] da[s,q,n,h]``, part by part."""
    z, da, dV = tape.z, tape.da, np.empty_like(tape.V)
    bounds = groups_of(len(da), z.shape[1], dV)
    groups = len(bounds) - 1
    parts = dV[np.newaxis] if groups == 1 else aligned_zeros((groups, *dV.shape), dV.dtype)
    shared(groups, lambda queue: _gradient(queue, bounds, tape.cell.code, z, da, parts))
    if groups > 1:
        parts.sum(axis=0, out=dV)
    unpack(tape.cell, dV, dW, dU, db)


def recurrence_jacobian(tape: Tape, JW: Array, JU: Array, Jb: Array) -> None:
    """The gradient before its sum over samples: ``JV[n,q,p,h] = sum_s z[s,n,p] da[s,q,n,h]``."""
    JV = np.empty((len(JW), *tape.V.shape), tape.V.dtype)
    _jacobian(tape.cell.code, tape.z, tape.da, JV)
    unpack(tape.cell, JV, JW, JU, Jb)


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
