"""Active learning: to know a function of several variables from as few evaluations as can be.

A `Learner` is asked for points and told the values there. Between the two it trains a small committee of networks
(`models`, `committee`), and a strategy says where the next evaluation would teach most (`strategies`)::

    learner = Learner([(0, 1), (0, 1)], rng=0)
    while learner.evaluations < 140:
        points = learner.ask(12)
        learner.tell(points, function(points))
    learner.predict(x), learner.error_estimate()

`approximate` is this loop for a function of Python. The function may as well be an experiment or a program on another
machine: `Learner.save` and `load` carry everything from one day to the next, and what was interrupted goes on with the
same bits.
"""

from minnet.numerics.active.committee import Effort
from minnet.numerics.active.files import load
from minnet.numerics.active.learner import Learner, approximate
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
