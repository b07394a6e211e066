"""A step of one's own: two networks that train against each other, in the loop that `fit` uses."""

import copy
import os
import pickle
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import minnet as mn
from minnet.errors import (
    DataError,
    DivergenceError,
    DtypeError,
    FileFormatError,
    SettingError,
    ShapeError,
    TrainingInterrupted,
)


class Game(mn.Step):
    """A generator of points in the plane, and a critic who tells them from real ones (Goodfellow et al., 2014)."""

    def __init__(self, learning_rate=2e-3):
        self.generator = mn.mlp([2, 16, 2], rng=1)
        self.critic = mn.mlp([2, 16, 1], mn.LeakyReLU(0.2), rng=2)
        self.loss = mn.BinaryCrossEntropy()
        self._states = {
            "generator": mn.TrainState.of(self.generator, mn.Averaged(mn.Adam(learning_rate, beta_1=0.5), 0.1)),
            "critic": mn.TrainState.of(self.critic, mn.RMSProp(2 * learning_rate)),
        }

    @property
    def states(self):
        return self._states

    def step(self, batch, call):
        (real,) = batch
        fake = self.generator.forward(call.rng.standard_normal((1, len(real), 2)), call)[0]
        everything, labels = np.concatenate([real, fake]), np.repeat([1.0, 0.0], len(real))
        critic_loss, dy = self.loss(self.critic.forward(everything[np.newaxis], call)[0], labels)
        self.critic.backward(dy)
        self.states["critic"].apply(self.critic.gradient(), critic_loss)
        generator_loss, dy = self.loss(self.critic.forward(fake[np.newaxis], call)[0], np.ones(len(real)))
        self.generator.backward(self.critic.backward(dy))
        self.states["generator"].apply(self.generator.gradient(), generator_loss)
        return {"critic_loss": critic_loss, "generator_loss": generator_loss}


CENTRE = np.array([3.0, -2.0])
POINTS = CENTRE + 0.3 * np.random.default_rng(5).standard_normal((200, 2))


def play(step, epochs=12, **options):
    return mn.train(step, POINTS, epochs=epochs, batch_size=32, rng=3, **options)


def bits(step, history):
    vectors = [state.arrays() for state in step.states.values()]
    return [array.tolist() for arrays in vectors for array in arrays.values()], history.history


def test_the_generator_learns_where_the_points_are():
    step = Game()
    history = play(step, epochs=150)
    generated = step.generator(np.random.default_rng(0).standard_normal((500, 2)))
    assert np.abs(generated.mean(axis=0) - CENTRE).max() < 0.4
    assert set(history.history) == {"critic_loss", "generator_loss"}
    assert len(history.history["critic_loss"]) == 150
    assert not history.compiled


def test_losses_are_means_over_samples_the_ragged_batch_included():
    class Sizes(Game):
        def step(self, batch, call):
            super().step(batch, call)
            return {"size": float(len(batch[0]))}

    history = play(Sizes(), epochs=1)
    assert history.history["size"] == [pytest.approx((6 * 32 * 32 + 8 * 8) / 200)]


def test_a_run_goes_on_from_its_checkpoint_with_the_same_bits(tmp_path):
    path = tmp_path / "game.npz"
    whole = Game()
    expected = bits(whole, play(whole))
    play(Game(), epochs=5, callbacks=[mn.Checkpoint(path)])
    resumed = Game()
    assert bits(resumed, play(resumed, callbacks=[mn.Checkpoint(path)], resume=path)) == expected


KILLED = """
    import os, signal
    import minnet as mn
    from tests.test_steps import Game, play

    class Kill(mn.Callback):
        def on_epoch_end(self, run):
            if run.epoch == 7:
                os.kill(os.getpid(), signal.SIGKILL)

    play(Game(), callbacks=[mn.Checkpoint({path!r}, every=2), Kill()])
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_a_killed_run_goes_on_with_the_same_bits(tmp_path):
    path, whole = tmp_path / "game.npz", Game()
    expected = bits(whole, play(whole))
    code = textwrap.dedent(KILLED.format(path=str(path)))
    killed = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=False)
    assert killed.returncode == -signal.SIGKILL

    class Kill(mn.Callback):  # callbacks must be the same to resume; this one has nothing left to do
        pass

    resumed = Game()
    assert bits(resumed, play(resumed, callbacks=[mn.Checkpoint(path, every=2), Kill()], resume=path)) == expected


def test_checkpoints_of_other_games_are_refused(tmp_path):
    path = tmp_path / "game.npz"
    play(Game(), epochs=2, callbacks=[mn.Checkpoint(path)])
    with pytest.raises(FileFormatError, match=r"optimizer differs.*0\.004.*0\.006"):
        play(Game(0.003), callbacks=[mn.Checkpoint(path)], resume=path)
    with pytest.raises(FileFormatError, match="data differs"):
        mn.train(Game(), POINTS + 1, epochs=3, batch_size=32, rng=3, callbacks=[mn.Checkpoint(path)], resume=path)


def test_a_divergence_is_named_and_both_networks_are_put_back():
    class Broken(Game):
        def step(self, batch, call):
            measures = super().step(batch, call)
            if self.states["generator"].t == 10:
                self.states["generator"].apply(np.full(self.generator.n_parameters, np.nan))
            return measures

    step = Broken()
    with pytest.raises(DivergenceError, match=r"the gradient is not finite in epoch 2, batch 3 \(learning rate 0\.002"):
        play(step)
    for state in step.states.values():
        assert np.array_equal(state.theta, state.previous)
        assert np.isfinite(state.theta).all()


def test_a_measure_that_is_not_finite_is_a_divergence():
    class Odd(Game):
        def step(self, batch, call):
            return {**super().step(batch, call), "distance": np.inf}

    with pytest.raises(DivergenceError, match="distance is not finite in epoch 1, batch 1"):
        play(Odd())


def test_best_weights_are_those_of_all_networks():
    class Twelve(mn.Callback):
        def on_epoch_end(self, run):
            run.history.record("score", abs(run.epoch - 4))
            if run.epoch == 4:
                self.best = run.snapshot()

    step, twelve = Game(), Twelve()
    play(step, callbacks=[twelve, mn.EarlyStopping("score", mode="min", patience=3, restore_best_weights=True)])
    for name, state in step.states.items():
        assert np.array_equal(state.theta, twelve.best[f"{name}.theta"])


def test_learning_rates_are_told_apart_and_reduced_together():
    step, recorder = Game(), mn.LearningRateRecorder()
    plateau = mn.ReduceOnPlateau("critic_loss", patience=1, min_delta=1e9, factor=0.5)
    history = play(step, epochs=3, callbacks=[recorder, plateau]).history
    assert history["generator_learning_rate"] == [2e-3, 2e-3, 1e-3]
    assert history["critic_learning_rate"] == [4e-3, 4e-3, 2e-3]


def test_ctrl_c_leaves_both_networks_as_before_their_last_update():
    class Interrupt(mn.Callback):
        def on_epoch_end(self, run):
            raise KeyboardInterrupt

    step = Game()
    with pytest.raises(TrainingInterrupted, match="after 1 of 12 epochs"):
        play(step, callbacks=[Interrupt()])
    assert all(np.array_equal(state.theta, state.previous) for state in step.states.values())


def test_several_arrays_come_as_tuples_and_validation_needs_a_step_that_can():
    class Both(mn.Validated):
        def __init__(self):
            self.state = mn.TrainState(np.zeros(1), mn.SGD(0.1))

        @property
        def states(self):
            return {"slope": self.state}

        def step(self, batch, call):
            x, y = batch
            error = self.state.theta[0] * x - y
            self.state.apply(np.array([2 * (error * x).mean()]))
            return {"loss": (error**2).mean()}

        def evaluate(self, batch):
            x, y = batch
            return {"error": np.abs(self.state.theta[0] * x - y).max()}

    x = np.linspace(-1, 1, 50)
    step = Both()
    history = mn.train(step, (x, 3 * x), epochs=100, batch_size=10, rng=0, validation=(x[:5], 3 * x[:5])).history
    assert step.state.theta[0] == pytest.approx(3)
    assert history["val_error"][-1] < 1e-6
    with pytest.raises(SettingError, match="Game cannot evaluate"):
        play(Game(), validation=POINTS)


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (np.zeros((0, 2)), DataError, "no samples"),
        (np.array([[0.0, np.nan]]), DataError, "not finite"),
        (3.0, ShapeError, "samples"),
        ((np.zeros(3), np.zeros(4)), ShapeError, "3, 4 samples"),
    ],
)
def test_bad_data_are_explained(data, error, message):
    with pytest.raises(error, match=message):
        mn.train(Game(), data, epochs=1)


def test_what_is_no_step_is_refused():
    with pytest.raises(SettingError, match="must be a Step"):
        mn.train(mn.mlp([1, 2, 1]), POINTS, epochs=1)


def test_fit_is_train_with_a_supervised_step():
    first, second = mn.mlp([2, 5, 1], rng=0), mn.mlp([2, 5, 1], rng=0)
    target = POINTS.sum(axis=1)
    options = {"epochs": 5, "batch_size": 16, "rng": 1}
    fitted = mn.fit(first, POINTS, target, loss=mn.MeanSquaredError(), optimizer=mn.Adam(), **options)
    step = mn.Supervised(second, mn.MeanSquaredError(), mn.Adam())
    data, _ = mn.training_data(second, mn.MeanSquaredError(), POINTS, target)
    assert mn.train(step, data, **options).history == fitted.history
    assert np.array_equal(first.theta, second.theta)


def test_a_state_by_hand_names_its_divergence():
    state = mn.TrainState(np.ones(2), mn.SGD(0.1))
    with pytest.raises(DivergenceError, match=r"the loss is not finite in step 1 \(learning rate 0.1, SGD"):
        state.apply(np.ones(2), np.nan)
    with pytest.raises(SettingError, match="optimizer must be an object"):
        mn.TrainState(np.ones(2), mn.SGD)


class Descent(mn.Validated):
    """One number, brought to 0; what it measures is given."""

    def __init__(self, measures=None):
        self.theta, self.measures = np.ones(1), {"loss": 1.0} if measures is None else measures
        self._states = {"theta": mn.TrainState(self.theta, mn.Adam(0.1))}

    @property
    def states(self):
        return self._states

    def step(self, batch, call):
        self.states["theta"].apply(self.theta)
        return self.measures

    def evaluate(self, batch):
        return self.measures


def test_what_some_batches_do_not_measure_counts_in_the_others_only():
    class Sometimes(Descent):
        def step(self, batch, call):
            super().step(batch, call)
            often = {"size": float(len(batch[0]))}
            return often | ({"rarely": 2.0 + len(batch[0])} if self.states["theta"].t % 3 == 1 else {})

    history = mn.train(Sometimes(), POINTS, epochs=1, batch_size=32, shuffle=False).history
    assert history["rarely"] == [pytest.approx((2 * 32 * 34 + 8 * 10) / 72)]
    assert history["size"] == [pytest.approx((6 * 32 * 32 + 8 * 8) / 200)]


@pytest.mark.parametrize(
    "measures", [3.0, [("loss", 1.0)], {"loss": None}, {"loss": np.ones(3)}, {"loss": "1"}, {1: 2.0}]
)
def test_measures_that_are_no_numbers_are_refused(measures):
    with pytest.raises(SettingError, match=r"Descent.step must return a dict of numbers such as .*loss"):
        mn.train(Descent(measures), POINTS, epochs=1)

    class Evaluated(Descent):
        def step(self, batch, call):
            return {"loss": np.array(1.0)}

    with pytest.raises(SettingError, match=r"Evaluated.evaluate must return a dict of numbers such as .*loss"):
        mn.train(Evaluated(measures), POINTS, epochs=1, validation=POINTS)


def test_states_are_made_once():
    class Forgetful(Descent):
        @property
        def states(self):
            return {"theta": mn.TrainState(self.theta, mn.Adam(0.1))}

    with pytest.raises(SettingError, match=r"Forgetful.states makes new states at every call"):
        mn.train(Forgetful(), POINTS, epochs=1)


@pytest.mark.parametrize("states", [{}, {"theta": 3}, [mn.TrainState(np.ones(1), mn.SGD())], None])
def test_states_are_named(states):
    step = Descent()
    step._states = states
    with pytest.raises(SettingError, match=r"Descent.states must be a dict such as .*TrainState.of"):
        mn.train(step, POINTS, epochs=1)


def supervised(**options):
    net = mn.mlp([2, 4, 1], rng=0)
    step = mn.Supervised(net, mn.MeanSquaredError(), mn.Adam(0.05))
    return step, mn.training_data(net, mn.MeanSquaredError(), POINTS, POINTS.sum(axis=1), **options)


def test_a_supervised_step_takes_training_data():
    step, pair = supervised(split=0.2)
    with pytest.raises(SettingError, match="a Supervised step takes what training_data gives"):
        mn.train(step, (POINTS, POINTS[:, 0]), epochs=1)
    with pytest.raises(SettingError, match="a Supervised step takes what training_data gives"):
        mn.train(step, pair[0], validation=(POINTS, POINTS[:, 0]), epochs=1)
    with pytest.raises(SettingError, match="data must be one Data, not a tuple"):
        mn.train(step, pair, epochs=1)


def test_what_was_changed_before_training_stays_when_it_is_interrupted():
    class Interrupt(mn.Callback):
        def on_fit_begin(self, run):
            raise KeyboardInterrupt

    step, (data, _) = supervised()
    mn.train(step, data, epochs=3)
    step.net.theta[:] = changed = np.arange(step.net.n_parameters)
    with pytest.raises(TrainingInterrupted):
        mn.train(step, data, epochs=3, callbacks=[Interrupt()])
    assert (step.net.theta == changed).all()


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda step: pickle.loads(pickle.dumps(step))])
def test_a_copied_step_trains_the_copied_network(copied):
    step, (data, _) = supervised()
    mn.train(step, data, epochs=3)
    twin = copied(step)
    expected = mn.train(step, data, epochs=3).history
    assert mn.train(twin, data, epochs=3).history == expected
    assert np.array_equal(twin.net.theta, step.net.theta)
    assert twin.net.theta is twin.state.theta is not step.net.theta


@pytest.mark.parametrize("gradient", [np.ones(2), np.ones(4), 1.0, np.ones((3, 1))])
def test_gradients_of_another_shape_are_refused(gradient):
    state = mn.TrainState(np.ones(3), mn.Adam())
    with pytest.raises(ShapeError, match=r"the gradient has shape .*, expected \(3,\)"):
        state.apply(gradient)
    assert state.t == 0
    state.apply([1.0, 2.0, 3.0])
    assert state.t == 1


def test_parameters_are_a_vector_of_floats():
    for theta in ([1.0, 2.0], np.array([1, 2]), 3.0):
        with pytest.raises(DtypeError, match="theta must be an array of floats"):
            mn.TrainState(theta, mn.SGD())
    with pytest.raises(ShapeError, match=r"theta has shape \(2, 3\), expected a vector"):
        mn.TrainState(np.ones((2, 3)), mn.SGD())


@pytest.mark.parametrize(
    "value", [(1, 2), {"a": (1, 2)}, {3: 4}, {"n": np.arange(3)}, np.arange(5000), [mn.SGD()], np.float32(0.1), {"x"}]
)
def test_settings_of_any_kind_are_the_same_when_a_run_is_resumed(value, tmp_path):
    class Set(Descent):
        def settings(self):
            return {"setting": value}

    path, options = tmp_path / "run.npz", {"callbacks": [mn.Checkpoint(tmp_path / "run.npz")]}
    mn.train(Set(), POINTS, epochs=1, **options)
    assert len(mn.train(Set(), POINTS, epochs=2, resume=path, **options).history["loss"]) == 2
    before, value = value, "another"
    with pytest.raises(FileFormatError, match="setting differs"):
        mn.train(Set(), POINTS, epochs=2, resume=path, **options)
    if isinstance(before, np.ndarray):
        value = before.copy()
        value[before.size // 2] = -1
        with pytest.raises(FileFormatError, match="setting differs"):
            mn.train(Set(), POINTS, epochs=2, resume=path, **options)
