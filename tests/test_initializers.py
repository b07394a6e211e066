"""Initializers: variances and limits by their papers' formulas, and all the other ways to start."""

import numpy as np
import pytest

import minnet as mn
from minnet.errors import DataError, DtypeError, SettingError, ShapeError
from minnet.initializers import INITIALIZERS, constant, initial_values

FAN_IN, FAN_OUT = 300, 500

# Variance of a weight.
VARIANCES = {
    "glorot_uniform": 2 / (300 + 500),  # Glorot and Bengio, AISTATS 2010, eq. 12; eq. 16 is its uniform law
    "glorot_normal": 2 / (300 + 500),
    "he_uniform": 2 / 300,  # He et al., ICCV 2015, eq. 10
    "he_normal": 2 / 300,
    "lecun_uniform": 1 / 300,  # LeCun et al., Efficient BackProp, 1998, section 4.6
    "lecun_normal": 1 / 300,
    "orthogonal": 1 / 500,  # rows of length 1, spread over 500 entries
    "zeros": 0.0,
    "ones": 0.0,
    "steep": 9 / 300,  # columns of length 3, spread over 300 entries
    "spread": (3 * 1.1) ** 2 / 3,  # even from -3.3 to 3.3
}

# Largest weight of the uniform laws: sqrt(3 variance), as the papers print it.
LIMITS = {
    "glorot_uniform": np.sqrt(6 / (300 + 500)),
    "he_uniform": np.sqrt(6 / 300),
    "lecun_uniform": np.sqrt(3 / 300),
}


def draw(name, shape=(FAN_IN, FAN_OUT), seed=0):
    return initial_values(name, shape, np.random.default_rng(seed), "test")


@pytest.mark.parametrize("name", INITIALIZERS)
def test_mean_and_variance(name):
    """With N = 150000 weights the mean is known to sigma/sqrt(N), the variance to some 0.4 %; five times that."""
    values, variance = draw(name), VARIANCES[name]
    assert values.shape == (FAN_IN, FAN_OUT)
    assert abs(values.mean() - (name == "ones")) <= 5 * np.sqrt(variance / values.size)
    assert values.var() == pytest.approx(variance, rel=0.02, abs=1e-30)


@pytest.mark.parametrize("name", LIMITS)
def test_a_uniform_law_fills_its_interval_and_no_more(name):
    values, limit = draw(name), LIMITS[name]
    assert 0.999 * limit < values.max() <= limit
    assert -limit <= values.min() < -0.999 * limit
    quarters = np.histogram(values, bins=4, range=(-limit, limit))[0] / values.size
    assert quarters == pytest.approx([0.25] * 4, abs=0.01)


@pytest.mark.parametrize("name", [name for name in INITIALIZERS if name.endswith("_normal")])
def test_a_normal_law_has_the_tails_of_one(name):
    """Within one, two and three standard deviations: 68.27 %, 95.45 % and 99.73 %."""
    distance = np.abs(draw(name)) / np.sqrt(VARIANCES[name])
    probabilities = [(distance < k).mean() for k in (1, 2, 3)]
    assert probabilities == pytest.approx([0.6827, 0.9545, 0.9973], abs=0.005)


@pytest.mark.parametrize("shape", [(6, 6), (3, 7), (7, 3), (1, 5), (5, 1), (1, 1), (40, 60)])
def test_orthogonal_rows_or_columns(shape):
    W = draw("orthogonal", shape)
    product = W @ W.T if shape[0] <= shape[1] else W.T @ W
    np.testing.assert_allclose(product, np.eye(min(shape)), rtol=0, atol=1e-12)


def test_orthogonal_matrices_are_uniformly_distributed():
    """Without Mezzadri's correction of the signs, the trace of a 2 x 2 matrix has not mean 0 and variance 1."""
    rng = np.random.default_rng(0)
    traces = np.array([np.trace(INITIALIZERS["orthogonal"]((2, 2), rng)) for _ in range(4000)])
    assert abs(traces.mean()) < 5 / np.sqrt(4000)
    assert traces.var() == pytest.approx(1, abs=0.1)
    # the sign of the first diagonal entry is as often + as -
    rng = np.random.default_rng(1)
    positive = np.mean([INITIALIZERS["orthogonal"]((2, 2), rng)[0, 0] > 0 for _ in range(4000)])
    assert abs(positive - 0.5) < 5 * 0.5 / np.sqrt(4000)


def test_zeros_and_ones():
    assert (draw("zeros", (2, 3)) == 0).all()
    assert (draw("ones", (2, 3)) == 1).all()
    assert (constant(2.5)((2, 3), np.random.default_rng(0)) == 2.5).all()


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("shape", [(4,), (1,), (2, 3), (1, 1)])
def test_every_initializer_serves_weights_and_biases(name, shape):
    values = draw(name, shape)
    assert values.shape == shape
    assert np.isfinite(values).all()


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_same_seed_gives_the_same_network_and_another_seed_another(name):
    assert np.array_equal(draw(name, seed=3), draw(name, seed=3))
    if name not in ("zeros", "ones"):
        assert not np.array_equal(draw(name, seed=3), draw(name, seed=4))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_float32_is_the_float64_network_rounded(name):
    def make(dtype):
        layers = [mn.Dense(5, 7, weights=name, bias="glorot_normal"), mn.Tanh(), mn.Dense(7, 2, weights=name)]
        return mn.Network(layers, rng=9, dtype=dtype)

    fine, coarse = make("float64"), make("float32")
    assert coarse.theta.dtype == np.float32
    assert np.array_equal(coarse.theta, fine.theta.astype(np.float32))


def test_layers_draw_one_after_the_other_from_one_stream():
    net = mn.Network([mn.Dense(3, 4, weights="he_normal"), mn.Dense(4, 2, weights="lecun_uniform")], rng=5)
    rng = np.random.default_rng(5)
    assert np.array_equal(net.layers[0].W, INITIALIZERS["he_normal"]((3, 4), rng))
    assert np.array_equal(net.layers[1].W, INITIALIZERS["lecun_uniform"]((4, 2), rng))


def test_a_generator_is_used_up_and_a_seed_is_not():
    rng = np.random.default_rng(5)
    first, second = (mn.Network([mn.Dense(3, 4)], rng=rng) for _ in range(2))
    assert not np.array_equal(first.theta, second.theta)
    assert np.array_equal(first.theta, mn.Network([mn.Dense(3, 4)], rng=5).theta)


# Other ways to start.


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(np.array([[1, 2], [3, 4]]), id="array of integers"),
        pytest.param(np.array([[1, 2], [3, 4]], np.float32), id="float32"),
        pytest.param([[1, 2], [3, 4]], id="list"),
        pytest.param(lambda shape, rng: np.arange(1.0, 5.0).reshape(shape), id="function"),
    ],
)
def test_the_values_themselves(spec):
    net = mn.Network([mn.Dense(2, 2, weights=spec, bias=[5.0, 6.0])])
    assert net.theta.tolist() == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("number", [0.5, np.float32(0.5)])
def test_a_number_fills_the_array(number):
    net = mn.Network([mn.Dense(2, 3, weights=number, bias=1)])
    assert net.theta.tolist() == [0.5] * 6 + [1] * 3


def test_an_array_that_was_handed_over_is_copied():
    given = np.ones((1, 1))
    net = mn.Network([mn.Dense(1, 1, weights=given)])
    net.theta[0] = 7.0
    assert given[0, 0] == 1


def test_a_function_gets_the_shape_and_the_generator():
    net = mn.Network([mn.Dense(2, 3, weights=lambda shape, rng: rng.uniform(2, 3, shape))], rng=4)
    assert np.array_equal(net.layers[0].W, np.random.default_rng(4).uniform(2, 3, (2, 3)))


def network(spec, dtype="float64"):
    return mn.Network([mn.Dense(1, 2, weights=0.0), mn.Dense(2, 3, weights=spec)], rng=0, dtype=dtype)


@pytest.mark.parametrize(
    ("spec", "error", "message"),
    [
        pytest.param("glorot_unifrom", SettingError, "there is no initializer 'glorot_unifrom'; did you mean "
                     "'glorot_uniform'", id="misspelt"),
        pytest.param(np.zeros((3, 2)), ShapeError, r"shape \(3, 2\), expected \(2, 3\)", id="transposed"),
        pytest.param(np.zeros(3), ShapeError, r"shape \(3,\), expected \(2, 3\)", id="a row"),
        pytest.param(lambda shape, rng: np.zeros(6), ShapeError, r"shape \(6,\), expected \(2, 3\)", id="flat"),
        pytest.param(np.full((2, 3), np.nan), DataError, "not all finite", id="nan"),
        pytest.param(float("inf"), DataError, "not all finite", id="inf"),
        pytest.param([[1, 2, 3], [4, 5]], ShapeError, "unequal lengths", id="ragged"),
        pytest.param([["a", "b", "c"]] * 2, DtypeError, "must be real numbers", id="text"),
        pytest.param(object(), DtypeError, "must be real numbers", id="object"),
        pytest.param(np.full((2, 3), 1 + 2j), DtypeError, "must be real numbers", id="complex"),
        pytest.param(1 + 2j, DtypeError, "must be real numbers", id="complex number"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_the_layer_named(spec, error, message):
    with pytest.raises(error, match=rf"^layer 1 \(Dense\(2, 3\)\), W: .*{message}"):
        network(spec)


def test_values_too_large_for_float32_are_refused():
    with pytest.raises(ValueError, match=r"layer 1 \(Dense\(2, 3\)\), W: .*(finite|float32)"):
        network(1e300, "float32")


def test_steep_and_spread_make_even_kinks():
    """With one input, unit m has slope 3, and its kink -b/w within half a gap of its place between -1.1 and 1.1."""
    W, b = draw("steep", (1, 50)), draw("spread", (50,), seed=1)
    assert pytest.approx(np.full((1, 50), 3.0)) == W
    kinks = np.sort(-b / W[0])
    gap = 2.2 / 50
    assert np.abs(kinks - np.linspace(-1.1, 1.1, 50)).max() <= gap / 2 + 1e-12
    assert np.abs(kinks).max() <= 1.1 + gap / 2
    assert np.linalg.norm(draw("steep", (4, 6)), axis=0) == pytest.approx(np.full(6, 3.0))
    assert np.abs(draw("spread", (1,))).max() <= 3.3
