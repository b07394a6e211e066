"""The fits of the experiment `sobolev-questions`, by variable projection."""

from functools import partial
from typing import Any, Unpack

import numpy as np

from minnet import study
from minnet.activations import Tanh
from minnet.experiments.gradients.sobolev_questions.result import QUESTIONS, Config, Result
from minnet.experiments.gradients.waves import FUNCTIONS, HIGH, LOW, loss_and_target, wave
from minnet.experiments.parts import RunOptions, Studies
from minnet.jet import Jet, Mask
from minnet.layers import Dense, Rescale
from minnet.losses import Sobolev
from minnet.network import Network
from minnet.solvers import VariableProjection
from minnet.training import fit
from minnet.types import Array

GRID = 10_001  # points at which errors are measured


def project(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One fit by variable projection: the function of the studies.

    Parameters
    ----------
    settings : dict
        ``function``, ``points``, ``order`` (derivatives learnt from), ``width``, ``iterations``; and, of order 1,
        ``noise`` (standard deviation of errors of the slopes), ``weight`` (of the slopes in the loss), ``slopes`` and
        ``values`` (numbers of points, drawn at random, at which they are given), where they are not 0, 1, all and all.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        ``value``, ``first`` and ``second``: largest errors on [0, 10].
    """
    n, width, order = settings["points"], settings["width"], settings["order"]
    layers = [Rescale(LOW, HIGH), Dense(1, width, weights="steep", bias="spread"), Tanh(), Dense(width, 1)]
    net, x = Network(layers, rng=rng), np.linspace(LOW, HIGH, n)
    loss, target = loss_and_target(settings["function"], x, order)
    if isinstance(target, Jet) and order == 1:
        loss = Sobolev((1.0, settings.get("weight", 1.0)))
        slopes = target.first + settings.get("noise", 0.0) * rng.standard_normal(target.first.shape)
        mask = Mask(_subset(n, settings.get("values", n), rng), _subset(n, settings.get("slopes", n), rng))
        target = Jet(target.value, slopes, mask=mask)
    fit(net, x, target, loss=loss, optimizer=VariableProjection(), epochs=settings["iterations"])
    everywhere = np.linspace(LOW, HIGH, GRID)
    jet, exact = net.jet(everywhere, order=2), wave(settings["function"], everywhere)
    return {
        part: float(np.abs(getattr(jet, part) - getattr(exact, part)).max()) for part in ("value", "first", "second")
    }


def _subset(n: int, count: int, rng: np.random.Generator) -> Array:
    """A mask (n,) of so many points, drawn at random."""
    return np.asarray(rng.permutation(n) < count)


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Fit with all kinds of data, side by side on as many processors as there are."""
    studies = Studies(**options)
    grid = partial(
        study.grid,
        function=list(FUNCTIONS),
        width=config.width,
        iterations=config.iterations,
        repeats=config.seeds,
    )
    counts = [round(fraction * config.few) for fraction in sorted(config.shares)]
    grids = {
        "many": grid(points=config.many, order=0),
        "points": grid(points=config.points, order=[0, 1, 2]),
        "noise": grid(
            points=config.few, order=1, width=config.noise_widths, noise=config.noises, weight=config.weights
        ),
        "slopes": grid(points=config.few, order=1, slopes=counts),
        "values": grid(points=config.few, order=1, values=[max(1, n) for n in counts]),  # slopes leave a constant open
    }
    answers = {}
    for question in QUESTIONS:
        rows = studies.runs(project, grids[question], name=f"sobolev-questions, {question}")
        answers[question] = study.group(rows)
    return Result(config, answers)
