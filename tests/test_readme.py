"""The README's examples of a layer and of an optimizer are right, what it names is there, and the version is one.

That all of its Python runs is asked in `test_snippets`.
"""

import re
from pathlib import Path

import numpy as np
import pytest

import minnet as mn
from minnet.experiments import NAMES
from minnet.jet import seed
from tests.checks import slope

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def namespace():
    names = {}
    for code in re.findall(r"^```python\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE):
        if "class Scale" in code or "class PowerDescent" in code:
            exec(code, names)
    return names


@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_example_layer_has_the_right_gradient(namespace, order, rng):
    net = mn.Network([mn.Dense(2, 3), namespace["Scale"](), mn.Dense(3, 1)], rng=0)
    theta, x = net.theta.copy(), seed(rng.standard_normal((5, 2)), order)
    cotangent, direction = rng.standard_normal(net.forward(x, mn.Pass(order)).shape), rng.standard_normal(theta.size)
    net.sweep_back(cotangent)
    gradient = net.gradient().copy()

    def scalar(theta):
        net.theta[...] = theta
        return np.vdot(cotangent, net.forward(x, mn.Pass(order)))

    assert gradient @ direction == pytest.approx(slope(scalar, theta, direction), rel=1e-6)


def test_the_example_optimizer_by_hand(namespace):
    """Gradients 4 and -9, exponent 1/2: v = 2, then 0.9 * 2 - 3 = -1.2."""
    optimizer, theta = namespace["PowerDescent"](learning_rate=0.1), np.array([1.0])
    slots = optimizer.start(theta)
    optimizer.step(theta, np.array([4.0]), slots, 1, 0.1)
    assert theta[0] == pytest.approx(1 - 0.1 * 2)
    optimizer.step(theta, np.array([-9.0]), slots, 2, 0.1)
    assert theta[0] == pytest.approx(0.8 + 0.1 * 1.2)


def test_there_are_exactly_two_commands_and_every_experiment_is_listed():
    assert TEXT.count("```bash\n") == 2
    for name in NAMES:
        assert f"| `{name}` |" in TEXT


def test_every_file_named_exists():
    for name in re.findall(r"`((?:minnet|tutorials|docs)/[\w/.]+)`", TEXT):
        assert (README.parent / name).exists(), name


def test_the_version_is_the_same_wherever_it_stands():
    def first(pattern, name):
        return re.search(pattern, (README.parent / name).read_text(encoding="utf-8"), re.MULTILINE)[1]

    assert first(r"^version: (.*)$", "CITATION.cff") == mn.__version__
    assert first(r"pip install minnet-(.*)-py3-none-any.whl", "docs/package.md") == mn.__version__
    assert first(r"^## ([\d.]+)", "CHANGELOG.md") == mn.__version__
