"""How good are three published attempts to choose points by how much a network changes in training?

The notebook "L06", E14.X06, learns $f(x, y) = 1 / (|1/2 - x^4 - y^4| + 1/10)$, a surface with a kink, on the unit
square with as few evaluations as it can. It aims at a mean error below 1e-6 and reports 0.0013, of its third attempt.
Here the three are run as its code runs, and two numbers are reported: how much the model *changed*, which is what the
notebook plots and reports of the third attempt, and how far it is from the function, on a grid. With one seed at full
length:

- The third attempt ends with a change of 0.0010, close to the number published, and a mean error of 0.038.
- The second ends with 0.00016 and 0.078.
- The first, whose model changes as much as it is wrong, ends with 0.068 and 0.073. It trains on 10 490 points, but its
  code evaluates the function at all candidates: a million times.

The experiment `active-learning` goes on from there.
"""

from minnet.experiments.gradients.active_attempts.figures import beside, figures, table
from minnet.experiments.gradients.active_attempts.result import PUBLISHED, Config, Result
from minnet.experiments.gradients.active_attempts.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]
