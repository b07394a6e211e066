"""A pass: what a layer must know about the sweep through the network that it is part of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minnet.types import Array


@dataclass(frozen=True)
class Pass:
    """One sweep forward.

    There is no mode to switch and to forget: whoever evaluates a network says what for. ``net(x)`` is inference.

    Attributes
    ----------
    order : int
        Of the derivatives that are carried along: 0, 1 or 2.
    training : bool
        Whether the parameters are about to be updated: dropout drops, and batch normalisation goes by the batch.
    rng : numpy.random.Generator or None
        What layers draw from in training.
    lengths : array of int, shape (n,), or None
        Of series (time, feature): how many times of each sample count; what comes after them is padding. None: all.
    states : dict of layer to array, or None
        Where recurrent layers begin: what ``net.states()`` gave after the pass before. None: at 0.

    Examples
    --------
    >>> import numpy as np
    >>> from minnet.layers import INFERENCE
    >>> INFERENCE.training, Pass(training=True, rng=np.random.default_rng(0)).training
    (False, True)
    """

    order: int = 0
    training: bool = False
    rng: np.random.Generator | None = None
    lengths: Array | None = field(default=None, compare=False)
    states: Mapping[Any, Array] | None = field(default=None, compare=False)


INFERENCE = Pass()
