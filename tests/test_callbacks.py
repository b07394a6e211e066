"""Callbacks: when they stop, when they slow down, and what they leave behind."""

import numpy as np
import pytest

import minnet as mn
from minnet.errors import SettingError


class Scripted(mn.Callback):
    """Writes given numbers into the history, one each epoch, for other callbacks to watch."""

    def __init__(self, *values, name="script"):
        self.values, self.name = values, name

    def on_epoch_end(self, run):
        run.history.record(self.name, self.values[run.epoch - 1])


class Parameters(mn.Callback):
    """Notes the parameters after every epoch."""

    def on_fit_begin(self, run):
        self.thetas = []

    def on_epoch_end(self, run):
        self.thetas.append(run.net.theta.copy())


def small_network():
    return mn.Network([mn.Dense(1, 3), mn.Tanh(), mn.Dense(3, 1)], rng=0)


X = np.linspace(-1, 1, 7)


def train(callbacks, epochs=8, optimizer=None, net=None, **more):
    net = net or small_network()
    optimizer = optimizer or mn.SGD(0.1)
    history = mn.fit(
        net, X, X**2, loss=mn.MeanSquaredError(), optimizer=optimizer, epochs=epochs, callbacks=callbacks, **more
    )
    return net, history


def epochs_until_stop(values, mode="min", **settings):
    _, history = train([Scripted(*values), mn.EarlyStopping("script", mode=mode, **settings)], epochs=len(values))
    return len(history.history["loss"])


# EarlyStopping, as in Keras: `patience` epochs in a row without improvement, patience 0 being the same as 1.


@pytest.mark.parametrize(
    ("values", "patience", "epochs"),
    [
        pytest.param([5, 4, 3, 2, 1], 1, 5, id="always better"),
        pytest.param([5, 4, 4, 1, 0], 1, 3, id="no better is not better"),
        pytest.param([5, 4, 6, 1, 0], 1, 3, id="worse once"),
        pytest.param([5, 4, 6, 1, 0], 0, 3, id="patience 0 is 1"),
        pytest.param([5, 4, 6, 3, 5, 5, 1], 2, 6, id="improvement starts the count again"),
        pytest.param([5, 6, 6, 6, 6, 6], 3, 4, id="the first epoch was the best"),
        pytest.param([5, 6, 5.5, 5.2, 5.1, 0], 3, 4, id="better than the last but not than the best"),
        pytest.param([1, 2, 3, 4], 10, 4, id="patience outlasts the run"),
        pytest.param([float("nan"), float("nan"), float("nan")], 2, 2, id="NaN is no improvement"),
        pytest.param([5, float("nan"), 4, 3], 2, 4, id="NaN once"),
    ],
)
def test_early_stopping_waits_for_patience_epochs(values, patience, epochs):
    assert epochs_until_stop(values, patience=patience) == epochs


@pytest.mark.parametrize(
    ("values", "epochs"),
    [
        pytest.param([5, 4.4, 3.8, 3.2], 4, id="falls by more each time"),
        pytest.param([5, 4.5, 4.5, 0], 3, id="a fall of just min_delta is none"),
        pytest.param([5, 4.8, 4.6, 0], 3, id="small falls do not add up soon enough"),
        pytest.param([5, 4.6, 4.4, 4.2, 4.1, 0], 5, id="but against the best they do"),
    ],
)
def test_early_stopping_takes_less_than_min_delta_for_nothing(values, epochs):
    assert epochs_until_stop(values, patience=2, min_delta=0.5) == epochs


@pytest.mark.parametrize(
    ("monitor", "best"), [("accuracy", 2), ("val_accuracy", 2), ("loss", 0), ("val_loss", 0), ("error", 0)]
)
def test_names_that_are_known_fall_or_rise_as_they_should(monitor, best):
    notes, values = Parameters(), [0.36, 0.645, 0.94, 0.865]
    scripted = Scripted(*values, name=f"my_{monitor}")
    stopping = mn.EarlyStopping(f"my_{monitor}", patience=5, restore_best_weights=True)
    net, _ = train([scripted, notes, stopping], epochs=4)
    assert np.array_equal(net.theta, notes.thetas[best])


def test_what_rises_is_watched_by_its_mode():
    assert epochs_until_stop([1, 2, 3, 3, 2.5], patience=2, mode="max") == 5
    _, history = train(
        [Scripted(1, 2, 2, 2), mn.LearningRateRecorder(), mn.ReduceOnPlateau("script", mode="max", patience=2)], 4
    )
    assert history.history["learning_rate"] == pytest.approx([0.1, 0.1, 0.1, 0.1])
    _, history = train(
        [Scripted(2, 1, 1, 1, 1), mn.ReduceOnPlateau("script", mode="max", patience=2), mn.LearningRateRecorder()], 5
    )
    assert history.history["learning_rate"] == pytest.approx([0.1, 0.1, 0.1, 0.01, 0.01])


@pytest.mark.parametrize("kind", [mn.EarlyStopping, mn.ReduceOnPlateau])
@pytest.mark.parametrize("mode", ["auto", "down", None])
def test_a_direction_that_is_not_known_must_be_said(kind, mode):
    with pytest.raises(SettingError, match=rf"{kind.__name__}: say whether 'score' is to fall, mode='min', or to rise"):
        kind("score", mode=mode)


def test_a_stopped_run_goes_on_with_more_patience(tmp_path):
    """To the same parameters as with that patience from the beginning; with no more patience, nothing happens."""
    values, path = [5, 4, 6, 6, 3, 6, 6, 6, 6], tmp_path / "run.npz"

    def run(patience, net, **more):
        stopping = mn.EarlyStopping("script", patience=patience, mode="min", restore_best_weights=True)
        return train([Scripted(*values), stopping, mn.Checkpoint(path)], epochs=9, net=net, **more)

    _, stopped = run(2, small_network())
    assert len(stopped.history["loss"]) == 4
    with pytest.warns(mn.TrainingWarning, match="stopped after 4 of now 9 epochs .* more patience"):
        _, still = run(2, small_network(), resume=path)
    assert len(still.history["loss"]) == 4
    assert still.stopped
    net, resumed = run(3, small_network(), resume=path)
    expected, never_stopped = run(3, small_network())
    assert np.array_equal(net.theta, expected.theta)
    assert resumed.history == never_stopped.history
    assert len(resumed.history["loss"]) == 8


def test_early_stopping_says_why():
    _, history = train([Scripted(1, 2, 3, 4), mn.EarlyStopping("script", mode="min", patience=2)], epochs=4)
    assert history.stopped == "script has not improved for 2 epochs"
    _, history = train([Scripted(4, 3, 2, 1), mn.EarlyStopping("script", mode="min", patience=2)], epochs=4)
    assert history.stopped == ""


@pytest.mark.parametrize("values", [[3, 1, 2, 2, 2, 2], [3, 1, 2, 2, 2, 0.5]], ids=["stopped", "patience left"])
def test_early_stopping_leaves_the_parameters_of_the_best_epoch(values):
    notes = Parameters()
    best = int(np.argmin(values[: epochs_until_stop(values, patience=3)]))
    callbacks = [
        Scripted(*values),
        notes,
        mn.EarlyStopping("script", mode="min", patience=3, restore_best_weights=True),
    ]
    net, _ = train(callbacks, epochs=6)
    assert np.array_equal(net.theta, notes.thetas[best])
    assert not np.array_equal(net.theta, notes.thetas[best - 1])


def test_early_stopping_restores_the_best_parameters_of_a_run_that_ended_by_itself():
    notes = Parameters()
    net, history = train(
        [Scripted(3, 1, 2, 2), notes, mn.EarlyStopping("script", mode="min", patience=9, restore_best_weights=True)],
        epochs=4,
    )
    assert history.stopped == ""
    assert np.array_equal(net.theta, notes.thetas[1])


def test_early_stopping_leaves_the_last_parameters_unless_told_otherwise():
    notes = Parameters()
    net, _ = train([Scripted(1, 2, 3), notes, mn.EarlyStopping("script", mode="min", patience=2)], epochs=3)
    assert np.array_equal(net.theta, notes.thetas[-1])


def test_early_stopping_restores_the_average_that_validation_saw():
    notes = Parameters()
    optimizer = mn.Averaged(mn.SGD(0.5), beta=0.2)
    callbacks = [
        Scripted(3, 1, 2, 2),
        notes,
        mn.EarlyStopping("script", mode="min", patience=2, restore_best_weights=True),
    ]
    net, _ = train(callbacks, 4, optimizer)
    assert np.array_equal(net.theta, notes.thetas[1])
    averaged, _ = train([], 2, optimizer)
    assert np.array_equal(net.theta, averaged.theta)


def test_early_stopping_watches_the_validation_loss():
    """Training data say 1, validation data say -1: the better the training, the worse the validation."""
    net = mn.Network([mn.Dense(1, 1, weights=0.0)])
    history = mn.fit(
        net, [0.0], [1.0], loss=mn.MeanSquaredError(), optimizer=mn.SGD(0.1), epochs=50,
        validation_data=([0.0], [-1.0]), callbacks=[mn.EarlyStopping(patience=3, restore_best_weights=True)],
    )  # fmt: skip
    assert len(history.history["val_loss"]) == 4
    # bias: 0 -> 0.1 * 2 * (1 - 0) = 0.2 after the first epoch, the best; its val_loss is 1.2^2
    assert net.theta[1] == pytest.approx(0.2)
    assert history.history["val_loss"][0] == pytest.approx(1.44)


# ReduceOnPlateau.


def rates(values, learning_rate=0.8, **settings):
    """Rate of each epoch, of which there is one update."""

    class Bias(mn.Callback):
        def on_fit_begin(self, run):
            self.rates, self.before = [], run.net.theta[1]

        def on_epoch_end(self, run):
            self.rates.append(round(float(self.before - run.net.theta[1]), 12))
            self.before = run.net.theta[1]

    class Linear(mn.Loss):
        """Its gradient is always 1, so the bias falls by the learning rate."""

        def __call__(self, y, target, weight=None):
            return float(y.mean()), np.full_like(y, 1 / y.size)

    net, bias = mn.Network([mn.Dense(1, 1, weights=0.0)]), Bias()
    callbacks = [Scripted(*values), mn.ReduceOnPlateau("script", mode="min", **settings), bias]
    mn.fit(net, [0.0], [0.0], loss=Linear(), optimizer=mn.SGD(learning_rate), epochs=len(values), callbacks=callbacks)
    return bias.rates


def test_reduce_on_plateau_multiplies_the_rate_after_patience_epochs():
    # best 5, two epochs no better: half from the next epoch on; the count starts again; 4 is better; two no better
    values = [5, 5, 5, 5, 5, 4, 4, 4, 4]
    assert rates(values, patience=2, factor=0.5) == [0.8, 0.8, 0.8, 0.4, 0.4, 0.2, 0.2, 0.2, 0.1]


def test_reduce_on_plateau_stops_at_the_minimum():
    # 1, 0.1, 0.01 and then not below 0.005 of the rate
    assert rates([1] * 6, patience=1, factor=0.1, minimum=0.005) == [0.8, 0.8, 0.08, 0.008, 0.004, 0.004]


def test_reduce_on_plateau_patience_0_is_1():
    assert rates([1] * 4, patience=0, factor=0.5) == rates([1] * 4, patience=1, factor=0.5) == [0.8, 0.8, 0.4, 0.2]


def test_reduce_on_plateau_takes_less_than_min_delta_for_nothing():
    assert rates([5, 4.8, 4.6, 4.4], patience=1, factor=0.5, min_delta=0.5) == [0.8, 0.8, 0.4, 0.2]


def test_reduce_on_plateau_multiplies_a_schedule():
    schedule = mn.schedules.Step(0.8, every=2, factor=0.25)  # 0.8, 0.8, 0.2, 0.2, 0.05
    assert rates([1] * 5, schedule, patience=2, factor=0.5) == [0.8, 0.8, 0.2, 0.1, 0.025]


# LearningRateRecorder.


def test_the_recorder_takes_down_the_rate_of_every_epoch():
    schedule = mn.schedules.Step(0.1, every=6, factor=0.5)  # four updates an epoch: 7 samples in twos
    _, history = train([mn.LearningRateRecorder()], 3, mn.SGD(schedule), batch_size=2)
    # the last updates are numbers 3, 7 and 11
    assert history.history["learning_rate"] == [0.1, 0.05, 0.05]


@pytest.mark.parametrize("first", ["recorder", "plateau"])
def test_the_recorder_takes_down_the_rate_that_was_used_wherever_it_stands_in_the_list(first):
    """After epoch 2 the rate is halved: that is the rate of epoch 3, not of epoch 2."""
    both = [mn.LearningRateRecorder(), mn.ReduceOnPlateau("script", mode="min", patience=1, factor=0.5)]
    if first == "plateau":
        both.reverse()
    _, history = train([Scripted(1, 1, 1, 1), *both], 4, mn.SGD(0.8))
    assert history.history["learning_rate"] == [0.8, 0.8, 0.4, 0.2]


# Callbacks of one's own.


class Diary(mn.Callback):
    def __init__(self):
        self.lines = []

    def on_fit_begin(self, run):
        self.lines.append(("begin", run.epoch, run.states["net"].t))

    def on_epoch_end(self, run):
        self.lines.append(("epoch", run.epoch, run.states["net"].t))

    def on_fit_end(self, run):
        self.lines.append(("end", run.epoch, run.states["net"].t))


def test_a_callback_is_called_before_after_and_between():
    diary = Diary()
    train([diary], 2, batch_size=3)  # three updates an epoch
    assert diary.lines == [("begin", 0, 0), ("epoch", 1, 3), ("epoch", 2, 6), ("end", 2, 6)]


def test_a_run_of_no_epochs_begins_and_ends():
    diary = Diary()
    net, history = train([diary], 0)
    assert diary.lines == [("begin", 0, 0), ("end", 0, 0)]
    assert history.history == {}
    assert np.array_equal(net.theta, small_network().theta)


def test_a_callback_can_stop_the_run():
    class Stop(mn.Callback):
        def on_epoch_end(self, run):
            if run.epoch == 3:
                run.stop("that is enough")

    diary = Diary()
    _, history = train([Stop(), diary])
    assert len(history.history["loss"]) == 3
    assert history.stopped == "that is enough"
    assert diary.lines[-2:] == [("epoch", 3, 3), ("end", 3, 3)]  # those after it still see the epoch


def test_a_callback_that_does_nothing_changes_nothing():
    alone, _ = train([], batch_size=2, rng=0)
    watched, _ = train([mn.Callback(), Diary(), mn.LearningRateRecorder()], batch_size=2, rng=0)
    assert np.array_equal(alone.theta, watched.theta)
    assert mn.Callback().state() == {}


def test_callbacks_are_called_in_order():
    order = []

    class Named(mn.Callback):
        def __init__(self, name):
            self.name = name

        def on_epoch_end(self, run):
            order.append(self.name)

    train([Named("a"), Named("b"), Named("c")], 2)
    assert "".join(order) == "abcabc"


# A callback can serve again.


def test_early_stopping_starts_afresh_in_a_second_run():
    stopping = mn.EarlyStopping("script", mode="min", patience=2, restore_best_weights=True)
    train([Scripted(1, 2, 3, 4, 5), stopping], 5)
    notes = Parameters()
    net, history = train([Scripted(9, 8, 9, 9, 9), notes, stopping], 5, mn.SGD(0.01))
    assert len(history.history["loss"]) == 4
    assert np.array_equal(net.theta, notes.thetas[1])


def test_early_stopping_forgets_its_parameters_even_for_a_run_of_no_epochs():
    stopping = mn.EarlyStopping("loss", restore_best_weights=True)
    train([stopping], 3)
    net, _ = train([stopping], 0)
    assert np.array_equal(net.theta, small_network().theta)


def test_reduce_on_plateau_starts_afresh_in_a_second_run():
    plateau = mn.ReduceOnPlateau("script", mode="min", patience=2, factor=0.5)
    for _ in range(2):
        _, history = train([Scripted(1, 1, 1, 1), mn.LearningRateRecorder(), plateau], 4, mn.SGD(0.8))
        assert history.history["learning_rate"] == [0.8, 0.8, 0.8, 0.4]


# What cannot be watched or set.


def test_the_accuracy_of_samples_held_out_is_recorded_and_watched():
    """Of the labels that are held out, three of four are on the side that a threshold at 0 says."""
    x, labels = np.linspace(-1, 1, 8), np.array([0, 0, 0, 0, 1, 1, 1, 1])
    net = mn.Network([mn.Dense(1, 1, weights=1.0)])
    settings = {"loss": mn.BinaryCrossEntropy(), "optimizer": mn.SGD(1e-9), "epochs": 9}
    held_out = ([-1.0, -0.5, 0.5, 1.0], [0, 1, 1, 1])
    stopping = mn.EarlyStopping("val_accuracy", patience=2)
    for compiled in (True, False):
        history = mn.fit(
            net, x, labels, accuracy=True, validation_data=held_out, callbacks=[stopping], compiled=compiled, **settings
        )
        assert history.history["val_accuracy"] == [0.75, 0.75, 0.75]
        assert history.stopped == "val_accuracy has not improved for 2 epochs"
    with pytest.raises(SettingError, match=r"no 'val_accuracy', only loss; val_accuracy needs valid.* and accuracy=T"):
        mn.fit(net, x, labels, callbacks=[stopping], **settings)


@pytest.mark.parametrize("kind", [mn.EarlyStopping, mn.ReduceOnPlateau])
def test_a_monitor_that_is_not_recorded_is_named(kind):
    with pytest.raises(
        SettingError, match=rf"{kind.__name__}: the history has no 'val_loss', only loss; val_loss needs"
    ):
        train([kind()])
    with pytest.raises(SettingError, match="has no 'vall_loss', only loss, val_loss"):
        train([kind("vall_loss")], validation_split=0.3)


@pytest.mark.parametrize("patience", [-1, float("nan"), "3"])
@pytest.mark.parametrize("kind", [mn.EarlyStopping, mn.ReduceOnPlateau])
def test_patience_is_a_number_of_epochs(kind, patience):
    with pytest.raises(SettingError, match=rf"{kind.__name__}: patience="):
        kind(patience=patience)


@pytest.mark.parametrize("min_delta", [-0.1, float("nan"), float("inf")])
@pytest.mark.parametrize("kind", [mn.EarlyStopping, mn.ReduceOnPlateau])
def test_min_delta_is_not_negative(kind, min_delta):
    with pytest.raises(SettingError, match=rf"{kind.__name__}: min_delta=.* must be >= 0"):
        kind(min_delta=min_delta)


@pytest.mark.parametrize("name", ["factor", "minimum"])
@pytest.mark.parametrize("value", [-0.1, 1.5, float("nan")])
def test_factors_lie_between_0_and_1(name, value):
    with pytest.raises(SettingError, match=rf"ReduceOnPlateau: {name}=.*between 0 and 1"):
        mn.ReduceOnPlateau(**{name: value})


@pytest.mark.parametrize("factor", [0, 1])
def test_a_factor_that_would_end_or_change_nothing_is_refused(factor):
    with pytest.raises(SettingError, match="ReduceOnPlateau: factor="):
        mn.ReduceOnPlateau(factor=factor)


@pytest.mark.parametrize("every", [0, -1])
def test_checkpoints_are_whole_epochs_apart(every, tmp_path):
    with pytest.raises(SettingError, match="Checkpoint: every="):
        mn.Checkpoint(tmp_path / "run.npz", every=every)


@pytest.mark.parametrize("wrong", [mn.EarlyStopping, "EarlyStopping", None, print])
def test_what_is_not_a_callback_is_refused(wrong):
    with pytest.raises(SettingError, match="is not a Callback"):
        train([wrong])


def test_a_callback_outside_a_list_is_refused():
    with pytest.raises(SettingError, match=r"callbacks"):
        train(mn.LearningRateRecorder())


# Callbacks that look at few epochs.


class Seldom(Parameters):
    """Looks after every third epoch."""

    def next_look(self, run):
        return run.epoch - run.epoch % 3 + 3

    def on_epoch_end(self, run):
        self.looked_at = [*getattr(self, "looked_at", []), run.epoch]
        if run.epoch % 3 == 0:
            super().on_epoch_end(run)


@pytest.mark.parametrize("compiled", [True, False])
def test_a_callback_that_looks_seldom_sees_the_same_parameters(compiled):
    always, seldom = Parameters(), Seldom()
    ours, history = train([seldom], epochs=10, compiled=compiled)
    net, expected = train([always], epochs=10, compiled=compiled)
    assert np.array_equal(seldom.thetas, always.thetas[2::3])
    assert np.array_equal(ours.theta, net.theta)
    assert history.history == expected.history
    if history.compiled:
        assert len(seldom.looked_at) < 10
        assert {3, 6, 9, 10} <= set(seldom.looked_at)


def test_who_looks_most_often_decides():
    always, seldom = Parameters(), Seldom()
    train([seldom, always], epochs=5)
    assert seldom.looked_at == [1, 2, 3, 4, 5]
    assert len(always.thetas) == 5


def test_validation_is_measured_after_every_epoch_all_the_same(tmp_path):
    _, history = train([mn.Checkpoint(tmp_path / "run.npz", every=4)], epochs=6, validation_data=(X, X))
    assert len(history.history["val_loss"]) == 6
