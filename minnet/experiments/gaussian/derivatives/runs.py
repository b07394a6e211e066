"""Derivatives of fitted gaussians, by finite differences and by jets."""

from typing import Any, Unpack

import numpy as np

from minnet import study
from minnet.datasets import gaussian
from minnet.experiments.gaussian.derivatives.formulas import (
    COLUMNS,
    CURVE,
    DENSE,
    FIT_STEPS,
    FORMULAS,
    POINTS,
    PRINTED,
    SPARSE,
    STEPS,
    UNIT_ROUNDOFF,
    WINDOW,
    rms,
    sizes,
)
from minnet.experiments.gaussian.derivatives.result import Config, Result
from minnet.experiments.gaussian.fits import HIGH, LOW, compile_kernels, relu_network, tanh_network
from minnet.experiments.parts import RunOptions, Studies
from minnet.losses import MeanSquaredError
from minnet.network import Network
from minnet.numerics.differentiation.broken_lines import broken_line
from minnet.numerics.differentiation.finite_differences import second_difference
from minnet.optimizers import Adam
from minnet.solvers import VariableProjection
from minnet.training import fit
from minnet.types import Array


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Make every fit and differentiate it."""
    studies = Studies(**options)
    compile_kernels()
    common = {"points": config.points, "step": config.step}
    settings = {
        case: common | {"hidden": [case.hidden] * 2, "epochs": case.epochs, "batch_size": case.batch_size}
        for case in config.cases()
    }
    rows = studies.runs(differentiate_relu, study.repeat(settings.values(), config.seeds), name="derivatives")
    relu = {case: [row.metrics for row in rows if row.settings == settings[case]] for case in settings}
    points = study.repeat([common | {"width": config.width}], config.seeds)
    tanh = [row.metrics for row in studies.runs(differentiate_tanh, points, name="derivatives-tanh")]
    exact = {
        dtype: np.array(
            [
                [np.abs(formula.error(formula.of_gaussian(POINTS, h, dtype), POINTS)).max() for h in STEPS]
                for formula in FORMULAS.values()
            ]
        )
        for dtype in UNIT_ROUNDOFF
    }
    return Result(config, exact, relu, tanh)


def differentiate_relu(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Fit one of the document's networks to the gaussian, and differentiate it: the function of a study.

    Parameters
    ----------
    settings : dict
        ``hidden`` (units of each hidden layer), ``epochs``, ``batch_size``, ``points`` and ``step``.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        ``max_error`` of the fit, ``seconds`` of training. For every formula, ``NAME.float32.max`` and ``.rms``: errors
        at the samples of the network as it is; ``NAME.float64``: of the same weights in float64; ``NAME.rounding``:
        rms of the difference between the two. ``jet``: errors of the exact slope. The same for each of `FIT_STEPS`,
        with |x| < 4: ``NAME.float64.steps`` and ``NAME.rounding.steps``. ``kinks`` (their number) and
        ``largest_jump`` in [-5, 5]; and curves.
    """
    x, step = np.linspace(LOW, HIGH, settings["points"]), settings["step"]
    net = relu_network(settings["hidden"], rng)
    epochs, size = settings["epochs"], settings["batch_size"]
    history = fit(
        net, x, gaussian(x), loss=MeanSquaredError(), optimizer=Adam(), epochs=epochs, batch_size=size, rng=rng
    )

    def single(x: Array) -> Array:
        return net(x)[:, 0].astype(float)

    line = broken_line(net, LOW - 1, HIGH + 1)
    metrics: dict[str, Any] = {"seconds": history.seconds, "max_error": float(np.abs(single(x) - gaussian(x)).max())}
    for name, formula in FORMULAS.items():
        values, double = formula.quotient(single, x, step), formula.quotient(line, x, step)
        metrics |= sizes(f"{name}.float32", formula.error(values, x))
        metrics |= sizes(f"{name}.float64", formula.error(double, x))
        metrics[f"{name}.rounding"] = rms(values - double)
        kinked = [formula.error(formula.quotient(line, DENSE, h), DENSE) for h in FIT_STEPS]
        rounded = [formula.quotient(single, SPARSE, h) - formula.quotient(line, SPARSE, h) for h in FIT_STEPS]
        metrics[f"{name}.float64.steps"] = list(map(rms, kinked))
        metrics[f"{name}.rounding.steps"] = list(map(rms, rounded))
        if name in PRINTED:
            columns = np.array_split(values, COLUMNS)
            metrics |= {f"{name}.low": [c.min() for c in columns], f"{name}.high": [c.max() for c in columns]}
    slope = net.jet(x, order=1).first[0, :, 0].astype(float)
    inside = (line.x[1:-1] > LOW) & (line.x[1:-1] < HIGH) & (np.abs(line.jumps) > 1e-9)
    return (
        metrics
        | sizes("jet", slope - gaussian(x, derivative=1))
        | {"kinks": int(inside.sum()), "largest_jump": float(np.abs(line.jumps[inside]).max(initial=0))}
        | {"line.x": line.x, "line.y": line.y, "line.jumps": line.jumps}
        | {"slope": net.jet(CURVE, order=1).first[0, :, 0]}
        | {"window.slope": net.jet(WINDOW, order=1).first[0, :, 0]}
        | {"window.second": second_difference(single, WINDOW, step)}
    )


def differentiate_tanh(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Fit a tanh network to the gaussian by variable projection, and take its exact derivatives.

    Parameters
    ----------
    settings : dict
        ``width`` (units) and ``points`` at which errors are measured. The fit is made at 500.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        ``seconds``; ``value``, ``first`` and ``second``, each with ``.max`` and ``.rms`` errors and the ``.curve`` at
        1001 points; ``second.difference``, the largest error of formula (2) with the ``step`` given.
    """
    net = tanh_network(settings["width"], rng)
    x, sparse = np.linspace(LOW, HIGH, settings["points"]), np.linspace(LOW, HIGH, 500)
    history = fit(net, sparse, gaussian(sparse), loss=MeanSquaredError(), optimizer=VariableProjection(), epochs=150)
    metrics: dict[str, Any] = {"seconds": history.seconds}
    for name, values, curve, derivative in zip(
        ("value", "first", "second"), _by_jet(net, x), _by_jet(net, CURVE), range(3), strict=True
    ):
        metrics |= sizes(name, values - gaussian(x, derivative=derivative)) | {f"{name}.curve": curve}
    difference = second_difference(lambda x: net(x)[:, 0], x, settings["step"])
    return metrics | sizes("second.difference", difference - gaussian(x, derivative=2))


def _by_jet(net: Network, x: Array) -> tuple[Array, Array, Array]:
    """Value, first and second derivative (n,) each."""
    jet = net.jet(x, order=2)
    return jet.value[:, 0], jet.first[0, :, 0], jet.second[0, :, 0]
