"""What the tests of studies run: functions that workers can import. As a script: a study to be killed."""

import argparse
import os
import signal
import time
from pathlib import Path

import numpy as np
import threadpoolctl

import minnet as mn
from minnet import kernels, study


def fit(settings, rng):
    """A small network, trained in ragged batches; at a large learning rate it diverges."""
    x = np.linspace(-1, 1, 33)
    net = mn.Network([mn.Dense(1, settings["width"]), mn.Tanh(), mn.Dense(settings["width"], 1)], rng=rng)
    optimizer = mn.SGD(settings["learning_rate"])
    history = mn.fit(net, x, np.sin(3 * x), loss=mn.MeanSquaredError(), optimizer=optimizer, epochs=12, batch_size=5,
                     rng=rng)  # fmt: skip
    losses = history.history["loss"]
    return {"loss": losses[-1], "losses": losses[:3], "norm": np.linalg.norm(net.theta)}


def draw(settings, rng):
    return {"x": rng.random(), "normal": rng.standard_normal(3)}


def line(settings, rng):
    y = settings["a"] + settings["b"] * rng.random()
    return {"y": y, "pair": [y, -y]}


def record(settings, rng):
    with Path(settings["calls"]).open("a") as file:
        file.write("called\n")
    return draw(settings, rng)


def fragile(settings, rng):
    if settings["n"] % 2 and not (Path(settings["folder"]) / "repaired").exists():
        raise OSError(f"no more of {settings['n']}")
    return draw(settings, rng)


def mortal(settings, rng):
    if settings["dies"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"n": settings["n"]}


def interrupted(settings, rng):
    if settings["n"] == 3 and not Path(settings["file"]).exists():
        raise KeyboardInterrupt
    return draw(settings, rng)


def spoil(settings, rng):
    settings["list"].append(2)
    settings.pop("n")
    return {}


def threads_in_use(settings, rng):
    blas = [library["num_threads"] for library in threadpoolctl.threadpool_info() if library["user_api"] == "blas"]
    return {"kernels": kernels.threads(), "blas": max(blas)}


ALL_KINDS = {"whole": 3, "tiny": 5e-324, "third": 1 / 3, "inf": np.inf, "yes": True, "list": [0.1, -0.0], "none": []}


def metrics_of_all_kinds(settings, rng):
    third, yes = np.float64(1 / 3), np.bool_(True)
    return ALL_KINDS | {"whole": np.int32(3), "third": third, "yes": yes, "list": np.array([0.1, -0.0])}


def slow(settings, rng):
    """Tells who makes it when it begins, and is kept from going fast."""
    if calls := os.environ.get("MINNET_TEST_CALLS"):
        with Path(calls).open("a") as file:
            file.write(f"{os.getpid()} {settings['n']}\n")
    time.sleep(float(os.environ.get("MINNET_TEST_SECONDS", 0)))
    return draw(settings, rng)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("store")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--n-jobs", type=int, default=1)
    parser.add_argument("--scheduler")
    options = parser.parse_args()
    points = study.grid(n=range(options.first, options.first + options.runs))
    how = {"backend": "dask", "scheduler": options.scheduler} if options.scheduler else {"n_jobs": options.n_jobs}
    study.run(slow, points, store=options.store, seed=11, **how)
