"""Sets of terms that explain the samples as well: the smaller comes first, and rivals are named."""

import numpy as np
import pytest

from minnet import dynamics
from minnet.dynamics import Polynomial, System
from minnet.numerics.identification import FlowMatching, MultipleShooting, identify


def noisy(x, part, seed=0):
    return x + part * x.std(axis=0) * np.random.default_rng(seed).standard_normal(x.shape)


def system(variables, degree, equations, start):
    library = Polynomial(degree)
    names = library.names(variables)
    xi = np.zeros((len(names), len(variables)))
    for i, terms in enumerate(equations):
        for name, coefficient in terms.items():
            xi[names.index(name), i] = coefficient
    return System("test", variables, library, xi, np.array(start, float), step=0.01)


DUFFING = system(("x", "y"), 3, [{"y": 1.0}, {"x": 1.0, "x^3": -1.0, "y": -0.1}], [1.5, 0.0])


def support(model, i):
    return {name for name, value in zip(model.terms, model.coefficients[:, i], strict=True) if value}


def test_a_smaller_set_that_the_noise_allows_comes_first():
    """In one well of Duffing's oscillator, ``-2 x y - x^2 y`` is y, but for noise."""
    x = noisy(dynamics.simulate(DUFFING, dt=0.2, samples=500)[200:], 0.01)
    model = identify(x, 0.2, method=MultipleShooting(longest=16), library=Polynomial(3))
    assert support(model, 0) == {"y"}
    assert support(model, 1) == {"x", "y", "x^3"}
    assert model.identified or all("dx/dt" not in rival for rival in model.rivals)


def test_rivals_of_one_size_are_named():
    """On a circle of radius 1, ``x^3 + x y^2`` is x; the noise hides that the radius is not quite the same."""
    t = 0.1 * np.arange(300)
    circle = np.stack([np.cos(t), np.sin(t)], axis=1)
    model = identify(noisy(circle, 0.02), 0.1, method=MultipleShooting(longest=16), library=Polynomial(3))
    assert support(model, 0) == {"y"}
    assert support(model, 1) == {"x"}
    mixed = np.stack([np.cos(t), np.cos(t) ** 2 - 0.5], axis=1)  # y is x^2 - 1/2 at all times: x y = x^3 - x / 2
    model = identify(noisy(mixed, 0.01), 0.1, method=FlowMatching(), library=Polynomial(2))
    assert not model.identified


def test_an_offset_leaves_terms_undecided_that_noise_hides():
    """Far from 0 squares and products are nearly straight lines. Without noise they are told apart all the same."""
    x = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=600)
    model = identify(noisy(x, 0.01) + 1000, 0.05, method=MultipleShooting(longest=8))
    assert support(model, 0) == {"x", "y"}
    assert not model.identified
    assert "dy/dt" in model.verdict
    truth = {"1", "x", "y", "z", "x z"}
    rivals = [set(rival.split("= ")[1].replace("- ", "+ ").split(" + ")) for rival in model.rivals]
    named = [{" ".join(part.split(" ")[1:]) or "1" for part in rival} for rival in rivals]
    assert support(model, 1) == truth or truth in named
    clean = identify(x + 1000, 0.05)
    assert clean.identified
    assert support(clean, 1) == truth


@pytest.mark.parametrize("offset", [0, 10])
def test_what_is_told_apart_has_no_rivals(offset):
    x = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=600)
    for samples, method in ((x, FlowMatching()), (noisy(x, 0.01), MultipleShooting(longest=16))):
        model = identify(samples + offset, 0.05, method=method)
        assert model.identified
        assert model.rivals == ()
