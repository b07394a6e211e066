"""Why did four published fits of the Lorenz equations fail, and which methods do not fail?

S. Agudelo, G. Quintana and G. Rodrigues dos Reis (slides of a project, IMT Atlantique; section 2, slides 11 and 12) fit
the Lorenz equations to samples by LASSO, ridge, a constrained Galerkin regression, and a search by Jaya and Powell. The
parameters are off by 0.77 to 0.99 for samples at dt = 0.01, by 5.9 to 8.3 at dt = 0.1, where their exponents turn
negative; the conclusion is that dt must be small, and that something other than regression is called for.

Why they failed:

- Their first-order formula, $X(t + dt) = X(t) + dt f$, used to estimate the rates, gives errors of that size by any
  regression: 0.8 (with rho known) to 1.2 at dt = 0.01, 4.3 to 9.3 at dt = 0.1, medians of ten trajectories of T = 100
  (all terms of second degree).
- The error of the formula, dt / 2 x'', is a function of the state, and is fitted as a part of the law; more samples do
  not help, nor does a penalty.
- The equations identified come to rest: exponents of -0.4 to -0.5 at dt = 0.01 already.
- Only the published search is not reproduced at both. What it searches for, its bounds and its population are not
  stated. Three parameters fitted to the same formula are off by 0.06 and 1.1, not by 0.84 and 8.3, and remain chaotic.
  All seven coefficients, each for itself, are off by 1.0 at dt = 0.01 and come to rest (an exponent of -0.16, not the
  published 0.41); at dt = 0.1 they are off by 3.2 (-1.1, not -0.47). That is least squares, whatever the search.

What does not fail, from the same samples:

- At dt = 0.01, differences of fourth order are off by 9e-4, a quintic spline by 5e-7, the weak form by 5e-12.
- At dt = 0.1 there are too few samples for any rate (6.7 and 3.4), and the weak form is off by 0.04. Methods that
  integrate the equations from sample to sample have nine to eleven digits: 2e-9 by Jaya and Powell with steps of eighth
  order, where the form is known, 3e-11 by flow matching, where it is not.
- Their exponents are 0.900 to 0.910, as followed for T = 500; that of the true equations is 0.908 by the same measure,
  in theory 0.9056.

Where each method breaks, on the map (1000 samples, so that small dt means a short trajectory):

- The weak form ends at dt = 0.1 without noise, and between 1 and 5 per cent of noise.
- Flow matching ends at 5 per cent for dt up to 0.02; at dt = 0.2 and 0.3 it keeps needless small terms of some noisy
  trajectories.
- Multiple shooting identifies exactly the seven terms with up to 5 per cent of noise at every dt but 0.3: with errors
  of 4e-4 to 1e-3 at 0.1 per cent, 4e-3 to 1e-2 at 1, 2e-2 to 6e-2 at 5.
"""

from minnet.experiments.lorenz.lorenz_identification.figures import beside, figures, table
from minnet.experiments.lorenz.lorenz_identification.result import PUBLISHED, Config, Result
from minnet.experiments.lorenz.lorenz_identification.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]
