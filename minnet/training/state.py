"""A vector of parameters in training, and what updates it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite, nan
from typing import Any

import numpy as np

from minnet.checks import all_finite, as_real, check_not_masked, convert
from minnet.errors import DivergenceError, DtypeError, SettingError, ShapeError
from minnet.network import Network
from minnet.optimizers import Optimizer
from minnet.schedules import as_schedule
from minnet.types import Array


class State(ABC):
    """Parameters in training, the buffers beside them, and both as they were before the last update.

    Attributes
    ----------
    theta, buffers : array
        Changed in place: those of the network, where there is one.
    previous, previous_buffers : array
        To return to when training diverges or is interrupted.

    Examples
    --------
    >>> import minnet as mn
    >>> state = mn.TrainState(np.array([1.0, 2.0]), mn.SGD(0.1))
    >>> isinstance(state, State)
    True
    >>> state.apply(np.array([5.0, 0.0]))
    >>> state.theta.tolist(), state.previous.tolist()
    ([0.5, 2.0], [1.0, 2.0])
    >>> state.roll_back()
    >>> state.theta.tolist()
    [1.0, 2.0]
    """

    def __init__(self, theta: Array, buffers: Array | None = None) -> None:
        self.theta, self.buffers = theta, np.empty(0, theta.dtype) if buffers is None else buffers
        self.previous, self.previous_buffers = self.theta.copy(), self.buffers.copy()

    @abstractmethod
    def evaluated(self) -> Array:
        """The parameters that validation and users should see: `theta` itself, or an average."""

    def keep(self) -> None:
        """Remember parameters and buffers, to return to."""
        self.previous[...] = self.theta
        if self.buffers.size:
            self.previous_buffers[...] = self.buffers

    def roll_back(self) -> None:
        """Return to the parameters and buffers before the last update."""
        self.theta[...], self.buffers[...] = self.previous, self.previous_buffers

    @contextmanager
    def evaluated_parameters(self) -> Iterator[None]:
        """The parameters to validate with in theta; afterwards, those to train on with."""
        evaluated = self.evaluated()
        if evaluated is self.theta:
            yield
            return
        in_training = self.theta.copy()
        self.theta[...] = evaluated
        try:
            yield
        finally:
            self.theta[...] = in_training


class TrainState(State):
    """A vector theta with what updates it.

    Parameters
    ----------
    theta : array (p,)
        Changed in place.
    optimizer : Optimizer
    buffers : array, optional
        Of the network that theta belongs to.

    Attributes
    ----------
    slots : array (s, p)
        What the optimizer remembers.
    t : int
        Updates made.
    learning_rate : float
        Of the last update; NaN before the first.
    learning_rate_factor : float
        Multiplies the schedule; for callbacks to change.
    net : Network or None
        That theta belongs to, if it was made by ``TrainState.of``.

    Examples
    --------
    >>> import minnet as mn
    >>> theta = np.array([1.0, 2.0])
    >>> state = TrainState(theta, mn.SGD(0.1))
    >>> for _ in range(100):
    ...     state.apply(theta)  # the gradient of |theta|^2 / 2
    >>> bool(np.abs(theta).max() < 1e-4)
    True
    """

    def __init__(self, theta: Array, optimizer: Optimizer, buffers: Array | None = None) -> None:
        if not isinstance(optimizer, Optimizer):
            raise SettingError(f"fit: optimizer must be an object such as Adam(), not {optimizer!r}")
        if not isinstance(theta, np.ndarray) or theta.dtype.kind != "f":
            raise DtypeError(
                f"TrainState: theta must be an array of floats, which is changed in place, not {theta!r:.60}"
            )
        if theta.ndim != 1:
            raise ShapeError(
                f"TrainState: theta has shape {theta.shape}, expected a vector; theta.ravel() may be a view"
            )
        check_not_masked(theta, "TrainState: theta")
        super().__init__(theta, buffers)
        self.optimizer, self.schedule = optimizer, as_schedule(optimizer.learning_rate)
        self.slots = optimizer.start(theta)
        self.t = 0
        self.learning_rate_factor = 1.0
        self.learning_rate = nan

    @classmethod
    def of(cls, net: Network, optimizer: Optimizer) -> "TrainState":
        """The parameters and buffers of a network."""
        state = cls(net.theta, optimizer, net.buffers)
        state.net = net
        return state

    net: Network | None = None

    def __setstate__(self, attributes: dict[str, Any]) -> None:
        """A copy works on the vectors of the copied network, which has made them anew."""
        vars(self).update(attributes)
        if self.net is not None:
            self.theta, self.buffers = self.net.theta, self.net.buffers

    def apply(self, gradient: Array, loss: float | None = None) -> None:
        """One update by the gradient (p,); `loss`, if given, is checked first.

        Raises
        ------
        DivergenceError
            The loss or the gradient is not finite, and nothing was updated; or the update overflowed.
        ShapeError
            The gradient is not shaped like theta.
        """
        gradient = convert(as_real(gradient, "TrainState: the gradient"), self.theta.dtype, "TrainState: the gradient")
        if gradient.shape != self.theta.shape:  # kernels trust the shapes they are handed
            raise ShapeError(f"TrainState: the gradient has shape {gradient.shape}, expected {self.theta.shape}")
        self.advance(1)
        if loss is not None and not isfinite(loss):
            raise StepDiverged("the loss is not finite", self)
        if not all_finite(gradient):
            raise StepDiverged("the gradient is not finite", self)
        self.keep()
        self.optimizer.step(self.theta, gradient, self.slots, self.t, self.learning_rate)
        if not self.is_finite():
            raise StepDiverged("the update overflowed", self)

    def advance(self, steps: int) -> None:
        """Count updates, which are being made or which a compiled epoch has made."""
        self.t += steps
        if self.t:
            self.learning_rate = self.schedule(self.t - 1) * self.learning_rate_factor

    def is_finite(self) -> bool:
        """Whether parameters and slots are finite: an infinite mean square, say, never recovers."""
        return all_finite(self.theta) and all_finite(self.slots)

    def evaluated(self) -> Array:
        return self.optimizer.evaluated(self.theta, self.slots)

    def arrays(self) -> dict[str, Array]:
        """All arrays of the state by name, for checkpoints: filling them restores it."""
        names = ("theta", "previous", "slots", "buffers", "previous_buffers")
        return {name: getattr(self, name) for name in names}

    def counters(self) -> dict[str, Any]:
        """All numbers of the state, for checkpoints."""
        return {"t": self.t, "learning_rate_factor": self.learning_rate_factor}


class StepDiverged(DivergenceError):
    """A divergence of which neither epoch nor batch is known yet: whoever counts them says so (`at`)."""

    def __init__(self, what: str, state: TrainState) -> None:
        self.what, self.by = what, f"(learning rate {state.learning_rate:g}, {state.optimizer})"
        super().__init__(f"{what} in step {state.t} {self.by}")

    def at(self, epoch: int, batch: int) -> DivergenceError:
        """The same, as a user of `fit` is told."""
        return diverged(self.what, epoch, batch, self.by)


def diverged(what: str, epoch: int, batch: int, by: str = "") -> DivergenceError:
    """What to raise when training diverged."""
    return DivergenceError(
        f"training diverged: {what} in epoch {epoch}, batch {batch}{by and ' ' + by}. The network has the last "
        "parameters with a finite loss. Way out: a smaller learning rate, global_clipnorm=1, or scaled data"
    )
