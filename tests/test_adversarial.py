"""Two networks against each other: the games, the two turns, every aid by itself, and runs that go on."""

import copy
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import minnet as mn
from minnet import games, schedules
from minnet.errors import DataError, DerivativeError, DivergenceError, FileFormatError, SettingError, ShapeError
from minnet.losses.games import GAMES
from minnet.training.packs import unpack
from tests.checks import assert_close, slope

CENTRE = np.array([3.0, -2.0])
POINTS = CENTRE + 0.3 * np.random.default_rng(5).standard_normal((200, 2))


def pair(dtype="float64", batch_norm=False, scores=(1,), packed=1):
    generator = [mn.Dense(3, 16), *([mn.BatchNorm()] if batch_norm else []), mn.Tanh(), mn.Dense(16, 2)]
    critic = [mn.Dense(2 * packed, 16), *([mn.BatchNorm()] if batch_norm else []), mn.LeakyReLU(0.2)]
    critic += [mn.Dense(16, int(np.prod(scores))), *([mn.Reshape(scores)] if len(scores) > 1 else [])]
    return mn.Network(generator, rng=1, dtype=dtype), mn.Network(critic, rng=2, dtype=dtype)


def game(rate=1e-3, dtype="float64", batch_norm=False, scores=(1,), packed=1, **options):
    adam = {f"{name}_optimizer": mn.Adam(rate, beta_1=0.5) for name in ("generator", "discriminator")}
    return mn.Adversarial(*pair(dtype, batch_norm, scores, packed), packed=packed, **{**adam, **options})


def play(step, data=POINTS, epochs=6, **options):
    return mn.train(step, data, **{"epochs": epochs, "batch_size": 32, "rng": 3, **options})


def one_step(step, real=POINTS[:32], rng=0):
    return step.step((real,), mn.Pass(training=True, rng=np.random.default_rng(rng)))


# Games.


@pytest.mark.parametrize("name", GAMES)
def test_slopes_of_games(name, rng):
    kind = GAMES[name]()
    y, t = 2 * rng.standard_normal((50, 3)), rng.random((50, 1))
    for formula in (lambda y: kind.discriminator(y, t), kind.generator):
        loss, dy = formula(y)
        v = rng.standard_normal(y.shape)
        assert np.vdot(dy, v) == pytest.approx(slope(lambda y: formula(y)[0].sum(), y, v), rel=1e-6)  # noqa: B023
        assert loss.shape == dy.shape == y.shape
    float32 = kind.discriminator(y.astype("float32"), t.astype("float32"))
    assert {part.dtype for part in (*float32, *kind.generator(y.astype("float32")))} == {np.dtype("float32")}


def test_games_by_hand():
    """At D = 1/2 and at a score of log 3, D = 3/4; hinges at 1; distances of means."""
    zero, three = np.zeros((2, 1)), np.full((2, 1), np.log(3))
    real, fake = np.ones((2, 1)), np.zeros((2, 1))

    def values(kind, y, t):
        return kind.discriminator(y, t)[0][0, 0], kind.generator(y)[0][0, 0]

    assert values(games.NonSaturating(), zero, real) == pytest.approx((np.log(2), np.log(2)))
    assert values(games.NonSaturating(), three, real) == pytest.approx((np.log(4 / 3), np.log(4 / 3)))
    assert values(games.NonSaturating(), three, fake) == pytest.approx((np.log(4), np.log(4 / 3)))
    assert values(games.Minimax(), three, fake) == pytest.approx((np.log(4), -np.log(4)))
    assert values(games.LeastSquares(), 3 * real, fake) == pytest.approx((4.5, 2))
    assert values(games.Hinge(), 0.25 * real, real) == pytest.approx((0.75, -0.25))
    assert values(games.Hinge(), 0.25 * real, fake) == pytest.approx((1.25, -0.25))
    assert values(games.Hinge(), 2 * real, real) == pytest.approx((0, -2))
    assert values(games.Wasserstein(), 2 * real, real) == pytest.approx((-2, -2))
    assert values(games.Wasserstein(), 2 * real, fake) == pytest.approx((2, -2))


def test_the_minimax_game_saturates_and_the_usual_one_does_not():
    y = np.full((1, 1), -30.0)
    assert abs(games.Minimax().generator(y)[1]) < 1e-12
    assert games.NonSaturating().generator(y)[1] == pytest.approx(-1)
    for kind in (games.Minimax(), games.NonSaturating()):
        assert np.isfinite(kind.generator(np.array([[-1e4], [1e4]]))).all()


# The two turns.


def test_a_linear_discriminator_moves_by_the_difference_of_means():
    """Score a.x, Wasserstein: the gradient by a is the mean of what is generated minus that of the real."""
    generator = mn.Network([mn.Dense(2, 2, weights=np.eye(2), bias=[1.0, 0.0])])
    discriminator = mn.Network([mn.Dense(2, 1, weights=[[0.5], [-0.25]])])
    step = mn.Adversarial(
        generator, discriminator, loss=games.Wasserstein(clip=10.0),
        generator_optimizer=mn.SGD(0.1), discriminator_optimizer=mn.SGD(0.1),
    )  # fmt: skip
    real, rng = np.array([[4.0, 4.0], [6.0, 8.0]]), np.random.default_rng(0)
    noise = rng.standard_normal((2, 2))
    measures = one_step(step, real)
    shift = np.array([1.0, 0.0])
    difference = (noise + shift).mean(axis=0) - [5, 6]
    a = np.array([0.5, -0.25]) - 0.1 * difference
    assert_close(discriminator.layers[0].W[:, 0], a, 1e-14)
    assert discriminator.layers[0].b == 0  # the same for real and generated
    assert measures["real_score"] == pytest.approx(0.5 * 5 - 0.25 * 6)
    assert measures["discriminator_loss"] == pytest.approx(difference @ [0.5, -0.25])
    assert measures["generator_loss"] == pytest.approx(-((noise + shift) @ a).mean())
    assert_close(generator.layers[0].b, shift + 0.1 * a, 1e-14)
    assert_close(generator.layers[0].W, np.eye(2) + 0.1 * np.outer(noise.mean(axis=0), a), 1e-14)


@pytest.mark.parametrize("aids", ["plain", "aided", "flattened", "packed"])
@pytest.mark.parametrize("name", GAMES)
def test_updates_are_along_the_gradients_of_the_losses(name, aids, kernels, rng):
    """By central differences, with the same random numbers drawn; scores of several parts, batch norm."""
    target = rng.standard_normal(2)

    def penalty(x, step):
        return float(((x - target) ** 2).mean()), 2 * (x - target) / x.size

    def make():
        options = {
            "plain": {}, "aided": {"noise": 0.3, "flips": 0.2, "penalty": penalty},
            "flattened": {"gradient_penalty": 3.0}, "packed": {"packed": 3},
        }[aids]  # fmt: skip
        if aids == "aided" and GAMES[name].compares_labels:
            options["smoothing"] = 0.2
        options |= {"loss": games.Wasserstein(clip=1e9) if name == "Wasserstein" else GAMES[name]()}
        sgd = {"generator_optimizer": mn.SGD(1e-3), "discriminator_optimizer": mn.SGD(1e-3)}
        return game(batch_norm=aids != "flattened", scores=(4, 1), **sgd, **options)

    def losses(network, theta):
        step = make()
        getattr(step, network).theta = theta
        measures = one_step(step)
        return measures["discriminator_loss"], measures["generator_loss"] + measures.get("penalty", 0.0)

    before, after = make(), make()
    one_step(after)
    start = before.discriminator.theta.copy()
    v = rng.standard_normal(start.size)
    gradient = (start - after.discriminator.theta) / 1e-3
    expected = slope(lambda theta: losses("discriminator", theta)[0], start, v)
    assert gradient @ v == pytest.approx(expected, rel=1e-5, abs=1e-7)

    start, v = before.generator.theta.copy(), rng.standard_normal(before.generator.theta.size)
    gradient = (start - after.generator.theta) / 1e-3
    trained = after.discriminator.theta.copy()  # the generator's turn comes after the discriminator's update

    def of_generator(theta):
        step, rng = make(), np.random.default_rng(0)
        step.generator.theta, step.discriminator.theta = theta, trained
        call, step._sigma = mn.Pass(training=True, rng=rng), step._noise_of(POINTS[:32], 0)
        generated = step._generated(32, call)
        for _ in range(2 if aids == "aided" else 0):  # what the discriminator's turn has drawn, for generated and real
            rng.standard_normal((32, 2))
            rng.random((32, 2 if step.smoothing else 1))
        measures = step._teach_generator(generated, call)
        return measures["generator_loss"] + measures.get("penalty", 0.0)

    assert gradient @ v == pytest.approx(slope(of_generator, start, v), rel=1e-5, abs=1e-7)


def test_the_slope_of_a_linear_discriminator_is_penalised():
    """Score a.x: E (v a)^2 = |a|^2 for v of variance 1, so the penalty alone shortens a by gamma times itself."""
    a = np.array([0.6, -0.8])
    values, moves = [], []
    for seed in range(300):
        discriminator = mn.Network([mn.Dense(2, 1, weights=a[:, None])])
        step = mn.Adversarial(
            mn.mlp([2, 2], rng=0), discriminator, gradient_penalty=0.5, loss=games.Wasserstein(clip=10.0),
            discriminator_optimizer=mn.SGD(0.1),
        )  # fmt: skip
        real = step.generator(np.random.default_rng(seed).standard_normal((64, 2)))  # what will be generated
        measures = one_step(step, real, rng=seed)
        values.append(measures["discriminator_loss"])
        moves.append(a - discriminator.layers[0].W[:, 0])
    assert np.mean(values) == pytest.approx(0.25, rel=0.05)
    assert_close(np.mean(moves, axis=0), 0.1 * 0.5 * a, 0.1 * 0.5 * 0.08)


def test_packs_are_samples_side_by_side():
    step = mn.Adversarial(
        mn.Network([mn.Dense(3, 8), mn.Reshape((4, 2))], rng=0), mn.Network([mn.Conv1d(6, 1, 4)], input_shape=(4, 6)),
        packed=3,
    )  # fmt: skip
    real = np.arange(7 * 8.0).reshape(7, 4, 2)
    packs = shown(step, real)[1]
    assert np.array_equal(packs, [np.concatenate(real[3 * k : 3 * k + 3], axis=1) for k in range(2)])
    assert np.array_equal(unpack(packs, 3, real)[:6], real[:6])
    assert not unpack(packs, 3, real)[6].any()
    with pytest.raises(ShapeError, match=r"packs of shape \(6,\) with packed=3, but the discriminator takes \(2,\)"):
        mn.Adversarial(*pair(), packed=3)
    with pytest.raises(ShapeError, match="a batch of 2 samples, but packed=3"):
        one_step(game(packed=3), POINTS[:2])


def test_a_discriminator_without_derivatives_cannot_be_flattened():
    with pytest.raises(DerivativeError, match="BatchNorm"):
        game(batch_norm=True, gradient_penalty=1.0)
    with pytest.raises(SettingError, match="gradient_penalty=-1"):
        game(gradient_penalty=-1)


def test_buffers_move_once_a_step_and_the_discriminators_by_real_samples():
    step = game(batch_norm=True)
    first = step.discriminator.layers[0]
    inputs = (POINTS[:32] @ first.W + first.b).mean(axis=0)
    one_step(step)
    assert step.generator.layers[1].steps == step.discriminator.layers[1].steps == 1
    assert_close(step.discriminator.layers[1].mean, inputs, 1e-12)
    play(step, epochs=1)
    assert step.generator.layers[1].steps == step.discriminator.layers[1].steps == 8


def test_the_generators_turn_computes_no_gradient_of_the_discriminator(monkeypatch):
    step, calls = game(), []
    gradient = step.discriminator.gradient
    monkeypatch.setattr(step.discriminator, "gradient", lambda dy: calls.append(1) or gradient(dy))
    one_step(step)
    assert len(calls) == 2  # of generated and of real samples


def test_float32_goes_along_with_float64():
    """The same noise, rounded; nothing becomes float64."""
    options = {"noise": 0.1, "smoothing": 0.1, "flips": 0.1}
    exact, rounded = game(**options), game(dtype="float32", **options)
    assert one_step(rounded) == pytest.approx(one_step(exact), rel=1e-5)
    assert step_dtypes(rounded) == {np.dtype("float32")}
    assert rounded.generate(3, rng=0).dtype == "float32"


def step_dtypes(step):
    return {array.dtype for state in step.states.values() for array in state.arrays().values()}


def test_the_generator_learns_where_the_points_are(kernels):
    """The plain call, but for a larger learning rate to save time."""
    step = game(2e-3)
    history = play(step, epochs=150)
    assert np.abs(step.generate(500, rng=0).mean(axis=0) - CENTRE).max() < 0.4
    assert set(history.history) == {"discriminator_loss", "generator_loss", "real_score", "generated_score"}
    assert not history.compiled


def test_samples_of_one_feature_may_come_as_a_vector():
    step = mn.Adversarial(mn.mlp([1, 8, 1], rng=0), mn.mlp([1, 8, 1], rng=1))
    play(step, np.random.default_rng(0).standard_normal(100))
    assert step.generate(5).shape == (5, 1)


# The aids.


def shown(step, real=POINTS[:32]):
    """What the discriminator is shown in a step: generated, real, generated."""
    seen, forward = [], step.discriminator.forward
    step.discriminator.forward = lambda x, call: seen.append(x[0].copy()) or forward(x, call)
    one_step(step, real)
    return seen


def test_noise_is_in_units_of_each_feature_and_falls():
    real = np.random.default_rng(0).standard_normal((4000, 2)) * [1.0, 0.01]
    generated, seen, again = shown(game(noise=0.5), real)
    assert_close((seen - real).std(axis=0) / [0.5, 0.005], [1, 1], 0.05)
    assert generated.shape == again.shape
    step = game(noise=schedules.Linear(0.5, steps=2))
    levels = [shown(step)[1] - POINTS[:32] for _ in range(3)]
    assert levels[0].std() == pytest.approx(2 * levels[1].std(), rel=0.3)
    assert not levels[2].any()


def labels(step, label, n=20_000):
    return step._labels(np.zeros((n, 3, 1)), label, mn.Pass(training=True, rng=np.random.default_rng(0)))


def test_labels_are_smoothed_and_flipped():
    real, fake = labels(game(smoothing=0.1), 1.0), labels(game(smoothing=0.1), 0.0)
    assert real.shape == (20_000, 1, 1)
    assert (real >= 0.9).all()
    assert (real <= 1).all()
    assert real.mean() == pytest.approx(0.95, abs=0.001)
    assert (fake >= 0).all()
    assert (fake <= 0.1).all()
    assert fake.mean() == pytest.approx(0.05, abs=0.001)
    flipped = labels(game(flips=0.03), 1.0)
    assert set(flipped.ravel()) == {0, 1}
    assert (flipped == 0).mean() == pytest.approx(0.03, abs=0.004)
    both = labels(game(smoothing=0.1, flips=0.25), 0.0)
    assert (both >= 0.9).mean() == pytest.approx(0.25, abs=0.01)
    assert (labels(game(), 1.0) == 1).all()


@pytest.mark.parametrize(
    ("every", "updates"), [({}, (28, 28)), ({"generator_every": 5}, (5, 28)), ({"discriminator_every": 3}, (28, 10))]
)
def test_a_network_may_learn_less_often(every, updates):
    step = game(**every)
    history = play(step, epochs=4)
    assert tuple(state.t for state in step.states.values()) == updates
    assert len(history.history["generator_loss"]) == 4


def test_weights_are_clipped():
    step = game(rate=0.1, loss=games.Wasserstein(clip=0.05))
    play(step, epochs=1)
    assert np.abs(step.discriminator.theta).max() == 0.05
    assert np.abs(step.generator.theta).max() > 0.05


def test_a_spectral_norm_bounds_the_slope_as_well():
    critic = [mn.SpectralNorm(mn.Dense(2, 16)), mn.LeakyReLU(0.2), mn.SpectralNorm(mn.Dense(16, 1))]
    step = mn.Adversarial(pair()[0], mn.Network(critic, rng=0), loss=games.Wasserstein(clip=None))
    u = step.discriminator.buffers.copy()
    play(step, epochs=20)
    assert not np.array_equal(step.discriminator.buffers, u)
    x = np.random.default_rng(0).standard_normal((2, 500, 2))
    rise = np.abs(step.discriminator(x[0]) - step.discriminator(x[1]))[:, 0] / np.linalg.norm(x[0] - x[1], axis=1)
    assert rise.max() < 1.01


def test_samples_are_augmented_and_generated_ones_penalised():
    seen = []

    def penalty(x, step):
        seen.append((x.copy(), step))
        return 7.0, np.zeros_like(x)

    step = game(augment=lambda x, rng: x * rng.choice([-1, 1], (len(x), 1)), penalty=penalty)
    _, real, generated = shown(step)
    signs = real / POINTS[:32]
    assert set(np.round(signs[:, 0], 12)) == {-1, 1}
    assert_close(signs[:, 0], signs[:, 1], 1e-12)
    assert np.array_equal(seen[0][0], generated)
    measures = one_step(step)
    assert [number for _, number in seen] == [0, 1]
    assert measures["penalty"] == 7
    assert measures["generator_loss"] < 7


# Runs that go on.


def aided(**changes):
    averaged = mn.Averaged(mn.Adam(1e-3, beta_1=0.5), 0.1)
    aids = {"noise": schedules.Linear(0.5, steps=30), "smoothing": 0.1, "flips": 0.05, "discriminator_every": 2}
    aids |= {"generator_optimizer": averaged, "augment": mirrored, "penalty": small}
    return game(batch_norm=True, **{**aids, **changes})


def mirrored(x, rng):
    return x * rng.choice([1.0, -1.0], (len(x), 1))


def small(x, step):
    return step * (x**2).mean(), 2 * step * x / x.size


def bits(step, history):
    vectors = [state.arrays() for state in step.states.values()]
    return [array.tolist() for arrays in vectors for array in arrays.values()], history.history


def test_a_run_goes_on_from_its_checkpoint_with_the_same_bits(tmp_path):
    path, whole, resumed = tmp_path / "game.npz", aided(), aided()
    expected = bits(whole, play(whole))
    play(aided(), epochs=3, callbacks=[mn.Checkpoint(path)])  # 21 steps: the discriminator has learned in the last
    assert bits(resumed, play(resumed, callbacks=[mn.Checkpoint(path)], resume=path)) == expected


SERIES = np.random.default_rng(6).standard_normal((96, 16, 2)).cumsum(axis=1)


def convolutional():
    """Windows along time, every normalising layer, dropout, an average."""
    generator = [mn.Dense(3, 32), mn.Reshape((4, 8)), mn.BatchNorm(), mn.ReLU()]
    generator += [mn.ConvTranspose1d(8, 8, 4, 2, 1), mn.BatchNorm(), mn.ReLU(), mn.ConvTranspose1d(8, 2, 4, 2, 1)]
    critic = [mn.SpectralNorm(mn.Conv1d(2, 8, 4, 2, 1)), mn.LeakyReLU(0.2), mn.Dropout(0.2)]
    critic += [mn.SpectralNorm(mn.Conv1d(8, 8, 4, 2, 1)), mn.LayerNorm(), mn.LeakyReLU(0.2), mn.Conv1d(8, 1, 3)]
    return mn.Adversarial(
        mn.Network(generator, rng=1), mn.Network(critic, input_shape=(16, 2), rng=2), smoothing=0.1, flips=0.05,
        noise=schedules.Linear(0.5, steps=15), generator_optimizer=mn.Averaged(mn.Adam(1e-3, beta_1=0.5), 0.1),
    )  # fmt: skip


KILLED = """
    import os, signal
    import minnet as mn
    from tests.test_adversarial import SERIES, convolutional, play

    class Kill(mn.Callback):
        def on_epoch_end(self, run):
            if run.epoch == 4:
                os.kill(os.getpid(), signal.SIGKILL)

    play(convolutional(), SERIES, callbacks=[mn.Checkpoint({path!r}, every=3), Kill()])
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_a_killed_run_goes_on_with_the_same_bits(tmp_path):
    path, whole = tmp_path / "game.npz", convolutional()
    expected = bits(whole, play(whole, SERIES))
    code = textwrap.dedent(KILLED.format(path=str(path)))
    killed = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=False)
    assert killed.returncode == -signal.SIGKILL

    class Kill(mn.Callback):  # callbacks must be the same to resume; this one has nothing left to do
        pass

    resumed = convolutional()
    history = play(resumed, SERIES, callbacks=[mn.Checkpoint(path, every=3), Kill()], resume=path)
    assert bits(resumed, history) == expected


@pytest.mark.parametrize(
    "changes",
    [{"smoothing": 0.2}, {"noise": 0.1}, {"loss": games.LeastSquares()}, {"discriminator_every": 3}, {"penalty": None}],
)
def test_checkpoints_of_other_settings_are_refused(changes, tmp_path):
    path = tmp_path / "game.npz"
    play(aided(), epochs=1, callbacks=[mn.Checkpoint(path)])
    with pytest.raises(FileFormatError, match=f"{next(iter(changes))} differs"):
        play(aided(**changes), callbacks=[mn.Checkpoint(path)], resume=path)


def test_copies_train_their_own_networks():
    step = aided()
    play(step, epochs=1)
    twin = copy.deepcopy(step)
    assert play(twin).history == play(step).history
    assert np.array_equal(twin.generator.theta, step.generator.theta)
    assert twin.generator.theta is twin.states["generator"].theta is not step.generator.theta


def test_a_divergence_is_named_and_both_networks_are_put_back():
    step = game(penalty=lambda x, step: (np.nan if step == 9 else 0.0, np.zeros_like(x)))
    with pytest.raises(DivergenceError, match=r"the penalty .* not finite in epoch 2, batch 3 \(learning rates: gen"):
        play(step)
    assert all(np.array_equal(state.theta, state.previous) for state in step.states.values())


# Using a trained generator.


def test_what_is_generated_does_not_depend_on_the_batch_size():
    generator = pair()[0]
    for law in ("normal", "uniform"):
        samples = mn.generate(generator, 10, rng=0, latent=law, batch_size=4)
        assert_close(samples, mn.generate(generator, 10, rng=0, latent=law), 1e-15)
    z = np.random.default_rng(0).uniform(-1, 1, (10, 3))
    assert_close(samples, generator(z), 1e-15)


def test_longer_noise_makes_longer_series():
    generator = mn.Network([mn.Tanh()], input_shape=(None, 2))
    assert mn.generate(generator, 3, latent_shape=(7, 2)).shape == (3, 7, 2)
    step = mn.Adversarial(generator, mn.Network([mn.LayerNorm()], input_shape=(None, 2)), latent_shape=(5, 2))
    assert step.generate(3).shape == (3, 5, 2)
    play(step, np.tanh(np.random.default_rng(0).standard_normal((40, 5, 2))), epochs=1)
    with pytest.raises(ShapeError, match=r"samples are generated in the shape \(5, 2\)"):
        play(step, np.zeros((40, 6, 2)), epochs=1)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n": 0, "latent_shape": (5, 2)}, SettingError, "n=0"),
        ({"batch_size": 0, "latent_shape": (5, 2)}, SettingError, "batch_size=0"),
        ({"latent": "cauchy"}, SettingError, "latent must be one of normal, uniform, not 'cauchy'"),
        ({"latent_shape": (3,)}, ShapeError, r"latent_shape is \(3,\), but the generator takes .*\(None, 2\)"),
        ({"latent_shape": (None, 2)}, SettingError, "positive whole numbers"),
        ({}, SettingError, r"free axes have no length yet; say latent_shape=\(16, 2\)"),
    ],
)
def test_what_cannot_be_generated_is_explained(options, error, message):
    generator = mn.Network([mn.Tanh()], input_shape=(None, 2))
    with pytest.raises(error, match=message):
        mn.generate(generator, **{"n": 3, **options})


def test_statistics_are_estimated_anew():
    """After the first layer was doubled, running statistics are half of what they should be."""
    net = mn.Network([mn.Dense(2, 4), mn.BatchNorm(), mn.Tanh(), mn.Dense(4, 1), mn.BatchNorm()], rng=0)
    x = np.random.default_rng(0).normal([3.0, -1.0], 1.0, (1000, 2))
    mn.estimate_statistics(net, x, batch_size=300)
    inner = x @ net.layers[0].W + net.layers[0].b
    assert_close(net.layers[1].mean, inner.mean(axis=0), 1e-12)
    assert_close(net.layers[1].variance, inner.var(axis=0), 0.02)
    y = net(x)
    net.layers[0].W *= 2
    assert np.abs(net(x) - y).max() > 0.1
    mn.estimate_statistics(net, x, batch_size=300)
    assert_close(net(x), y, 1e-4)  # but for epsilon
    for bad, error, message in (
        ({"x": x[:0]}, DataError, "no samples"),
        ({"x": x[:1]}, ShapeError, "at least two values"),
        ({"x": x, "batch_size": 0}, SettingError, "batch_size=0"),
    ):
        with pytest.raises(error, match=message):
            mn.estimate_statistics(net, **bad)


def test_averaged_parameters_need_statistics_of_their_own():
    """A feature that drifts: what the average of the parameters gives has the mean of the last ones otherwise."""
    step = aided()
    play(step, epochs=3)
    z = np.random.default_rng(0).standard_normal((500, 3))
    before = step.generator.buffers.copy()
    mn.estimate_statistics(step.generator, z, rng=0)
    first = step.generator.layers[0]
    assert_close(step.generator.layers[1].mean, (z @ first.W + first.b).mean(axis=0), 1e-2)
    assert not np.array_equal(step.generator.buffers, before)


# What does not fit.


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"generator": 3}, SettingError, "generator must be a Network"),
        ({"discriminator": None}, SettingError, "discriminator must be a Network"),
        ({"discriminator": mn.mlp([3, 1])}, ShapeError, r"makes samples of shape \(2,\).*discriminator takes \(3,\)"),
        ({"discriminator": pair("float32")[1]}, SettingError, "generator is float64, the discriminator float32"),
        ({"loss": mn.BinaryCrossEntropy()}, SettingError, r"must be a game such as games\.Hinge\(\)"),
        ({"loss": games.Hinge(), "smoothing": 0.1}, SettingError, "does not compare scores with labels"),
        ({"loss": games.Wasserstein(clip=None)}, SettingError, "needs a bounded slope"),
        ({"smoothing": 0.5}, SettingError, "smoothing=0.5 is out of range"),
        ({"flips": -0.1}, SettingError, "flips=-0.1"),
        ({"noise": -1}, SettingError, r"noise=-1 .* or a schedule"),
        ({"noise": "much"}, SettingError, "noise='much'"),
        ({"generator_every": 0}, SettingError, "generator_every=0"),
        ({"generator_every": 2, "discriminator_every": 2}, SettingError, "one of them always learns"),
        ({"latent": "cauchy"}, SettingError, "latent must be one of normal, uniform"),
        ({"latent_shape": (4,)}, ShapeError, r"latent_shape is \(4,\), but the generator takes"),
        ({"latent_shape": 4}, ShapeError, r"latent_shape is \(4,\), but the generator takes"),
        ({"generator_optimizer": "adam"}, SettingError, "optimizer must be an object"),
    ],
)
def test_what_does_not_fit_is_said_when_it_is_made(options, error, message):
    generator, discriminator = pair()
    with pytest.raises(error, match=message):
        mn.Adversarial(**{"generator": generator, "discriminator": discriminator, **options})


def test_pairs_that_cannot_play():
    generator, _ = pair()
    with pytest.raises(SettingError, match="two networks"):
        mn.Adversarial(generator, generator)
    probabilities = mn.Network([mn.Dense(2, 1), mn.Sigmoid()])
    with pytest.raises(SettingError, match=r"takes scores \(logits\); leave the last layer, Sigmoid\(\), out"):
        mn.Adversarial(generator, probabilities)
    mn.Adversarial(generator, probabilities, loss=games.LeastSquares())
    with pytest.raises(SettingError, match="clip=0 is out of range"):
        games.Wasserstein(clip=0)


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (POINTS[:, :1], ShapeError, r"data has shape \(32, 1\)"),
        ((POINTS, POINTS), SettingError, "one array of samples"),
        (np.where(np.arange(400).reshape(200, 2) == 7, np.nan, POINTS), DataError, "not finite"),
        (1e-6 * POINTS, DataError, r"standard deviation 2\..*e-07, but the generator begins with"),
        (1e6 * POINTS, DataError, "from where it does not get there: bring the samples to mean 0"),
        (1e4 + POINTS, DataError, r"data have mean 1e\+04"),
        (1000 * (POINTS - CENTRE), None, ""),
        (np.zeros((64, 2)), None, ""),
    ],
)
def test_data_that_do_not_fit_are_explained(data, error, message):
    if error is None:
        play(game(), data, epochs=1)
        return
    with pytest.raises(error, match=message):
        play(game(), data)


def test_values_that_the_last_layer_cannot_give_are_explained():
    generator = mn.Network([mn.Dense(3, 2), mn.Tanh()], rng=0)
    with pytest.raises(DataError, match=r"generator ends with Tanh\(\), which gives no more than -1 to 1"):
        play(mn.Adversarial(generator, pair()[1]))


def test_what_hooks_give_must_fit():
    with pytest.raises(ShapeError, match=r"the penalty gave a derivative of shape \(2,\) for samples \(32, 2\)"):
        play(game(penalty=lambda x, step: (0.0, np.zeros(2))))
    for penalty in (lambda x, step: 1.0, lambda x, step: (x, x), lambda x, step: None):
        with pytest.raises(SettingError, match="must return a number and its derivative by the generated samples"):
            play(game(penalty=penalty))
    for name in ("augment", "penalty"):
        with pytest.raises(SettingError, match=f"Adversarial: {name} must be a function, not 3"):
            game(**{name: 3})
    with pytest.raises(DataError, match="what augment gives holds 64 values that are not finite"):
        play(game(augment=lambda x, rng: np.nan * x))
    with pytest.raises(ShapeError, match=r"what augment gives has shape \(32, 1\)"):
        play(game(augment=lambda x, rng: x[:, :1]))
    with pytest.raises(SettingError, match=r"draws noise: give it Pass\(training=True, rng=\.\.\.\)"):
        game().step((POINTS,), mn.Pass(training=True))


def test_single_samples_and_steps():
    play(game(noise=0.1), POINTS[:1], epochs=2, batch_size=1)
    play(game(), POINTS, epochs=1, batch_size=None)
