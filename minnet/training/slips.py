"""Combinations that are legal, and hardly ever meant: said once, before training or after it.

Each is a slip that costs a beginner an evening, because everything runs and nothing is learned. What is certainly wrong
is an error; what may be meant is a warning, with the line that mends it.
"""

import sys
import warnings
from typing import Any

import numpy as np

from minnet.activations import Sigmoid
from minnet.checks import varies
from minnet.errors import SettingError
from minnet.layers import Softmax
from minnet.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Classification, Loss
from minnet.network import Network
from minnet.solvers import Solver
from minnet.training.baseline import loss_of_constant
from minnet.training.data import TrainingData
from minnet.training.layer_slips import is_constant, last_layer, layer_slips, reach
from minnet.training.order import order_slips
from minnet.training.run import Run
from minnet.training.scales import scale_slips
from minnet.training.units import standardized, without_units

LOOKED_AT = 100_000  # samples
HOPELESS = 10.0  # times the loss of a constant answer: training did not overflow, but it is lost
FEWEST_CLASSES, MOST_CLASSES, OFTEN = 3, 20, 3  # numbers that are met so often each may be those of classes
CERTAIN = 3.0  # a score of a probability of 5 or of 95 %, within which no range of scores should end
UNREACHABLE = 1e-3  # of the variance of targets: what noise and rounding may put out of a network's reach
WITHIN = "minnet.training.", "minnet.names"  # where the functions are that stand between users and warnings


class TrainingWarning(UserWarning):
    """A combination that runs, and that is hardly ever meant."""


class ScaleWarning(TrainingWarning):
    """Inputs or targets in units that a new network is not made for.

    >>> import warnings
    >>> import minnet as mn
    >>> net = mn.mlp([1, 5, 1], "tanh", rng=0)
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     history = mn.fit(net, [1e6, 2e6], [0.0, 1.0], loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=1)
    >>> caught[0].category is ScaleWarning, issubclass(ScaleWarning, TrainingWarning)
    (True, True)
    """


def check_scores(net: Network, loss: Loss, owner: str = "fit") -> None:
    """Raise if a network ends with the probabilities that its loss computes from scores."""
    last = last_layer(net)
    for kind, losses in ((Sigmoid, BinaryCrossEntropy), (Softmax, CategoricalCrossEntropy)):
        if isinstance(last, kind) and isinstance(loss, losses):
            raise SettingError(
                f"{owner}: {loss} takes scores (logits) and applies {last} itself; leave the last layer out, and use "
                f"{last} on what the trained network gives. If it is meant as a score, put Identity() behind it"
            )


def warn_of_slips(net: Network, loss: Loss, data: TrainingData, solver: Solver | None = None) -> None:
    """Look for what is legal and hardly ever meant, in a network, a loss and data; a solver needs less of these."""
    nothing_weighs, data = _nothing_weighs(data), data.thinned(LOOKED_AT)
    for words in (
        *layer_slips(net, data.inputs),
        *_scores_held_back(net, loss),
        *_targets_out_of_reach(net, loss, data),
        *_labels_for_values(loss, data),
        *nothing_weighs,
    ):
        warn(words)
    for words in scale_slips(net, loss, data, solver):
        warn(words, ScaleWarning)


def warn_of_order(loss: Loss, data: TrainingData, split_off: TrainingData) -> None:
    """Look at what was split off to validate with."""
    for words in order_slips(loss, data, split_off):
        warn(words)


def warn_if_lost(net: Network, loss: Loss, data: TrainingData, losses: list[float], learning_rate: str) -> None:
    """Look at how training has ended."""
    if not losses or not losses[-1] > losses[0]:
        return
    data = data.thinned(LOOKED_AT)
    target = standardized(data.target, net)
    values = target.values
    baseline = loss_of_constant(net, loss, data)
    known = np.ones(values.shape, bool) if target.mask is None else target.mask
    may_be_lost = isinstance(loss, Classification) or any(
        varies(values[..., o][known[..., o]])
        for o in range(values.shape[-1])  # if not, that loss is but rounding
    )
    if may_be_lost and baseline > 0 and losses[-1] > HOPELESS * baseline:
        warn(
            f"the loss has risen to {losses[-1]:.2g}, {losses[-1] / baseline:.0e} times that of a constant answer. Way "
            f"out: a smaller learning rate than {learning_rate}, or scaled data"
        )


def warn_if_ended(run: Run) -> None:
    """Look at a run that is resumed, and that callbacks have not let go on."""
    if run.history.stopped and run.epoch < run.epochs:
        warn(
            f"the run that is resumed was stopped after {run.epoch} of now {run.epochs} epochs "
            f"({run.history.stopped}), and nothing happens. Way out: EarlyStopping with more patience than it had, a "
            'callback that calls run.stop("") in on_fit_begin, or a new run without resume'
        )


def warn(words: str, kind: type[TrainingWarning] = TrainingWarning) -> None:
    """Warn whoever called `fit` or `train`, through however many functions of these."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(WITHIN):
        level, frame = level + 1, frame.f_back
    warnings.warn(f"fit: {words}", kind, stacklevel=level)


def _scores_held_back(net: Network, loss: Loss) -> list[str]:
    """An activation before a loss of scores, which lets it give no probability near 0, or none near 1."""
    last = last_layer(net)
    low, high = reach(last)
    if not isinstance(loss, BinaryCrossEntropy | CategoricalCrossEntropy) or is_constant(last, net.n_outputs):
        return []
    if low <= -CERTAIN and high >= CERTAIN:
        return []
    return [
        f"{loss} takes scores (logits), any numbers, but the last layer, {last}, gives {_range(low, high)}. Way out: "
        "leave it out. If it is meant as a score, put Identity() behind it"
    ]


def _targets_out_of_reach(net: Network, loss: Loss, data: TrainingData) -> list[str]:
    """Targets that the last layer cannot give, and classes given to a loss of values."""
    part = without_units(net)
    if isinstance(loss, Classification) or loss.order or not len(part.layers):
        return []
    target, last = standardized(data.target, net), last_layer(part)
    if is_constant(last, part.n_outputs):
        return []
    known = np.ones(target.values.shape[1:], bool) if target.mask is None else target.mask[0]
    values, (least, most) = target.values[0], reach(last)
    for o in range(values.shape[-1]):
        column = values[..., o][known[..., o]].astype(float)
        if not column.size:
            continue
        low, high, scale = column.min(), column.max(), np.abs(column).max() or 1.0
        excess = np.mean(((column - column.clip(least, most)) / scale) ** 2)
        if excess > UNREACHABLE * np.var(column / scale) and (low < least or high > most):
            return [
                f"targets go from {low:g} to {high:g}, but the last layer, {last}, gives {_range(least, most)}. Way "
                f"out: leave {last} out, or scale the targets"
            ]
    if values.ndim == 2 and values.shape[1] > 1 and known.all() and _one_hot(values):
        return [
            f"targets are classes (one 1 in each row), which {loss} takes for values. Way out: "
            "CategoricalCrossEntropy()"
        ]
    return []


def _labels_for_values(loss: Loss, data: TrainingData) -> list[str]:
    """Numbers of three classes or more, each of them met often, on a single output that is given their values."""
    values = data.target.values[0]
    if isinstance(loss, Classification) or loss.order or values.shape[1:] != (1,) or data.target.mask is not None:
        return []
    classes, counts = np.unique(values, return_counts=True)
    numbered = (np.diff(classes) == 1).all() and classes[0] in (0, 1)
    if not (numbered and FEWEST_CLASSES <= len(classes) <= MOST_CLASSES and counts.min() >= OFTEN):
        return []
    first = "y" if classes[0] == 0 else "y - 1"
    return [
        f"targets are {classes[0]:g}, {classes[1]:g}, ..., {classes[-1]:g}, which {loss} takes for values, as if one "
        f"class lay between two others. Way out, if they number classes: {len(classes)} outputs and "
        f"CategoricalCrossEntropy(), whose targets are {first}"
    ]


def _nothing_weighs(data: TrainingData) -> list[str]:
    if data.weight is None or data.weight.any():
        return []
    return ["sample_weight is 0 for all samples, of which nothing is learned. Way out: leave it out"]


def _range(low: float, high: float) -> str:
    """A range in words.

    >>> _range(0.0, np.inf), _range(-1.0, 1.0)
    ('no less than 0', 'no more than -1 to 1')
    """
    if np.isinf(high):
        return f"no less than {low:.3g}"
    return f"no more than {high:.3g}" if np.isinf(low) else f"no more than {low:.3g} to {high:.3g}"


def _one_hot(values: Any) -> bool:
    return bool(np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all())
