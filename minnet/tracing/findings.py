"""What is wrong with a step of training, in words: numbers that are not finite, dead units, saturated ones, gradients
that vanish or grow."""

from collections.abc import Iterator
from itertools import chain

import numpy as np

from minnet.activations import Activation
from minnet.layers import Recurrent
from minnet.tracing.arrays import TracedArray
from minnet.tracing.record import Recorded
from minnet.training.layer_slips import GRID, reach
from minnet.types import Array

ENOUGH = 10  # values of a unit that are all 0 before it is called dead
MANY_DEAD = 0.25  # of a layer's units
FLAT = 0.05  # of an activation's largest slope: below, a unit is saturated
MANY_SATURATED = 0.5  # of a layer's numbers
PER_LAYER, IN_ALL = 2.0, 100.0  # by which a gradient shrinks or grows until it is worth a word
PER_TIME, IN_ALL_TIMES = 1.05, 1000.0


def findings(step: Recorded) -> list[str]:
    """A sentence for each; where something is not finite, what comes first of it, and nothing else."""
    for array in _forward(step):
        if not array.is_finite:
            return [_first_not_finite(array)]
    if not np.isfinite(step.loss):
        return [f"the loss is {step.loss:g}, though all outputs are finite"]
    for array in _back(step):
        if not array.is_finite:
            return [_first_not_finite(array)]
    return [*_zero_outputs(step), *_saturated(step), *_zero_gradients(step), *_along_layers(step), *_along_time(step)]


def _forward(step: Recorded) -> Iterator[TracedArray]:
    """As they arise, up to the loss."""
    yield step.before
    for output, parameters in zip(step.outputs, step.parameters, strict=True):
        yield from parameters
        yield output


def _back(step: Recorded) -> Iterator[TracedArray]:
    """As they arise, from the loss on."""
    yield from reversed(step.d_outputs)
    yield step.d_before
    yield from chain.from_iterable(step.gradients)


def _first_not_finite(array: TracedArray) -> str:
    wrong = ~np.isfinite(array.values) & (True if array.counted is None else array.counted)
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    kind = "nan" if np.isnan(array.values[index]) else "inf"
    place = f"at {list(index)}, " if index else ""
    return f"{kind} first appears in {array.name}: {place}{int(wrong.sum())} of {wrong.size} numbers"


def _zero_outputs(step: Recorded) -> Iterator[str]:
    """Layers that give nothing, and units that answer no sample."""
    before = step.before
    for layer, output in zip(step.layers, step.outputs, strict=True):
        place = f"layer {output.layer}, {output.owner},"
        if output.zeros == 1 and before.zeros < 1:
            end = ": dead, nothing before it learns" if isinstance(layer, Activation) else ""
            yield f"all outputs of {place} are 0 for all samples{end}"
        elif isinstance(layer, Activation) and output.zeros < 1:
            units = output.values.shape[-1]
            rows = np.where(True if output.counted is None else output.counted, output.values, 0).reshape(-1, units)
            dead = int((rows == 0).all(axis=0).sum())
            if len(rows) >= ENOUGH and dead >= MANY_DEAD * units:
                yield f"{dead} of {units} units of {place} are 0 for all samples: dead, they do not learn"
        before = output


def _saturated(step: Recorded) -> Iterator[str]:
    """Activations that are flat where the numbers are."""
    before = step.before
    for layer, output in zip(step.layers, step.outputs, strict=True):
        if isinstance(layer, Activation) and np.isfinite(reach(layer)).all():
            share = float(np.mean(_slopes(layer, _values(before, step.order)) < FLAT * _slopes(layer, GRID).max()))
            if share >= MANY_SATURATED:
                yield (
                    f"{share:.0%} of the numbers of layer {output.layer}, {output.owner}, are saturated: the slope is "
                    f"below {FLAT:.0%} of the largest one, and hardly any gradient passes"
                )
        before = output


def _slopes(layer: Activation, x: Array) -> Array:
    formula, a = layer.formula, layer.parameter
    with np.errstate(all="ignore"):
        return np.abs(formula.d1(x, formula.f(x, a), a))


def _values(array: TracedArray, order: int) -> Array:
    """The numbers of an array, without derivatives."""
    return array.values[0].astype(float) if order else array.numbers


def _zero_gradients(step: Recorded) -> Iterator[str]:
    if not step.layers:
        return
    if step.d_outputs[-1].zeros == 1:
        yield f"the loss, {step.loss:.3g}, has no slope here: all gradients are 0"
        return
    stuck = [array for array in chain.from_iterable(step.gradients) if array.zeros == 1 and array.values.ndim > 1]
    if stuck:
        names = ", ".join(f"{array.what} of layer {array.layer}" for array in stuck)
        yield f"all numbers of {names} are 0: these weights do not learn from this batch"


def _along_layers(step: Recorded) -> Iterator[str]:
    """Gradients by the outputs of layers with weights, from the last to the first."""
    weighted = [
        array
        for array, parameters in zip(step.d_outputs, step.parameters, strict=True)
        if any(parameter.values.ndim > 1 for parameter in parameters) and array.size > 0
    ]
    if len(weighted) > 1:
        first, last = weighted[0], weighted[-1]
        steps = len(weighted) - 1
        if words := _change(first.size / last.size, steps, PER_LAYER, IN_ALL):
            yield (
                f"the gradient {words} per layer with weights: its size, per output, is {last.size:.2g} at layer "
                f"{last.layer} and {first.size:.2g} at layer {first.layer}"
            )


def _along_time(step: Recorded) -> Iterator[str]:
    """Gradients by the inputs of a recurrent layer of which only the last state goes on."""
    for index, layer in enumerate(step.layers):
        inputs = step.d_outputs[index - 1] if index else step.d_before
        if not isinstance(layer, Recurrent) or layer.return_sequences or inputs.values.shape[-2] < 2:
            continue
        values = inputs.values.astype(float)
        if inputs.counted is not None:
            values = values[inputs.counted[..., 0].all(axis=1)]
        sizes = np.sqrt((values**2).mean(axis=(0, 2))) if len(values) else np.zeros(2)
        first, last = (sizes[-1], sizes[0]) if layer.go_backwards else (sizes[0], sizes[-1])
        if first > 0 and last > 0 and (words := _change(first / last, len(sizes) - 1, PER_TIME, IN_ALL_TIMES)):
            yield (
                f"through layer {index}, {step.outputs[index].owner}, the gradient {words} per time, over "
                f"{len(sizes) - 1} of them"
            )


def _change(ratio: float, steps: int, per_step: float, in_all: float) -> str:
    """What becomes of a gradient in some steps back, if it is worth a word."""
    factor = max(ratio, 1 / ratio) ** (1 / steps)
    if max(ratio, 1 / ratio) < in_all or factor < per_step:
        return ""
    return f"{'vanishes' if ratio < 1 else 'explodes'} by a factor of {factor:.3g}"
