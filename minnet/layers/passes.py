"""A pass: what a layer must know about the sweep through the network that it is part of."""

from dataclasses import dataclass

import numpy as np


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
    """

    order: int = 0
    training: bool = False
    rng: np.random.Generator | None = None


INFERENCE = Pass()
