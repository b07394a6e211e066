"""Why are the Lyapunov exponents in a published table of the Lorenz system three to four times too large?

S. Agudelo, G. Quintana and G. Rodrigues dos Reis (slides of a project, IMT Atlantique; section 4, table of exponents)
measure chaos by Eckmann's algorithm, for each coordinate of series of 1000 samples at dt = 0.1: 2.86, 3.05 and 3.64 for
x, y and z, where theory says 0.9056. That they are positive is taken to prove chaos, and so are 1.35, 1.25 and 0.86 for
series that their network generates.

What is measured without the table's recipe:

- From the equations: 0.9052 (Benettin, the mean of ten runs of T = 20 000 each; their root mean square error is 0.15
  per cent, and below 0.5 from T = 1500 on). The sum of the spectrum is the trace to 1e-12.
- From a thousand pairs of nearby trajectories: 0.907 +- 0.004.
- From nearest neighbours in series of 20 000 samples (Rosenstein): 0.86, 0.85 and 0.78 for x, y and z, with a scatter
  of 0.03 to 0.04.

Where the published numbers come from (the document does not say how it chose the embedding):

- The defaults of the package nolds (neighbours in 10 samples, maps on 4 of them) give 2.78, 2.95 and 3.56 when series
  begin near the origin and their transient is kept, with a scatter of 0.15 to 0.17 between series. These are the
  published numbers, within the scatter of one series.
- The product of maps makes them too large. Each map leads three samples on, but nolds (0.6) multiplies one for every
  sample; with every third, as Eckmann and his co-authors have it, the same series give 1.26, 1.47 and 1.43.
- The embedding does the rest: four exponents, of which the system has only three, from neighbours over 0.9 units of
  time. Four successive samples of a series ten times as long, on the attractor, give 0.92, 0.95 and, for z, 1.59; five
  samples and three exponents 1.02, 1.16 and 0.99. No embedding here is right for all three coordinates, so none can be
  trusted without the others.

A positive exponent proves nothing:

- Linear noise with the spectrum of the coordinates (phase-randomised surrogates) has 1.32, 1.10 and 0.79 by the
  published recipe, and 1.32, 1.07 and 0.78 by the paper's. The numbers published for the generated series are of that
  size.
- Of x, by the paper's product, the data are outside of 39 surrogates in only three series of five.
- The error of prediction separates data and noise at once: 0.07 to 0.12 standard deviations against 0.48 to 0.64.
"""

from minnet.experiments.lorenz.lyapunov.figures import beside, figures, table
from minnet.experiments.lorenz.lyapunov.result import PUBLISHED, Config, Result
from minnet.experiments.lorenz.lyapunov.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]
