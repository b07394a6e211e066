"""How far off is a fitted gaussian, against width, epochs and batch size, and how much of it is chance?

C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), section 1 (figures 15 to 28): runs laid over each
other, the squared difference at every point, and its mean against one setting at a time. A single run per setting
shows zones of "chance"; here each setting has ten seeds, and medians and quartiles tell chance from trend. A remark on
figure 57 is tested too: that fits err more often above the curve than below it, or further. Points of one fit err
together, so the hundred runs are the sample, not their million points.

Found:

- In 10 001 points every round batch size leaves one sample over, and the last update of each epoch follows that sample
  alone: with 10 000 points, the median error is a third.
- Wherever Adam's last updates leave the weights, they stay: with a learning rate that falls to zero, the median is
  eighty times smaller than the document's, and the quartiles are no longer a factor of forty apart, but of two and a
  half.
"""

from minnet.experiments.gaussian.gaussian_error.figures import beside, figures, table
from minnet.experiments.gaussian.gaussian_error.result import PUBLISHED, Config, Result
from minnet.experiments.gaussian.gaussian_error.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]
