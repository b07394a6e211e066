"""Studies: one function over a grid of settings and repeats, in parallel, every finished run kept at once.

`run` is the whole of it: it makes the runs that the store does not hold yet, and returns all that were asked for. A
study that was interrupted, or whose process was killed, goes on where it stopped when the same call is made again.

>>> from minnet import study
>>> points = study.grid(width=[20, 200], batch_size=[2, 20], repeats=10)
>>> len(points)
40

The function takes the settings of one run and a random stream, and returns its metrics::

    def fit_gaussian(settings, rng):
        net = mn.Network([mn.Dense(1, settings["width"]), mn.Tanh(), mn.Dense(settings["width"], 1)], rng=rng)
        ...
        return {"max_error": ..., "losses": [...]}

    rows = study.run(fit_gaussian, points, store="results/gaussian.sqlite", seed=0, n_jobs=2, progress=True)
    for group in study.group(rows, "width"):
        lower, median, upper = group.quartiles("max_error")

Reading order: `grid` (points), `single` (one run and its random stream), `backends` (many at once), `store` (rows in a
file), `runner` (`run`), `summary` and `tables` (medians, text, CSV); `command` is the command line above them.
"""

from minnet.study.backends import use_backend
from minnet.study.grid import Point, grid, repeat
from minnet.study.runner import run
from minnet.study.single import stream
from minnet.study.store import Row, Store, read
from minnet.study.summary import Group, group, metric, setting

__all__ = [
    "Group", "Point", "Row", "Store", "grid", "group", "metric", "read", "repeat", "run", "setting", "stream",
    "use_backend",
]  # fmt: skip
