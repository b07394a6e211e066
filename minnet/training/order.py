"""Samples that are in order, of which the last are held out: what is validated lies beyond what is learned.

On samples sorted by an input, or grouped by class, a loss of held-out samples says how the network extrapolates, or
what it makes of classes it has hardly seen. Of samples in random order, all that are held out are the largest with a
probability that counting gives: of the C(n, m) choices of m samples, those that take the m largest, among equals any.
"""

from math import exp, lgamma

from minnet.losses import Classification, Loss
from minnet.mapped import pieces
from minnet.training.data import TrainingData
from minnet.types import Array

UNLIKELY = 1e-3  # chance in random order, all columns together, below which samples are taken to be in order


def order_slips(loss: Loss, data: TrainingData, held_out: TrainingData) -> list[str]:
    """What to say of samples (n, feature) of which the last are held out; those of other shapes are not looked at."""
    columns = []
    for name, train, last in (
        ("inputs", data.inputs, held_out.inputs),
        ("targets", data.target.values[0], held_out.target.values[0]),
    ):
        if train.ndim == 2 and (name == "inputs" or data.target.mask is None):
            columns += [(name, i, train[:, i], last[:, i]) for i in range(train.shape[1])]
    for name, i, train, last in columns:
        for most, chance in (("largest", chance_of_largest), ("smallest", chance_of_smallest)):
            if 2 * len(columns) * chance(train, last) < UNLIKELY:
                m = len(last)
                which = f"which have the {most} values of feature {i} of the {name}"
                if name == "targets" and isinstance(loss, Classification):
                    which = _of_classes(i if data.target.values.shape[-1] > 1 else 1, train, last)
                return [
                    f"validation_split holds out the last {m} samples, {which}: val_loss is of what lies beyond the "
                    "samples to train with. Way out: if that is meant, as of a series in time, say so by "
                    f"validation_data=(x[-{m}:], y[-{m}:]) and train with x[:-{m}], y[:-{m}]; if not, give samples in "
                    "random order, such as x[order], y[order] with order = rng.permutation(len(x))"
                ]
    return []


def _of_classes(number: int, train: Array, last: Array) -> str:
    """How many samples are of a class, in words, of those held out and of the others."""
    counts = [f"{int((labels > 0.5).sum())} of {len(labels)}" for labels in (last, train)]
    return f"of which {counts[0]} are of class {number}, but {counts[1]} of the others"


def chance_of_largest(train: Array, last: Array) -> float:
    """The probability that all of `last` (m,) are the largest of all samples, if they were drawn from them; 1 if they
    are not."""
    edge = last.min()
    return 1.0 if train.max() > edge else _chance(train, last, edge)


def chance_of_smallest(train: Array, last: Array) -> float:
    """Likewise of the smallest."""
    edge = last.max()
    return 1.0 if train.min() < edge else _chance(train, last, edge)


def _chance(train: Array, last: Array, edge: float) -> float:
    """That `last` is what lies beyond the edge, and of what lies on it as many as it has."""
    equal_last, equal_train = (sum(int((part == edge).sum()) for part in pieces(some)) for some in (last, train))
    equal = equal_last + equal_train
    n, m = len(train) + len(last), len(last)
    return exp(_log_choices(equal, equal_last) - _log_choices(n, m))


def _log_choices(n: int, m: int) -> float:
    return lgamma(n + 1) - lgamma(m + 1) - lgamma(n - m + 1)
