"""What a race is: everything that its page lets one choose, checked, and as the query of an address.

Sizes have limits, so that no address can fill the machine, or keep a step from ending.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlencode

from minnet.activations import ACTIVATIONS
from minnet.errors import SettingError, nearest
from minnet.initializers import INITIALIZERS
from minnet.mlp import NORMALIZATIONS
from minnet.playground.features import COORDINATES, FEATURES
from minnet.playground.numbers import Number
from minnet.playground.problem import AUTOMATIC, held_out
from minnet.playground.problems import GENERATED, LOSSES, OWN
from minnet.playground.racers import Entry, entry

RACERS = 6
POINTS = 5000
LAYERS = 6
WIDTH = 64
STEPS = 1_000_000  # a race that nobody watches ends
PLAIN = "none"  # normalisation
NUMBERS = {
    "points": Number("Points", 10, POINTS, whole=True),
    "noise": Number("Noise (%)", 0, 100),
    "test": Number("Test samples (%)", 0, 90, whole=True),
    "seed": Number("Seed", 0, 10**6, whole=True),
    "gain": Number("Scale of weights", 0, 100),
    "batch_size": Number("Batch (0: all)", 0, POINTS, whole=True),
    "l1": Number("L1 penalty", 0, 10),
    "l2": Number("L2 penalty", 0, 10),
    "dropout": Number("Dropout (%)", 0, 90, whole=True),
    "horizon": Number("Steps of schedules", 1, STEPS, whole=True),
    "target": Number("Stop below loss", 0, 10**6),
}
TITLES = {
    "data": "Data", "inputs": "Inputs", "hidden": "Hidden units", "activation": "Activation",
    "initializer": "First weights", "normalization": "Normalisation", "loss": "Loss",
} | {name: number.title for name, number in NUMBERS.items()}  # fmt: skip
"""What a visitor knows the settings by: the titles of their fields."""
UNITS = Number(TITLES["hidden"], 1, WIDTH, whole=True)


@dataclass(frozen=True)
class RaceSettings:
    """A race.

    Attributes
    ----------
    data : str
        One of `minnet.playground.problems.GENERATED`, or "csv" for a file of the user's own.
    points, noise, seed
        How many samples are made; how noisy, in per cent: at 100, about as much as the classes are apart, or the curve
        is high; and the seed of all random numbers: data, first weights, orders, dropout.
    test : int
        Per cent of the samples, made or of a file, that are held out: nobody is trained on them.
    inputs : tuple of str
        What a network is given of a point in the plane, of `minnet.playground.features.FEATURES` and in their order.
    hidden : tuple of int
        Units of the hidden layers.
    normalization : str
        What stands before each activation: of `minnet.mlp.NORMALIZATIONS`, or "none".
    dropout : int
        Per cent of the hidden units that are left out of each update.
    l1, l2 : float
        Penalties of the weights: see `minnet.Penalty`.
    activation, initializer, loss : str
        By their names in minnet; the loss "cross-entropy" or "squares" for classes; "squares", "absolute" or "Huber"
        for curves and series; "slopes" (of values and slopes) or "squares" (of values alone) for curves with slopes;
        "automatic" is the first of these.
    gain : float
        Factor of the first weights: large ones saturate, small ones start all units alike.
    batch_size : int
        Samples per update; 0 for all.
    racers : tuple of str
        Optimizers with their arguments, as in `minnet.playground.racers.entry`.
    horizon : int
        Steps over which learning-rate schedules go.
    target : float
        An optimizer has arrived when its loss is below; 0 for none.

    Raises
    ------
    SettingError
        Something is out of its range, or not known.

    Examples
    --------
    >>> RaceSettings.from_query({"data": ["moons"], "hidden": ["8 8"], "racer": ["adam(learning_rate=0.01)"]}).hidden
    (8, 8)
    """

    data: str = "circles"
    points: int = 500
    noise: float = 10.0
    test: int = 0
    inputs: tuple[str, ...] = COORDINATES
    seed: int = 0
    hidden: tuple[int, ...] = (8, 8)
    activation: str = "Tanh"
    initializer: str = "glorot_uniform"
    gain: float = 1.0
    loss: str = AUTOMATIC
    batch_size: int = 0
    l1: float = 0.0
    l2: float = 0.0
    normalization: str = PLAIN
    dropout: int = 0
    racers: tuple[str, ...] = (
        "sgd(learning_rate=0.1)",
        "sgd(learning_rate=0.1, momentum=0.9)",
        "rmsprop(learning_rate=0.01)",
        "adam(learning_rate=0.01)",
    )
    horizon: int = 3000
    target: float = 0.0
    entries: tuple[Entry, ...] = field(init=False, compare=False, repr=False, default=())

    def __post_init__(self) -> None:
        for name, value, choices in (
            ("data", self.data, (*GENERATED, OWN)),
            ("activation", self.activation, ACTIVATIONS),
            ("initializer", self.initializer, INITIALIZERS),
            ("normalization", self.normalization, (PLAIN, *NORMALIZATIONS)),
            ("loss", self.loss, (AUTOMATIC, *LOSSES)),
        ):
            if value not in choices:
                raise SettingError(f"{TITLES[name]}: there is no {value[:40]!r}; {nearest(value[:40], choices)}")
        if not self.inputs:
            raise SettingError("Inputs: choose at least one")
        for name in self.inputs:
            if name not in FEATURES:
                raise SettingError(f"Inputs: there is no {name[:40]!r}; {nearest(name[:40], FEATURES)}")
        object.__setattr__(self, "inputs", tuple(name for name in FEATURES if name in self.inputs))
        for name, number in NUMBERS.items():
            number.check(getattr(self, name))
        if len(self.hidden) > LAYERS:
            raise SettingError(f"Hidden units: there are {len(self.hidden)} hidden layers; there may be {LAYERS}")
        for units in self.hidden:
            UNITS.check(units)
        if not 1 <= len(self.racers) <= RACERS:
            raise SettingError(f"there are {len(self.racers)} optimizers; choose 1 to {RACERS}")
        points, learned = self.points, self.points - held_out(self.points, self.test)
        if self.batch_size > learned and self.data != OWN:
            which = f"{points} points" if not self.test else f"{learned} points that are not held out for the test"
            raise SettingError(f"Batch (0: all): {self.batch_size} is more than the {which}")
        object.__setattr__(self, "entries", tuple(entry(text, self.horizon) for text in self.racers))

    @classmethod
    def from_query(cls, query: Mapping[str, Sequence[str]]) -> "RaceSettings":
        """From the query of an address; defaults for what it does not say, and what is no setting is passed over."""
        values: dict[str, Any] = {}
        for name in _names():
            if name == "racers" and query.get("racer"):
                values[name] = tuple(query["racer"])
            elif query.get(name):
                values[name] = _read(name, query[name][0])
        return cls(**values)

    def query(self) -> str:
        """The query of the address that leads here: what differs from the defaults."""
        default = type(self)()
        pairs: list[tuple[str, str]] = []
        for name in _names():
            value = getattr(self, name)
            if value == getattr(default, name):
                continue
            if name == "racers":
                pairs += [("racer", text) for text in value]
            else:
                pairs.append((name, " ".join(map(str, value)) if isinstance(value, tuple) else str(value)))
        return urlencode(pairs)


def _names() -> list[str]:
    return [field.name for field in fields(RaceSettings) if field.init]


def _read(name: str, text: str) -> Any:
    """A text as what a setting is."""
    if name in NUMBERS:
        return NUMBERS[name].read(text)
    if name == "inputs":
        return tuple(text.split())
    if name != "hidden":
        return text.strip()
    words = text.replace(",", " ").split()
    if len(words) > 10 * LAYERS:
        raise SettingError(f"Hidden units: there are {len(words)} hidden layers; there may be {LAYERS}")
    return tuple(UNITS.read(word) for word in words)
