"""Which optimizer is fastest over a landscape of two variables, and how does each leave a saddle?

N. Provost and Z. Akakpo, "Adam Optimizer" (2023), sections 2 to 5, explain the optimizers by their formulas and compare
them at three learning rates; the document has no such figures. Here the landscapes are those of Rosenbrock, Beale and
Himmelblau, and a saddle. Each of six optimizers has the same grid of 25 learning rates to choose from, and what counts
is from which step on it stays within 1e-6, or 1e-12, of the least value. A path ends after 1000 steps in a row within
1e-12, or after 20 000 in all.

- In Rosenbrock's valley momentum is the fastest, 405 steps, before Nesterov, 1426, and Adam, 1580; gradient descent
  needs 8445.
- On Beale's plateau Nesterov, Adam and momentum need 135 to 157 steps, gradient descent 518.
- In Himmelblau's bowl the roles change: AdaGrad needs 13 and gradient descent 17, Adam and momentum ten times as many,
  and momentum ends in another minimum. So the ranking is the landscape's.
- Common to all three: the plain methods diverge at 9 to 15 of the 25 learning rates, the adaptive ones at none.
- RMSProp does not come to rest: it needs 6409 steps on Beale's plateau and does not arrive in Rosenbrock's valley. In
  Himmelblau's bowl, one learning rate takes it exactly to (3, 2), where the gradient is 0.
- Nor does Adam rest for ever: were its path in Rosenbrock's valley not ended, it would leave the 1e-6 again.
- Beside the ridge of a saddle, ten times nearer costs gradient descent 116 steps more, momentum 23 and Nesterov 21, as
  their companion matrices say, at a learning rate of 0.01. For the adaptive optimizers the distance does not matter.
"""

from typing import Unpack

from minnet.experiments.adam.optimizer_landscapes.figures import figures, table
from minnet.experiments.adam.optimizer_landscapes.result import BOWLS, OPTIMIZERS, PUBLISHED, Config, Result
from minnet.experiments.adam.optimizer_landscapes.search import escape, search
from minnet.experiments.parts import RunOptions, Studies
from minnet.numerics.descent.landscapes import LANDSCAPES

__all__ = ["OPTIMIZERS", "PUBLISHED", "Config", "Result", "figures", "run", "table"]


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Follow every optimizer on every landscape, with every learning rate; nothing here is random."""
    studies = Studies(**options)
    best = []
    for name in BOWLS:
        if studies.progress:
            print(f"optimizer-landscapes: {LANDSCAPES[name].name}", flush=True)
        best += [search(LANDSCAPES[name], optimizer, config) for optimizer in OPTIMIZERS]
    return Result(config, best, [escape(name, config) for name in OPTIMIZERS])
