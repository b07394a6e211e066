"""Adversarial training: a generator learns from a discriminator, which learns to tell its samples from real ones."""

from collections.abc import Callable
from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np

from minnet import architecture
from minnet.checks import as_real, check_finite, convert
from minnet.errors import DerivativeError, SettingError, ShapeError, check_range, is_whole
from minnet.layers import Pass
from minnet.losses.games import Game, NonSaturating, flatness, mean
from minnet.network import Network
from minnet.optimizers import Adam, Optimizer
from minnet.schedules import Schedule, as_schedule
from minnet.training.adversarial_checks import (
    check_functions,
    check_game,
    check_units,
    checked_pair,
    checked_penalty,
)
from minnet.training.generator import Latent, generate
from minnet.training.packs import pack, unpack
from minnet.training.state import StepDiverged, TrainState
from minnet.training.step import Step
from minnet.types import Array

STANDARD = Adam(2e-4, beta_1=0.5)  # Radford, Metz and Chintala, ICLR 2016, section 4


class Adversarial(Step):
    """Two networks, for `minnet.train` (Goodfellow et al., NIPS 2014, algorithm 1)::

        mn.train(mn.Adversarial(generator, discriminator), samples, epochs=200, batch_size=64, rng=0)

    In every step the discriminator learns first, from a batch of real samples and as many generated ones, each in a
    pass of its own (batch normalisation sees either real or generated samples); then the generator, from how the
    discriminator, as it is now, takes the same generated samples.
    Buffers move once for each update of their network, the discriminator's by the real samples.

    The usual aids are settings, all off to begin with; normalising layers, dropout and averaged parameters
    (``Averaged(Adam(...), beta=0.002)``, then `estimate_statistics` where there is batch normalisation) belong to the
    networks and optimizers.

    Samples should have about mean 0 and standard deviation 1 or lie in [-1, 1], as the networks give and expect them:
    no optimizer moves a generator from there to 10 000 +- 1. Where the first batch is hopelessly far from what the
    generator gives, an error says so.

    Parameters
    ----------
    generator, discriminator : Network
        Noise to samples; samples to scores, of any shape for a sample, whose mean counts: high for real. Scores are
        logits where the game is one of probabilities: no sigmoid at the end.
    loss : Game
        See `minnet.games`.
    generator_optimizer, discriminator_optimizer : Optimizer
        The same by default, those of DCGAN. With two time scales the discriminator's learning rate is larger, four
        times, say (Heusel et al., NIPS 2017).
    generator_every, discriminator_every : int
        A network learns in every so many steps only; one of them must be 1. ``generator_every=5``: five updates of the
        discriminator for each of the generator (Wasserstein); ``discriminator_every=2``: the reverse.
    smoothing : float in [0, 0.5)
        Labels of real samples are drawn from [1 - smoothing, 1], those of generated ones from [0, smoothing], so that
        the discriminator is never to be sure (after Salimans et al., NIPS 2016, section 3.4).
    flips : float in [0, 0.5)
        The probability with which a sample has the label of the other kind.
    noise : float or Schedule
        Normal noise on all that the discriminator is shown, in both turns, so that both laws overlap (Sonderby et al.,
        ICLR 2017, section 3.2; Arjovsky and Bottou, ICLR 2017): its standard deviation, in units of that of every
        feature over the real batch. A schedule of the steps lets it fall: ``schedules.Linear(0.1, steps=6000)``.
    gradient_penalty : float
        Weight gamma of ``gamma / 2 * E |dD/dx|^2``, added to the discriminator's loss, D being the mean score of a real
        sample x: it flattens D around the data, and so both networks come to rest instead of circling about each
        other (Mescheder, Geiger and Nowozin, ICML 2018, "R1"). Estimated by the derivative along one random direction v
        for every sample, ``E_v (v dD/dx)^2 = |dD/dx|^2``, which is carried through the network as a jet.
    packed : int
        How many samples the discriminator is shown at once, side by side as more channels: real ones or generated ones.
        So it sees when all that is generated is alike (Lin, Khetan, Fanti and Oh, NeurIPS 2018, "PacGAN"). It takes
        `packed` times the last axis of a sample. What is left over of a batch is left out; no batch may be smaller.
    augment : callable, optional
        ``augment(data, rng)`` gives the batch of real samples to learn from, as many as there are: symmetries, say,
        or stretches of longer series.
    penalty : callable, optional
        ``penalty(generated, step)`` gives a number to be added to the generator's loss, and its derivative by the
        generated samples (n, *sample); step counts the generator's updates, for schedules.
    latent_shape : tuple, optional
        Of the noise for one sample; the generator's input shape by default, and needed where that has a free axis.
    latent : "normal" or "uniform"
        Mean 0 and variance 1, or uniform on [-1, 1].

    Raises
    ------
    SettingError, ShapeError, DerivativeError
        The networks do not fit together, a setting is out of its range, or a layer has no slope to penalise. While
        training: samples have another shape than what is generated (`ShapeError`), or other units (`DataError`).

    Notes
    -----
    Measured before every update: ``discriminator_loss`` (with the penalty of its slope), ``generator_loss`` (without
    the penalty), the mean scores ``real_score`` and ``generated_score``, and ``penalty``. Neither loss says how good
    the samples are.

    Examples
    --------
    >>> import minnet as mn
    >>> generator, discriminator = mn.mlp([2, 32, 1], rng=0), mn.mlp([1, 32, 1], rng=1)
    >>> game = mn.Adversarial(generator, discriminator, smoothing=0.1)
    >>> samples = np.random.default_rng(0).standard_normal((256, 1))
    >>> history = mn.train(game, samples, epochs=2, batch_size=64, rng=0)
    >>> sorted(history.history)
    ['discriminator_loss', 'generated_score', 'generator_loss', 'real_score']
    >>> game.generate(1000, rng=0).shape
    (1000, 1)
    """

    def __init__(
        self,
        generator: Network,
        discriminator: Network,
        *,
        loss: Game = NonSaturating(),  # noqa: B008
        generator_optimizer: Optimizer = STANDARD,
        discriminator_optimizer: Optimizer = STANDARD,
        generator_every: int = 1,
        discriminator_every: int = 1,
        smoothing: float = 0.0,
        flips: float = 0.0,
        noise: float | Schedule = 0.0,
        gradient_penalty: float = 0.0,
        packed: int = 1,
        augment: Callable[[Array, np.random.Generator], Array] | None = None,
        penalty: Callable[[Array, int], tuple[float, Array]] | None = None,
        latent_shape: Any = None,
        latent: str = "normal",
    ) -> None:
        half = (lambda part: 0 <= part < 0.5), "in [0, 0.5)"
        whole = (lambda count: is_whole(count) and count >= 1), "a positive whole number"
        check_range(
            "Adversarial",
            smoothing=(smoothing, *half),
            flips=(flips, *half),
            generator_every=(generator_every, *whole),
            discriminator_every=(discriminator_every, *whole),
            packed=(packed, *whole),
            gradient_penalty=(gradient_penalty, lambda weight: 0 <= weight < np.inf, "finite and >= 0"),
        )
        check_functions(augment=augment, penalty=penalty)
        if not isinstance(noise, Schedule):
            check_range("Adversarial", noise=(noise, lambda level: 0 <= level < np.inf, ">= 0, or a schedule"))
        if min(generator_every, discriminator_every) > 1:
            raise SettingError(
                "Adversarial: generator_every or discriminator_every must be 1: one of them always learns"
            )
        self.noise = as_schedule(noise) if noise else None
        self.latent = Latent.of(generator, latent_shape, latent, "Adversarial")
        self.sample_shape, self.packed = checked_pair(generator, discriminator, self.latent, packed), int(packed)
        check_game(loss, discriminator, smoothing)
        self.generator, self.discriminator, self.loss = generator, discriminator, loss
        self.generator_every, self.discriminator_every = generator_every, discriminator_every
        self.smoothing, self.flips, self.augment, self.penalty = smoothing, flips, augment, penalty
        self.gradient_penalty = float(gradient_penalty)
        if gradient_penalty:
            try:
                architecture.check_layers_order(discriminator.layers, 1)
            except DerivativeError as error:
                raise DerivativeError(
                    f"Adversarial: gradient_penalty needs the discriminator's slope. {error}"
                ) from None
        self._states = {
            "generator": TrainState.of(generator, generator_optimizer),
            "discriminator": TrainState.of(discriminator, discriminator_optimizer),
        }

    @property
    def states(self) -> dict[str, TrainState]:
        return self._states

    @property
    def steps(self) -> int:
        """Steps made: in each of them at least one network has learned."""
        return max(state.t for state in self._states.values())

    def step(self, batch: Any, call: Pass) -> dict[str, float]:
        real = self._real(batch, call)
        with self.generator.lock, self.discriminator.lock:
            return self._turns(real, self.steps, call)

    def _turns(self, real: Array, steps: int, call: Pass) -> dict[str, float]:
        self._sigma = self._noise_of(real, steps)
        generated = self._generated(len(real), call)
        if steps == 0:
            check_units(real, generated, self.generator)
        measures: dict[str, float] = {}
        try:
            if steps % self.discriminator_every == 0:
                measures |= self._teach_discriminator(real, generated, call)
            if (steps + 1) % self.generator_every == 0:
                measures |= self._teach_generator(generated, call)
        except StepDiverged as error:  # either network may have driven the other there
            rates = (f"{name} {state.learning_rate:g}" for name, state in self._states.items())
            error.by = f"(learning rates: {', '.join(rates)})"
            raise
        return measures

    def generate(self, n: int, *, rng: int | np.random.Generator | None = None, batch_size: int = 256) -> Array:
        """Samples (n, *sample) by the generator as it is; see `minnet.generate`."""
        shape, law = self.latent.shape, self.latent.law
        return generate(self.generator, n, rng=rng, latent_shape=shape, latent=law, batch_size=batch_size)

    def settings(self) -> dict[str, Any]:
        names = (
            "loss", "generator_every", "discriminator_every", "smoothing", "flips", "noise", "gradient_penalty",
            "packed", "augment", "penalty",
        )  # fmt: skip
        networks = {"generator": self.generator.header(), "discriminator": self.discriminator.header()}
        return {**networks, "latent": self.latent, **{name: getattr(self, name) for name in names}}

    # The two turns.

    def _teach_discriminator(self, real: Array, generated: Array, call: Pass) -> dict[str, float]:
        net, state = self.discriminator, self._states["discriminator"]
        gradient, total, scores = np.zeros_like(net.theta), 0.0, []
        for samples, label in ((generated, 0.0), (real, 1.0)):  # real ones last: they are what buffers take in
            shown = self._shown(samples, call)[np.newaxis]
            flattened = self.gradient_penalty > 0 and label == 1
            if flattened:
                directions = _generator_of(call).standard_normal(shown.shape).astype(shown.dtype)
                shown = np.concatenate([shown, directions])
            jet = net.forward(shown, replace(call, order=len(shown) - 1))
            y, dy = jet[0], np.empty_like(jet)
            value, dy[0] = mean(*self.loss.discriminator(y, self._labels(y, label, call)))
            total += value
            if flattened:
                penalty, dy[1] = flatness(jet[1], self.gradient_penalty)
                total += penalty
            gradient += net.gradient(dy)
            scores.append(float(y.mean(dtype=float)))
        state.apply(gradient, total)
        if self.loss.clip is not None:
            np.clip(net.theta, -self.loss.clip, self.loss.clip, out=net.theta)
        net.update_buffers()
        return {"discriminator_loss": total, "generated_score": scores[0], "real_score": scores[1]}

    def _teach_generator(self, generated: Array, call: Pass) -> dict[str, float]:
        """From what it has just generated. The discriminator only carries cotangents back; its own gradient is not
        computed."""
        net, judge, state = self.generator, self.discriminator, self._states["generator"]
        y = judge.forward(self._shown(generated, call)[np.newaxis], call)[0]
        value, dy = mean(*self.loss.generator(y))
        dx = unpack(judge.sweep_back(dy[np.newaxis])[0], self.packed, generated)
        measures = {"generator_loss": value}
        if self.penalty is not None:
            measures["penalty"], slope = checked_penalty(self.penalty, generated, state.t)
            if not (isfinite(measures["penalty"]) and np.isfinite(slope).all()):
                raise StepDiverged("the penalty or its derivative is not finite", state)
            dx = dx + slope
        state.apply(net.gradient(dx[np.newaxis]), sum(measures.values()))
        net.update_buffers()
        return measures

    # What goes into them.

    def _real(self, batch: Any, call: Pass) -> Array:
        """The samples of a batch, perhaps augmented."""
        if not isinstance(batch, tuple) or len(batch) != 1:
            raise SettingError("Adversarial: data must be one array of samples, train(step, samples, ...)")
        real = convert(as_real(batch[0], "data"), self.discriminator.dtype, "data")
        if real.ndim == 1 and self.sample_shape == (1,):
            real = real[:, np.newaxis]
        n, name = len(real), "data"
        if self.augment is not None:
            real, name = np.ascontiguousarray(self.augment(real, _generator_of(call)), real.dtype), "what augment gives"
            check_finite(real, f"Adversarial: {name}")
        if real.shape != (n, *self.sample_shape):
            raise ShapeError(
                f"Adversarial: {name} has shape {real.shape}, but samples are generated in the shape "
                f"{self.sample_shape}, and there are {n} in the batch"
            )
        if n < self.packed:
            raise ShapeError(
                f"Adversarial: a batch of {n} samples, but packed={self.packed} takes at least as many; choose a "
                "batch_size that leaves no smaller batch over"
            )
        return real

    def _generated(self, n: int, call: Pass) -> Array:
        noise = self.latent.draw(n, _generator_of(call), self.generator.dtype)
        return self.generator.forward(noise[np.newaxis], call)[0]

    def _noise_of(self, real: Array, steps: int) -> Array | None:
        """Standard deviation of the noise on every feature."""
        level = 0.0 if self.noise is None else self.noise(steps)
        return real.std(axis=tuple(range(real.ndim - 1))) * real.dtype.type(level) if level else None

    def _shown(self, samples: Array, call: Pass) -> Array:
        """Samples as the discriminator sees them."""
        if self._sigma is not None:
            samples = samples + self._sigma * _generator_of(call).standard_normal(samples.shape).astype(samples.dtype)
        return pack(samples, self.packed)

    def _labels(self, y: Array, label: float, call: Pass) -> Array:
        """One for each sample, to go with all its scores."""
        n = len(y)
        labels = np.full(n, label)
        if self.smoothing:
            labels += (1 - 2 * label) * self.smoothing * _generator_of(call).random(n)
        if self.flips:
            labels = np.where(_generator_of(call).random(n) < self.flips, 1 - labels, labels)
        return labels.astype(y.dtype).reshape(n, *(1,) * (y.ndim - 1))


def _generator_of(call: Pass) -> np.random.Generator:
    if call.rng is None:
        raise SettingError("Adversarial draws noise: give it Pass(training=True, rng=...)")
    return call.rng
