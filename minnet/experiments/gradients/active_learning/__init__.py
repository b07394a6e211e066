"""How many evaluations does a surface with a kink need for a mean error below 1e-6, and what decides it?

The three attempts of the notebook "L06", E14.X06 (`active-attempts`), end with mean errors of 0.05 to 0.11 after 1 500
to 10 500 evaluations. Here strategies and models are compared by the error against the number of evaluations. The
strategies choose points where a committee of networks disagrees, where the last evaluations changed the model, where
they came as a surprise, or as far as possible from all others. The models are a plain tanh network, one with an
absolute value inside, and interpolation on triangles that are split where the surface bends.

- The absolute value decides. With that unit, ten runs of ten come below 1e-6 with at most 140 evaluations (median
  1.3e-7, the worst 5.7e-7), each ended by its own estimate falling below 5e-7 or by its budget.
- A unit |u| with a trained u has the kink by construction, and what is left to learn is smooth: u itself, and a
  function of |u|. That is knowledge put in: that there is one kink, along a line where a smooth function is zero, and
  that the surface goes on as a function of |u| beyond it. Of this surface all of it is true. A model that does not
  assume it is hundreds of times further off with seven times the evaluations.
- With the unit, the choice of points hardly matters: of three runs with each of the other strategies the medians are
  1.3e-7 to 3.6e-7, space-filling points the lowest, and one of the nine is above 1e-6 (1.1e-6).
- For a plain tanh network it does: with 1 000 evaluations, 7e-5 where a committee disagrees, 7e-4 where the model
  changed, 2.3e-3 by surprise, 8e-4 with space-filling points, 1.5e-2 by triangles; with 4 000, 2e-5, 3e-5, 1.1e-4,
  9e-5 and 2.1e-3. With two hidden layers instead of three, it is 1e-3 and 6e-4 where a committee disagrees: steepness
  along a curve takes depth. Iterations are worth less: seven times as many bring two layers to 2e-4.
- No number that a run is stopped or a network chosen by comes from the grid on which errors are measured: it is the
  committee's own estimate.
"""

from minnet.experiments.gradients.active_learning.figures import beside, figures, table
from minnet.experiments.gradients.active_learning.result import PUBLISHED, Config, Result
from minnet.experiments.gradients.active_learning.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]
