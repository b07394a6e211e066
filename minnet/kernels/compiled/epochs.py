"""Whole epochs in one call: the same kernels that the layers call, one after the other, without Python in between.

Everything that varies (layers, loss, optimizer's rule) stands in tables, loops of formulas by their addresses
(`calls.py`); so this one function, compiled once for each dtype and kept on disk, trains every network.

A batch goes through in *tiles* of samples (`tiles.py`): all layers forward, the loss, all layers backward, and the
gradient added up, while the tile's arrays are in cache. So a full batch of 10^7 samples needs no array of that length
but the data. The tiles of a large batch form *groups*, which several threads may share (`work_queue.py`).
"""

import numpy as np

from minnet.kernels.compiled import work_queue
from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.calls import beyond, call, pointer
from minnet.kernels.compiled.losses import factors_of_orders, loss_of_tile
from minnet.kernels.compiled.subnormals import FLUSH, control_word, set_control_word
from minnet.kernels.compiled.tiles import backward, forward, gather
from minnet.kernels.compiled.tuning import tuned


@kernel()
def train(state, table, data, objective, update, plan, queue, result, leader, workspace):
    """Train for ``len(result)`` epochs; mean loss and accuracy of each go into `result` (epochs, 2).

    One thread leads; others, called with the same arguments but for `leader` and `workspace`, help it until it is done.
    All go round the same loop: whoever finds a group of tiles takes it. The leader, when there are none left, ends
    the step and opens the next one, and a helper waits for that.

    A small batch is one group, and nobody helps: open a step, work on its group, update, and again.

    Returns the number of epochs done: all, or those up to the first whose loss is not finite.
    """
    tuned()
    control = control_word()
    set_control_word(np.int32(control | FLUSH))
    n = len(data.x)
    steps_per_epoch = (n + plan.batch - 1) // plan.batch
    entries = n if objective.categorical else n * data.target.shape[2]
    step, done, total, correct = -1, 0, 0.0, 0
    while True:
        group = work_queue.take_group(queue)
        if group >= 0:
            _group(state, table, data, objective, plan, queue, workspace, group)
            work_queue.report_done(queue)
        elif not leader:
            if not work_queue.wait_for_work(queue):
                break
        else:
            if step >= 0:  # no groups are left: end the step that is open
                samples = queue[work_queue.LAST] - queue[work_queue.FIRST]
                work_queue.wait_for_all(queue)
                total += samples * _sum_of_groups(state.grad, plan, samples)
                correct += _correct_of_groups(plan, samples)
                _update(state, update, step)
                if step % steps_per_epoch == steps_per_epoch - 1:
                    result[done, 0], result[done, 1] = total / n, correct / entries
                    if not np.isfinite(total) or done == len(result) - 1:
                        done += np.isfinite(total)
                        break
                    done, total, correct = done + 1, 0.0, 0
            step += 1  # open the next one; the first of all is opened before anything else
            first = step % steps_per_epoch * plan.batch
            last = min(first + plan.batch, n)
            factors_of_orders(objective, data, done, first, last, plan)
            work_queue.open_step(queue, step, _groups(plan, last - first), done, first, last)
    if leader:
        work_queue.close(queue)
    set_control_word(control)
    return done


@inner
def _tiles(plan, samples):
    return (samples + plan.tile - 1) // plan.tile


@inner
def _groups(plan, samples):
    return min(plan.groups, _tiles(plan, samples))


@inner
def _group(state, table, data, objective, plan, queue, workspace, group):
    """Loss and gradient of the tiles of one group."""
    epoch, first, last = queue[work_queue.EPOCH], queue[work_queue.FIRST], queue[work_queue.LAST]
    tiles, groups = _tiles(plan, last - first), _groups(plan, last - first)
    P, (K, _, O), arrays = state.theta.size, data.target.shape, pointer(workspace.arrays)
    last_array = len(table.layers)  # the outputs; two spare ones come after it
    grad = beyond(pointer(plan.gradients), (group - 1) * P) if group > 0 else pointer(state.grad)
    first_tile, last_tile = tiles * group // groups, tiles * (group + 1) // groups
    loss, plan.correct[group] = 0.0, 0
    for tile in range(first_tile, last_tile):
        start = first + tile * plan.tile
        N = min(plan.tile, last - start)
        gather(data, epoch, start, N, beyond(arrays, workspace.offsets[0]), workspace)
        forward(table, state.theta, workspace, K, N, objective.order)
        y, dy = beyond(arrays, workspace.offsets[last_array]), beyond(arrays, workspace.offsets[last_array + 1])
        values = beyond(arrays, workspace.offsets[last_array + 2])  # free until `backward` begins
        loss += loss_of_tile(objective, plan.factors, (K, N, O), y, workspace, dy, values)
        if objective.count != 0:
            call(objective.count, (N, O, y, pointer(workspace.targets), beyond(pointer(plan.correct), group)))
        backward(table, state.theta, grad, workspace, K, N, objective.order, tile == first_tile)
    plan.losses[group] = loss


@inner
def _sum_of_groups(grad, plan, samples):
    """Add the gradients of all groups to that of the first, and return the sum of their losses.

    Always in the same order, whoever did which: so the result is the same to the last bit.
    """
    loss = plan.losses[0]
    for group in range(1, _groups(plan, samples)):
        loss += plan.losses[group]
        part = plan.gradients[group - 1]
        for p in range(grad.size):
            grad[p] += part[p]
    return loss


@inner
def _correct_of_groups(plan, samples):
    correct = 0
    for group in range(_groups(plan, samples)):
        correct += plan.correct[group]
    return correct


@inner
def _update(state, update, step):
    """Penalise and clip the gradient, take the optimizer's step, and average, each where asked for."""
    theta, grad, slots = state.theta, state.grad, state.slots
    if update.penalty != 0:
        ranges = pointer(update.ranges)
        call(update.penalty, (len(update.ranges), ranges, update.l1, update.l2, pointer(theta), pointer(grad)))
    if update.clip != 0:
        call(update.clip, (theta.size, update.clipnorm, pointer(grad)))
    if step == len(update.coefficients) - 1:
        for p in range(theta.size):
            state.previous[p] = theta[p]
    coefficients = beyond(pointer(update.coefficients), step * update.coefficients.shape[1])
    call(update.rule, (theta.size, coefficients, pointer(theta), pointer(grad), pointer(slots)))
    if update.average != 0:
        mean = beyond(pointer(slots), (len(slots) - 1) * theta.size)
        call(update.average, (theta.size, pointer(update.weights), mean, pointer(theta), pointer(slots)))
