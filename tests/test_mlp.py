"""`mlp`: the network that users write first."""

import numpy as np
import pytest

import minnet as mn
from minnet.errors import SettingError


@pytest.mark.parametrize("activation", ["relu", "ReLU", mn.ReLU, mn.ReLU(), lambda: mn.ReLU()])
def test_it_is_the_network_written_out(activation):
    net = mn.mlp([2, 5, 4, 3], activation, weights="he_normal", rng=3, dtype="float32")
    layers = [mn.Dense(2, 5, weights="he_normal"), mn.ReLU(), mn.Dense(5, 4, weights="he_normal"), mn.ReLU()]
    expected = mn.Network([*layers, mn.Dense(4, 3, weights="he_normal")], rng=3, dtype="float32")
    assert repr(net) == repr(expected)
    assert np.array_equal(net.theta, expected.theta)


@pytest.mark.parametrize("normalization", ["batchnorm", mn.BatchNorm, mn.BatchNorm(0.99), "LayerNorm"])
def test_normalisation_and_dropout_stand_around_every_activation(normalization):
    net = mn.mlp([2, 5, 4, 3], "relu", normalization=normalization, dropout=0.3, rng=3)
    kind = mn.LayerNorm if normalization == "LayerNorm" else mn.BatchNorm
    assert [type(layer) for layer in net.layers] == 2 * [mn.Dense, kind, mn.ReLU, mn.Dropout] + [mn.Dense]
    assert net.layers[3].rate == 0.3
    assert (
        repr(net.layers[1])
        == repr(net.layers[5])
        == repr(normalization if isinstance(normalization, mn.Layer) else kind())
    )
    assert [layer.n_inputs for layer in net.layers if isinstance(layer, mn.Dense)] == [2, 5, 4]


def test_no_hidden_layer_is_a_linear_map():
    assert repr(mn.mlp([3, 2], normalization="batchnorm", dropout=0.5, rng=0)) == repr(mn.mlp([3, 2], rng=0))
    assert repr(mn.mlp([3, 2], rng=0)) == "Network(Dense(3, 2); 8 parameters, float64)"


def test_initializers_for_each_layer():
    net = mn.mlp([1, 2, 1], weights=[2.0, 3.0], bias=["ones", "zeros"], rng=0)
    assert net.theta.tolist() == [2, 2, 1, 1, 3, 3, 0]


def test_a_parameter_of_the_activation_is_kept_and_no_layer_is_shared():
    net = mn.mlp([1, 2, 2, 1], mn.LeakyReLU(0.3), rng=0)
    assert repr(net.layers[1]) == repr(net.layers[3]) == "LeakyReLU(0.3)"
    assert net.layers[1] is not net.layers[3]


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (([1],), {}, "at least two"),
        ((20,), {}, "at least two"),
        (("1-20-1",), {}, "at least two"),
        (([1, 0, 1],), {}, "positive whole"),
        (([1, 2.5, 1],), {}, "positive whole"),
        (([1, 2, 1], "relo"), {}, "did you mean 'ReLU'"),
        (([1, 2], "relo"), {}, "did you mean 'ReLU'"),
        (([1, 2, 1], 3), {}, "must be a name"),
        (([1, 2, 1],), {"normalization": "batch"}, "there is no normalization 'batch'; did you mean 'BatchNorm'"),
        (([1, 2, 1],), {"dropout": 1.0}, "rate=1.0 is out of range"),
        (([1, 2, 1], dict), {}, "must be a name"),
        (([1, 2, 1],), {"weights": ["zeros"]}, "1 initializers for 2"),
    ],
)
def test_mistakes_are_named(arguments, settings, message):
    with pytest.raises(SettingError, match=message):
        mn.mlp(*arguments, **settings)
