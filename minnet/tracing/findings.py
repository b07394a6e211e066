"""What is wrong with a step of training, in words: numbers that are not finite, dead units, saturated ones, gradients
that vanish or grow."""

from collections.abc import Iterator
from itertools import chain, pairwise

import numpy as np

from minnet.activations import Activation
from minnet.layers import Layer, Recurrent
from minnet.tracing.arrays import TracedArray
from minnet.tracing.record import Recorded
from minnet.training.layer_slips import GRID, reach
from minnet.types import Array

ENOUGH = 10  # values of a unit that are all 0 before it is called dead
MANY_DEAD = 0.25  # of a layer's units
FLAT = 0.05  # of an activation's largest slope: below, a unit is saturated
MANY_SATURATED = 0.5  # of a layer's numbers
PER_LAYER, IN_ALL = 1.3, 100.0  # by which a gradient shrinks or grows until it is worth a word
PER_LAYER_FORWARD, IN_ALL_FORWARD = 1.3, 30.0  # and outputs
DEEP = 3  # steps from layer to layer, before which it may be the unit of the inputs that one sees
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
    return [
        *_zero_layers(step),
        *_dead_units(step),
        *_saturated(step),
        *_zero_gradients(step),
        *_outputs_along_layers(step),
        *_gradients_along_layers(step),
        *_gradients_along_time(step),
    ]


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


def _zero_layers(step: Recorded) -> Iterator[str]:
    """Layers that give nothing, though they get something."""
    for layer, before, output in _passes(step):
        if output.zeros == 1 and before.zeros < 1:
            end = ": dead, nothing before it learns" if isinstance(layer, Activation) else ""
            yield f"all outputs of {_place(output)}, are 0 for all samples{end}"


def _dead_units(step: Recorded) -> Iterator[str]:
    """Units of activations that answer no sample."""
    found = []
    for layer, _, output in _passes(step):
        if isinstance(layer, Activation) and output.zeros < 1:
            units = output.values.shape[-1]
            rows = np.where(True if output.counted is None else output.counted, output.values, 0).reshape(-1, units)
            dead = int((rows == 0).all(axis=0).sum())
            if len(rows) >= ENOUGH and dead >= MANY_DEAD * units:
                found.append(f"{dead} of {units} in {_place(output)}")
    if found:
        yield f"dead units, which are 0 for all samples and do not learn: {'; '.join(found)}"


def _saturated(step: Recorded) -> Iterator[str]:
    """Activations that are flat where the numbers are."""
    found = []
    for layer, before, output in _passes(step):
        if isinstance(layer, Activation) and np.isfinite(reach(layer)).all():
            share = float(np.mean(_slopes(layer, _values(before, step.order)) < FLAT * _slopes(layer, GRID).max()))
            if share >= MANY_SATURATED:
                found.append(f"{share:.0%} of {_place(output)}")
    if found:
        yield (
            f"saturated numbers, whose slope is below {FLAT:.0%} of the largest one, so that hardly any gradient "
            f"passes: {'; '.join(found)}"
        )


def _passes(step: Recorded) -> Iterator[tuple[Layer, TracedArray, TracedArray]]:
    """Each layer, what comes to it, and what it gives."""
    return zip(step.layers, [step.before, *step.outputs], step.outputs, strict=False)


def _place(array: TracedArray) -> str:
    return f"layer {array.layer}, {array.owner}"


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


def _outputs_along_layers(step: Recorded) -> Iterator[str]:
    """Outputs of layers with weights, if they become smaller, or larger, in each of them."""
    outputs = _weighted(step, step.outputs)
    ratios = [after.size / before.size for before, after in pairwise(outputs)]
    if len(ratios) >= DEEP and (min(ratios) > 1.1 or max(ratios) < 1 / 1.1):
        first, last = outputs[0], outputs[-1]
        if change := _change(last.size / first.size, len(ratios), PER_LAYER_FORWARD, IN_ALL_FORWARD):
            word = "shrink" if last.size < first.size else "grow"
            yield f"outputs {word} by a factor of {change:.3g} per layer with weights: {_ends(first, last)}"


def _gradients_along_layers(step: Recorded) -> Iterator[str]:
    """Gradients by the outputs of layers with weights, from the last to the first."""
    gradients = _weighted(step, step.d_outputs)
    if len(gradients) > 1:
        first, last = gradients[0], gradients[-1]
        if change := _change(first.size / last.size, len(gradients) - 1, PER_LAYER, IN_ALL):
            yield (
                f"the gradient {_word(first.size / last.size)} by a factor of {change:.3g} per layer with weights: "
                f"{_ends(last, first)}"
            )


def _weighted(step: Recorded, arrays: list[TracedArray]) -> list[TracedArray]:
    """Those of layers with weights, which are not 0."""
    return [
        array
        for array, parameters in zip(arrays, step.parameters, strict=True)
        if any(parameter.values.ndim > 1 for parameter in parameters) and array.size > 0
    ]


def _ends(begin: TracedArray, end: TracedArray) -> str:
    return f"root mean square {begin.size:.3g} at layer {begin.layer}, {end.size:.3g} at layer {end.layer}"


def _gradients_along_time(step: Recorded) -> Iterator[str]:
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
        steps = len(sizes) - 1
        if first > 0 and last > 0 and (change := _change(first / last, steps, PER_TIME, IN_ALL_TIMES)):
            yield (
                f"through {_place(step.outputs[index])}, the gradient {_word(first / last)} by a factor of "
                f"{change:.3g} per time, over {steps} of them"
            )


def _word(ratio: float) -> str:
    return "vanishes" if ratio < 1 else "explodes"


def _change(ratio: float, steps: int, per_step: float, in_all: float) -> float:
    """The factor of each step, shrinking or growing, if it is worth a word; else 0."""
    whole = max(ratio, 1 / ratio)
    factor = whole ** (1 / steps)
    return factor if whole >= in_all and factor >= per_step else 0.0
