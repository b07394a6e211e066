"""What the settings of an estimator stand for: optimizers and losses by their names, and how the data are scaled."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from minnet.errors import SettingError, known_name
from minnet.layers.standardize import moments
from minnet.losses import Loss
from minnet.optimizers import OPTIMIZERS, Optimizer
from minnet.schedules import Cosine
from minnet.solvers import SOLVERS, Solver
from minnet.types import Array

LEARNING_RATE = 0.01  # of optimizers that are given by name: the first one, which falls to 0 along half a cosine


def optimizer_of(owner: str, choice: Any, learning_rate: Any, steps: int | None) -> Optimizer | Solver:
    """The optimizer or solver of a name or an object.

    Parameters
    ----------
    owner : str
        Whose setting it is, for errors.
    choice : str, Optimizer or Solver
    learning_rate : float, Schedule or None
        Instead of that of the object.
    steps : int or None
        How many updates there will be; None if nobody knows.

    Raises
    ------
    SettingError
        There is none of that name; a solver is given a learning rate.
    """
    if isinstance(choice, str):
        kind = _by_name(owner, "optimizer", choice, OPTIMIZERS | SOLVERS)
        if issubclass(kind, Solver):
            chosen: Any = kind()
        else:
            scheduled = LEARNING_RATE if steps is None else Cosine(LEARNING_RATE, steps=steps)
            chosen = kind(scheduled if learning_rate is None else learning_rate)
            learning_rate = None
    elif isinstance(choice, Optimizer | Solver):
        chosen = choice
    else:
        raise SettingError(f"{owner}: optimizer must be a name or an object such as minnet.Adam(), not {choice!r}")
    if learning_rate is None:
        return chosen
    if isinstance(chosen, Solver):
        raise SettingError(f"{owner}: {chosen} finds the lengths of its steps by itself; leave learning_rate out")
    return replace(chosen, learning_rate=learning_rate)


def loss_of(owner: str, choice: Any, names: Mapping[str, type[Loss]]) -> Loss:
    """The loss of a name or an object.

    Raises
    ------
    SettingError
        There is none of that name.
    """
    if isinstance(choice, str):
        return _by_name(owner, "loss", choice, names)()
    if not isinstance(choice, Loss):
        raise SettingError(f"{owner}: loss must be a name or an object such as minnet.Huber(), not {choice!r}")
    return choice


def weighted_moments(values: Array, weight: Array | None) -> tuple[Array, Array]:
    """Mean and standard deviation (feature,) of values (n, feature), each sample counting by its weight (n,)."""
    if weight is None:
        return moments(values)
    mean, std = moments(values[weight > 0])
    scaled = (values - mean) / std  # of order 1, so that no square overflows
    shift = np.average(scaled, axis=0, weights=weight)
    scale = np.sqrt(np.average((scaled - shift) ** 2, axis=0, weights=weight))
    return mean + std * shift, std * np.where(scale > 0, scale, 1.0)


def _by_name(owner: str, what: str, name: str, kinds: Mapping[str, Any]) -> Any:
    return kinds[known_name(owner, what, name.replace("_", "").replace("-", ""), kinds)]
