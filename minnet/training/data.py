"""The samples that a step is trained on: checked once, then taken batch by batch."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from minnet.checks import as_real, check_finite, convert, without_gaps
from minnet.errors import DataError, SettingError, ShapeError, check_range, is_whole
from minnet.frames import column_names
from minnet.layers.lengths import checked_lengths, series_remain
from minnet.losses import Loss, Target
from minnet.network import Network
from minnet.types import Array


class Data(ABC):
    """Samples, of which some can be taken as a batch."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, samples: Any) -> Any:
        """The batch of these samples (an index array or a slice)."""

    @abstractmethod
    def arrays(self) -> list[Array | None]:
        """All there is, for a fingerprint: a run is resumed with the data it began with."""


@dataclass(frozen=True)
class TrainingData(Data):
    """Inputs (n, *sample) with their targets, weights (n,) or None, and lengths (n,) of series or None; a batch is of
    the same kind.

    >>> import numpy as np
    >>> import minnet as mn
    >>> net, x, y = mn.mlp([1, 3, 1], "tanh", rng=0), [0.0, 1.0, 2.0], [0.0, 1.0, 4.0]
    >>> data, held_out = mn.training_data(net, mn.MeanSquaredError(), x, y)
    >>> isinstance(data, Data), isinstance(data, TrainingData), data[np.array([2, 0])].inputs.ravel().tolist()
    (True, True, [2.0, 0.0])
    """

    inputs: Array
    target: Target
    weight: Array | None
    lengths: Array | None = None

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, samples: Any) -> "TrainingData":
        weight = None if self.weight is None else self.weight[samples]
        lengths = None if self.lengths is None else self.lengths[samples]
        return TrainingData(self.inputs[samples], self.target[samples], weight, lengths)

    def thinned(self, most: int) -> "TrainingData":
        """Samples at equal distances, fewer than twice as many as asked for: enough to judge all by."""
        return self[:: max(1, len(self) // most)]

    def arrays(self) -> list[Array | None]:
        return [self.inputs, self.target.values, self.target.mask, self.weight, self.lengths]


@dataclass(frozen=True)
class Samples(Data):
    """Arrays of a user's own; a batch is a tuple of parts of them."""

    parts: tuple[Array, ...]

    def __len__(self) -> int:
        return len(self.parts[0])

    def __getitem__(self, samples: Any) -> tuple[Array, ...]:
        return tuple(part[samples] for part in self.parts)

    def arrays(self) -> list[Array | None]:
        return list(self.parts)


def as_data(data: Any, name: str) -> Data:
    """What `train` is given: `Data`, an array (n, ...), or a tuple of arrays with as many samples.

    Raises
    ------
    ShapeError, DataError, DtypeError, SettingError
        There are no samples, numbers of samples differ, values are not finite, or it is a tuple of `Data`.
    """
    if isinstance(data, Data):
        return data
    if isinstance(data, tuple) and any(isinstance(part, Data) for part in data):
        raise SettingError(
            f"{name} must be one Data, not a tuple; of the pair that training_data gives, the second part is for "
            "validation: train(step, data, validation=validation, ...)"
        )
    parts = [as_real(part, name) for part in (data if isinstance(data, tuple) else (data,))]
    if not parts or any(part.ndim == 0 for part in parts):
        raise ShapeError(f"{name} must be an array (samples, ...) or a tuple of such arrays")
    if len({len(part) for part in parts}) > 1:
        raise ShapeError(f"{name}: the arrays have {', '.join(str(len(part)) for part in parts)} samples")
    if len(parts[0]) == 0:
        raise DataError(f"{name} has no samples")
    for part in parts:
        check_finite(part, name)
    return Samples(tuple(parts))


def batches(n: int, size: int, shuffle: bool, rng: np.random.Generator) -> Iterator[tuple[Any, int]]:
    """Which samples the batches of one epoch have, and how many; the last batch may be smaller."""
    if size == n:
        yield slice(None), n
        return
    order = rng.permutation(n) if shuffle else np.arange(n)
    for start in range(0, n, size):
        samples = order[start : start + size]
        yield samples, len(samples)


def checked_batch_size(batch_size: Any, n: int) -> int:
    """The number of samples in a batch; None is all of them."""
    size = n if batch_size is None else batch_size
    check_range(
        "fit", batch_size=(size, lambda count: is_whole(count) and count >= 1, "a positive whole number, or None")
    )
    if size > n:
        raise SettingError(f"fit: batch_size={size} is larger than the {n} samples; use None for one full batch")
    return int(size)


def training_data(
    net: Network,
    loss: Loss,
    x: Any,
    y: Any,
    weight: Any = None,
    validation: Any = None,
    split: float = 0.0,
    lengths: Any = None,
) -> tuple[TrainingData, TrainingData | None]:
    """Check what `fit` is given, and set aside what is for validation.

    Raises
    ------
    ShapeError, DtypeError, DataError, SettingError
        See `minnet.fit`.
    """
    data = _samples(net, loss, x, y, lengths, "x", "y")
    n = len(data)
    if weight is not None:
        weight = as_real(weight, "sample_weight")
        if weight.shape != (n,):
            raise ShapeError(f"sample_weight has shape {weight.shape}, expected ({n},)")
        check_finite(weight, "sample_weight")
        if weight.min() < 0:
            raise DataError("sample_weight must not be negative")
        data = replace(data, weight=convert(weight, net.dtype, "sample_weight"))
    check_range("fit", validation_split=(split, lambda part: 0 <= part < 1, "in [0, 1)"))
    if validation is not None:
        if split:
            raise SettingError("fit: give validation_data or validation_split, not both")
        if not (isinstance(validation, tuple | list) and len(validation) in (2, 3)):
            raise SettingError("fit: validation_data must be a pair (x, y), or (x, y, lengths) of series")
        x, y, lengths = (*validation, None)[:3]
        return data, _samples(net, loss, x, y, lengths, "validation x", "validation y")
    if split:
        first = n - max(1, round(n * split))
        if first < 1:
            raise DataError(f"validation_split={split} leaves none of {n} samples to train with")
        parts = data[:first], data[first:]
        for part, use in zip(parts, ("train", "validate"), strict=True):
            _check_known(part.target, f"y: validation_split={split} leaves {len(part)} samples to {use} with, of which")
        return parts
    return data, None


def _samples(net: Network, loss: Loss, x: Any, y: Any, lengths: Any, x_name: str, y_name: str) -> TrainingData:
    inputs = net.as_inputs(x, x_name)
    if len(inputs) == 0:
        raise DataError(f"{x_name} has no samples")
    check_finite(inputs, x_name, column_names(x))
    y, known = without_gaps(y)
    target = loss.prepare(y, len(inputs), net.output_shape, net.dtype, y_name)
    if known is not None:
        target = _with_gaps(target, known)
    _check_known(target, f"{y_name}:")
    directions, i = (len(target.values) - 1) // max(1, loss.order), inputs.shape[1]
    if loss.order and directions != i:
        raise ShapeError(
            f"{y_name} has derivatives along {directions} directions, but {x_name} has {i} features: one direction "
            "for each is needed"
        )
    if lengths is None:
        return TrainingData(inputs, target, None)
    lengths = checked_lengths(net.layers, lengths, len(inputs), inputs.shape[1:], least=1)
    if series_remain(net.layers):
        counts = np.broadcast_to(
            (np.arange(inputs.shape[1]) < lengths[:, np.newaxis])[..., np.newaxis], target.values.shape
        )
        target = Target(target.values, counts if target.mask is None else counts & target.mask)
        _check_known(target, f"{y_name}: but for the padding of series,")
    return TrainingData(inputs, target, None, lengths)


def _with_gaps(target: Target, known: Array) -> Target:
    """A target of which only a part is known: labels (n,), or each output (n, o), by itself."""
    if known.ndim < target.values.ndim - 1:
        known = known[..., np.newaxis]
    return Target(target.values, np.broadcast_to(known, target.values.shape))


def _check_known(target: Target, what: str) -> None:
    if target.mask is not None and not target.mask.any():
        raise DataError(f"{what} all values are masked")
