"""Why did a published network's integrals of ln x give inf, nan and a drift, and what reaches nine digits?

The notebook "Реализация 1 для NNI по статье: Using Neural Networks for Fast Numerical Integration and Optimization"
fits ln x on [0, 100] with 10 000 sigmoids and integrates the fit in closed form over ten intervals; its figures are the
losses of the training and the integrals beside Simpson's. Three results are too large, by 0.2 per unit of length; three
are infinite; three are no numbers. Its conclusions ask which width to take, and why the integrals differ so much from
Simpson's. The run is made as its code makes it: with 1 000 000 samples where its text says 100 000, and 10 epochs where
that says 30.

- Infinite, and no number: the polylogarithm's argument, -exp(-b - w x), is formed in float32, where exp overflows from
  89 on. A unit with a negative weight gets there: at the upper end of an interval first, which gives inf, and at the
  lower one further on, which gives inf - inf. As a softplus, the same integral has no such limit.
- The drift: the output bias is a list. Times the length L of the interval it becomes L times as long, not as large, and
  enters once instead of L times. The error is $(1 - L) b_2$; the $b_2 = -0.21$ that the first published deviation
  implies predicts the others to half a per cent.
- From 0: Simpson's rule asks for ln 0. The network does not.
- Past 100: three of the intervals reach beyond the samples, up to 140. There, a sum of sigmoids becomes constant.
- In our run at full size (seed 0), overflow sets in at x = 7, and 5 to 20 is no number already; $b_2$ is -0.194.
  Without the slips, the integrals are off by 0.01 to 0.06 up to 95, and by 1.4 from 45 to 140.
- The same by `mn.integrate`: samples and units in logarithmic scales towards 0, and variable projection, which is of
  the family of the Levenberg-Marquardt method that the notebook wished for. From 400 evaluations, 30 units have all ten
  integrals to 6e-8, 50 units to 4e-10 and 80 units to 4e-13, in 0.1 to 0.3 s; 200 evaluations are enough for 1e-9.
- Which width? Ten more units gain two digits each up to 40, and less beyond.
"""

from itertools import compress
from typing import Unpack

import numpy as np

from minnet import study
from minnet.experiments.integration.neural_integration.figures import beside, figures, table
from minnet.experiments.integration.neural_integration.logarithm import exact_integral, integrate_logarithm, simpson
from minnet.experiments.integration.neural_integration.published import (
    INTERVALS,
    PUBLISHED,
    SIMPSON_POINTS,
    integral_as_written,
    li_1,
    network,
    train,
)
from minnet.experiments.integration.neural_integration.result import EVALUATIONS_PER_UNIT, Config, Result
from minnet.experiments.parts import RunOptions, Studies
from minnet.numerics.integration.network_integrals import network_integral
from minnet.types import Array

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Train the document's network, integrate it by its expressions and without their slips, and do better."""
    studies = Studies(**options)
    settings = {name: getattr(config, name) for name in ("samples", "hidden", "epochs", "batch_size")}
    (row,) = studies.runs(train, [study.Point(settings)], name="neural-integration, as published", alone=True)
    net = network(config.hidden)
    net.theta = row.metrics["theta"]
    low, high = INTERVALS.T
    points = np.linspace(low, high, SIMPSON_POINTS)
    grid = study.grid(units=config.widths, evaluations=config.evaluations)
    enough = np.array(
        [point.settings["evaluations"] >= EVALUATIONS_PER_UNIT * point.settings["units"] for point in grid]
    )
    name = "neural-integration, logarithmic scales"
    rows = studies.runs(integrate_logarithm, list(compress(grid, enough)), name=name, alone=True)

    def on_grid(metric: str) -> Array:
        measured = study.metric(rows, metric)
        values = np.full((len(grid), *measured.shape[1:]), np.nan)
        values[enough] = measured
        return values.reshape(len(config.widths), len(config.evaluations), *measured.shape[1:])

    return Result(
        config,
        loss=np.array(row.metrics["loss"]),
        val_loss=np.array(row.metrics["val_loss"]),
        net=net,
        exact=exact_integral(low, high),
        simpson=simpson(points),
        as_written=np.array([integral_as_written(net, int(a), int(b)) for a, b in INTERVALS]),
        finite=np.array([integral_as_written(net, int(a), int(b), li_1) for a, b in INTERVALS]),
        whole=network_integral(net, low, high).value[:, 0].astype(float),
        seconds=float(row.metrics["seconds"]),
        errors=on_grid("errors"),
        estimates=on_grid("estimate"),
        times=on_grid("seconds"),
    )
