"""Whether two networks can play against each other, and for the samples that they are given."""

from typing import Any

import numpy as np

from minnet import architecture
from minnet.activations import Sigmoid, Tanh
from minnet.errors import DataError, SettingError, ShapeError
from minnet.layers import Softmax, SpectralNorm
from minnet.losses.games import Game
from minnet.network import Network
from minnet.training.generator import Latent
from minnet.types import Array


def checked_pair(generator: Network, discriminator: Network, latent: Latent, packed: int) -> tuple[int, ...]:
    """The shape of a sample, which one network gives and the other takes, so many side by side."""
    if not isinstance(discriminator, Network):
        raise SettingError(f"Adversarial: the discriminator must be a Network, not {discriminator!r:.60}")
    if discriminator is generator:
        raise SettingError("Adversarial: generator and discriminator must be two networks")
    if generator.dtype != discriminator.dtype:
        raise SettingError(
            f"Adversarial: the generator is {generator.dtype}, the discriminator {discriminator.dtype}; give both "
            "networks the same dtype"
        )
    shape = architecture.sample_shapes(generator.layers, latent.shape)[-1]
    pack: tuple[Any, ...] = (*shape[:-1], packed * shape[-1])  # type: ignore[operator]
    if not architecture.fits(pack, discriminator.input_shape):
        packs = f", which makes packs of shape {pack} with packed={packed}" if packed > 1 else ""
        raise ShapeError(
            f"Adversarial: the generator makes samples of shape {shape} of noise {latent.shape}{packs}, but the "
            f"discriminator takes {discriminator.input_shape}"
        )
    return shape  # type: ignore[return-value]


def check_game(loss: Any, discriminator: Network, smoothing: float) -> None:
    """Raise unless the discriminator can play the game."""
    if not isinstance(loss, Game):
        raise SettingError(f"Adversarial: loss must be a game such as games.Hinge(), not {loss!r:.60}")
    if smoothing and not loss.compares_labels:
        raise SettingError(f"Adversarial: {loss} does not compare scores with labels; leave smoothing out")
    last = discriminator.layers[-1] if discriminator.layers else None
    if loss.takes_logits and isinstance(last, Sigmoid | Softmax):
        raise SettingError(f"Adversarial: {loss} takes scores (logits); leave the last layer, {last}, out")
    bounded = loss.clip is not None or any(isinstance(layer, SpectralNorm) for layer in discriminator.layers)
    if loss.needs_bounded_slope and not bounded:
        raise SettingError(f"Adversarial: {loss} needs a bounded slope: clip=0.01, or layers in SpectralNorm")


FAR, OTHER_UNITS, REACH = 100.0, 1000.0, 10.0


def check_units(real: Array, generated: Array, generator: Network) -> None:
    """Raise if the generator has no chance to reach the samples of the first batch.

    Parameters move by about the learning rate, 2e-4, in a step: so from values of size 1 neither to values 1000 times
    as large, nor to an offset of more than 10 that is 100 times what is seen of either, nor as precisely as a spread
    1000 times as small demands.
    """
    way_out = "bring the samples to mean 0 and standard deviation 1, and what is generated back to their units"
    last = generator.layers[-1] if generator.layers else None
    low, high = (
        (-1.0, 1.0) if isinstance(last, Tanh) else (0.0, 1.0) if isinstance(last, Sigmoid) else (-np.inf, np.inf)
    )
    if real.min() < low or real.max() > high:
        raise DataError(
            f"Adversarial: data go from {real.min():g} to {real.max():g}, but the generator ends with {last}, which "
            f"gives no more than {low:g} to {high:g}: scale the samples to that, or leave {last} out"
        )
    features = tuple(range(real.ndim - 1))
    centre, start = real.mean(features, dtype=float), generated.mean(features, dtype=float)
    spread, start_spread = float(np.std(real - centre)), float(np.std(generated - start))
    far = float(np.abs(centre - start).max()) > max(FAR * (spread + start_spread), REACH)
    small, large = start_spread > OTHER_UNITS * spread > 0, spread > OTHER_UNITS * max(start_spread, 1.0)
    if len(real) > 1 and (far or small or large):
        raise DataError(
            f"Adversarial: data have mean {centre.mean():.3g} and standard deviation {spread:.3g}, but the generator "
            f"begins with {start.mean():.3g} and {start_spread:.3g}, from where it does not get there: {way_out}"
        )


def check_functions(**functions: Any) -> None:
    """Raise unless each is a function, or None."""
    for name, function in functions.items():
        if not (function is None or callable(function)):
            raise SettingError(f"Adversarial: {name} must be a function, not {function!r:.60}")


def checked_penalty(penalty: Any, generated: Array, step: int) -> tuple[float, Array]:
    """What a penalty of a user's gives for generated samples: a number, and its derivative by them."""
    result = penalty(generated, step)
    if not isinstance(result, tuple) or len(result) != 2 or np.ndim(result[0]):
        raise SettingError(
            "Adversarial: penalty(generated, step) must return a number and its derivative by the generated samples, "
            f"not {result!r:.60}"
        )
    slope = np.asarray(result[1], generated.dtype)
    if slope.shape != generated.shape:
        raise ShapeError(
            f"Adversarial: the penalty gave a derivative of shape {slope.shape} for samples {generated.shape}"
        )
    return float(result[0]), slope
