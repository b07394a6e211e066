"""Samples that are in order, of which the last are held out: what is validated lies beyond what is learned.

On samples sorted by an input, or grouped by class, a loss of held-out samples says how the network extrapolates, or
what it makes of classes it has hardly seen. Of samples in random order, all that are held out are the largest with a
probability that counting gives: of the C(n, m) choices of m samples, those that take the m largest, among equals any.
"""

from math import exp, lgamma

from minnet.training.data import TrainingData
from minnet.types import Array

UNLIKELY = 1e-3  # chance in random order, all columns together, below which samples are taken to be in order


def order_slips(data: TrainingData, held_out: TrainingData) -> list[str]:
    """What to say of samples (n, feature) of which the last are held out; those of other shapes are not looked at."""
    columns = []
    for name, train, last in (
        ("inputs", data.inputs, held_out.inputs),
        ("targets", data.target.values[0], held_out.target.values[0]),
    ):
        if train.ndim == 2 and (name == "inputs" or data.target.mask is None):
            columns += [(f"feature {i} of the {name}", train[:, i], last[:, i]) for i in range(train.shape[1])]
    for where, train, last in columns:
        for most, sign in (("largest", 1), ("smallest", -1)):
            if 2 * len(columns) * chance_of_largest(sign * train, sign * last) < UNLIKELY:
                m = len(last)
                return [
                    f"validation_split holds out the last {m} samples, which have the {most} values of {where}: "
                    "val_loss is of what lies beyond the samples to train with. Way out: samples in random order, such "
                    f"as x[order], y[order] with order = rng.permutation(len(x)); if it is meant, validation_data="
                    f"(x[-{m}:], y[-{m}:])"
                ]
    return []


def chance_of_largest(train: Array, last: Array) -> float:
    """The probability that all of `last` (m,) are the largest of all samples, if they were drawn from them; 1 if they
    are not."""
    edge = last.min()
    if train.max() > edge:
        return 1.0
    equal_last, equal = int((last == edge).sum()), int((last == edge).sum() + (train == edge).sum())
    n, m = len(train) + len(last), len(last)
    return exp(_log_choices(equal, equal_last) - _log_choices(n, m))


def _log_choices(n: int, m: int) -> float:
    return lgamma(n + 1) - lgamma(m + 1) - lgamma(n - m + 1)
