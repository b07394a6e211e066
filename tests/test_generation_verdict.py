"""Series spoilt in every known way are called by name, and real ones real: on flows and maps, in any units."""

from collections import Counter

import numpy as np
import pytest

import minnet as mn
from minnet import dynamics
from minnet.numerics import chaos
from minnet.numerics.generation import compare_series, flow_map

SYSTEMS = {
    "Lorenz": (dynamics.lorenz(), 0.1), "Roessler": (dynamics.roessler(), 0.2), "Henon map": (dynamics.henon(), 1.0),
    "logistic map": (dynamics.logistic(3.9), 1.0),
}  # fmt: skip
KINDS = ("real", "surrogates", "shuffled", "noise", "collapse", "copies")


def real(name, series, samples, rng):
    """Series (series, samples, v), made by the fast kernels whichever are in use."""
    system, dt = SYSTEMS[name]
    with mn.use_kernels("compiled"):
        starts = dynamics.states_on_attractor(system, series, rng=rng)
        return dynamics.simulate(system, starts, dt=dt, samples=samples)


def flow_of(name):
    flow = flow_map(*SYSTEMS[name])

    def fast(states):
        with mn.use_kernels("compiled"):
            return flow(states)

    return fast


def surrogates(x, kind, rng):
    columns = [[kind(series[:, v], rng=rng) for v in range(x.shape[2])] for series in x]
    return np.swapaxes(np.array(columns), 1, 2)


def spoilt(kind, x, train, rng):
    """Series spoilt in that way: from real ones x, or copied from train."""
    if kind == "surrogates":
        return surrogates(x, chaos.phase_randomised, rng)
    if kind == "shuffled":
        return np.stack([rng.permutation(series) for series in x])
    if kind == "noise":
        return dynamics.add_noise(x, 0.05, rng=rng)
    if kind == "collapse":
        return np.repeat(x[:1], len(x), axis=0)
    return train[rng.permutation(len(train))[: len(x)]] if kind == "copies" else x


def called(result):
    """The first finding's kind."""
    return result.findings[0].kind if result.findings else "real"


@pytest.mark.acceptance
@pytest.mark.parametrize("with_flow", [False, True], ids=["without flow", "with flow"])
@pytest.mark.parametrize("name", ["Lorenz", "Roessler", "Henon map"])
def test_verdicts_over_twenty_draws(name, with_flow):
    """Every second draw has a training set; copies always have one. No threshold was chosen with these draws."""
    table, errors = Counter(), []
    for draw in range(20):
        rng = np.random.default_rng([2027, draw, with_flow])
        x, reference, train = (real(name, 40, 250, rng) for _ in range(3))
        for kind in KINDS:
            given = train if draw % 2 or kind == "copies" else None
            result = compare_series(
                spoilt(kind, x, train, rng), reference, flow_of(name) if with_flow else None, given,
                dt=SYSTEMS[name][1], rng=draw,
            )  # fmt: skip
            table[kind, called(result)] += 1
            if called(result) != kind or len(result.findings) > 1:
                errors.append((draw, kind, result.verdict))
            if kind == "noise" and called(result) == "noise":
                assert result.findings[0].amount == pytest.approx(0.05, abs=0.01)
    print(f"\n{name}, {'with' if with_flow else 'without'} flow:", dict(table))
    print(*errors, sep="\n")
    assert len(errors) <= 1
