"""How far ahead can a network forecast the Lorenz system, and what does it do when it runs on by itself?

The slides (S. Agudelo, G. Quintana and G. Rodrigues dos Reis, a project at IMT Atlantique) introduce recurrent and
convolutional networks, and generate series; they forecast none. Here networks learn the next sample from a hundred
series of 1000 samples at dt = 0.1, as the slides have them, and then go on from their own forecasts. A horizon is the
time until the error, the root mean square over x, y and z in standard deviations, is above 0.4, in Lyapunov times of
1 / 0.9056.
"""

from minnet.experiments.lorenz.lorenz_forecast.figures import figures, table
from minnet.experiments.lorenz.lorenz_forecast.result import PUBLISHED, Config, Result
from minnet.experiments.lorenz.lorenz_forecast.runs import run

__all__ = ["PUBLISHED", "Config", "Result", "figures", "run", "table"]
