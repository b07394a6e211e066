"""What happened in a training run, epoch by epoch."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Measured(NamedTuple):
    """What was measured in one or several epochs: for each name, a value of every epoch."""

    epochs: int
    values: dict[str, list[float]]


@dataclass
class History:
    """What happened, epoch by epoch.

    Attributes
    ----------
    history : dict of str to list of float
        ``"loss"``: mean over the samples of an epoch of the losses before each update. ``"val_loss"``: loss of the
        validation data after the epoch. A step of one's own names what it measures; callbacks may add more.
    seconds : float
        Time spent in training, resumed parts included.
    stopped : str
        Why training ended before the last epoch; empty if it did not. A solver always says why it ended: after the last
        of its iterations, whether the loss still falls, or stays where it is and how large that is.
    compiled : bool
        Whether whole epochs ran in one compiled function (the last of them, if it changed on the way).
    """

    history: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0
    stopped: str = ""
    compiled: bool = False

    def record(self, name: str, value: float) -> None:
        """Append the value of one epoch."""
        self.history.setdefault(name, []).append(float(value))
