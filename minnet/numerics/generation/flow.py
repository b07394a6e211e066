"""Whether series obey the equations: where the flow leads from each sample, and where the next one is."""

from collections.abc import Callable

import numpy as np

from minnet.dynamics import System, simulate
from minnet.errors import DataError, ShapeError
from minnet.names import explained
from minnet.types import Array

Flow = Callable[[Array], Array]
FAR = 1e3  # standard deviations: states that blow up are said to be that far away


@explained("flow_map(system, dt)")
def flow_map(system: System, dt: float) -> Flow:
    """The flow of a system over one sampling interval: takes states (n, d), returns the states dt later.

    Examples
    --------
    >>> from minnet.dynamics import henon
    >>> flow_map(henon(), 1.0)(np.array([[0.0, 0.0]])).tolist()
    [[1.0, 0.0]]
    """

    def flow(states: Array) -> Array:
        return simulate(system, states, dt=dt, samples=2)[:, 1]

    return flow


class Scaled:
    """A flow on states in standard deviations, from a user's in physical units."""

    def __init__(self, flow: Flow, mean: Array, std: Array) -> None:
        self.flow, self.mean, self.std = flow, mean, std

    def __call__(self, z: Array) -> Array:
        """States (..., v) one interval later."""
        states = z.reshape(-1, z.shape[-1]) * self.std + self.mean
        with np.errstate(over="ignore", invalid="ignore"):
            following = np.asarray(self.flow(states), float)
        if following.shape != states.shape:
            raise ShapeError(
                f"compare_series: for states {states.shape} the flow returned {following.shape}; it must return the "
                "state after one sampling interval for each"
            )
        return np.asarray(((following - self.mean) / self.std).reshape(z.shape))

    def residuals(self, z: Array, steps: int = 1, times: Array | None = None) -> Array:
        """``|z[n + steps] - Phi^steps(z[n])|`` (units, times): Euclidean, at samples n, or at all.

        States that blow up, from where generated series are and real ones never, count as `FAR`.
        """
        times = np.arange(z.shape[1] - steps) if times is None else times
        following = z[:, times]
        for _ in range(steps):
            following = np.clip(np.nan_to_num(self(following), nan=FAR), -FAR, FAR)
        return np.minimum(np.linalg.norm(z[:, times + steps] - following, axis=2), FAR)


def check_seam(owner: str, seam: int | Array | None, samples: int) -> Array | None:
    """Which of the steps n -> n + 1 cross a seam, bool (samples - 1,); None without seams.

    seam is a period (16: between samples 15 and 16, 31 and 32, ...) or the numbers of the first samples after seams.
    """
    if seam is None:
        return None
    first = np.atleast_1d(np.asarray(seam))
    whole = first.ndim == 1 and first.dtype.kind in "iu"
    if np.ndim(seam) == 0 and whole and first[0] > 0:
        first = first[0] * np.arange(1, -(-samples // first[0]))
    if not whole or not len(first) or first.min() < 1 or first.max() >= samples:
        raise DataError(
            f"{owner}: seam must be a period, or the numbers of the first samples after seams, between 1 and "
            f"{samples - 1}, not {seam!r}"
        )
    crossed = np.zeros(samples - 1, bool)
    crossed[first - 1] = True
    if crossed.all():
        raise DataError(
            f"{owner}: with seam={seam!r} every step crosses a seam, and there are none inside to compare with"
        )
    return crossed
