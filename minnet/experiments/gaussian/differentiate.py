"""Derivatives of one fitted gaussian, by finite differences and by jets: what `derivatives` runs over its networks."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minnet.activations import Tanh
from minnet.datasets import gaussian
from minnet.experiments.gaussian.fits import HIGH, LOW, relu_network
from minnet.layers import Dense, Rescale
from minnet.losses import MeanSquaredError
from minnet.network import Network
from minnet.numerics.differentiation.broken_lines import broken_line
from minnet.numerics.differentiation.finite_differences import (
    Function,
    central_difference,
    forward_difference,
    second_difference,
)
from minnet.optimizers import Adam
from minnet.solvers import VariableProjection
from minnet.training import fit
from minnet.types import Array

UNIT_ROUNDOFF = {"float64": 2.0**-53, "float32": 2.0**-24}

# Largest values on the gaussian: of itself and its second derivative at 0, of the third where x^2 = 3 - sqrt(6), and of
# the fourth at 0.
PEAK = 1 / np.sqrt(2 * np.pi)
THIRD = np.sqrt(18 - 6 * np.sqrt(6)) * np.exp((np.sqrt(6) - 3) / 2) * PEAK
FOURTH = 3 * PEAK


class Formula(NamedTuple):
    """A finite difference, and the bound of its error on the gaussian, ``truncation h^order + rounding u / h^power``.

    u is the unit roundoff. The numbers are those of `minnet.numerics.differentiation.finite_differences`.
    """

    label: str
    quotient: Callable[[Function, Array, float], Array]
    derivative: int
    truncation: float
    order: int
    rounding: float
    power: int

    def bound(self, dtype: str, step: Any) -> Any:
        """The largest error on the gaussian, by theory."""
        return self.truncation * step**self.order + self.rounding * UNIT_ROUNDOFF[dtype] / step**self.power

    def best_step(self, dtype: str) -> float:
        """Where the bound is least."""
        ratio = self.power * self.rounding * UNIT_ROUNDOFF[dtype] / (self.order * self.truncation)
        return float(ratio ** (1 / (self.order + self.power)))

    def of_gaussian(self, x: Array, step: float, dtype: str = "float64") -> Array:
        """The formula at x on the gaussian, whose values are rounded to the dtype."""
        return self.quotient(lambda x: gaussian(x).astype(dtype).astype(float), x, step)

    def error(self, found: Array, x: Array) -> Array:
        """How far off the gaussian's derivative it is."""
        return found - gaussian(x, derivative=self.derivative)


FORMULAS = {
    "forward": Formula("formula (1)", forward_difference, 1, PEAK / 2, 1, 2 * PEAK, 1),
    "central": Formula("central difference", central_difference, 1, THIRD / 6, 2, PEAK, 1),
    "second": Formula("formula (2)", second_difference, 2, FOURTH / 12, 2, 4 * PEAK, 2),
}
SHOWN = ("forward", "second")  # the document's

# Steps exact in binary, and points at which x + h is exact as well: all that is rounded are the values.
STEPS = np.sort(np.ldexp(np.array([4.0, 5.0, 6.0, 7.0]), -np.arange(3, 33)[:, np.newaxis]).ravel())
POINTS = np.arange(LOW, HIGH + 2.0**-9, 2.0**-8)
FIT_STEPS = 2.0 ** -np.arange(15)
SPARSE, DENSE = (np.arange(LOW + 1, HIGH - 1 + d / 2, d) for d in (2.0**-7, 2.0**-12))  # no step leaves [-5, 5]

CURVE = np.linspace(LOW, HIGH, 1001)
WINDOW = np.linspace(0, 1, 1001)  # where the explanation looks closer
BLOCKS = 500  # columns of a figure: of the points in each, the lowest and the highest value are kept


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
        found, double = formula.quotient(single, x, step), formula.quotient(line, x, step)
        metrics |= sizes(f"{name}.float32", formula.error(found, x))
        metrics |= sizes(f"{name}.float64", formula.error(double, x))
        metrics[f"{name}.rounding"] = rms(found - double)
        kinked = [formula.error(formula.quotient(line, DENSE, h), DENSE) for h in FIT_STEPS]
        rounded = [formula.quotient(single, SPARSE, h) - formula.quotient(line, SPARSE, h) for h in FIT_STEPS]
        metrics[f"{name}.float64.steps"] = list(map(rms, kinked))
        metrics[f"{name}.rounding.steps"] = list(map(rms, rounded))
        if name in SHOWN:
            blocks = np.array_split(found, BLOCKS)
            metrics[f"{name}.low"], metrics[f"{name}.high"] = [b.min() for b in blocks], [b.max() for b in blocks]
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


def tanh_network(width: int, rng: np.random.Generator) -> Network:
    """1 - width - 1 on [-5, 5], in float64, started as variable projection likes it."""
    first = Dense(1, width, weights="steep", bias="spread")
    return Network([Rescale(LOW, HIGH), first, Tanh(), Dense(width, 1)], rng=rng)


def _by_jet(net: Network, x: Array) -> tuple[Array, Array, Array]:
    """Value, first and second derivative (n,) each."""
    jet = net.jet(x, order=2)
    return jet.value[:, 0], jet.first[0, :, 0], jet.second[0, :, 0]


def rms(error: Array) -> float:
    return float(np.sqrt(np.mean(error**2)))


def sizes(name: str, error: Array) -> dict[str, float]:
    return {f"{name}.max": float(np.abs(error).max()), f"{name}.rms": rms(error)}


# What it comes to.
