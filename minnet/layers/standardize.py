"""Data in units of their own: mean 0 and standard deviation 1 in front of a network, and back behind it."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from minnet.checks import ROUNDING, as_real, check_finite
from minnet.errors import DataError, SettingError, ShapeError
from minnet.layers.base import ParameterFree
from minnet.layers.passes import Pass
from minnet.mapped import pieces
from minnet.types import Array, Shape


class Standardize(ParameterFree):
    """``y[n,i] = (x[n,i] - mean[i]) / std[i]``: features i of given data, brought to mean 0 and standard deviation 1.

    Nothing is learned: mean and standard deviation are those of the data that the layer is made from, and stay. As a
    layer rather than a change of the data, it goes with the network into files, and leaves derivatives and integrals
    those by the original x. Behind a network, ``Standardize(y).inverse()`` brings outputs to the units of targets y;
    `fit` then trains on targets that are standardised likewise, so that neither learning rates nor losses have units.

    Parameters
    ----------
    x : array (n,), (n, feature), or (n, ..., feature)
        The data; n counts samples and all other axes but the last. Values that are masked (`numpy.ma`) do not count.
        A feature that does not vary is only shifted.
    mean, std : float or array (feature,)
        Instead of data.

    Raises
    ------
    SettingError
        Neither or both are given, or a standard deviation is not positive.
    ShapeError, DtypeError, DataError
        The data have no axis or no sample, or are not finite real numbers.

    Examples
    --------
    Years and dollars:

    >>> import minnet as mn
    >>> year, price = np.array([1990.0, 2000.0, 2010.0]), np.array([1e6, 2e6, 6e6])
    >>> net = mn.Network(
    ...     [mn.Standardize(year), mn.Dense(1, 5), mn.Tanh(), mn.Dense(5, 1), mn.Standardize(price).inverse()], rng=0
    ... )
    >>> history = mn.fit(net, year, price, loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.05), epochs=500)
    >>> bool(history.history["loss"][0] < 3), net(year).round(-3).tolist()
    (True, [[1000000.0], [2000000.0], [6000000.0]])
    """

    max_order = 2
    takes_lengths = True

    def __init__(self, x: Any = None, *, mean: Any = None, std: Any = None) -> None:
        if (x is None) == (mean is None) or (mean is None) != (std is None):
            raise SettingError("Standardize: give data, as in Standardize(x), or both mean and std")
        self.mean, self.std = moments(x) if x is not None else _checked(type(self).__name__, mean, std)
        self.input_shape = (self.mean.size,) if x is not None and np.ndim(x) <= 2 else None

    @property
    def centre(self) -> Array:
        """What becomes 0: the mean."""
        return self.mean

    @property
    def unit(self) -> Array:
        """How far from there 1 is: the standard deviation."""
        return self.std

    def inverse(self) -> "Unstandardize":
        """The layer that maps back: ``x = mean + std y``."""
        return Unstandardize(self.mean, self.std)

    def output_shape(self, input_shape: Shape) -> Shape:
        return _fitting(self, self.mean, input_shape)

    def forward(self, x: Array, call: Pass) -> Array:
        mean, scale = self.mean.astype(x.dtype), self.std.astype(x.dtype)
        y = x / scale
        y[0] = (x[0] - mean) / scale  # subtracted first: so no digit is lost far from 0
        self.scale = scale
        return y

    def backward(self, dy: Array) -> Array:
        return dy / self.scale

    def settings(self) -> dict[str, Any]:
        return {"mean": self.mean.tolist(), "std": self.std.tolist()}

    def __repr__(self) -> str:
        return f"Standardize({_features(self.mean)})"


class Unstandardize(ParameterFree):
    """``x[n,i] = mean[i] + std[i] y[n,i]``: the inverse of `Standardize`, made by its method `inverse`.

    Parameters
    ----------
    mean, std : float or array (feature,)

    Raises
    ------
    SettingError, ShapeError, DtypeError, DataError
        They do not fit together, or a standard deviation is not positive.

    Examples
    --------
    >>> from minnet.layers import Standardize
    >>> layer = Standardize(np.array([[10.0], [30.0]])).inverse()
    >>> isinstance(layer, Unstandardize), layer
    (True, Unstandardize(1 feature))
    """

    max_order = 2
    takes_lengths = True

    def __init__(self, mean: Any, std: Any) -> None:
        self.mean, self.std = _checked(type(self).__name__, mean, std)

    def output_shape(self, input_shape: Shape) -> Shape:
        return _fitting(self, self.mean, input_shape)

    def forward(self, x: Array, call: Pass) -> Array:
        mean, scale = self.mean.astype(x.dtype), self.std.astype(x.dtype)
        y = x * scale
        y[0] += mean
        self.scale = scale
        return y

    def backward(self, dy: Array) -> Array:
        return dy * self.scale

    def settings(self) -> dict[str, Any]:
        return {"mean": self.mean.tolist(), "std": self.std.tolist()}

    def __repr__(self) -> str:
        return f"Unstandardize({_features(self.mean)})"


def moments(x: Any) -> tuple[Array, Array]:
    """Mean and standard deviation (feature,) of data (n, ..., feature), or (n,) of one; 1 for a feature that does not
    vary but for rounding."""
    masked = np.ma.isMaskedArray(x)
    data = as_real(np.ma.getdata(x) if masked else x, "Standardize: x")
    if data.ndim == 0 or data.size == 0:
        raise ShapeError(f"Standardize: x has shape {data.shape}; the shape must be (samples, features)")
    check_finite(np.where(np.ma.getmaskarray(x), 0, data) if masked else data, "Standardize: x")

    def rows() -> Iterator[tuple[Array, Array]]:
        """Some of the data (m, feature) after the other, which may be a memory map, and which numbers count."""
        for part in pieces(x if masked else data):
            shape = -1, data.shape[-1] if data.ndim > 1 else 1
            yield np.ma.getdata(part).astype(float).reshape(shape), ~np.ma.getmaskarray(part).reshape(shape)

    count = sum(known.sum(axis=0) for _, known in rows())
    if not np.all(count):
        raise DataError("Standardize: all values of a feature are masked")
    size = np.max([np.where(known, np.abs(part), 0).max(axis=0) for part, known in rows()], axis=0)
    unit = np.where(size > 0, size, 1.0)  # of numbers of order 1, sums and squares are finite
    mean = unit * (sum((part / unit).sum(axis=0, where=known) for part, known in rows()) / count)
    reach = np.max([np.where(known, np.abs(part - mean), 0).max(axis=0) for part, known in rows()], axis=0)
    varies = reach > ROUNDING * np.finfo(float).eps * size
    reach = np.where(varies, reach, 1.0)
    squares = sum((((part - mean) / reach) ** 2).sum(axis=0, where=known) for part, known in rows())
    return mean, np.where(varies, reach * np.sqrt(squares / count), 1.0)


def _checked(owner: str, mean: Any, std: Any) -> tuple[Array, Array]:
    mean, std = (np.atleast_1d(as_real(value, f"{owner}: mean and std").astype(float)) for value in (mean, std))
    if mean.shape != std.shape or mean.ndim != 1:
        raise ShapeError(f"{owner}: mean and std must have one number for each feature, not {mean.shape}, {std.shape}")
    if not (np.isfinite(mean).all() and np.isfinite(std).all() and (std > 0).all()):
        raise SettingError(f"{owner}: mean must be finite, and std positive and finite")
    return mean, std


def _fitting(layer: ParameterFree, mean: Array, input_shape: Shape) -> Shape:
    if input_shape[-1] not in (mean.size, None):
        raise ShapeError(f"{layer} takes {mean.size} features, not samples of shape {input_shape}")
    return input_shape


def _features(mean: Array) -> str:
    return "1 feature" if mean.size == 1 else f"{mean.size} features"
