"""Compiled epochs do what the plain loop does: one update from the same state, and whole trajectories."""

import subprocess
import sys
import threading
from itertools import pairwise

import numpy as np
import pytest

import minnet as mn
from minnet.activations import ACTIVATIONS
from minnet.errors import DivergenceError, SettingError, TrainingInterrupted
from minnet.losses import LOSSES
from minnet.optimizers import OPTIMIZERS
from minnet.schedules import Cosine, Exponential, OneCycle, Step, WarmUp
from minnet.training import training_data
from minnet.training.compiled_epochs import CompiledEpochs
from tests.checks import assert_close

N, BATCH = 37, 8  # a ragged last batch of 5
STEP = {np.dtype("float64"): 1e-12, np.dtype("float32"): 2e-5}


def network(activation="Tanh", dtype="float64", outputs=3):
    rng = np.random.default_rng(1)
    layers = [
        mn.Dense(2, 7),
        ACTIVATIONS[activation](),
        mn.Dense(7, 5),
        ACTIVATIONS[activation](),
        mn.Dense(5, outputs),
    ]
    net = mn.Network(layers, dtype=dtype)
    net.theta[...] = 0.7 * rng.standard_normal(net.theta.size)
    return net


def data(loss):
    rng = np.random.default_rng(2)
    x = rng.standard_normal((N, 2))
    if isinstance(loss, mn.Sobolev):
        first, second = rng.standard_normal((2, 2, N, 3))
        mask = mn.Mask(first=rng.random(N) < 0.6, second=rng.random((2, N, 3)) < 0.5)
        return x, mn.Jet(rng.standard_normal((N, 3)), first, second, mask)
    if isinstance(loss, mn.CategoricalCrossEntropy):
        return x, rng.integers(3, size=N)
    return x, rng.random((N, 3))


def both(make, loss, optimizer, epochs=1, expect_compiled=True, **settings):
    """Parameters and histories of the compiled run and of the plain loop."""
    nets, histories = [], []
    for compiled in (True, False):
        net = make()
        x, y = data(loss)
        settings = {"batch_size": BATCH, "rng": 3, **settings}
        history = mn.fit(net, x, y, loss=loss, optimizer=optimizer, epochs=epochs, compiled=compiled, **settings)
        assert history.compiled == (compiled and expect_compiled)
        nets.append(net)
        histories.append(history)
    return nets, histories


def assert_alike(nets, histories, tolerance):
    assert_close(nets[0].theta, nets[1].theta, tolerance)
    for name, values in histories[1].history.items():
        assert_close(histories[0].history[name], values, tolerance)


@pytest.fixture(autouse=True)
def compiled_kernels():
    with mn.use_kernels("compiled"):
        yield


@pytest.mark.parametrize("batch_size", [1, 8, 37, None])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_one_update_of_every_optimizer(name, batch_size, dtype):
    """A first epoch of a single update; after it, `t`, slots and shuffling have been the same too."""
    optimizer = OPTIMIZERS[name]()
    assert_alike(*both(lambda: network(dtype=dtype), mn.MeanSquaredError(), optimizer, batch_size=N), STEP[dtype])
    tolerance = STEP[dtype] * 100 if dtype == np.float64 else 2e-3
    if name != "Lion":  # a sign near zero may go either way
        nets, histories = both(
            lambda: network(dtype=dtype), mn.MeanSquaredError(), optimizer, batch_size=batch_size, epochs=2
        )
        assert_alike(nets, histories, tolerance)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_one_update_with_every_activation(name, dtype):
    assert_alike(*both(lambda: network(name, dtype), mn.MeanSquaredError(), mn.SGD(0.1)), STEP[dtype])


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("weighted", [False, True])
def test_one_epoch_with_every_loss(name, weighted, dtype):
    loss = LOSSES[name]()
    weight = np.random.default_rng(4).random(N) if weighted else None
    assert_alike(*both(lambda: network(dtype=dtype), loss, mn.SGD(0.1), sample_weight=weight), 5 * STEP[dtype])


@pytest.mark.parametrize("name", [name for name, kind in ACTIVATIONS.items() if kind().max_order == 2])
@pytest.mark.parametrize("weights", [(1, 0.5), (1, 0.5, 0.2)])
def test_jets_through_every_smooth_activation(name, weights, dtype):
    assert_alike(*both(lambda: network(name, dtype), mn.Sobolev(weights), mn.SGD(0.01)), 50 * STEP[dtype])


@pytest.mark.parametrize(
    "optimizer",
    [
        mn.SGD(0.1, 0.9, nesterov=True),
        mn.SGD(Step(0.1, every=7), 0.9, dialect="velocity"),
        mn.SGD(Exponential(0.1, every=50), 0.9, dialect="average"),
        mn.Adam(Cosine(0.01, steps=30, restarts=None)),
        mn.RMSProp(WarmUp(0.001, steps=20), centered=True, momentum=0.5),
        mn.RAdam(OneCycle(0.01, steps=100), beta_2=0.9),
        mn.AdamW(0.01, weight_decay=0.1, global_clipnorm=0.05),
        mn.Averaged(mn.Adam(0.01), beta=0.1),
        mn.Averaged(mn.SGD(0.1, global_clipnorm=0.3), beta=0.2),
    ],
    ids=repr,
)
def test_whole_trajectories_in_float64(optimizer):
    assert_alike(*both(network, mn.MeanSquaredError(), optimizer, epochs=40), 1e-9)


def test_full_batches_in_tiles():
    """5000 samples go through in tiles of at most 1024; the loop takes them at once."""
    x = np.random.default_rng(0).standard_normal((5000, 2))
    nets = []
    for compiled in (True, False):
        net = network(outputs=1)
        mn.fit(net, x, np.sin(x[:, 0]), loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=5, compiled=compiled)
        nets.append(net)
    assert_close(nets[0].theta, nets[1].theta, 1e-11)


def test_callbacks_and_validation_see_every_epoch():
    x, y = data(mn.MeanSquaredError())
    runs = []
    for compiled in (True, False):
        net, records = network(), []

        class See(mn.Callback):
            def on_epoch_end(self, run, records=records):
                rate = run.learning_rates()["learning_rate"]
                records.append((run.epoch, run.states["net"].t, rate, run.net.theta.copy()))

        history = mn.fit(
            net, x, y, loss=mn.MeanSquaredError(), optimizer=mn.Adam(Step(0.01, every=6)), epochs=6, rng=0,
            batch_size=BATCH, validation_split=0.2, callbacks=[See(), mn.LearningRateRecorder()], compiled=compiled,
        )  # fmt: skip
        runs.append((records, history.history))
    for one, other in zip(runs[0][0], runs[1][0], strict=True):
        assert one[:3] == other[:3]
        assert_close(one[3], other[3], 1e-11)
    assert runs[0][1].keys() == runs[1][1].keys() == {"loss", "val_loss", "learning_rate"}


class OwnLoss(mn.MeanSquaredError):
    pass


class OwnTanh(mn.Tanh):
    formula = mn.Formula(
        lambda x, a: np.tanh(x), lambda x, y, a: 1 - y * y, lambda x, y, a: 0 * y, lambda x, y, a: 0 * y
    )


class OwnSGD(mn.SGD):
    pass


@pytest.mark.parametrize(
    ("layer", "loss", "optimizer"),
    [
        (OwnTanh(), mn.MeanSquaredError(), mn.SGD(0.1)),
        (mn.Softmax(), mn.MeanSquaredError(), mn.SGD(0.1)),
        (mn.Tanh(), OwnLoss(), mn.SGD(0.1)),
        (mn.Tanh(), mn.MeanSquaredError(), OwnSGD(0.1)),
        (mn.Tanh(), mn.MeanSquaredError(), mn.Averaged(OwnSGD(0.1))),
    ],
)
def test_parts_of_ones_own_take_the_loop_without_a_word(layer, loss, optimizer):
    net = mn.Network([mn.Dense(2, 3), layer, mn.Dense(3, 3)], rng=0)
    x, y = data(loss)
    history = mn.fit(net, x, y, loss=loss, optimizer=optimizer, epochs=3, batch_size=BATCH, rng=0)
    assert not history.compiled
    assert history.history["loss"][-1] < history.history["loss"][0]


def test_numpy_kernels_take_the_loop():
    with mn.use_kernels("numpy"):
        x, y = data(mn.MeanSquaredError())
        history = mn.fit(network(), x, y, loss=mn.MeanSquaredError(), optimizer=mn.SGD(), epochs=1)
    assert not history.compiled


def test_divergence_is_named_as_in_the_loop():
    x, y = data(mn.MeanSquaredError())
    messages = []
    for compiled in (True, False):
        net = network("ReLU")
        with pytest.raises(DivergenceError) as caught:
            mn.fit(
                net, x, y, loss=mn.MeanSquaredError(), optimizer=mn.SGD(100.0), epochs=50, batch_size=BATCH, rng=0,
                compiled=compiled,
            )  # fmt: skip
        messages.append(str(caught.value))
        assert np.isfinite(net.theta).all()
    assert messages[0] == messages[1]


@pytest.mark.parametrize("batch_size", [None, 2500])  # the second leaves a last batch with fewer groups than the others
@pytest.mark.parametrize("loss", [mn.MeanSquaredError(), mn.Sobolev((1, 1))], ids=str)
def test_the_same_bits_whatever_the_number_of_threads(loss, batch_size, dtype):
    """Four tiles and more, in groups; every number of threads runs twice, for who does what is up to chance."""
    x = np.random.default_rng(0).standard_normal((6000, 2))
    y = mn.Jet(np.sin(x).sum(1), np.cos(x).T[..., None]) if loss.order else np.sin(x).sum(1)
    settings = {"loss": loss, "optimizer": mn.Adam(), "epochs": 5, "batch_size": batch_size, "rng": 0}
    results = []
    for threads in (1, 2, 2, 3, 3):
        net = network(dtype=dtype, outputs=1)
        with mn.use_threads(threads):
            history = mn.fit(net, x, y, **settings)
        assert history.compiled
        results.append((net.theta.tobytes(), history.history["loss"]))
    assert all(result == results[0] for result in results)
    plain = network(dtype=dtype, outputs=1)
    losses = mn.fit(plain, x, y, **settings, compiled=False).history["loss"]
    assert_close(results[0][1], losses, 100 * STEP[dtype])


def test_no_helper_outlives_a_fit():
    before = threading.active_count()
    x = np.linspace(0, 1, 5000)
    with mn.use_threads(4):
        for _ in range(3):
            mn.fit(mn.Network([mn.Dense(1, 1)], rng=0), x, x, loss=mn.MeanSquaredError(), optimizer=mn.SGD(), epochs=2)
    assert threading.active_count() == before


def test_thousands_of_watched_epochs():
    """The length of a block is worked out anew after each, and must not grow without bound while somebody watches."""
    net, x = mn.Network([mn.Dense(1, 1)], rng=0), np.linspace(0, 1, 5)
    settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.SGD(), "epochs": 1500}
    history = mn.fit(net, x, x, **settings, callbacks=[mn.Callback()])
    assert len(history.history["loss"]) == 1500


def test_an_interrupt_leaves_no_helper_behind(monkeypatch):
    """Before the leader has begun, helpers may be waiting already."""
    from minnet.kernels import compiled

    before, train = threading.active_count(), compiled.train

    def interrupted(*arguments):
        if arguments[-2]:
            raise KeyboardInterrupt
        return train(*arguments)

    monkeypatch.setattr(compiled, "train", interrupted)
    x = np.linspace(0, 1, 5000)
    net = mn.Network([mn.Dense(1, 1)], rng=0)
    with mn.use_threads(3), pytest.raises(KeyboardInterrupt):
        mn.fit(net, x, x, loss=mn.MeanSquaredError(), optimizer=mn.SGD(), epochs=2)
    assert threading.active_count() == before


AT_THE_END = """
import concurrent.futures.thread
import threading
import numpy as np
import minnet as mn
from minnet.waiting import COMPILING

COMPILING.silence()

def fit():
    threading.main_thread().join()  # from here on, the interpreter is ending
    x = np.linspace(0, 1, 5000)
    net = mn.Network([mn.Dense(1, 1)], rng=0)
    with mn.use_kernels("compiled"), mn.use_threads(2):
        history = mn.fit(net, x, x, loss=mn.MeanSquaredError(), optimizer=mn.SGD(), epochs=3)
    print(history.compiled, len(history.history["loss"]))

threading.Thread(target=fit).start()
"""


def test_a_fit_goes_on_while_the_interpreter_ends():
    done = subprocess.run([sys.executable, "-c", AT_THE_END], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True 3\n", "")


@pytest.mark.parametrize("startable", [0, 1])
def test_helpers_that_cannot_start_are_not_needed(monkeypatch, startable):
    """Near the end of the interpreter, or where a user may have no more threads."""
    x, results, start = np.linspace(0, 1, 5000), [], threading.Thread.start
    for most in (3, startable):
        left = [None] * most

        def start_some(thread, left=left):
            if not left:
                raise RuntimeError("can't start new thread")
            left.pop()
            start(thread)

        net = network(outputs=1)
        with mn.use_threads(4), monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", start_some)
            mn.fit(net, np.stack([x, x], 1), x, loss=mn.MeanSquaredError(), optimizer=mn.SGD(), epochs=1)
        assert not left
        results.append(net.theta.tobytes())
    assert results[0] == results[1]


def test_an_exception_of_a_helper_surfaces(monkeypatch):
    from minnet.kernels import compiled

    before, train = threading.active_count(), compiled.train

    def broken(*arguments):
        if not arguments[-2]:
            raise MemoryError("in a helper")
        return train(*arguments)

    monkeypatch.setattr(compiled, "train", broken)
    x = np.linspace(0, 1, 5000)
    net = mn.Network([mn.Dense(1, 1)], rng=0)
    with mn.use_threads(3), pytest.raises(MemoryError, match="in a helper"):
        mn.fit(net, x, x, loss=mn.MeanSquaredError(), optimizer=mn.SGD(), epochs=2)
    assert threading.active_count() == before


def test_an_interrupt_at_the_end_of_a_block_counts_its_epochs(monkeypatch):
    """Compiled code is not interrupted: Ctrl-C is heard of when the block is done."""
    from minnet.kernels import compiled

    train, blocks = compiled.train, []

    def interrupted(*arguments):
        done = train(*arguments)
        blocks.append(done)
        if len(blocks) == 3:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(compiled, "train", interrupted)
    x, net = np.linspace(0, 1, 5), mn.Network([mn.Dense(1, 1)], rng=0)
    settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.SGD(), "callbacks": [mn.Callback()]}
    with pytest.raises(TrainingInterrupted, match="after 3 of 10 epochs"):
        mn.fit(net, x, x, epochs=10, **settings)
    monkeypatch.undo()
    before_last_update = mn.Network([mn.Dense(1, 1)], rng=0)
    mn.fit(before_last_update, x, x, epochs=2, **settings)
    assert net.theta.tolist() == before_last_update.theta.tolist()


def tables(widths, n, batch_size, order=0):
    """The tables of a run, which is not started."""
    layers = []
    for I, O in pairwise(widths):
        layers += [mn.Dense(I, O, weights="zeros"), mn.Tanh()]
    net = mn.Network(layers[:-1], dtype="float32")
    loss = mn.Sobolev((1, 1)) if order else mn.MeanSquaredError()
    x, y = np.zeros((n, widths[0])), np.zeros((n, widths[-1]))
    data, _ = training_data(net, loss, x, mn.Jet(y, first=np.zeros((widths[0], *y.shape))) if order else y)
    return CompiledEpochs.of(mn.Supervised(net, loss, mn.SGD()), data, batch_size, False)


@pytest.mark.parametrize(
    ("widths", "batch", "order", "tile", "groups"),
    [
        ((1, 200, 200, 1), 100, 0, 100, 1),
        ((1, 200, 200, 1), 200, 0, 100, 2),  # 8 million products forward: worth the wait for another thread
        ((2, 16, 16, 16, 1), 10_000, 0, 625, 8),
        ((1, 10_000, 1), 20, 0, 10, 2),  # fewer weights than values: small tiles, in cache
        ((1, 100, 100, 1), 1000, 1, 250, 4),
        ((50, 2000, 2000, 10), 128, 0, 128, 1),  # more weights than values: 128 rows
        ((50, 2000, 2000, 10), 200, 0, 200, 1),
        ((50, 2000, 2000, 10), 768, 0, 192, 4),
        ((2, 1500, 1500, 1), 200, 1, 50, 4),  # a value and two derivatives: three rows
    ],
)
def test_tiles_are_neither_too_large_for_the_cache_nor_too_small_for_the_weights(widths, batch, order, tile, groups):
    plan = tables(widths, batch, batch, order).plan
    assert (plan.tile, plan.groups) == (tile, groups)
    assert plan.gradients.shape == (groups - 1, plan.gradients.shape[1])


@pytest.mark.parametrize("threads", [1, 2])
def test_wide_networks_in_tiles_larger_than_the_cache(threads, dtype):
    """More weights than a tile has values."""
    x = np.random.default_rng(0).standard_normal((600, 2))
    nets = []
    for compiled in (True, False):
        net = mn.Network(
            [mn.Dense(2, 700), mn.Tanh(), mn.Dense(700, 700), mn.Tanh(), mn.Dense(700, 1)], rng=0, dtype=dtype
        )
        settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.SGD(0.01), "epochs": 2, "compiled": compiled}
        with mn.use_threads(threads):
            mn.fit(net, x, np.sin(x[:, 0]), **settings)
        nets.append(net)
    assert_close(nets[0].theta, nets[1].theta, STEP[dtype])


def test_read_only_data_cost_no_compilation(tmp_path, dtype):
    """Memory-mapped files above all; nothing is copied, and nothing written."""
    from minnet.kernels import compiled

    x, y = np.random.default_rng(0).random((2, 50, 1)).astype(dtype)
    np.save(tmp_path / "x.npy", x)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    frozen = y.copy()
    frozen.flags.writeable = False
    results, signatures = [], None
    for data in ((x, y), (mapped, frozen), (mapped, mapped)):
        net = mn.Network([mn.Dense(1, 4), mn.Tanh(), mn.Dense(4, 1)], rng=0, dtype=dtype)
        history = mn.fit(net, *data, loss=mn.MeanSquaredError(), optimizer=mn.SGD(), epochs=2, batch_size=7, rng=0)
        assert history.compiled
        results.append(net.theta.tobytes())
        signatures = signatures or len(compiled.train.signatures)
        assert len(compiled.train.signatures) == signatures
    assert results[0] == results[1]
    assert not frozen.flags.writeable


@pytest.mark.parametrize("loss", [mn.BinaryCrossEntropy(), mn.CategoricalCrossEntropy()])
@pytest.mark.parametrize("compiled", [True, False])
def test_accuracy_is_counted_before_every_update(loss, compiled):
    """A full batch's accuracy is that of the parameters the epoch before has left."""
    rng = np.random.default_rng(0)
    x, labels = rng.standard_normal((N, 2)), rng.integers(3, size=N)
    target = np.eye(3)[labels]
    net, expected = network(), []

    def accuracy():
        y = net(x)
        if isinstance(loss, mn.CategoricalCrossEntropy):
            return np.mean([row.argmax() == label for row, label in zip(y, labels, strict=True)])
        return np.mean([(score >= 0) == bit for score, bit in zip(y.ravel(), target.ravel(), strict=True)])

    class Watch(mn.Callback):
        def on_fit_begin(self, run):
            expected.append(accuracy())

        def on_epoch_end(self, run):
            expected.append(accuracy())

    settings = {"loss": loss, "optimizer": mn.Adam(0.05), "epochs": 6, "accuracy": True, "compiled": compiled}
    history = mn.fit(net, x, target, callbacks=[Watch()], **settings)
    assert history.compiled == compiled
    assert history.history["accuracy"] == pytest.approx(expected[:-1])
    assert len(set(expected)) > 2


@pytest.mark.parametrize("loss", [mn.BinaryCrossEntropy(), mn.CategoricalCrossEntropy()])
def test_accuracy_of_batches_is_that_of_the_plain_loop(loss):
    histories = both(network, loss, mn.SGD(0.1), epochs=3, accuracy=True)[1]
    assert histories[0].history["accuracy"] == pytest.approx(histories[1].history["accuracy"], abs=1e-15)


def test_accuracy_for_a_loss_that_does_not_classify():
    with pytest.raises(SettingError, match="does not classify"):
        mn.fit(network(), *data(mn.Huber()), loss=mn.Huber(), optimizer=mn.SGD(), epochs=1, accuracy=True)
