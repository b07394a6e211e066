"""A run that was killed and resumed ends with the very bits of a run that was not."""

import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial
from math import inf
from pathlib import Path

import numpy as np
import pytest

import minnet as mn
from minnet import storage
from minnet.errors import FileFormatError, TrainingInterrupted
from minnet.schedules import Cosine, Schedule

X = np.random.default_rng(0).uniform(-1, 1, (11, 2))
Y = np.column_stack([np.sin(3 * X[:, 0]), X[:, 0] * X[:, 1]])
WEIGHT = np.linspace(0.5, 2.0, 11)
EPOCHS = 9


class Killed(Exception):
    """The process ends here."""


@dataclass(frozen=True)
class Fuse(Schedule):
    """A learning rate that ends the process at a given update; the file does not tell when."""

    learning_rate: float = 0.05
    burns_at: float = field(default=inf, repr=False)

    def __call__(self, step):
        if step >= self.burns_at:
            raise Killed
        return self.learning_rate / (1 + step / 10)


class Bomb(mn.Callback):
    """Ends the process after a given epoch."""

    def __init__(self, epoch=None, error=Killed):
        self.epoch, self.error = epoch, error

    def on_epoch_end(self, run):
        if run.epoch == self.epoch:
            raise self.error


def network(dtype="float64", seed=1):
    return mn.Network([mn.Dense(2, 5), mn.Tanh(), mn.Dense(5, 2)], rng=seed, dtype=dtype)


def train(callbacks=(), *, epochs=EPOCHS, optimizer=None, dtype="float64", seed=1, x=X, y=Y, **changes):
    """Shuffled, in ragged batches (4, 4 and 1 of 9 samples), weighted, and validated on the other two."""
    net = network(dtype, seed)
    settings = {
        "loss": mn.MeanSquaredError(), "optimizer": optimizer or mn.Adam(0.05), "epochs": epochs, "batch_size": 4,
        "rng": 7, "validation_split": 0.2, "sample_weight": WEIGHT, "callbacks": list(callbacks),
    } | changes  # fmt: skip
    return net, mn.fit(net, x, y, **settings)


def assert_same_bits(actual, expected):
    (net, history), (other, other_history) = actual, expected
    assert net.theta.dtype == other.theta.dtype
    assert net.theta.tobytes() == other.theta.tobytes()
    assert list(history.history) == list(other_history.history)
    assert history.history == other_history.history
    assert history.stopped == other_history.stopped


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.npz"


OPTIMIZERS = [
    mn.SGD(0.1),
    mn.SGD(0.1, 0.9, nesterov=True, dialect="velocity"),
    mn.RMSProp(0.01, momentum=0.5, centered=True),
    mn.AdaDelta(),
    mn.Adam(Cosine(0.05, steps=10, restarts=None)),
    mn.AMSGrad(0.05, global_clipnorm=0.1),
    mn.RAdam(0.05),
    mn.Lion(0.01, weight_decay=0.1),
    mn.Averaged(mn.SGD(0.1, 0.5), beta=0.3),
    mn.Averaged(mn.Averaged(mn.Adam(0.05)), beta=0.1),
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_killed_after_any_epoch_and_resumed_gives_the_same_bits(path, optimizer, kernels, dtype):
    straight = train([mn.Checkpoint(path), Bomb()], optimizer=optimizer, dtype=dtype)
    assert len(straight[1].history["val_loss"]) == EPOCHS
    for epoch in (1, 2, 5, EPOCHS):
        with pytest.raises(Killed):
            train([mn.Checkpoint(path), Bomb(epoch)], optimizer=optimizer, dtype=dtype)
        resumed = train([mn.Checkpoint(path), Bomb()], optimizer=optimizer, dtype=dtype, resume=path)
        assert_same_bits(resumed, straight)


@pytest.mark.parametrize("every", [1, 2, 4, 100])
@pytest.mark.parametrize("update", [0, 1, 3, 8, 14, 26])
def test_killed_within_an_epoch_and_resumed_gives_the_same_bits(path, update, every):
    """Three updates an epoch: the fuse burns in the first, a middle and the last epoch, at any of its updates."""
    straight = train([mn.Checkpoint(path, every)], optimizer=mn.Averaged(mn.Adam(Fuse())))
    with pytest.raises(Killed):
        train([mn.Checkpoint(path, every)], optimizer=mn.Averaged(mn.Adam(Fuse(burns_at=update))))
    header, _ = storage.read(path, "checkpoint")
    assert header["epoch"] == update // 3 // every * every
    resumed = train([mn.Checkpoint(path, every)], optimizer=mn.Averaged(mn.Adam(Fuse())), resume=path)
    assert_same_bits(resumed, straight)


def test_killed_again_and_again(path):
    straight = train([mn.Checkpoint(path)], optimizer=mn.Adam(Fuse()))
    with pytest.raises(Killed):
        train([mn.Checkpoint(path)], optimizer=mn.Adam(Fuse(burns_at=2)))
    for update in (5, 7, 13, 22):
        with pytest.raises(Killed):
            train([mn.Checkpoint(path)], optimizer=mn.Adam(Fuse(burns_at=update)), resume=path)
    assert_same_bits(train([mn.Checkpoint(path)], optimizer=mn.Adam(Fuse()), resume=path), straight)


def watchers(order, path, bomb=None):
    """All callbacks that remember something, in one of many orders."""
    by_letter = {
        "C": mn.Checkpoint(path),
        "E": mn.EarlyStopping(patience=3, min_delta=0.02, restore_best_weights=True),
        "P": mn.ReduceOnPlateau("loss", patience=1, min_delta=0.03, factor=0.5),
        "L": mn.LearningRateRecorder(),
        "B": Bomb(bomb),
    }
    return [by_letter[letter] for letter in order]


@pytest.mark.parametrize("optimizer", [mn.SGD(0.3, 0.5), mn.Averaged(mn.Adam(0.1), beta=0.5)], ids=["SGD", "Averaged"])
@pytest.mark.parametrize("order", ["CEPLB", "BLPEC", "EPCBL", "LBCPE", "PCELB", "EBPLC"])
def test_callbacks_take_back_what_they_remember_in_any_order(path, order, optimizer):
    straight = train(watchers(order, path), epochs=40, optimizer=optimizer)
    rates = straight[1].history["learning_rate"]
    assert straight[1].stopped
    assert rates[-1] < rates[0]
    last = len(straight[1].history["loss"])
    assert 6 < last < 40
    for epoch in (1, 2, 4, last - 1, last):
        with pytest.raises(Killed):
            train(watchers(order, path, epoch), epochs=40, optimizer=optimizer)
        resumed = train(watchers(order, path), epochs=40, optimizer=optimizer, resume=path)
        assert_same_bits(resumed, straight)


def test_the_same_callback_objects_can_go_on(path):
    """In a notebook the objects live on after an interruption, and remember too much."""
    straight = train(watchers("EPLBC", path), epochs=40, optimizer=mn.SGD(0.3, 0.5))
    callbacks = watchers("EPLBC", path, 5)
    with pytest.raises(Killed):
        train(callbacks, epochs=40, optimizer=mn.SGD(0.3, 0.5))
    callbacks[3].epoch = None
    assert_same_bits(train(callbacks, epochs=40, optimizer=mn.SGD(0.3, 0.5), resume=path), straight)


class Remembering(mn.Callback):
    """A callback of a user's own that keeps all that can be kept."""

    def __init__(self):
        self.memory = {"number": 0, "list": [], "text": "", "array": np.zeros(3), "none": None, "whole": np.int64(0)}

    def on_epoch_end(self, run):
        memory = self.memory
        memory["number"] += 0.5
        memory["list"].append(run.epoch)
        memory["text"] += "x"
        memory["array"] = memory["array"] + run.epoch
        memory["whole"] = memory["whole"] + 1

    def state(self):
        return self.memory

    def restore(self, state):
        self.memory = state


def test_a_callback_of_ones_own_gets_its_state_back(path):
    mine = Remembering()
    with pytest.raises(Killed):
        train([mine, mn.Checkpoint(path), Bomb(4)])
    again = Remembering()
    train([again, mn.Checkpoint(path), Bomb()], resume=path)
    assert again.memory["number"] == EPOCHS / 2
    assert again.memory["list"] == list(range(1, EPOCHS + 1))
    assert again.memory["text"] == "x" * EPOCHS
    assert again.memory["array"].tolist() == [sum(range(EPOCHS + 1))] * 3
    assert again.memory["none"] is None
    assert again.memory["whole"] == EPOCHS


class OwnLoss(mn.Loss):
    """No repr of its own: that of `object` tells the address, another one in every process."""

    def __call__(self, y, target, weight=None):
        return mn.MeanSquaredError()(y, target, weight)


class OwnSchedule(Schedule):
    def __init__(self, rate=0.1):
        self.rate = rate

    def __call__(self, step):
        return self.rate


def test_losses_and_schedules_of_ones_own_can_be_resumed(path):
    def run(**more):
        return train([mn.Checkpoint(path), more.pop("bomb", Bomb())], loss=OwnLoss(), optimizer=mn.SGD(OwnSchedule()),
                     **more)  # fmt: skip

    straight = run()
    with pytest.raises(Killed):
        run(bomb=Bomb(3))
    assert_same_bits(run(resume=path), straight)
    with pytest.raises(FileFormatError, match=r"optimizer differs: .*'rate': 0\.1.*'rate': 0\.2"):
        train([mn.Checkpoint(path), Bomb()], loss=OwnLoss(), optimizer=mn.SGD(OwnSchedule(0.2)), resume=path)


class Scaled(mn.MeanSquaredError):
    """Its `repr` is that of the loss it is derived from, which does not know k."""

    def __init__(self, k):
        self.k = k

    def __call__(self, y, target, weight=None):
        value, slope = super().__call__(y, target, weight)
        return self.k * value, self.k * slope


class Longer(Cosine):
    """A schedule whose `repr` lacks what was added to it."""

    def __init__(self, factor):
        super().__init__(0.05, steps=10)
        object.__setattr__(self, "factor", factor)

    def __call__(self, step):
        return super().__call__(step) * self.factor


class InSlots(Schedule):
    __slots__ = ("rate",)

    def __init__(self, rate):
        self.rate = rate

    def __call__(self, step):
        return self.rate


class Called(OwnSchedule):
    def __call__(self, step):
        return self.rate(step)


class Listed(OwnSchedule):
    def __call__(self, step):
        return self.rate[step]

    def __repr__(self):
        return f"Listed({self.rate})"  # with dots for most of a long array


class Forgetful(mn.ParameterFree):
    """A layer whose settings lack what it was made from."""

    max_order = 0

    def __init__(self, k):
        self.k = k

    def output_shape(self, input_shape):
        return input_shape

    def forward(self, x, call):
        return self.k * x

    def backward(self, dy):
        return self.k * dy

    def settings(self):
        return {}


def closed_over(rate):
    class Closed(Schedule):
        def __call__(self, step):
            return rate

    return Closed()


def rate_of(step, rate):
    return rate


def late(rate, at=1500):
    return np.where(np.arange(3000) == at, rate, 0.1)


@pytest.mark.parametrize(
    "made",
    [
        lambda k: {"loss": Scaled(k)},
        lambda k: {"optimizer": mn.SGD(Longer(k))},
        lambda k: {"optimizer": mn.Averaged(mn.SGD(Longer(k)))},
        lambda k: {"optimizer": mn.SGD(InSlots(k))},
        lambda k: {"optimizer": mn.SGD(closed_over(k))},
        lambda k: {"optimizer": mn.SGD(Called(lambda step: k))},
        lambda k: {"optimizer": mn.SGD(Called(partial(rate_of, rate=k)))},
        lambda k: {"optimizer": mn.SGD(Listed(late(k)))},
        lambda k: {"layer": Forgetful(k)},
    ],
    ids=["loss", "schedule", "averaged", "slots", "closed over", "function", "partial", "array", "layer"],
)
def test_what_a_repr_does_not_tell_is_part_of_the_run(path, made):
    """The same settings, made anew, are the same; with another number they are not."""

    def run(k, epochs, **more):
        settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.SGD(0.1), "layer": mn.Identity(), **made(k)}
        net = mn.Network([mn.Dense(2, 5), settings.pop("layer"), mn.Tanh(), mn.Dense(5, 2)], rng=0)
        mn.fit(net, X, Y, epochs=epochs, rng=0, batch_size=4, callbacks=[mn.Checkpoint(path)], **settings, **more)
        return net.theta

    straight = run(0.5, 3)
    run(0.5, 2)
    assert np.array_equal(run(0.5, 3, resume=path), straight)
    with pytest.raises(FileFormatError, match=r"(loss|optimizer|own layers) differs"):
        run(0.25, 4, resume=path)


def test_functions_are_known_by_what_they_do(path):
    """Not by their name alone, which is the same for all that are written in one place; nor by their address."""
    x = np.random.default_rng(0).standard_normal((8, 1))

    def shift(by):
        return lambda x, rng: x + by

    def play(augment, **more):
        game = mn.Adversarial(mn.mlp([1, 1], rng=0), mn.mlp([1, 1], rng=1), augment=augment)
        mn.train(game, x, epochs=2, rng=0, callbacks=[mn.Checkpoint(path)], **more)

    def recursive(x, rng, depth=2):
        return recursive(x, rng, depth - 1) if depth else x

    class Shift:
        def left(self, x, rng):
            return x - 1

        def right(self, x, rng):
            return x + 1

    play(recursive)
    play(recursive, resume=path)
    play(Shift().left)
    play(Shift().left, resume=path)
    with pytest.raises(FileFormatError, match="augment differs"):
        play(Shift().right, resume=path)
    play(shift(0.1))
    play(shift(0.1), resume=path)
    for other in (shift(0.2), lambda x, rng: x, lambda x, rng: x * 2, None):
        with pytest.raises(FileFormatError, match="augment differs"):
            play(other, resume=path)


@pytest.mark.parametrize("bits", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_every_generator_of_numpy_goes_on_where_it_stood(path, bits):
    def rng():
        return np.random.Generator(getattr(np.random, bits)(3))

    straight = train([mn.Checkpoint(path), Bomb()], rng=rng())
    with pytest.raises(Killed):
        train([mn.Checkpoint(path), Bomb(4)], rng=rng())
    assert_same_bits(train([mn.Checkpoint(path), Bomb()], rng=np.random.default_rng(99), resume=path), straight)


@pytest.mark.parametrize("loss", [mn.Sobolev(), mn.Huber(0.3)], ids=repr)
def test_derivatives_and_masks_are_part_of_the_data(path, loss):
    jet = mn.Jet(Y, np.zeros((2, 11, 2)), mask=mn.Mask(None, np.arange(11) % 2 == 0)) if loss.order else Y
    straight = train([mn.Checkpoint(path), Bomb()], y=jet, loss=loss, validation_split=0.0)
    with pytest.raises(Killed):
        train([mn.Checkpoint(path), Bomb(4)], y=jet, loss=loss, validation_split=0.0)
    resumed = train([mn.Checkpoint(path), Bomb()], y=jet, loss=loss, validation_split=0.0, resume=path)
    assert_same_bits(resumed, straight)


# More epochs, and finished runs.


def test_a_finished_run_can_go_on_for_more_epochs(path):
    """The end of a run is no different from the middle of a longer one."""
    straight = train([mn.Checkpoint(path)], optimizer=mn.Averaged(mn.Adam(0.05)))
    train([mn.Checkpoint(path, every=100)], epochs=4, optimizer=mn.Averaged(mn.Adam(0.05)))
    assert_same_bits(
        train([mn.Checkpoint(path, every=100)], optimizer=mn.Averaged(mn.Adam(0.05)), resume=path), straight
    )


def test_resuming_a_finished_run_gives_its_result(path):
    straight = train([mn.Checkpoint(path)], optimizer=mn.Averaged(mn.Adam(0.05)))
    assert_same_bits(train([mn.Checkpoint(path)], optimizer=mn.Averaged(mn.Adam(0.05)), resume=path), straight)


def test_what_a_callback_of_ones_own_records_need_be_no_fractions(path):
    class Recorded(mn.Callback):
        def on_epoch_end(self, run):
            for name, value in (("count", run.epoch), ("is even", run.epoch % 2 == 0)):
                run.history.history.setdefault(name, []).append(value)

    train([Recorded(), mn.Checkpoint(path)], epochs=2)
    _, history = train([Recorded(), mn.Checkpoint(path)], epochs=3, resume=path)
    assert history.history["count"] == [1, 2, 3]
    assert history.history["is even"] == [False, True, False]


def test_resuming_a_run_that_was_stopped_early_does_not_start_it_again(path):
    def callbacks():
        return [mn.EarlyStopping("loss", patience=1, min_delta=0.1, restore_best_weights=True), mn.Checkpoint(path)]

    straight = train(callbacks(), epochs=30)
    last = len(straight[1].history["loss"])
    assert last < 30
    with pytest.warns(mn.TrainingWarning, match=rf"stopped after {last} of now 60 epochs \(loss has not .*pat"):
        again = train(callbacks(), epochs=60, resume=path)
    assert_same_bits(again, straight)


def test_a_run_that_stays_stopped_says_so(path):
    """Also where what has stopped it would not do so any more."""

    class Stop(mn.Callback):
        def __init__(self, epoch, goes_on=False):
            self.epoch, self.goes_on = epoch, goes_on

        def on_fit_begin(self, run):
            if self.goes_on:
                run.stop("")

        def on_epoch_end(self, run):
            if run.epoch == self.epoch:
                run.stop("enough")

    def history(stop, epochs=EPOCHS, **more):
        return train([stop, mn.Checkpoint(path)], epochs=epochs, **more)[1].history["loss"]

    history(Stop(3))
    with pytest.warns(mn.TrainingWarning, match=r"stopped after 3 of now 9 epochs \(enough\), and nothing") as caught:
        assert len(history(Stop(5), resume=path)) == 3
    assert [warning.filename for warning in caught] == [__file__]
    assert len(history(Stop(3), epochs=3, resume=path)) == 3  # that was all there was to do
    assert history(Stop(5, goes_on=True), resume=path) == history(Stop(5))
    history(mn.EarlyStopping("loss", patience=1, min_delta=0.1), epochs=30)
    with pytest.warns(mn.TrainingWarning, match="was stopped after"):
        history(mn.EarlyStopping("loss", patience=1, min_delta=0.0), epochs=30, resume=path)


def test_a_checkpoint_does_not_change_the_run(path):
    assert_same_bits(train([mn.Checkpoint(path)]), train())


def test_checkpoints_are_written_every_so_many_epochs_and_at_the_end(path):
    class Look(mn.Callback):
        def on_fit_begin(self, run):
            self.epochs = []

        def on_epoch_end(self, run):
            self.epochs.append(storage.read(path, "checkpoint")[0]["epoch"])

    look = Look()
    train([mn.Checkpoint(path, every=3), look], epochs=8)
    assert look.epochs == [0, 0, 0, 3, 3, 3, 6, 6]  # each looks before its own epoch is written
    assert storage.read(path, "checkpoint")[0]["epoch"] == 8
    assert [entry.name for entry in path.parent.iterdir()] == ["run.npz"]


def test_two_checkpoints_are_both_kept_up(tmp_path):
    train([mn.Checkpoint(tmp_path / "a.npz"), mn.Checkpoint(tmp_path / "b.npz")], epochs=3)
    assert [storage.read(tmp_path / f"{name}.npz", "checkpoint")[0]["epoch"] for name in "ab"] == [3, 3]


# Interrupted for real.

SCRIPT = """
import sys
sys.path[:0] = {folders!r}
import minnet as mn
from tests.test_resume import train, Telling
train([mn.Checkpoint({path!r}), mn.LearningRateRecorder(), Telling()], epochs=10**6, optimizer={optimizer})
"""


class Telling(mn.Callback):
    """Prints every epoch as it is done."""

    def on_epoch_end(self, run):
        print("epoch", run.epoch, flush=True)


@pytest.mark.parametrize("optimizer", [mn.Adam(0.05), mn.Averaged(mn.SGD(0.1, momentum=0.9), beta=0.2)], ids=repr)
def test_a_process_killed_by_the_system_can_be_resumed(path, optimizer):
    """SIGKILL after the fifth epoch, wherever the process then is: in a batch, or writing its file."""
    source = repr(optimizer)
    for name in ("Averaged", "Adam", "SGD"):
        source = source.replace(f"{name}(", f"mn.{name}(")
    script = SCRIPT.format(folders=[str(Path(__file__).parents[1])], path=str(path), optimizer=source)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        lines = [line for line, _ in zip(process.stdout, range(5), strict=False)]
        process.kill()
    assert lines == [f"epoch {epoch}\n" for epoch in range(1, 6)]
    assert process.returncode == -9
    saved = storage.read(path, "checkpoint")[0]["epoch"]
    assert saved >= 4
    callbacks = [mn.Checkpoint(path), mn.LearningRateRecorder(), Telling()]
    resumed = train(callbacks, epochs=saved + 3, optimizer=optimizer, resume=path)
    straight = train([mn.LearningRateRecorder()], epochs=saved + 3, optimizer=optimizer)
    assert_same_bits(resumed, straight)


@pytest.mark.parametrize("optimizer", [mn.Adam(0.05), mn.Averaged(mn.Adam(0.05))], ids=["Adam", "Averaged"])
def test_ctrl_c_says_how_to_resume(path, optimizer):
    straight = train([mn.Checkpoint(path), Bomb()], optimizer=optimizer)
    with pytest.raises(TrainingInterrupted) as caught:
        train([mn.Checkpoint(path), Bomb(4, KeyboardInterrupt)], optimizer=optimizer)
    assert isinstance(caught.value, KeyboardInterrupt)
    assert f"resume={str(path)!r}" in str(caught.value)
    assert f"of {EPOCHS}" in str(caught.value)
    assert storage.read(path, "checkpoint")[0]["epoch"] == 3
    assert_same_bits(train([mn.Checkpoint(path), Bomb()], optimizer=optimizer, resume=path), straight)


def test_ctrl_c_without_a_checkpoint_tells_of_checkpoints():
    with pytest.raises(TrainingInterrupted, match=r"to be able to resume, use callbacks=\[Checkpoint\(path\)\]"):
        train([Bomb(4, KeyboardInterrupt)])


def test_ctrl_c_in_a_batch_leaves_parameters_that_were_trained_with():
    class Interrupting(mn.MeanSquaredError):
        calls = 0

        def __call__(self, y, target, weight=None):
            Interrupting.calls += 1
            if Interrupting.calls == 8:
                raise KeyboardInterrupt
            return super().__call__(y, target, weight)

    net = network()
    with pytest.raises(TrainingInterrupted, match="after 2 of 9 epochs"):
        mn.fit(net, X, Y, loss=Interrupting(), optimizer=mn.SGD(0.1), epochs=9, batch_size=4, rng=0)
    assert np.isfinite(net.theta).all()
    assert not np.array_equal(net.theta, network().theta)


# Files that are not what they should be.


@pytest.fixture
def checkpoint(path):
    train([mn.Checkpoint(path)], epochs=3)
    return path


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        pytest.param({"optimizer": mn.Adam(0.06)}, r"optimizer differs.*0\.05.*0\.06", id="learning rate"),
        pytest.param({"optimizer": mn.SGD(0.05)}, "optimizer differs.*Adam.*SGD", id="optimizer"),
        pytest.param({"loss": mn.Huber()}, r"loss differs.*MeanSquaredError.*Huber", id="loss"),
        pytest.param({"dtype": "float32"}, "network differs.*float64.*float32", id="dtype"),
        pytest.param({"batch_size": 3}, "batch_size differs: there 4, here 3", id="batch size"),
        pytest.param({"shuffle": False}, "shuffle differs", id="shuffle"),
        pytest.param({"x": X + 1e-12}, "data differs", id="inputs"),
        pytest.param({"y": -Y}, "data differs", id="targets"),
        pytest.param({"x": X[::-1]}, "data differs", id="order of the samples"),
        pytest.param({"sample_weight": None}, "data differs", id="weights"),
        pytest.param({"validation_split": 0.3}, "data differs", id="validation split"),
        pytest.param({"validation_split": 0.0}, "data differs", id="no validation"),
        pytest.param({"callbacks": []}, "callbacks differs", id="no callback"),
        pytest.param({"callbacks": [mn.LearningRateRecorder()]}, "callbacks differs.*Checkpoint", id="other callback"),
    ],
)
def test_the_checkpoint_of_another_run_is_refused_and_told_what_differs(checkpoint, changes, what):
    arguments = {"callbacks": [mn.Checkpoint(checkpoint)]} | changes
    before = checkpoint.read_bytes()
    with pytest.raises(FileFormatError, match=f"is the checkpoint of another run; {what}"):
        train(**arguments, resume=checkpoint)
    assert checkpoint.read_bytes() == before


def test_the_checkpoint_of_another_network_is_refused_and_leaves_the_network_alone(checkpoint):
    net = mn.Network([mn.Dense(2, 5), mn.Sigmoid(), mn.Dense(5, 2)], rng=0)
    before = net.theta.copy()
    with pytest.raises(FileFormatError, match=r"network differs.*Tanh.*Sigmoid"):
        mn.fit(
            net, X, Y, loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.05), epochs=5, batch_size=4,
            validation_split=0.2, sample_weight=WEIGHT, callbacks=[mn.Checkpoint(checkpoint)], resume=checkpoint,
        )  # fmt: skip
    assert np.array_equal(net.theta, before)


def test_another_seed_makes_no_difference_to_a_resumed_run(path):
    """What it drew is in the file: parameters and the state of the generator."""
    straight = train([mn.Checkpoint(path), Bomb()])
    with pytest.raises(Killed):
        train([mn.Checkpoint(path), Bomb(5)])
    assert_same_bits(train([mn.Checkpoint(path), Bomb()], seed=2, rng=8, resume=path), straight)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing\.npz: there is no such file to read a minnet checkpoint"):
        train(resume=tmp_path / "missing.npz")


@pytest.mark.parametrize("fraction", [0.0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(checkpoint, fraction):
    content = checkpoint.read_bytes()
    checkpoint.write_bytes(content[: int(fraction * len(content))])
    with pytest.raises(FileFormatError, match="truncated or foreign"):
        train([mn.Checkpoint(checkpoint)], resume=checkpoint)


@pytest.mark.parametrize("content", [b"", b"not a file of NumPy", b"PK\x03\x04 nor a zip file"])
def test_a_foreign_file_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"run\.npz"):
        train([mn.Checkpoint(path)], resume=path)


def test_a_file_with_a_flipped_bit_is_refused(checkpoint):
    _, arrays = storage.read(checkpoint, "checkpoint")
    content = bytearray(checkpoint.read_bytes())
    content[bytes(content).index(arrays["net.theta"].tobytes())] ^= 1
    checkpoint.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"run\.npz"):
        train([mn.Checkpoint(checkpoint)], resume=checkpoint)


def test_a_saved_network_is_no_checkpoint(path):
    network().save(path)
    with pytest.raises(FileFormatError, match="holds a minnet network, expected a minnet checkpoint"):
        train([mn.Checkpoint(path)], resume=path)


def rewritten(path, change):
    """The same file with its header or arrays changed."""
    header, arrays = storage.read(path, "checkpoint")
    change(header, arrays)
    fields = {name: value for name, value in header.items() if name not in ("minnet", "version")}
    storage.write(path, "checkpoint", fields, arrays)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda header, arrays: arrays.pop("net.slots"), "'net.slots' is missing", id="missing array"),
        pytest.param(
            lambda header, arrays: arrays.update(more=np.ones(2)), r"unexpected arrays \['more'\]", id="extra"
        ),
        pytest.param(
            lambda header, arrays: arrays.update({"net.theta": np.ones(2)}),
            r"'net.theta' is float64 \(2,\), expected",
            id="shape",
        ),
        pytest.param(
            lambda header, arrays: arrays.update({"net.theta": arrays["net.theta"].astype("f4")}),
            "'net.theta' is float32",
            id="dtype",
        ),
        pytest.param(lambda header, arrays: header.pop("rng"), "header of the checkpoint is damaged", id="no rng"),
        pytest.param(lambda header, arrays: header.pop("run"), "header of the checkpoint is damaged", id="no run"),
        pytest.param(lambda header, arrays: header.pop("callbacks"), "header .* is damaged", id="no callbacks"),
        pytest.param(lambda header, arrays: header.update(rng=5), "header .* is damaged", id="rng is a number"),
    ],
)
def test_a_file_with_missing_extra_or_misshapen_parts_is_refused(checkpoint, change, message):
    rewritten(checkpoint, change)
    with pytest.raises(FileFormatError, match=message):
        train([mn.Checkpoint(checkpoint)], resume=checkpoint)


def test_a_place_that_cannot_be_written_shows_before_the_first_epoch(tmp_path):
    """A file where the folder should be: nobody can write there, whatever their rights."""

    class NoEpoch(mn.Callback):
        def on_epoch_end(self, run):
            pytest.fail("an epoch was trained")

    (tmp_path / "file").write_text("in the way")
    for place, error in (
        (tmp_path / "file" / "run.npz", NotADirectoryError),
        (tmp_path / "no folder" / "run.npz", FileNotFoundError),
        (tmp_path, IsADirectoryError),
    ):
        with pytest.raises(error, match=r"cannot write .*Does its folder exist, and may you write there\?"):
            train([mn.Checkpoint(place), NoEpoch()])
