"""Does learning from slopes as well as values improve a network's fit of sin x and exp(sin x)?

The notebook "L06", E14.X01, fits the two functions at 1000 points of [0, 10] by a network of 100-100 tanh units, by
gradient descent on the mean squared error of the values, and on the sum of that and the mean squared error of the
slopes: once each. From its loss curves, which are of different quantities, and its fits, drawn up to x = 20, it
concludes that slopes improve the fit significantly. (The call that differentiates is cut off where it is printed. Here
the slopes' error has its full gradient.)

- Over ten seeds, slopes improve the fit: for either function the error of the values is smaller in 9 of 10 pairs from
  the same first weights, by factors of 2.6 and 2.3 (Wilcoxon's signed-rank test: p = 0.004).
- But values alone come as far with twice the learning rate (p = 0.9), and an update with slopes is twice the work:
  after half of the updates nothing is gained (p = 0.4 and 0.2). What slopes have improved is the length of the steps.
- Beyond the samples all fits fail.
- Adam, on values alone, leaves less than a twentieth of the error that SGD leaves with slopes: 3e-3 and 2e-3.
- With Adam, slopes help exp(sin x) by a factor of 7 (p = 0.03), also for the same work, but not significantly sin x
  (p = 0.4); second derivatives help sin x by a factor of 16 (p = 0.004), and not exp(sin x) (p = 0.5).

What slopes are worth as data, not as a way downhill, is the question of `sobolev-questions`.
"""

from minnet.experiments.gradients.sobolev.figures import beside, figures, table
from minnet.experiments.gradients.sobolev.result import PUBLISHED, Config, Result
from minnet.experiments.gradients.sobolev.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]
