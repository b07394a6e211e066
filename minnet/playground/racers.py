"""Who takes part in a race: an optimizer with its arguments, perhaps a schedule, averaging, a loss of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from minnet import schedules
from minnet.compare.specs import Spec, optimizer_classes, parse, split_call
from minnet.errors import SettingError, nearest
from minnet.optimizers import Averaged, Optimizer
from minnet.playground.problems import LOSSES
from minnet.schedules import Schedule

SCHEDULES: dict[str, Callable[[float, int], Schedule]] = {
    "constant": lambda rate, steps: schedules.Constant(rate),
    "step": lambda rate, steps: schedules.Step(rate, every=max(1, steps // 3)),
    "exponential": lambda rate, steps: schedules.Exponential(rate, every=max(1, steps // 10)),
    "linear": lambda rate, steps: schedules.Linear(rate, steps=steps),
    "cosine": lambda rate, steps: schedules.Cosine(rate, steps=steps),
    "one-cycle": lambda rate, steps: schedules.OneCycle(rate, steps=steps),
    "warm-up": lambda rate, steps: schedules.WarmUp(rate, steps=max(1, steps // 10)),
}
"""From a learning rate and the steps of the race: a tenth after each third, half after each tenth, down to 0, up and
down, up over the first tenth."""


@dataclass(frozen=True)
class Entry:
    """One that takes part: what it is called, the same in short, and what its optimizer is made of.

    Its loss is that of the race, or by name one of its own, by which it learns while it is measured like all others.
    """

    label: str
    short: str
    spec: Spec
    schedule: str
    horizon: int
    average: float | None
    loss: str | None

    def make(self, factor: float = 1.0) -> Optimizer:
        """The optimizer, its learning rate times a factor; a `SettingError` if an argument is out of its range."""
        (rate,) = self.spec.learning_rates
        optimizer = self.spec.make(SCHEDULES[self.schedule](factor * rate, self.horizon))
        return optimizer if self.average is None else Averaged(optimizer, self.average)


def entry(text: str, horizon: int) -> Entry:
    """What `text` asks for.

    Parameters
    ----------
    text : str
        As for `minnet compare`, with the learning rate among the arguments; ``schedule="cosine"`` (one of
        `SCHEDULES`) lets it change, ``average=0.01`` evaluates with averaged parameters (`minnet.Averaged`),
        ``loss="squares"`` learns by another loss than the race's (`minnet.playground.problems.LOSSES`).
    horizon : int
        Steps over which a schedule goes.

    Raises
    ------
    SettingError
        The text is no such thing; a name or an argument is not known, or out of its range.

    Examples
    --------
    >>> entry("SGD(momentum=0.9, learning_rate=0.1, schedule='cosine')", 100).label
    "SGD(learning_rate=0.1, momentum=0.9, schedule='cosine')"
    """
    if len(text) > 200:
        raise SettingError(f"an optimizer takes at most 200 characters: {text[:40]!r}...")
    name, arguments = split_call(text)
    schedule, average = arguments.pop("schedule", "constant"), arguments.pop("average", None)
    rate, loss = arguments.pop("learning_rate", None), arguments.pop("loss", None)
    if not isinstance(schedule, str) or schedule not in SCHEDULES:
        raise SettingError(f"there is no schedule {schedule!r}; {nearest(str(schedule), SCHEDULES)}")
    if loss is not None and loss not in LOSSES:
        raise SettingError(f"there is no loss {loss!r}; {nearest(str(loss), LOSSES)}")
    if rate is None:
        raise SettingError(f"{text!r} has no learning rate: write {name}(learning_rate=0.01)")
    plain = f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
    spec = parse(plain, optimizer_classes(), [rate])

    shown = {"learning_rate": rate} | spec.arguments
    shown |= {"schedule": schedule} if schedule != "constant" else {}
    shown |= {"average": average} if average is not None else {}
    shown |= {"loss": loss} if loss is not None else {}
    name = spec.label.partition("(")[0]
    words = [f"{key}={value!r}" for key, value in shown.items()]
    short = f"{name} {rate:g}" + "".join(f", {word}" for word in words[1:])
    new = Entry(f"{name}({', '.join(words)})", short, spec, schedule, horizon, average, loss)
    new.make()  # an argument may be out of its range
    return new
