"""Optimizers: a formula, its defaults, and where it comes from.

An optimizer is an immutable record of hyper-parameters. What it remembers between steps (its slots: momenta, mean
squares) belongs to the training run, so one optimizer can serve many runs at once.

The formulas themselves stand in `minnet/kernels/formulas/rules.py`. What depends on hyper-parameters and the
step number t alone (bias corrections, say) is worked out here, in `coefficients`, once per step and in float64.
Below, g is the gradient, lr the learning rate, and t counts from 1.

>>> import numpy as np
>>> for name, kind in OPTIMIZERS.items():
...     optimizer, theta = kind(learning_rate=0.1), np.array([1.0])
...     optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 1, 0.1)
...     print(f"{name:8}", theta.round(4).tolist())
SGD      [0.8]
AdaGrad  [0.9]
AdaDelta [0.9996]
RMSProp  [0.6838]
Adam     [0.9]
AMSGrad  [0.9]
AdamW    [0.899]
NAdam    [0.8526]
RAdam    [0.8]
Lion     [0.9]
"""

from minnet.optimizers.adam import Adam, AdamW, AMSGrad, NAdam, RAdam
from minnet.optimizers.adaptive import AdaDelta, AdaGrad, RMSProp
from minnet.optimizers.averaged import Averaged
from minnet.optimizers.base import Optimizer, RuleOptimizer
from minnet.optimizers.descent import SGD, Lion

OPTIMIZERS: dict[str, type[RuleOptimizer]] = {
    kind.__name__: kind for kind in (SGD, AdaGrad, AdaDelta, RMSProp, Adam, AMSGrad, AdamW, NAdam, RAdam, Lion)
}

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "AMSGrad",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Averaged",
    "Lion",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSProp",
    "RuleOptimizer",
]
