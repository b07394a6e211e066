"""What the settings of an estimator stand for: optimizers and losses by their names; and how data are checked and
scaled."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from minnet.checks import as_real, check_finite
from minnet.errors import SettingError, check_range, is_whole, known_name
from minnet.frames import column_names, readable
from minnet.layers.standardize import moments
from minnet.losses import Loss
from minnet.optimizers import OPTIMIZERS, Optimizer
from minnet.schedules import Cosine
from minnet.solvers import SOLVERS, Solver
from minnet.types import Array

LEARNING_RATE = 0.003  # of optimizers that are given by name: the first one, which falls to 0 along half a cosine
BATCH = 32, 200  # samples in a batch, at least and at most, where nothing else is asked for
BATCHES = 16  # in an epoch, between
SLOPE, REACH = 1.5, 2.0  # of the first units; standard deviations of the inputs
L2 = 3e-4


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


def batch_size_of(owner: str, choice: Any, n: int) -> int:
    """Samples in a batch, of n; "auto" is a sixteenth of them, from 32 to 200, and None is all.

    Raises
    ------
    SettingError
        It is none of these, and no positive whole number.
    """
    if choice is None:
        return n
    if choice == "auto":
        return min(n, max(BATCH[0], min(n // BATCHES, BATCH[1])))
    check_range(owner, batch_size=(choice, lambda m: is_whole(m) and m >= 1, "'auto', None or a whole number >= 1"))
    return min(int(choice), n)


def hidden_of(owner: str, choice: Any) -> list[int]:
    """Units of each hidden layer, of one number or a sequence of them.

    Raises
    ------
    SettingError
        It is neither.
    """
    units = [choice] if is_whole(choice) else choice
    if not isinstance(units, list | tuple | np.ndarray) or not all(is_whole(count) and count >= 1 for count in units):
        raise SettingError(f"{owner}: hidden must be positive whole numbers such as (20, 20), or (), not {choice!r}")
    return list(units)


def l2_of(choice: Any, optimizer: Optimizer | Solver) -> float:
    """The strength of the penalty; "auto" is 3e-4 for optimizers, and none for solvers, which are to be exact."""
    if choice != "auto":
        return choice
    return 0.0 if isinstance(optimizer, Solver) else L2


def first_weights(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Weights of the first layer (i, o), for standardised inputs: every unit has the same slope in a direction of its
    own. Where weights are small, as for inputs of many features, few units begin with a bend among the samples of one
    feature, and what varies fast is learned slowly."""
    directions = rng.standard_normal(shape)
    return SLOPE * directions / np.linalg.norm(directions, axis=0)


def first_bias(shape: tuple[int], rng: np.random.Generator) -> Array:
    """Biases (o,) that go with them: bends lie up to two standard deviations from the mean."""
    return SLOPE * REACH * rng.uniform(-1, 1, shape)


def validated(estimator: BaseEstimator, *data: Any, **checks: Any) -> Any:
    """scikit-learn's `validate_data` of X, or of X and y; of a data frame, errors name the column that is to blame."""
    what = f"{type(estimator).__name__}: X"
    X, *y = (readable(values, what) for values in data)
    try:
        return validate_data(estimator, X, *y, order="C", **checks)
    except (TypeError, ValueError):
        if columns := column_names(X):
            check_finite(as_real(X, what), what, columns)
        raise


def weighted_moments(values: Array, weight: Array | None) -> tuple[Array, Array]:
    """Mean and standard deviation (feature,) of values (n, feature), each sample counting by its weight (n,)."""
    if weight is None:
        return moments(values)
    mean, std = moments(values)
    scaled = (values - mean) / std  # of order 1, so that no square overflows
    shift = np.average(scaled, axis=0, weights=weight)
    scale = np.sqrt(np.average((scaled - shift) ** 2, axis=0, weights=weight))
    return mean + std * shift, std * np.where(scale > 0, scale, 1.0)


def _by_name(owner: str, what: str, name: str, kinds: Mapping[str, Any]) -> Any:
    return kinds[known_name(owner, what, name.replace("_", "").replace("-", ""), kinds)]
