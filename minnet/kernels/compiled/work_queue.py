"""Threads that share the work of a step: a queue in memory, and atomic instructions to change it.

The samples of a large batch are split into groups, and a thread that is free takes the next one: one thread leads (it
opens a step, and when all groups are done adds up their gradients in the order of the groups), others help. So the
result does not depend on who did what, nor on how many there were. The leader never waits for a helper that has not
come, only for a group that a helper has begun.

The queue is an array of int64. Its first entry, the *ticket*, holds in one number the step, how many groups it
has, and the next to take; adding one to it, as one indivisible instruction, takes a group, and tells of which step.
"""

import os

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj

from minnet.kernels.compiled.cache import inner
from minnet.kernels.compiled.subnormals import X86

LINE = 8  # entries apart, so that no two share a cache line
TICKET, DONE, EPOCH, FIRST, LAST = (index * LINE for index in range(5))
BITS = 20  # of the ticket for a number of groups
MASK = (1 << BITS) - 1
STEPS = (1 << 22) - 1  # steps are counted up to here, and then from 0 again: no helper is so late
CLOSED = -(1 << 62)
SPINS = 2000  # looks at the queue, about 50 microseconds, before the processor is offered to others


def helpers(groups, threads):
    """How many threads can help with so many groups; in a debugger, none."""
    return 0 if numba.config.DISABLE_JIT else min(groups, threads) - 1


def cancel_work(queue):
    """Let helpers go, also when the leader has failed."""
    queue[TICKET] = CLOSED


def new_work_queue(alone):
    """A new queue; `alone` when nobody is going to help."""
    queue = np.zeros(6 * LINE, np.int64)
    queue[5 * LINE] = not alone
    return queue


def queue_of(groups, alone):
    """A queue with one step, which is open."""
    queue = new_work_queue(alone)
    queue[TICKET] = groups << BITS
    return queue


@inner
def is_shared(queue):
    return queue[5 * LINE] != 0


@inner
def open_step(queue, step, groups, epoch, first, last):
    """The leader lets groups be taken."""
    queue[DONE], queue[EPOCH], queue[FIRST], queue[LAST] = 0, epoch, first, last
    ticket = ((step & STEPS) << 2 * BITS) + (groups << BITS)
    if is_shared(queue):
        atomic_store(queue, TICKET, ticket)
    else:
        queue[TICKET] = ticket


@inner
def take_group(queue):
    """The next group of the open step, or -1 if there is none."""
    if is_shared(queue):
        ticket = atomic_add(queue, TICKET, 1)
    else:
        ticket = queue[TICKET]
        queue[TICKET] = ticket + 1
    return ticket & MASK if ticket >= 0 and ticket & MASK < (ticket >> BITS) & MASK else -1


@inner
def report_done(queue):
    if is_shared(queue):
        atomic_add(queue, DONE, 1)
    else:
        queue[DONE] += 1


@inner
def wait_for_all(queue):
    """Until every group of the open step is done."""
    spins = 0
    while is_shared(queue) and atomic_load(queue, DONE) < (queue[TICKET] >> BITS) & MASK:
        spins = back_off(spins)


@inner
def wait_for_work(queue):
    """Until a group can be taken; False when there are no more steps."""
    spins = 0
    while True:
        ticket = atomic_load(queue, TICKET)
        if ticket < 0:
            return False
        if ticket & MASK < (ticket >> BITS) & MASK:
            return True
        spins = back_off(spins)


@inner
def close(queue):
    """No more steps: helpers may go."""
    if is_shared(queue):
        atomic_store(queue, TICKET, CLOSED)


@inner
def back_off(spins):
    """Between two looks at the queue; the processor is given away when it takes long."""
    pause()
    if spins > SPINS:
        yield_processor()
        return 0
    return spins + 1


def _entry(context, builder, signature, arguments):
    array = arrayobj.make_array(signature.args[0])(context, builder, arguments[0])
    return builder.gep(array.data, [arguments[1]])


@intrinsic
def atomic_add(typing, queue, index, amount):
    """Add to an entry, and return what it was before."""

    def generate(context, builder, signature, arguments):
        return builder.atomic_rmw("add", _entry(context, builder, signature, arguments), arguments[2], "seq_cst")

    return types.int64(queue, types.int64, types.int64), generate


@intrinsic
def atomic_load(typing, queue, index):
    def generate(context, builder, signature, arguments):
        return builder.load_atomic(_entry(context, builder, signature, arguments), "seq_cst", 8)

    return types.int64(queue, types.int64), generate


@intrinsic
def atomic_store(typing, queue, index, value):
    def generate(context, builder, signature, arguments):
        builder.store_atomic(arguments[2], _entry(context, builder, signature, arguments), "seq_cst", 8)
        return context.get_dummy_value()

    return types.void(queue, types.int64, types.int64), generate


def _call(builder, name):
    kind = ir.FunctionType(ir.VoidType(), [])
    builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [])


@intrinsic
def pause(typing):
    """Tell the processor that it is in a loop that waits."""

    def generate(context, builder, signature, arguments):
        if X86:
            _call(builder, "llvm.x86.sse2.pause")
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def yield_processor(typing):
    """Let another thread have the processor."""

    def generate(context, builder, signature, arguments):
        _call(builder, "SwitchToThread" if os.name == "nt" else "sched_yield")
        return context.get_dummy_value()

    return types.void(), generate


if numba.config.DISABLE_JIT:  # in a debugger nobody helps
    pause = yield_processor = lambda: None
