"""What are derivatives worth as data: at few points, with errors, or where only some are given?

The notebook "L06", E14.X01, gives a network the slopes of sin x and exp(sin x) at all of 1000 points. There, values
alone say everything. Here 30 tanh units are fitted by variable projection, which gets out of the data what is in them,
so that data are compared, not ways to train: numbers of points, noise in the slopes and their weight in the loss, and
slopes, or values, at some of the points only (`minnet.Mask`).

- 40 values leave an error of 9e-8 of sin x and 2e-7 of exp(sin x) (largest on the interval, medians of ten seeds), with
  slopes 2e-11 and 9e-11; 200 values leave 4e-11 without.
- Against the number of *numbers* given, values, slopes and second derivatives lie on one line: a slope is worth about
  as much as another value, and 40 slopes with a single value, which is to integrate, as much as 40 values.
- Exact slopes may have any weight from 1e-4 to 100. Wrong ones need a small weight, and fewer parameters than values.
- With 8 units, which have 25 parameters, slopes that are off by 0.01 do no harm up to a weight of 1e-6: the square of
  the error of the fit over that of the slopes.
- With 30 units, which have 91, what the values leave open is fitted to the errors of the slopes: those off by 0.01 do
  harm at every weight, down to 1e-12, and those off by 1e-4 never help; good to 1e-6, slopes help a little at a small
  weight.
"""

from minnet.experiments.gradients.sobolev_questions.figures import beside, figures, table
from minnet.experiments.gradients.sobolev_questions.result import PUBLISHED, Config, Result
from minnet.experiments.gradients.sobolev_questions.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]
