"""The same call gives the same bits, whatever a process has done and imported before."""

import json
import subprocess
import sys

import pytest

CALLS = """
import json, sys
import numpy as np
import minnet as mn

x = np.linspace(-1, 1, 300)


def fitted(optimizer, **settings):
    net = mn.Network([mn.Dense(1, 24), mn.Tanh(), mn.Dense(24, 1)], rng=0)
    mn.fit(net, x, np.sin(4 * x), loss=mn.MeanSquaredError(), optimizer=optimizer, epochs=30, rng=0, **settings)
    return net.theta


def lorenz(samples=400, dt=0.05):
    from minnet import dynamics
    return dynamics.simulate(dynamics.lorenz(), dt=dt, samples=samples)


def identified():
    from minnet.numerics.identification import identify
    return identify(lorenz(), 0.05).coefficients


def rosenstein():
    from minnet.numerics import chaos
    return chaos.rosenstein(lorenz(2000)[:, 0], dt=0.05, dimension=3, lag=2, window=15, horizon=60).log_distance


def eckmann():
    from minnet.numerics import chaos
    return chaos.eckmann(lorenz(2000)[:, 0], dt=0.05, dimension=5, matrix_dimension=3, window=10).exponents


def spectrum():
    from minnet import dynamics
    from minnet.numerics import chaos
    return chaos.lyapunov_spectrum(dynamics.lorenz(), time=20, trajectories=2, rng=0).exponents


def learned():
    from minnet.numerics.active import Effort, Learner, TanhNetwork
    learner = Learner([(0, 2)], model=TanhNetwork((5,)), effort=Effort(starts=4, fresh=2), initial=8, rng=0)
    points = learner.ask(8)
    learner.tell(points, np.sin(points[:, 0]))
    return learner.ask(2)


CALLS = {
    "integral": lambda: mn.integrate(np.log, (0, 140)).value,
    "integral of samples": lambda: mn.integrate((x, np.exp(x)), (-1, 1), units=10).value,
    "Adam": lambda: fitted(mn.Adam(), batch_size=32),
    "Levenberg-Marquardt": lambda: fitted(mn.LevenbergMarquardt()),
    "variable projection": lambda: fitted(mn.VariableProjection()),
    "L-BFGS": lambda: fitted(mn.LBFGS()),
    "identify": identified,
    "rosenstein": rosenstein,
    "eckmann": eckmann,
    "spectrum": spectrum,
    "learner": learned,
    "orthogonal": lambda: mn.Network([mn.Dense(80, 80, weights="orthogonal")], rng=0).theta,
}
order = list(CALLS) if sys.argv[1] == "forwards" else list(CALLS)[::-1]
print(json.dumps({name: np.asarray(CALLS[name]()).tobytes().hex() for name in order}))
"""


def results(order):
    run = subprocess.run([sys.executable, "-c", CALLS, order], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def both_ways():
    return results("forwards"), results("backwards")


def test_a_dozen_calls_in_both_orders(both_ways):
    forwards, backwards = both_ways
    assert len(forwards) == 12
    differing = [name for name in forwards if forwards[name] != backwards[name]]
    assert not differing
