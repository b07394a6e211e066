"""Active learning: approximate a function of several variables with as few evaluations as possible.

A `Learner` proposes points and takes in the values there (`ask` and `tell`, as in optimization). Between the two it
trains a small committee of networks (`models`, `committee`), and a strategy says where the next evaluation would teach
most (`strategies`)::

    learner = Learner([(0, 1), (0, 1)], rng=0)
    while learner.evaluations < 140:
        points = learner.ask(12)
        learner.tell(points, function(points))
    learner.predict(x), learner.error_estimate()

`approximate` is this loop for a function of Python. The function may as well be an experiment or a program on another
machine: `Learner.save` and `load` carry everything from one day to the next, and what was interrupted goes on with the
same bits.

Reading order: `box`, `models`, `committee`, `strategies`, `learner`, `files`, `overview`, `approximation`.

>>> import tempfile
>>> import numpy as np
>>> from minnet.numerics import active
>>> model, effort = active.TanhNetwork((5,)), active.Effort(starts=4, fresh=2)
>>> for strategy in (active.Disagreement(), active.ModelChange(), active.Residual(), active.SpaceFilling()):
...     learner = active.Learner([(0, 2)], model=model, strategy=strategy, effort=effort, initial=6, rng=0)
...     learner = active.approximate(lambda points: np.sin(points[:, 0]), learner, budget=8, batch=2)
...     print(type(strategy).__name__, isinstance(strategy, active.Strategy), len(learner.values))
Disagreement True 8
ModelChange True 8
Residual True 8
SpaceFilling True 8
>>> isinstance(model, active.Model), isinstance(active.KinkNetwork(), active.Model)
(True, True)
>>> with tempfile.TemporaryDirectory() as folder:
...     learner.save(f"{folder}/learner.npz")
...     again = active.load(f"{folder}/learner.npz")
>>> bool((learner.ask(3) == again.ask(3)).all())
True
"""

from minnet.numerics.active.approximation import approximate
from minnet.numerics.active.committee import Effort
from minnet.numerics.active.learner import Learner, load
from minnet.numerics.active.models import KinkNetwork, Model, TanhNetwork
from minnet.numerics.active.strategies import Disagreement, ModelChange, Residual, SpaceFilling, Strategy

__all__ = [
    "Disagreement",
    "Effort",
    "KinkNetwork",
    "Learner",
    "Model",
    "ModelChange",
    "Residual",
    "SpaceFilling",
    "Strategy",
    "TanhNetwork",
    "approximate",
    "load",
]
