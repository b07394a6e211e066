"""Do Lorenz series that a generative adversarial network makes keep the chaos, and can they?

S. Agudelo, G. Quintana and G. Rodrigues dos Reis (slides of a project, IMT Atlantique; second half) turn 1000 series of
1000 samples, dt = 0.1, into pictures of 32 x 32 places with x, y and z as red, green and blue, train a DCGAN on them
with half a dozen aids, and judge what it generates by eye and by Eckmann's exponents of each coordinate: 1.35, 1.25 and
0.86, all positive, "so the chaos is kept". Phase-randomised surrogates, linear noise, have the same by the same recipe
(see `lyapunov`). Here the same series are measured by what chaos is about: whether a sample follows from the one
before.

The better generator has windows along time instead of pictures, noise for every 16 samples, and a discriminator that
scores stretches of two series at once, half of the real ones mirrored: (x, y, z) and (-x, -y, z) obey the equations
alike. Nothing else of them is used. A network learns one step of the dynamics from the real series; what it does not
predict is penalised while the generator learns, and generated series are moved to trajectories of it that are close by
(`minnet.numerics.generation.shadow`). One generator is trained without the penalty, to compare.

Found with ``--seeds 3``, 200 series of 1000 samples against 200 real ones (standard deviations of each variable):

- The pictures have no chaos: a sample misses where the flow leads from the one before by 1.2, as surrogates do (1.4).
  By the slides' recipe they have 1.04, 0.95 and 0.80, surrogates 1.33, 1.09 and 0.78, real series 3.1, 3.3 and 4.0.
- Windows along time miss by 0.18, with the penalty by 0.12, 0.09 and 0.08; with it spectra are within 1.9 dB, values
  within a KS distance of 0.022, and none is a copy.
- Their shadows miss by 0.002 (nine of ten by less than 0.008), ten steps by 0.02 to 0.04, seams no more than the rest.
  At the worst seed: KS 0.010, W1 0.015, spectra 0.6 dB, dwell times 0.07, dimension 2.0, Eckmann's exponents 0.90 and
  Rosenstein's 1.09 of the real ones. Only the autocorrelation of x and y, 0.022 to 0.039, is above what was aimed at,
  0.02; real series against each other have 0.009.
- The penalty does not teach the predictor's errors: generated series miss the true flow by as much as the predictor,
  0.119 against 0.118. Shadows do: 0.0023 against 0.0016.
- Shadows are not near sample by sample: series have moved by 0.8, where different real ones are 1.4 apart. And the
  predictor alone, iterated from real states, is better still in nearly everything.
- The verdict tells all of them from real series, shadows by errors of 0.1 per cent.
"""

from minnet.experiments.lorenz.lorenz_gan.figures import beside, figures, table
from minnet.experiments.lorenz.lorenz_gan.result import PUBLISHED, Config, Result
from minnet.experiments.lorenz.lorenz_gan.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]
