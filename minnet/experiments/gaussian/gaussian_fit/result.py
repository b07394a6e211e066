"""What `gaussian-fit` fits, and what comes of it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from minnet.activations import ACTIVATIONS
from minnet.errors import SettingError, check_range
from minnet.experiments.parts import check_batches, check_settings, setting
from minnet.optimizers import OPTIMIZERS
from minnet.types import Array


@dataclass(frozen=True)
class Fit:
    """One network and how long it is trained."""

    hidden: tuple[int, ...]
    batch_size: int
    epochs: int

    def __str__(self) -> str:
        plural = "epoch" if self.epochs == 1 else "epochs"
        return f"{'-'.join(map(str, self.hidden))}, batch {self.batch_size}, {self.epochs} {plural}"

    def key(self) -> str:
        """Its name in files and arrays."""
        return f"{'-'.join(map(str, self.hidden))}_batch{self.batch_size}_epochs{self.epochs}"


# The document's fourteen figures. Four of them (2, 7, 10, 13) show the same settings.
FIGURES: dict[int, Fit] = {
    1: Fit((20, 20), 20, 30),
    2: Fit((200, 200), 20, 30),
    3: Fit((400, 400), 20, 30),
    4: Fit((200, 20), 20, 30),
    5: Fit((20, 200), 20, 30),
    6: Fit((200, 200), 2, 30),
    7: Fit((200, 200), 20, 30),
    8: Fit((200, 200), 200, 30),
    9: Fit((200, 200), 20, 3),
    10: Fit((200, 200), 20, 30),
    11: Fit((200, 200), 20, 300),
    12: Fit((200, 200), 2, 3),
    13: Fit((200, 200), 20, 30),
    14: Fit((200, 200), 200, 300),
}

PUBLISHED: dict[str, dict[Any, int]] = {
    "parameters": {(20, 20): 481, (200, 200): 40_801, (400, 400): 161_601, (200, 20): 4_441, (20, 200): 4_441},
    "seconds": {FIGURES[12]: 77, FIGURES[13]: 83, FIGURES[14]: 96},
}


@dataclass(frozen=True)
class Config:
    """What to fit, and how."""

    figures: tuple[int, ...] = setting(tuple(FIGURES), "figures of the document to reproduce, from 1 to 14")
    hidden: tuple[int, ...] | None = setting(
        None, "units per hidden layer, for one fit instead of the document's figures"
    )
    batch_size: int | None = setting(None, "samples per update, for one fit instead of the document's figures")
    epochs: int | None = setting(None, "passes over the data, for one fit instead of the document's figures")
    points: int = setting(10_001, "number of evenly spaced samples")
    low: float = setting(-5.0, "left end of the interval")
    high: float = setting(5.0, "right end of the interval")
    mean: float = setting(0.0, "mean of the gaussian")
    std: float = setting(1.0, "standard deviation of the gaussian")
    activation: str = setting("ReLU", f"activation of the hidden layers: {', '.join(ACTIVATIONS)}", ACTIVATIONS)
    optimizer: str = setting("Adam", f"optimizer: {', '.join(OPTIMIZERS)}", OPTIMIZERS)
    learning_rate: float = setting(0.001, "learning rate of the optimizer")
    dtype: str = setting(
        "float32", "float64, or float32, in which the document's framework computes", ("float32", "float64")
    )

    @classmethod
    def fast(cls) -> "Config":
        """Three fits in seconds: the smallest net, and the shortest trainings."""
        return cls(figures=(1, 9, 12), points=1001)

    def __post_init__(self) -> None:
        check_settings("gaussian-fit", self, points=1, **dict.fromkeys(self._given(), 1))
        positive = lambda value: value > 0, "positive"
        check_range("gaussian-fit", std=(self.std, *positive), learning_rate=(self.learning_rate, *positive))
        check_range("gaussian-fit", high=(self.high, lambda high: high > self.low, f"above low={self.low}"))
        unknown = [number for number in self.figures if number not in FIGURES]
        if unknown:
            raise SettingError(f"gaussian-fit: there is no figure {unknown[0]}; figures are 1 to {len(FIGURES)}")
        check_batches("gaussian-fit", self.points, batch_size=tuple(fit.batch_size for fit in self.fits()))

    def _given(self) -> dict[str, Any]:
        """Settings of one fit instead of the document's."""
        settings = {name: getattr(self, name) for name in ("hidden", "batch_size", "epochs")}
        return {name: value for name, value in settings.items() if value is not None}

    @property
    def one_fit(self) -> Fit | None:
        """The fit to make instead of the document's, if any. What is not given is as in figure 2."""
        given = self._given()
        return replace(FIGURES[2], **given) if given else None

    def fits(self) -> dict[Fit, list[int]]:
        """Every different fit to make, with the figures that show it."""
        if self.one_fit is not None:
            return {self.one_fit: []}
        fits: dict[Fit, list[int]] = {}
        for number in sorted(set(self.figures)):
            fits.setdefault(FIGURES[number], []).append(number)
        return fits


@dataclass(frozen=True)
class FitResult:
    """A trained network's values at the points, and how it got there."""

    fit: Fit
    figures: list[int]
    n_parameters: int
    prediction: Array
    loss: Array
    seconds: float


@dataclass(frozen=True)
class Result:
    """The points x (n,), the gaussian there (n,), and every fit."""

    config: Config
    x: Array
    target: Array
    fits: list[FitResult]

    def errors(self, fitted: FitResult) -> dict[str, float]:
        """Largest error, where it is, and the document's measure: the mean squared difference over all points."""
        error = fitted.prediction - self.target
        worst = int(np.abs(error).argmax())
        return {
            "max_error": float(abs(error[worst])),
            "max_error_at_x": float(self.x[worst]),
            "mean_squared_difference": float(np.mean(error**2)),
        }

    def metrics(self) -> list[dict[str, Any]]:
        """One record per fit."""
        return [
            {
                "hidden": list(fitted.fit.hidden),
                "batch_size": fitted.fit.batch_size,
                "epochs": fitted.fit.epochs,
                "figures": fitted.figures,
                "parameters": fitted.n_parameters,
                "seconds": fitted.seconds,
                "final_loss": float(fitted.loss[-1]),
                **self.errors(fitted),
            }
            for fitted in self.fits
        ]

    def arrays(self) -> dict[str, Array]:
        """x, target, and for every fit its prediction (n,) and loss (epochs,)."""
        arrays = {"x": self.x, "target": self.target}
        for fitted in self.fits:
            key = fitted.fit.key()
            arrays |= {f"{key}.prediction": fitted.prediction, f"{key}.loss": fitted.loss}
        return arrays
