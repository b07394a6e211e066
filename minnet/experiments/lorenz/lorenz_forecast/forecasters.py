"""What forecasts: from a window of samples, or from a memory of all that were. States are in standard deviations."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from minnet.layers import Pass
from minnet.network import Network
from minnet.types import Array


@dataclass(frozen=True)
class Units:
    """Between physical units and standard deviations from the mean: arrays (d,)."""

    mean: Array
    std: Array

    @classmethod
    def of(cls, series: Array) -> "Units":
        """Those of series (n, t, d) in physical units."""
        return cls(series.mean(axis=(0, 1)), series.std(axis=(0, 1)))

    def scaled(self, x: Array) -> Array:
        """From physical units."""
        return np.asarray((x - self.mean) / self.std)

    def unscaled(self, x: Array) -> Array:
        """To physical units."""
        return np.asarray(x * self.std + self.mean)


class Forecaster(ABC):
    """The next sample of a series, and from its own forecasts the ones after."""

    @abstractmethod
    def next_samples(self, x: Array, first: int) -> Array:
        """For series x (n, t, d), a forecast of each sample from number `first` on, from the true ones before it:
        (n, t - first, d). This is teacher forcing."""

    @abstractmethod
    def free_run(self, past: Array, samples: int) -> Array:
        """What follows series (n, p, d), each sample from the forecasts before it: (n, samples, d)."""


@dataclass(frozen=True)
class Windowed(Forecaster):
    """``x_{n+1} = step(x_{n-k+1}, ..., x_n)``: `step` takes windows (n, k, d), and returns the next samples (n, d).

    With a window of one sample it is a map, as the flow of equations is.
    """

    step: Callable[[Array], Array]
    window: int = 1

    def next_samples(self, x: Array, first: int) -> Array:
        windows = np.lib.stride_tricks.sliding_window_view(x[:, first - self.window : -1], self.window, axis=1)
        n, t, d, k = windows.shape
        flat = np.ascontiguousarray(windows.swapaxes(2, 3)).reshape(n * t, k, d)
        return self.step(flat).reshape(n, t, d)

    def free_run(self, past: Array, samples: int) -> Array:
        n, p, d = past.shape
        path = np.empty((n, self.window + samples, d))
        path[:, : self.window] = past[:, p - self.window :]
        with np.errstate(over="ignore", invalid="ignore"):  # forecasts that blow up are part of the result
            for t in range(samples):
                path[:, t + self.window] = self.step(path[:, t : t + self.window])
        return path[:, self.window :]


@dataclass(frozen=True)
class Remembering(Forecaster):
    """``x_{n+1} = x_n + net(x_n; states)``, with the states to which recurrent layers came on the way."""

    net: Network

    def next_samples(self, x: Array, first: int) -> Array:
        return (x[:, :-1] + self.net(x[:, :-1]))[:, first - 1 :]

    def free_run(self, past: Array, samples: int) -> Array:
        dtype = self.net.dtype
        path = np.empty((len(past), samples, past.shape[2]))
        x, change = past[:, -1], self.net(past)[:, -1]
        for t in range(samples):
            if t:
                change = self.net.forward(x[np.newaxis, :, np.newaxis].astype(dtype), Pass(states=self.net.states()))[
                    0, :, 0
                ]
            x = path[:, t] = x + change
        return path


def horizons(errors: Array, *, limit: float) -> Array:
    """Samples (n,) for which a forecast is good: before its error (n, t) first exceeds the limit, or is not a number.

    Examples
    --------
    >>> horizons(np.array([[0.1, 0.5, 0.1], [0.5, 0.1, 0.1], [0.1, 0.2, 0.3]]), limit=0.4)
    array([1, 0, 3])
    """
    good = errors <= limit
    return np.where(good.all(axis=1), errors.shape[1], np.argmin(good, axis=1))


def errors(forecast: Array, truth: Array) -> Array:
    """Root mean square over variables of the difference (n, t, d), in standard deviations: (n, t)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.sqrt(np.mean(np.square(forecast - truth), axis=2)))
