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
"""

from minnet.experiments.lorenz.lorenz_gan.figures import figures, table
from minnet.experiments.lorenz.lorenz_gan.result import PUBLISHED, Config, Result
from minnet.experiments.lorenz.lorenz_gan.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "figures", "run", "table"]
