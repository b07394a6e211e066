"""How far ahead can a network forecast the Lorenz system, and what does it do when it runs on by itself?

The slides (S. Agudelo, G. Quintana and G. Rodrigues dos Reis, a project at IMT Atlantique) introduce recurrent and
convolutional networks, and generate series; they forecast none. Here networks learn the next sample from a hundred
series of 1000 samples at dt = 0.1, as the slides have them, and then go on from their own forecasts. A horizon is the
time until the error, the root mean square over x, y and z in standard deviations, is above 0.4, in Lyapunov times of
1 / 0.9056.

Found, of ten seeds, medians of 200 starts each:

- A dense network of 563 parameters, finished by Levenberg and Marquardt on 2 000 of the 99 900 pairs, forecasts for 6.4
  Lyapunov times (6.3 to 6.6), an LSTM for 5.6 (5.3 to 6.0), a larger dense network trained by Adam for 5.3 (5.1 to
  5.4), a convolution over four samples for 3.9. Persistence lasts for no step.
- Networks are not the best: local regression lasts 7.0 with lines, and 11.3 with parabolas. There is no noise, and a
  hundred thousand samples lie densely on an attractor of dimension 2.
- Flow matching finds the equations, and lasts 25: nothing is left but rounding, which grows too. It is given a library
  that has them, and truth is integrated by the same method.
- Trained with four own steps, the convolution is twice as wrong as with teacher forcing after one step (0.0033 and
  0.0016), and lasts as long (3.9 both). An error of one step does not say by itself how much of it will grow.
- Errors that grow by the exponent alone would let networks last 1.6 to 1.8 Lyapunov times longer than they do (the
  convolution with own steps 0.9, local regressions not at all).

What they make when they go on for 1000 samples, 100 series of the first seed:

- Every network stays on the attractor. Distributions (KS up to 0.02), spectra (0.2 dB), correlation dimension (2.0 to
  2.1) and Rosenstein's exponents (0.95 to 1.01 of the real ones) are those of real series.
- The flow tells them from real ones all the same, at residuals of 1e-4 (Levenberg and Marquardt) to 4e-3 standard
  deviations (own steps).
- The parabolas of local regression do not hold it: in 6 of 100 series a step is extrapolated far off the attractor.
"""

from minnet.experiments.lorenz.lorenz_forecast.figures import figures, table
from minnet.experiments.lorenz.lorenz_forecast.result import PUBLISHED, Config, Result
from minnet.experiments.lorenz.lorenz_forecast.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "figures", "run", "table"]
