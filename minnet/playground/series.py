"""A series as a problem for a race: from some values, the next one is predicted, by a recurrent network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.errors import SettingError
from minnet.layers import LSTM, Dense, Dropout, Layer
from minnet.losses import Loss
from minnet.network import Network
from minnet.playground.problem import with_margin
from minnet.playground.values import SingleValues
from minnet.types import Array

WINDOW = 16  # values that the next one is predicted from
PAST, FUTURE = 60, 60  # times that are drawn before and after the last one that is learned from


def lstm(
    widths: Sequence[int],
    activation: str,
    *,
    normalization: str | None = None,
    dropout: float = 0.0,
    weights: Any,
    rng: int | np.random.Generator | None = None,
) -> Network:
    """A layer of `minnet.LSTM` for each hidden width, dropout behind it, and a dense one that makes the prediction from
    the last state.

    Raises
    ------
    SettingError
        There is no hidden layer, an activation other than the one that an LSTM has, or a normalisation.
    """
    n_inputs, *hidden, n_outputs = widths
    if not hidden:
        raise SettingError("Hidden units: a series is predicted by an LSTM, which has one hidden layer at least")
    if activation != "Tanh":
        raise SettingError(f"Activation: a series is predicted by an LSTM, which has Tanh of its own; not {activation}")
    if normalization is not None:
        raise SettingError(f"Normalisation: a series is predicted by an LSTM, which takes none; not {normalization}")
    layers: list[Layer] = []
    for number, units in enumerate(hidden, 1):
        layers.append(LSTM(n_inputs, units, return_sequences=number < len(hidden), weights=weights))
        layers += [Dropout(dropout)] if dropout else []
        n_inputs = units
    return Network([*layers, Dense(n_inputs, n_outputs, weights=weights)], input_shape=(None, widths[0]), rng=rng)


@dataclass(frozen=True, kw_only=True)
class Series(SingleValues):
    """Windows x (n, WINDOW, 1) of a series, and the value y (n,) that follows each, in their order in time.

    Two predictions are drawn: of every value from the true ones before it, and a free run, for which the network is
    told nothing after the last value that is learned from: each prediction is made from those before it.

    Attributes
    ----------
    truth : array (WINDOW + all samples + FUTURE,)
        The series without noise, and how it goes on; NaN where that is not known.
    """

    kind = "series"
    what = "a series"
    architecture = staticmethod(lstm)
    undrawn = (
        "The networks of this race are LSTMs: every unit has three gates and a memory, and its output is an input of "
        "the next time. They are not drawn as units and lines; the X-ray shows each of their weights."
    )

    takes_features = False

    truth: Array

    @property
    def input_names(self) -> tuple[str, ...]:
        return self.names[:-1]

    def learned(self, count: int, rng: np.random.Generator) -> Array:
        """The first ones: what is to be predicted lies in the future."""
        return np.arange(len(self.y)) < count

    @property
    def times(self) -> Array:
        """Places in the series that are drawn; the last value that is learned from is at ``WINDOW + n - 1``."""
        last = WINDOW + len(self.y)
        return np.arange(max(WINDOW, last - PAST), last + FUTURE)

    @property
    def known(self) -> Array:
        """The values of the series, those that are learned from and those of the test, with their noise."""
        x, y = self.everything()
        return np.concatenate([x[0, :, 0], y])

    @property
    def box(self) -> tuple[Array, Array]:
        """Corners (2,) of what is drawn: times and values."""
        values = np.concatenate([self.known, self.truth[np.isfinite(self.truth)]])
        (low, high), times = with_margin(values, 0.15), self.times
        return np.array([times[0], low]), np.array([times[-1], high])

    def picture(self, net: Network, loss: Loss) -> Array:
        """Predictions (times, 2) from true values and from the network's own; NaN where there are none."""
        times, known = self.times, self.known
        predictions = np.full((len(times), 2), np.nan)
        possible = times <= len(known)  # the value after the last known one, too
        windows = np.lib.stride_tricks.sliding_window_view(known, WINDOW)[times[possible] - WINDOW]
        predictions[possible, 0] = net(np.ascontiguousarray(windows)[..., np.newaxis])[:, 0]
        start = WINDOW + len(self.y)
        predictions[times >= start, 1] = free_run(net, known[start - WINDOW : start], FUTURE)
        return predictions


def free_run(net: Network, window: Array, steps: int) -> Array:
    """So many predictions (steps,), each from the window (WINDOW,) that ends with those before it."""
    values = np.concatenate([window, np.empty(steps)])
    for step in range(steps):
        values[len(window) + step] = net(values[np.newaxis, step : step + len(window), np.newaxis])[0, 0]
    return values[len(window) :]


def cut(values: Array, truth: Array, names: tuple[str, ...]) -> Series:
    """A series (WINDOW + n,) as windows and what follows them; of its `truth` see `Series`."""
    windows = np.lib.stride_tricks.sliding_window_view(values[:-1], WINDOW)
    return Series(x=np.ascontiguousarray(windows)[..., np.newaxis], y=values[WINDOW:], names=names, truth=truth)


def series(sampled: Callable[[int, np.random.Generator], Array]) -> Callable[[int, float, np.random.Generator], Series]:
    """Problems from a function that gives so many values of a series; they are brought to mean 0 and variance 1."""

    def made(points: int, noise: float, rng: np.random.Generator) -> Series:
        truth = sampled(WINDOW + points + FUTURE, rng)
        truth = (truth - truth.mean()) / truth.std()
        values = truth[: WINDOW + points] + noise * rng.standard_normal(WINDOW + points)
        return cut(values, truth, ("value", "next value"))

    return made
