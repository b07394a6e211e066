"""Optimizers: a formula, its defaults, and where it comes from.

An optimizer is an immutable record of hyper-parameters. What it remembers between steps (its slots: momenta, mean
squares) belongs to the training run, so one optimizer can serve many runs at once.

The formulas themselves stand in `minnet/kernels/formulas/rules.py`. What depends on hyper-parameters and the
step number t alone (bias corrections, say) is worked out here, in `coefficients`, once per step and in float64.
Below, g is the gradient, lr the learning rate, and t counts from 1.
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
