"""The tables that a compiled epoch works on: network, data, loss, optimizer, and how a batch is divided.

`minnet/training/compiled_epochs.py` fills them; `epochs.py`, `tiles.py` and `losses.py` read them.
"""

from typing import Any, NamedTuple

import numpy as np

from minnet.kernels.compiled.activations import STRIP
from minnet.kernels.compiled.dense import transposed_size
from minnet.kernels.compiled.simd import VECTOR_BYTES
from minnet.kernels.memory import aligned_zeros


class Table(NamedTuple):
    """A network.

    Attributes
    ----------
    layers : int array (l, 6)
        Of each layer: inputs, outputs, first parameter, and the addresses of its activation's loops, forward, backward
        and derivatives; those of a dense layer are 0.
    settings : array (l,)
        Parameters of the activations.
    jets : tuple of int
        Addresses of what carries jets through activations and back; 0 where there are none.
    """

    layers: Any
    settings: Any
    jets: Any


class Data(NamedTuple):
    """What is trained on.

    Attributes
    ----------
    x : array (n, i)
    seeds : array (i,)
        The derivative of each feature by itself.
    target : array (k, n, o)
    mask : bool array (k, n, o), or empty
        Which targets count.
    weight : array (n,), or empty
    shuffles : int array (epochs, n), or empty
        The numbers of the samples in the order of each epoch; empty: as they stand.
    """

    x: Any
    seeds: Any
    target: Any
    mask: Any
    weight: Any
    shuffles: Any


class Objective(NamedTuple):
    """What is minimized.

    Attributes
    ----------
    loss : int
        Address of its loop.
    categorical : bool
        Whether a sample's outputs are of one category, and count once.
    setting : number
        The loss's parameter.
    order : int
        Order of the derivatives in it.
    weights : array (1 + order,)
        Of the parts: values, and derivatives of each order.
    count, count_mask, weigh : int
        Addresses of what counts correct classifications, and entries that are not masked, and of what weighs entries; 0
        where nobody asks for it.
    """

    loss: Any
    categorical: Any
    setting: Any
    order: Any
    weights: Any
    count: Any
    count_mask: Any
    weigh: Any


class State(NamedTuple):
    """What training changes, in place: theta and grad (p,), what the optimizer remembers, slots (s, p), and
    `previous`, theta before the last update."""

    theta: Any
    previous: Any
    grad: Any
    slots: Any


class Update(NamedTuple):
    """The optimizer.

    Attributes
    ----------
    rule : int
        Address of its rule's loop.
    coefficients : array (steps, c)
        What the rule is given at each step.
    penalty, clip, average : int
        Addresses of what adds a penalty to the gradient, then clips it before a step, and averages the parameters after
        it; 0: nothing does.
    l1, l2 : number
    ranges : int array (r, 2)
        Of the parameters that are penalised.
    clipnorm : float
        The largest norm of a gradient.
    weights : array (2,)
        Of the parameters and of their former average.
    """

    rule: Any
    coefficients: Any
    penalty: Any
    l1: Any
    l2: Any
    ranges: Any
    clip: Any
    clipnorm: Any
    average: Any
    weights: Any


class Plan(NamedTuple):
    """How a batch is parted: samples in it, samples in a tile, and at most so many groups of tiles.

    gradients (groups - 1, p), losses and correct (groups,) and factors (k,) hold what the threads exchange;
    the first group writes its gradient into `State.grad`, hence one row fewer.
    """

    batch: Any
    tile: Any
    groups: Any
    gradients: Any
    losses: Any
    correct: Any
    factors: Any


class Workspace(NamedTuple):
    """Memory that a thread works in.

    Attributes
    ----------
    arrays : array
        The inputs of each layer, the outputs of the last, and two spare ones, for one tile: cotangents of a layer's
        outputs and inputs, which change places from layer to layer.
    offsets : int array
        Where in `arrays` each of them begins.
    targets, masks, weights : arrays
        Of one tile, as in `Data`; the last two may be empty.
    transposed, derivatives : array
        Scratch memory of `dense.backward`, and of jets in `activations.py`.
    """

    arrays: Any
    offsets: Any
    targets: Any
    masks: Any
    weights: Any
    transposed: Any
    derivatives: Any


def workspace_for(table: Table, data: Data, tile: int) -> Workspace:
    """Memory for tiles of so many samples."""
    K, _, O = data.target.shape
    dtype = data.x.dtype
    L = VECTOR_BYTES // dtype.itemsize
    widths = [*table.layers[:, 0], table.layers[-1, 1]]
    lengths = [-(-K * tile * width // L) * L for width in widths]  # so that each begins with a whole vector
    lengths += 2 * [max(lengths)]
    dense = [transposed_size(I, O, dtype) for I, O, _, forward, _, _ in table.layers if not forward]
    return Workspace(
        arrays=aligned_zeros(sum(lengths), dtype),
        offsets=np.cumsum([0, *lengths[:-1]]),
        targets=np.empty(K * tile * O, dtype),
        masks=np.empty(K * tile * O if data.mask.size else 0, np.bool_),
        weights=np.empty(tile if data.weight.size else 0, dtype),
        transposed=aligned_zeros(max(dense, default=0), dtype),
        derivatives=np.empty(3 * STRIP, dtype),
    )
