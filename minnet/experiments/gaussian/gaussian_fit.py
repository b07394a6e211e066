"""A gaussian, fitted by networks of several widths, batch sizes and numbers of epochs.

C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), sections 0.0.1 to 0.0.4: the standard normal
density at 10 001 points of [-5, 5], fitted by two hidden layers of ReLU with Adam. Figures 1 to 5 vary the width,
6 to 8 the batch size, 9 to 11 the number of epochs, and 12 to 14 trade one for the other at an equal number of
updates.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from minnet import datasets
from minnet.activations import ACTIVATIONS
from minnet.errors import SettingError, check_range, nearest
from minnet.experiments.parts import setting
from minnet.layers import Dense, Layer
from minnet.losses import MeanSquaredError
from minnet.network import Network
from minnet.optimizers import OPTIMIZERS, Optimizer
from minnet.presentation import Drawing, Table
from minnet.training import Checkpoint, fit
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Fit:
    """One network and how long it is trained."""

    hidden: tuple[int, ...]
    batch_size: int
    epochs: int

    def __str__(self) -> str:
        plural = "epoch" if self.epochs == 1 else "epochs"
        return f"{'-'.join(map(str, self.hidden))}, batch {self.batch_size}, {self.epochs} {plural}"


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
    activation: str = setting("ReLU", f"activation of the hidden layers: {', '.join(ACTIVATIONS)}")
    optimizer: str = setting("Adam", f"optimizer: {', '.join(OPTIMIZERS)}")
    learning_rate: float = setting(0.001, "learning rate of the optimizer")
    dtype: str = setting("float32", "float64, or float32, in which the document's framework computes")

    @classmethod
    def fast(cls) -> "Config":
        """Three fits in seconds: the smallest net, and the shortest trainings."""
        return cls(figures=(1, 9, 12), points=1001)

    def __post_init__(self) -> None:
        if self.epochs is not None:
            check_range("gaussian-fit", epochs=(self.epochs, lambda n: n >= 1, "at least 1"))
        unknown = [number for number in self.figures if number not in FIGURES]
        if unknown:
            raise SettingError(f"gaussian-fit: there is no figure {unknown[0]}; figures are 1 to {len(FIGURES)}")
        for name, known in (("activation", ACTIVATIONS), ("optimizer", OPTIMIZERS)):
            value = getattr(self, name)
            if value not in known:
                raise SettingError(f"gaussian-fit: there is no {name} {value!r}; {nearest(value, known)}")

    @property
    def one_fit(self) -> Fit | None:
        """The fit asked for instead of the document's, if any. What is not given is as in figure 2."""
        given = {name: getattr(self, name) for name in ("hidden", "batch_size", "epochs")}
        given = {name: value for name, value in given.items() if value is not None}
        return replace(FIGURES[2], **given) if given else None

    def fits(self) -> dict[Fit, list[int]]:
        """Every different fit to make, with the figures that show it."""
        if self.one_fit is not None:
            return {self.one_fit: []}
        wanted: dict[Fit, list[int]] = {}
        for number in sorted(set(self.figures)):
            wanted.setdefault(FIGURES[number], []).append(number)
        return wanted


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

    def errors(self, made: FitResult) -> dict[str, float]:
        """Largest error, where it is, and the document's measure: the mean squared difference over all points."""
        error = made.prediction - self.target
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
                "hidden": list(made.fit.hidden),
                "batch_size": made.fit.batch_size,
                "epochs": made.fit.epochs,
                "figures": made.figures,
                "parameters": made.n_parameters,
                "seconds": made.seconds,
                "final_loss": float(made.loss[-1]),
                **self.errors(made),
            }
            for made in self.fits
        ]

    def arrays(self) -> dict[str, Array]:
        """x, target, and for every fit its prediction (n,) and loss (epochs,)."""
        named = {"x": self.x, "target": self.target}
        for made in self.fits:
            key = _key(made.fit)
            named |= {f"{key}.prediction": made.prediction, f"{key}.loss": made.loss}
        return named


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Make every fit.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
        Each fit has a stream of its own, the same one whichever figures are asked for.
    progress : bool
    checkpoints : Path, optional
        A folder for the state of every fit; what is found there is not done again.
    """
    x, target = datasets.sample(
        lambda x: datasets.gaussian(x, config.mean, config.std), config.low, config.high, config.points
    )
    wanted = config.fits()
    order = list(dict.fromkeys(FIGURES.values()))
    streams = dict(zip(order, np.random.default_rng(rng).spawn(len(order)), strict=True))
    made = []
    _compile(config)
    for asked, shown in tqdm(wanted.items(), desc="gaussian-fit", unit="fit", disable=not progress):
        stream = streams.get(asked, streams[FIGURES[2]])
        net = _network(asked, config, stream)
        file = checkpoints and checkpoints / f"{_key(asked)}.npz"
        history = fit(
            net,
            x,
            target,
            loss=MeanSquaredError(),
            optimizer=_optimizer(config),
            epochs=asked.epochs,
            batch_size=asked.batch_size,
            rng=stream,
            callbacks=[Checkpoint(file, every=max(1, asked.epochs // 20))] if file else [],
            resume=file if file and file.exists() else None,
            progress=progress and str(asked),
        )
        prediction = net(x)[:, 0].astype(float)
        losses = np.array(history.history["loss"])
        made.append(FitResult(asked, shown, net.n_parameters, prediction, losses, history.seconds))
    return Result(config, x, target, made)


def _network(asked: Fit, config: Config, rng: np.random.Generator) -> Network:
    layers: list[Layer] = []
    width = 1
    for units in asked.hidden:
        layers += [Dense(width, units), ACTIVATIONS[config.activation]()]
        width = units
    return Network([*layers, Dense(width, 1)], rng=rng, dtype=config.dtype)


def _optimizer(config: Config) -> Optimizer:
    return OPTIMIZERS[config.optimizer](learning_rate=config.learning_rate)


def _compile(config: Config) -> None:
    """Two updates of a tiny network, so that compiling the kernels is not counted as training."""
    net = _network(Fit((2,), 1, 1), config, np.random.default_rng(0))
    fit(net, [0.0, 1.0], [0.0, 0.0], loss=MeanSquaredError(), optimizer=_optimizer(config), epochs=1, batch_size=1)


def _key(asked: Fit) -> str:
    return f"{'-'.join(map(str, asked.hidden))}_batch{asked.batch_size}_epochs{asked.epochs}"


def table(result: Result) -> Table:
    """The document's numbers beside ours."""
    rows = []
    for made in result.fits:
        errors = result.errors(made)
        rows.append(
            (
                ", ".join(map(str, made.figures)) or "-",
                "-".join(map(str, made.fit.hidden)),
                str(made.fit.batch_size),
                str(made.fit.epochs),
                _published("parameters", made.fit.hidden),
                f"{made.n_parameters:,}",
                _published("seconds", made.fit) if result.config.points == Config.points else "-",
                f"{made.seconds:.2f}",
                f"{errors['max_error']:.2e}",
                f"{errors['mean_squared_difference']:.2e}",
            )
        )
    headers = (
        "figures",
        "hidden",
        "batch",
        "epochs",
        "parameters (published)",
        "parameters",
        "seconds (published)",
        "seconds",
        "max error",
        "mean squared difference",
    )
    return Table(headers, tuple(rows))


def figures(result: Result) -> list[Drawing]:
    """Each of the document's figures: the fit over the target, and the error below it on its own scale."""
    drawings = []
    for made in result.fits:
        errors = result.errors(made)
        worst = f"{errors['max_error']:.1e} at x = {errors['max_error_at_x']:.2f}"
        caption = f"{made.fit} ({made.n_parameters:,} parameters): largest error {worst}"
        for number in made.figures:
            title = f"Figure {number}: {made.fit}"
            drawings.append(Drawing(f"figure-{number:02d}", f"Figure {number}. {caption}.", _draw(result, made, title)))
        if not made.figures:
            drawings.append(Drawing("fit", f"{caption}.", _draw(result, made, str(made.fit))))
    return sorted(drawings, key=lambda drawing: drawing.name)


def _draw(result: Result, made: FitResult, title: str) -> "Figure":
    import matplotlib.pyplot as plt

    from minnet import plotting

    figure, (above, below) = plt.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    plotting.plot_fit(result.x, result.target, made.prediction, ax=above)
    plotting.plot_error(result.x, result.target, made.prediction, ax=below)
    above.set(title=title, xlabel="", ylabel="density")
    return figure


def _published(what: str, key: Any) -> str:
    value = PUBLISHED[what].get(key)
    return "-" if value is None else f"{value:,}"
