"""How well do networks of several widths fit a gaussian, with several batch sizes and numbers of epochs?

C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), sections 0.0.1 to 0.0.4: the standard normal
density at 10 001 points of [-5, 5], fitted by two hidden layers of ReLU with Adam.

- Figures 1 to 5 vary the width, 6 to 8 the batch size, 9 to 11 the number of epochs.
- Figures 12 to 14 trade one for the other at an equal number of updates.
- The table has the published numbers of parameters and seconds beside ours, and the error of every fit.
"""

from minnet.experiments.gaussian.gaussian_fit.figures import beside, figures, table
from minnet.experiments.gaussian.gaussian_fit.result import PUBLISHED, Config, Result
from minnet.experiments.gaussian.gaussian_fit.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]
