"""One run of a comparison: one optimizer at one learning rate, from one seed.

What a seed decides is the same for all of them: how the samples are split, where the network starts, and in which
order the samples come.
"""

import os
from contextlib import suppress
from time import perf_counter, thread_time
from typing import Any

import numpy as np

from minnet.checks import varies
from minnet.compare import data as sources
from minnet.compare.data import Data, Split
from minnet.compare.specs import Spec, optimizer_classes, parse
from minnet.errors import DataError, DivergenceError, SettingError
from minnet.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss, MeanSquaredError
from minnet.mlp import mlp
from minnet.network import Network
from minnet.training import Callback, Run, Supervised, fit, training_data
from minnet.training import train as fitted
from minnet.types import Array

VERSION = "2"  # of what a run does: another one makes all runs anew
# seconds of this thread, which other programs do not slow down; on Windows it ticks too coarsely
CLOCK = perf_counter if os.name == "nt" else thread_time
POINTS = 200  # of a curve, at most


class Curves(Callback):
    """Records losses before training and after some of its epochs, and leaves the time that this takes out of account.

    Attributes
    ----------
    epochs : array (m,)
        When it records: 0 first, the last epoch last.
    losses, held_out, scores, seconds : list of float
        At those epochs: loss of all training samples and of held-out ones, the score, seconds of training.
    """

    def __init__(self, split: Split, loss: Loss, task: str, epochs: int) -> None:
        self.split, self.loss, self.task = split, loss, task
        self.epochs = np.unique(np.linspace(0, epochs, min(epochs, POINTS) + 1).round().astype(int))
        self.losses: list[float] = []
        self.held_out: list[float] = []
        self.scores: list[float] = []
        self.seconds: list[float] = []

    def on_fit_begin(self, run: Run) -> None:
        self.start, self.recording_time = CLOCK(), 0.0
        self.record(run.net, 0)

    def on_epoch_end(self, run: Run) -> None:
        self.record(run.net, run.epoch)

    def next_look(self, run: Run) -> int:
        return int(self.epochs[np.searchsorted(self.epochs, run.epoch, side="right")])

    def record(self, net: Network, epoch: int) -> None:
        if epoch not in self.epochs:
            return
        now = CLOCK()
        self.seconds.append(now - self.start - self.recording_time)
        train = _loss(net, self.split.train, self.loss)
        if not np.isfinite(train):
            raise DivergenceError(f"training diverged: the loss of all training samples is {train} at epoch {epoch}")
        self.losses.append(train)
        x, y = self.split.test
        outputs = net(x)
        self.held_out.append(float(self.loss(outputs, y)[0]))
        self.scores.append(score(outputs, y, self.task))
        self.recording_time += CLOCK() - now


def train(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Train one network: the function of the study.

    The stream of a run depends on its settings; here all settings are to share theirs. So only what they have in
    common is taken from it: the seed of the study, and the number of the repeat (see `minnet.study.stream`).

    Parameters
    ----------
    settings : dict
        From `minnet.compare.question.Question.points`.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        ``train_loss``, ``held_out_loss`` and ``score`` (accuracy, or R^2) after the last epoch; ``choice_loss``,
        which learning rates are chosen by; ``first_loss``, the training loss before the first update;
        ``constant_loss``, that of the best answer that is the same for all samples; ``seconds`` of training, of one
        processor and without what recording takes; ``updates``; ``compiled``; and curves: ``epochs``,
        ``losses``, ``held_out``, ``scores``, ``times``.

    Raises
    ------
    DivergenceError
        A loss, a gradient or a parameter was not finite.
    """
    seeds: Any = rng.bit_generator.seed_seq
    common = np.random.SeedSequence(seeds.entropy, spawn_key=seeds.spawn_key[-1:])
    splitting, start, order = map(np.random.default_rng, common.spawn(3))
    data = sources.loaded(
        settings["data"], settings["target"], settings["task"], int(seeds.entropy), settings["digest"]
    )
    split = sources.split(data, settings["by"], splitting)
    classes = optimizer_classes([settings["file"]] if settings["file"] else [])
    spec = parse(settings["optimizer"], classes, [settings["learning_rate"]])
    if spec.source.code != settings["code"]:
        raise DataError(f"{settings['file']} has changed since the comparison began")
    optimizer, loss = spec.make(settings["learning_rate"]), loss_of(data)
    net = network(split, settings, start)
    warm_up(spec, split, loss, settings)
    curves = Curves(split, loss, data.task, settings["epochs"])
    samples, _ = training_data(net, loss, *split.train)
    history = fitted(  # without the warnings of `fit`: what became of a run is in its row
        Supervised(net, loss, optimizer),
        samples,
        epochs=settings["epochs"],
        batch_size=settings["batch_size"],
        rng=order,
        callbacks=[curves],
    )
    choice_loss = curves.losses[-1] if split.validation is None else _loss(net, split.validation, loss)
    return {
        "train_loss": curves.losses[-1],
        "held_out_loss": curves.held_out[-1],
        "score": curves.scores[-1],
        "choice_loss": choice_loss,
        "first_loss": curves.losses[0],
        "constant_loss": constant_loss(split.train[1], data.task),
        "seconds": curves.seconds[-1],
        "updates": settings["epochs"] * -(-len(split.train[0]) // settings["batch_size"]),
        "compiled": history.compiled,
        "epochs": curves.epochs,
        "losses": curves.losses,
        "held_out": curves.held_out,
        "scores": curves.scores,
        "times": curves.seconds,
    }


def warm_up(spec: Spec, split: Split, loss: Loss, settings: dict[str, Any]) -> None:
    """One epoch with a few samples, thrown away: what has to be compiled is not to count as training."""
    net = network(split, settings, np.random.default_rng(0))
    x, y = split.train
    samples, _ = training_data(net, loss, x[:8], y[:8])
    with suppress(DivergenceError):  # the run itself will tell
        fitted(Supervised(net, loss, spec.make(settings["learning_rate"])), samples, epochs=1, batch_size=5, rng=0)


def try_out(spec: Spec) -> None:
    """Three updates with an optimizer of a user's own: its mistakes are to show now, not in every run.

    Raises
    ------
    SettingError
        It does not work; the error it raised is the cause.
    """
    net = mlp([2, 1], rng=0)
    x = np.random.default_rng(0).standard_normal((6, 2))
    try:
        optimizer = spec.make(spec.learning_rates[0])
        fit(net, x, x[:, :1], loss=MeanSquaredError(), optimizer=optimizer, epochs=1, batch_size=2, rng=0)
    except DivergenceError:
        pass
    except Exception as error:
        raise SettingError(
            f"{spec.label} of {spec.source.file} does not work: {type(error).__name__}: {error}"
        ) from error


def network(split: Split, settings: dict[str, Any], rng: np.random.Generator) -> Network:
    """What every optimizer starts with; in float64."""
    x, y = split.train
    widths = [x.shape[1], *settings["hidden"], 1 if y.ndim == 1 else y.shape[1]]
    return mlp(widths, settings["activation"], weights=settings["initializer"], rng=rng)


def loss_of(data: Data) -> Loss:
    """Squares for values, cross-entropy for classes."""
    if data.task == "regression":
        return MeanSquaredError()
    return BinaryCrossEntropy() if len(data.classes) == 2 else CategoricalCrossEntropy()


def constant_loss(y: Array, task: str) -> float:
    """The smallest loss of one answer for all samples: the variance of values (n,), the entropy of classes."""
    if task == "regression":
        return float(np.var(y))
    frequencies = np.array([y.mean(), 1 - y.mean()]) if y.ndim == 1 else y.mean(axis=0)
    return float(-(frequencies * np.log(np.maximum(frequencies, 1e-300))).sum())


def score(outputs: Array, y: Array, task: str) -> float:
    """Fraction of samples classified correctly; for values, ``R^2 = 1 - mean (y - t)^2 / var t``. Where values are all
    the same, 1 stands for their variance: that of the training samples, in whose units they are."""
    if task == "regression":
        return float(1 - np.mean((outputs[:, 0] - y) ** 2) / (np.var(y) if varies(y) else 1.0))
    if y.ndim == 1:
        return float(np.mean((outputs[:, 0] > 0) == (y > 0.5)))
    return float(np.mean(outputs.argmax(axis=1) == y.argmax(axis=1)))


def _loss(net: Network, samples: tuple[Array, Array], loss: Loss) -> float:
    x, y = samples
    return float(loss(net(x), y)[0])
