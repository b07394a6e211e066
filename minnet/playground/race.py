"""The race itself: several networks with the same data, first weights and order of samples, each with an optimizer.

Nothing here knows of processes or pages: a race is advanced by steps, and can be looked at in between.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from minnet.errors import DivergenceError, SettingError
from minnet.jet import seed
from minnet.layers import INFERENCE, Dense, Pass, Recurrent
from minnet.network import Network
from minnet.penalties import Penalty
from minnet.playground.moments import Moments, moments, parameter_name
from minnet.playground.own_file import from_csv
from minnet.playground.problem import RaceProblem
from minnet.playground.problems import OWN, generated
from minnet.playground.racers import Entry
from minnet.playground.settings import PLAIN, STEPS, RaceSettings
from minnet.playground.switches import Switches, Unit, dense_layers, places
from minnet.playground.thinned import ThinnedHistory
from minnet.training import Run, Supervised, training_data
from minnet.training.compiled_epochs import CompiledEpochs
from minnet.training.data import TrainingData, batches
from minnet.training.history import Measured
from minnet.training.loop import run_compiled, run_epoch
from minnet.training.state import StepDiverged
from minnet.types import Array

RECORDS = 400  # of a race; when there are more, every other one is dropped
LARGEST = 1e30  # number that is drawn
SNAPSHOTS = 50  # of all parameters
MOMENTS = 3  # records of a racer: loss, accuracy, test loss, and from here on its moments


@dataclass(frozen=True)
class Frame:
    """What there is to see of a race at one moment.

    Attributes
    ----------
    step : int
        Updates that each has made.
    states : tuple of str
        For each: "", "arrived after 120 updates", "diverged at update 7".
    pictures : array (racers, ...)
        What is drawn of each: see `RaceProblem.picture`.
    steps : array (records,)
    losses, accuracies : arrays (records, racers)
        Of all samples that are trained on, after so many steps; NaN from where one has diverged, and accuracies where
        values are learned.
    test_losses : array (records, racers)
        Of the samples that are held out; NaN where there are none, and from where one has diverged.
    moments : Moments
        Of the parameter that is watched.
    """

    step: int
    states: tuple[str, ...]
    pictures: Array
    steps: Array
    losses: Array
    accuracies: Array
    test_losses: Array
    moments: Moments


def network(settings: RaceSettings, problem: RaceProblem) -> Network:
    """What everybody starts with."""
    widths = [len(problem.input_names), *settings.hidden, problem.n_outputs]
    rng = np.random.default_rng((settings.seed, 1))
    net = problem.architecture(
        widths,
        settings.activation,
        normalization=None if settings.normalization == PLAIN else settings.normalization,
        dropout=settings.dropout / 100,
        weights=settings.initializer,
        rng=rng,
    )
    for layer in net.layers:
        if isinstance(layer, Dense | Recurrent):
            layer.W *= settings.gain
        if isinstance(layer, Recurrent):
            layer.U *= settings.gain
    return net


def check_batches(settings: RaceSettings, n: int, batch_size: int) -> None:
    """Raise a `SettingError` if batches of n samples leave one by itself, of which batch normalisation has no
    variance."""
    if settings.normalization == "BatchNorm" and settings.hidden and 1 in (batch_size, n % batch_size, n):
        raise SettingError(
            f"Batch (0: all): BatchNorm takes two samples or more in every batch, but batches of {batch_size} leave "
            f"one of {n} by itself; choose another size, or another normalisation"
        )


class Racer:
    """One network under way.

    `loss` is the race's, by which all are measured; an entry may learn by another one.
    `state` says why it has stopped, and is empty while it has not.
    """

    def __init__(self, entry: Entry, settings: RaceSettings, problem: RaceProblem) -> None:
        self.problem, self.state = problem, ""
        self.net = network(settings, problem)
        self.loss = problem.loss(settings.loss)
        x = problem.inputs(problem.x)
        self.data, self.test = training_data(self.net, self.loss, x, problem.targets, validation=problem.held_out)
        self.batch_size = min(settings.batch_size, len(self.data)) or len(self.data)
        check_batches(settings, len(self.data), self.batch_size)
        if entry.loss and problem.classes:
            raise SettingError(
                f"{entry.short}: what outputs for classes mean depends on the loss, so all learn by the same one; "
                "choose it in the field Loss"
            )
        learned_by = problem.loss(entry.loss) if entry.loss else self.loss
        self.step = Supervised(self.net, learned_by, entry.make(), penalty=Penalty(settings.l1, settings.l2))
        self.run = Run(self.step.states, STEPS, np.random.default_rng((settings.seed, 2)), self.net)
        self.switches = Switches(self.step.state, places(self.net))
        self.whole_epochs = CompiledEpochs.of(self.step, self.data, self.batch_size, shuffle=True)
        self.updates = -(-len(self.data) // self.batch_size)  # in an epoch
        self.batches: Iterator[tuple[Any, int]] = iter(())  # what is left of an epoch that was begun
        self.left = 0

    def advance(self, steps: int) -> None:
        """So many updates: whole epochs in compiled calls; the rest, and all while a unit is off, one by one."""
        while steps > 0 and not self.state:
            before = self.step.state.t
            try:
                with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                    if self.left == 0 and steps >= self.updates and not self.switches.off:
                        self._made(self._epochs(steps // self.updates))
                    else:
                        self._update()
            except DivergenceError:
                self.run.roll_back()
                self.state = f"diverged at update {self.step.state.t}"
                return
            steps -= self.step.state.t - before

    def _epochs(self, most: int) -> int:
        """Train; returns for how many epochs."""
        measured = None if self.whole_epochs is None else run_compiled(self.whole_epochs, self.run, most)
        if measured is None:
            self.whole_epochs = None
            measured = run_epoch(self.step, self.data, self.batch_size, True, self.run)
        return measured.epochs

    def _made(self, epochs: int) -> None:
        """The run counts its epochs; of their losses it keeps none, or it would grow as long as a race goes on."""
        self.run.record(Measured(epochs, {}))

    def _update(self) -> None:
        if self.left == 0:
            self.batches = batches(len(self.data), self.batch_size, True, self.run.rng)
            self.left = self.updates
        samples, _ = next(self.batches)
        try:
            self.step.step(self.data[samples], Pass(training=True, rng=self.run.rng))
        except StepDiverged as error:
            raise error.at(self.run.epoch + 1, self.updates - self.left + 1) from None
        self.switches.hold()
        self.left -= 1
        if self.left == 0:
            self._made(1)

    def layers(self) -> list[tuple[Array, Array]]:
        """Weights (i, o) and biases (o,), copies of the parameters that the optimizer would evaluate with."""
        with self.run.evaluated_parameters():
            return [(layer.W.copy(), layer.b.copy()) for layer in dense_layers(self.net)]

    def unit_outputs(self, x: Array) -> list[Array]:
        """What goes into each dense layer at points (n, i), and what comes out of the last (n, units)."""
        with self.run.evaluated_parameters(), np.errstate(over="ignore", invalid="ignore"):
            values, outputs = np.ascontiguousarray(self.problem.inputs(x), self.net.dtype)[np.newaxis], []
            for layer in self.net.layers:
                if isinstance(layer, Dense):
                    outputs.append(values[0])
                values = layer.forward(values, INFERENCE)
            return [*outputs, values[0]]

    def outputs(self, data: TrainingData) -> Array:
        """Of samples, with the parameters that are in the network now: a stacked jet (k, n, o) as the loss takes it."""
        order = self.loss.order
        with np.errstate(over="ignore", invalid="ignore"):
            return self.net.forward(seed(data.inputs, order), Pass(order))

    def measure(self, outputs: Array, data: TrainingData) -> float:
        """The loss of outputs of samples."""
        with np.errstate(over="ignore", invalid="ignore"):
            return float(self.loss(outputs, data.target)[0])

    def test_loss(self) -> float:
        """Loss of the samples that are held out, as the optimizer would evaluate; NaN where there are none."""
        if self.test is None:
            return float("nan")
        with self.run.evaluated_parameters():
            return self.measure(self.outputs(self.test), self.test)

    def measures(self) -> tuple[float, float]:
        """Loss and accuracy of all samples that are trained on, as the optimizer would evaluate."""
        with self.run.evaluated_parameters():
            outputs = self.outputs(self.data)
        accuracy = self.problem.accuracy(outputs[0], self.problem.y, self.loss)
        return self.measure(outputs, self.data), accuracy

    def picture(self) -> Array:
        """What is drawn of the network, as the optimizer would evaluate."""
        with self.run.evaluated_parameters(), np.errstate(over="ignore", invalid="ignore"):
            return self.problem.picture(self.net, self.loss)


class Race:
    """All of them, and the records of the race."""

    def __init__(self, settings: RaceSettings, text: str = "") -> None:
        self.settings = settings
        if settings.data == OWN:
            problem = from_csv(text)
        else:
            problem = generated(settings.data, settings.points, settings.noise / 100, settings.seed)
        self.problem = problem.with_features(settings.inputs).split(settings.test, settings.seed)
        self.racers = [Racer(entry, settings, self.problem) for entry in settings.entries]
        self.seconds = 0.0
        self.watched = 0
        self.step, self.history = 0, ThinnedHistory(RECORDS)
        self.snapshots = ThinnedHistory(SNAPSHOTS)
        self._record()

    @property
    def over(self) -> bool:
        """Whether nobody goes on."""
        return self.step >= STEPS or all(racer.state for racer in self.racers)

    def advance(self, steps: int) -> None:
        """So many updates of each that still goes on."""
        steps = min(steps, STEPS - self.step)
        start = perf_counter()
        for racer in self.racers:
            racer.advance(steps)
        self.seconds += perf_counter() - start
        self.step += steps
        self._record()

    def _record(self) -> None:
        measured = []
        for racer in self.racers:
            loss, accuracy, test_loss = np.nan, np.nan, np.nan
            if not racer.state.startswith("diverged"):
                (loss, accuracy), test_loss = racer.measures(), racer.test_loss()
            if not racer.state and not np.isfinite(loss):
                racer.state = f"diverged at update {racer.step.state.t}"
            if not racer.state and loss < self.settings.target:
                racer.state = f"arrived after {racer.step.state.t} updates"
            measured.append((loss, accuracy, test_loss, *self._moments(racer)))
        self.history.add(self.step, np.array(measured))
        self.snapshots.add(self.step, np.array([racer.net.theta for racer in self.racers]))

    def _moments(self, racer: Racer) -> tuple[float, ...]:
        return moments(racer.step, self.watched)

    def watch(self, parameter: int) -> None:
        """Look at another parameter; the moments of the former one are forgotten."""
        self.watched = min(max(0, parameter), self.racers[0].net.n_parameters - 1)
        for values in self.history.values:
            values[:, MOMENTS:] = np.nan
        self.history.values[-1][:, MOMENTS:] = [self._moments(racer) for racer in self.racers]

    def set_parameter(self, racer: int, index: int, value: float) -> None:
        """Set a parameter of one network, by its place in theta; it races on from there."""
        self._editable(racer).switches.set_parameter(index, value)
        self._edited(racer)

    def switch(self, racer: int, unit: Unit, on: bool) -> None:
        """Switch a unit of one network off, or on again; it races on from there."""
        self._editable(racer).switches.switch(unit, on)
        self._edited(racer)

    def _editable(self, number: int) -> Racer:
        racer = self.racers[number]
        if racer.state.startswith("diverged"):
            raise SettingError(
                f"Network: optimizer {number + 1} has {racer.state}, and its network is not trained any more; "
                "press Reset to begin again"
            )
        return racer

    def _edited(self, number: int) -> None:
        self.racers[number].state = ""  # who had arrived may have farther to go now
        self._record()

    def frame(self) -> Frame:
        """What there is to see now."""
        steps, values = self.history.arrays()
        name = parameter_name(self.racers[0].net, self.watched)
        return Frame(
            self.step,
            tuple(racer.state for racer in self.racers),
            np.clip([racer.picture() for racer in self.racers], -LARGEST, LARGEST).astype(np.float32),
            steps,
            losses=values[:, :, 0],
            accuracies=values[:, :, 1],
            test_losses=values[:, :, 2],
            moments=Moments(name, self.watched, steps, values[:, :, MOMENTS:]),
        )
