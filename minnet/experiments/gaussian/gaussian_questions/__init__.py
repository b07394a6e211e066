"""Is it quicker to fit a gaussian fast and discard failures than well once, and do the best settings move?

The questions that C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), leaves open at the end of section
3. Is it quicker to train fast and discard failures, or to train well once? For a wanted precision, a setting that
reaches it with probability p takes (mean time) / p seconds on average, failures included, so the question is a
comparison of numbers. Do the best settings move with the number of points and with the standard deviation? And how is a
gaussian best fitted near zero?

Found:

- Discarding is quicker, and beyond an error of about 1e-5 there is no setting that succeeds nearly always; but what to
  train fast with are small batches and few epochs, not large batches.
- The best batch grows with the number of points, because an epoch then makes more updates; the best width hardly moves.
- Near zero, neither more points nor a greater weight helps by much, and the tails pay for it; a falling learning rate
  helps both, and variable projection by eleven orders of magnitude.
"""

from minnet.experiments.gaussian.gaussian_questions.figures import beside, figures, table
from minnet.experiments.gaussian.gaussian_questions.result import PUBLISHED, Config, Result
from minnet.experiments.gaussian.gaussian_questions.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]
