"""What networks are measured against: nothing changes, neighbours, and equations. States are in standard deviations."""

import numpy as np

from minnet.experiments.lorenz.lorenz_forecast.forecasters import Forecaster, Units, Windowed
from minnet.numerics.generation import flow_map
from minnet.numerics.identification import FlowMatching, LocalRegression, identify
from minnet.types import Array

IDENTIFIED_FROM = 1  # series that equations are identified from: more make no difference
FAR = 100.0  # standard deviations, beyond which a state is not looked up


def persistence(series: Array, units: Units, dt: float) -> Forecaster:
    """Nothing ever changes."""
    return Windowed(lambda x: x[:, 0])


def local_regression(series: Array, units: Units, dt: float, degree: int) -> Forecaster:
    """A polynomial, fitted to what followed the nearest states of the training series."""
    predictor = LocalRegression(list(series), dt, degree=degree)
    return Windowed(lambda x: predictor.predict(np.clip(np.nan_to_num(x[:, 0], nan=FAR), -FAR, FAR)))


def flow_matching(series: Array, units: Units, dt: float) -> Forecaster:
    """The flow of the equations that are found in a library of terms, to the second degree.

    They are looked for in physical units, as anyone would: shifted, they have thirteen terms, not seven, and where
    a small one of them is dropped the flow is off by 1e-6 to 2e-5.
    """
    model = identify(list(units.unscaled(series[:IDENTIFIED_FROM])), dt, method=FlowMatching())
    flow = flow_map(model.system, dt)
    return Windowed(lambda x: units.scaled(flow(units.unscaled(x[:, 0]))))
