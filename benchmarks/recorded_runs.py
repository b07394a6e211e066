"""Twelve training runs and a fingerprint of each: do two versions of minnet compute the same bits?

    python -m benchmarks.recorded_runs > before.txt    in one version
    python -m benchmarks.recorded_runs > after.txt     in the other, on the same machine
    diff before.txt after.txt

A fingerprint covers the trained parameters, the last gradient and the whole history. Bits may differ from one processor
to another (products are summed in the order of its vectors), so no fingerprints are kept here. Between them the runs
have both dtypes, compiled epochs and the plain loop, losses and optimizers of every kind, validation, weights,
callbacks, solvers, and runs that are interrupted and resumed.
"""

import argparse
import hashlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import minnet as mn
from minnet import datasets


def network(widths: list[int], activation: type[mn.Layer], dtype: str = "float64") -> mn.Network:
    """Dense layers with activations in between."""
    layers: list[mn.Layer] = []
    for i, o in pairwise(widths):
        layers += [mn.Dense(i, o), activation()]
    return mn.Network(layers[:-1], rng=7, dtype=dtype)


def fingerprint(net: mn.Network, history: mn.History) -> str:
    """Of parameters, gradient and history, to the last bit."""
    digest = hashlib.blake2b(digest_size=8)
    for array in (net.theta, net.grad, *(np.array(values) for _, values in sorted(history.history.items()))):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def resumed(make: Callable[[], mn.Network], *arguments: Any, epochs: int, **settings: Any) -> str:
    """The fingerprint of a run that ends after a third of its epochs, and goes on in another network."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "run.npz"
        mn.fit(make(), *arguments, epochs=epochs // 3, callbacks=[mn.Checkpoint(path)], **settings)
        net = make()
        history = mn.fit(net, *arguments, epochs=epochs, callbacks=[mn.Checkpoint(path)], resume=path, **settings)
    return fingerprint(net, history)


def runs() -> dict[str, Callable[[], str]]:
    """Name of each run, and what makes it and returns its fingerprint."""
    x, y = datasets.sample(datasets.gaussian, -5, 5, 1001)
    points, labels = datasets.circles(1000, rng=0)
    slopes = mn.Jet(np.sin(x), first=np.cos(x), second=-np.sin(x))
    weights = np.linspace(0.5, 2, len(x))
    classes = (labels.ravel() + (points[:, 0] > 0)).astype(int)
    mse, adam = mn.MeanSquaredError(), mn.Adam(3e-3)

    def fitted(make: Callable[[], mn.Network], *arguments: Any, **settings: Any) -> Callable[[], str]:
        def run() -> str:
            net = make()
            return fingerprint(net, mn.fit(net, *arguments, rng=3, **settings))

        return run

    def gaussian(dtype: str = "float64") -> mn.Network:
        return network([1, 20, 20, 1], mn.Tanh, dtype)

    def circles() -> mn.Network:
        return network([2, 16, 16, 1], mn.Sigmoid, "float32")

    def waves() -> mn.Network:
        return network([1, 30, 1], mn.SiLU)

    def solved() -> mn.Network:
        hidden = mn.Dense(1, 12, weights="steep", bias="spread")
        return mn.Network([mn.Rescale(-5, 5), hidden, mn.Tanh(), mn.Dense(12, 1)], rng=7)

    plateau = [mn.ReduceOnPlateau(patience=2, factor=0.5), mn.EarlyStopping(patience=9, restore_best_weights=True)]
    return {
        "compiled, float64, Adam": fitted(gaussian, x, y, loss=mse, optimizer=adam, epochs=30, batch_size=64),
        "compiled, float32, Adam": fitted(
            lambda: gaussian("float32"), x, y, loss=mse, optimizer=adam, epochs=30, batch_size=64
        ),
        "plain, float64, clipped momentum": fitted(
            gaussian, x, y, loss=mn.Huber(0.1), epochs=10, batch_size=50, compiled=False,
            optimizer=mn.SGD(0.01, 0.9, nesterov=True, global_clipnorm=0.1),
        ),
        "plain, float32, RMSProp": fitted(
            lambda: gaussian("float32"), x, y, loss=mn.MeanAbsoluteError(), epochs=10, batch_size=100, compiled=False,
            optimizer=mn.RMSProp(mn.schedules.Exponential(1e-3, every=50)),
        ),
        "compiled, accuracy, full batch": fitted(
            circles, points, labels, loss=mn.BinaryCrossEntropy(), optimizer=mn.AMSGrad(1e-2), epochs=200, accuracy=True
        ),
        "compiled, classes, weighted average": fitted(
            lambda: network([2, 16, 3], mn.ReLU), points, classes, loss=mn.CategoricalCrossEntropy(), epochs=20,
            batch_size=32, optimizer=mn.Averaged(mn.NAdam(1e-2)), sample_weight=weights[:1000], validation_split=0.2,
        ),
        "compiled, jets of order 2": fitted(
            waves, x, slopes, loss=mn.Sobolev((1, 0.5, 0.1)), optimizer=mn.RAdam(1e-3), epochs=20, batch_size=100
        ),
        "plain, callbacks": fitted(
            gaussian, x, y, loss=mse, optimizer=mn.AdamW(1e-2), epochs=30, batch_size=200, validation_split=0.1,
            callbacks=plateau, compiled=False,
        ),
        "Levenberg-Marquardt": fitted(
            gaussian, x[::10], y[::10], loss=mse, optimizer=mn.LevenbergMarquardt(), epochs=30
        ),
        "variable projection": fitted(solved, x[::5], y[::5], loss=mse, optimizer=mn.VariableProjection(), epochs=30),
        "compiled, resumed": lambda: resumed(
            lambda: gaussian("float32"), x, y, loss=mse, optimizer=mn.Lion(1e-3), epochs=12, batch_size=100, rng=3
        ),
        "plain, jets, resumed": lambda: resumed(
            waves, x, slopes, loss=mn.Sobolev((1, 1, 1)), optimizer=mn.AdaDelta(), epochs=9, batch_size=100, rng=3,
            compiled=False,
        ),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.recorded_runs", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    for name, run in runs().items():
        print(f"{run()}  {name}")


if __name__ == "__main__":
    main()
