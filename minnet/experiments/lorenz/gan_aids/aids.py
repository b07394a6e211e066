"""The aids, in one place: what each of them changes in a plain pair of networks and in their training."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from minnet.losses.games import Game, Hinge, LeastSquares, Minimax, NonSaturating, Wasserstein
from minnet.optimizers import Adam, Averaged, Optimizer
from minnet.schedules import Linear

NOISE_ENDS = 0.6  # of the training


@dataclass(frozen=True)
class Setup:
    """A pair of networks and how they are trained, with no aid to begin with.

    Attributes
    ----------
    loss : Game
    smoothing, flips : float
        See `minnet.Adversarial`.
    noise : float
        Standard deviation at the start, in units of the data's; it falls on a straight line to 0.
    rates : float
        The discriminator's learning rate over the generator's.
    discriminator_every : int
        Steps for each update of the discriminator.
    average : float
        Weight of the newest parameters in the average of the generator's; 0: none is taken.
    packed : int
        Samples that the discriminator is shown at once.
    gradient_penalty : float
        Weight of the discriminator's squared slope.
    spectral_norm : bool
        Around every dense layer or convolution of the discriminator.
    batch_norm : bool
        In the generator, before every activation but the last.
    dropout : float
        In the discriminator, after every activation.
    """

    loss: Game = NonSaturating()  # noqa: RUF009
    smoothing: float = 0.0
    flips: float = 0.0
    noise: float = 0.0
    rates: float = 1.0
    discriminator_every: int = 1
    average: float = 0.0
    packed: int = 1
    gradient_penalty: float = 0.0
    spectral_norm: bool = False
    batch_norm: bool = False
    dropout: float = 0.0

    def options(self, learning_rate: float, steps: int) -> dict[str, Any]:
        """What `minnet.Adversarial` is to be given, for so many steps."""
        generator: Optimizer = Adam(learning_rate, beta_1=0.5)
        return {
            "loss": self.loss,
            "smoothing": self.smoothing,
            "flips": self.flips,
            "noise": Linear(self.noise, steps=max(1, round(NOISE_ENDS * steps))) if self.noise else 0.0,
            "discriminator_every": self.discriminator_every,
            "packed": self.packed,
            "gradient_penalty": self.gradient_penalty,
            "generator_optimizer": Averaged(generator, self.average) if self.average else generator,
            "discriminator_optimizer": Adam(self.rates * learning_rate, beta_1=0.5),
        }


# Those of the document, with its numbers where it gives them.
SLIDES: dict[str, dict[str, Any]] = {
    "label smoothing": {"smoothing": 0.1},
    "falling noise": {"noise": 0.3},
    "two learning rates": {"rates": 4.0},
    "label flips": {"flips": 0.03},
    "discriminator less often": {"discriminator_every": 2},
    "spectral norm": {"spectral_norm": True},
    "batch norm": {"batch_norm": True},
    "dropout": {"dropout": 0.3},
}
CURES: dict[str, dict[str, Any]] = {"packed samples": {"packed": 2}, "flat discriminator": {"gradient_penalty": 1.0}}
OTHERS: dict[str, dict[str, Any]] = {
    "averaged weights": {"average": 0.002},
    "minimax loss": {"loss": Minimax()},
    "least squares": {"loss": LeastSquares()},
    "hinge loss": {"loss": Hinge()},
    "hinge, spectral norm": {"loss": Hinge(), "spectral_norm": True},
    "Wasserstein, clipped": {"loss": Wasserstein(clip=0.1)},
}
AIDS = SLIDES | CURES | OTHERS
"""By name, the settings of a `Setup` that an aid changes."""


def setup(names: Iterable[str]) -> Setup:
    """The plain pair with these aids."""
    changes: dict[str, Any] = {}
    for name in names:
        changes |= AIDS[name]
    return replace(Setup(), **changes)
