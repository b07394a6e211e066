"""What happened in a training run, epoch by epoch."""

from dataclasses import dataclass, field
from typing import NamedTuple

from minnet.curves import Curves
from minnet.notebook import output, paragraph


class Measured(NamedTuple):
    """What was measured in one or several epochs: for each name, a value of every epoch."""

    epochs: int
    values: dict[str, list[float]]


@dataclass(repr=False)
class History:
    """What happened, epoch by epoch. As text it is short: how many epochs there were, the last values, and the time.

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

    Examples
    --------
    >>> history = History(seconds=1.25)
    >>> for epoch in range(20_000):
    ...     history.record("loss", 1 / (1 + epoch))
    >>> history
    History(20,000 epochs in 1.25 s; last loss 5e-05)
    >>> history.stopped = "val_loss has not fallen for 10 epochs"
    >>> history
    History(20,000 epochs in 1.25 s; last loss 5e-05; stopped: val_loss has not fallen for 10 epochs)
    """

    history: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0
    stopped: str = ""
    compiled: bool = False

    def record(self, name: str, value: float) -> None:
        """Append the value of one epoch."""
        self.history.setdefault(name, []).append(float(value))

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {values[-1]:.4g}" for name, values in self.history.items() if values)
        parts = [self._effort(), f"last {last}" if last else "", self._end()]
        return f"{type(self).__name__}({'; '.join(filter(None, parts))})"

    def _repr_html_(self) -> str:
        curves = Curves.of(self.history)
        others = {name: values for name, values in self.history.items() if values and name not in curves.names}
        last = ", ".join(f"{name} {values[-1]:.4g}" for name, values in others.items())
        rest = paragraph("; ".join(filter(None, [f"last {last}" if last else "", self._end()])))
        return output(f"{type(self).__name__}: {self._effort()}", curves.html(), rest)

    def _effort(self) -> str:
        epochs = max(map(len, self.history.values()), default=0)
        return f"{epochs:,} epoch{'s' * (epochs != 1)} in {self.seconds:.3g} s"

    def _end(self) -> str:
        return f"stopped: {self.stopped}" if self.stopped else ""
