"""What plots of networks, fits, classes, derivatives and losses show, in numbers; and what they say to bad input."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

import minnet as mn
from minnet import plotting
from minnet.errors import DataError, DerivativeError, SettingError, ShapeError
from minnet.numerics.descent.planes import losses_on_plane, unit_directions

X = np.linspace(-1, 1, 9)
MSE = mn.MeanSquaredError()


def linear(slope=2.0, offset=1.0):
    return mn.Network([mn.Dense(1, 1, weights=[[slope]], bias=[offset])], rng=0)


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


class TestHistory:
    def test_gaps_and_single_epochs(self):
        ax = plotting.plot_history(mn.History({"loss": [1.0, np.nan, 3.0, 4.0, np.inf]}))
        line, dots = ax.lines
        assert np.isnan(line.get_ydata()).tolist() == [False, True, False, False, True]
        assert dots.get_xdata().tolist() == [1]
        assert ax.get_yscale() == "log"

    def test_a_negative_loss_has_a_linear_scale_and_one_epoch_one_tick(self):
        assert plotting.plot_history(mn.History({"loss": [1.0, -1.0]})).get_yscale() == "linear"
        assert plotting.plot_history(mn.History({"loss": [1.0]})).get_xticks().tolist() == [1]

    def test_something_else(self):
        with pytest.raises(SettingError, match="plot_history: the first argument must be the History that fit returns"):
            plotting.plot_history([1.0])


class TestFit:
    def test_a_network_is_evaluated_between_the_places_too(self):
        ax = plotting.plot_fit(X[::-1, np.newaxis], X[::-1], linear())
        target, curve = ax.lines
        assert target.get_xdata().tolist() == target.get_ydata().tolist() == X.tolist()
        assert len(curve.get_xdata()) > 100
        assert np.allclose(curve.get_ydata(), 2 * curve.get_xdata() + 1)

    def test_several_outputs_have_a_colour_each(self):
        both = np.column_stack([X, X**2])
        ax = plotting.plot_fit(X, both, both + 0.1)
        assert legend(ax) == ["target 0", "network 0", "target 1", "network 1"]
        assert [to_hex(line.get_color()) for line in ax.lines] == ["#0072b2", "#0072b2", "#d55e00", "#d55e00"]
        many = np.tile(X[:, np.newaxis], 9)
        assert plotting.plot_fit(X, many, many).get_title("left") == "6 of 9 outputs"

    def test_places_that_repeat_are_dots_and_gaps_are_gaps(self):
        ax = plotting.plot_fit([0, 0, 1], np.ma.masked_less([1.0, -9.0, 2.0], 0), [1, 1, 1])
        assert ax.lines[0].get_linestyle() == "None"
        assert np.isnan(ax.lines[0].get_ydata()).tolist() == [False, True, False]

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            ((np.zeros((3, 2)), X, X), ShapeError, r"plot_fit: x has shape \(3, 2\); expected \(n,\) or \(n, 1\)"),
            (([], [], []), DataError, "plot_fit: x has no samples"),
            (([np.nan], [1], [1]), DataError, "plot_fit: x holds 1 values that are not finite"),
            ((X, X[1:], X), ShapeError, r"plot_fit: target has shape \(8,\); expected \(9,\)"),
            ((X, np.ones((9, 2)), linear()), ShapeError, "target has 2 outputs, and the prediction 1"),
            ((X, X, X, plt), SettingError, "plot_fit: ax must be Matplotlib's Axes or None, not module"),
            ((X, X, X, np.array([1, 2])), SettingError, r"choose one: ax=axes\[0\]"),
        ],
    )
    def test_bad_input(self, arguments, error, message):
        with pytest.raises(error, match=message):
            plotting.plot_fit(*arguments)


class TestClasses:
    def test_two_classes_by_one_output(self):
        """The score is x_0 - 1: the probability of class 1 is a half along x_0 = 1."""
        net = mn.Network([mn.Dense(2, 1, weights=[[1.0], [0.0]], bias=[-1.0])], rng=0)
        x = np.array([[0.0, 0.0], [2.0, 1e-6], [2.0, 0.0]])
        ax = plotting.plot_decision_boundary(net, x, [False, True, True], xlabel="length (m)")
        assert legend(ax) == ["class 0", "class 1"]
        assert [len(each.get_offsets()) for each in ax.collections[-2:]] == [1, 2]
        (boundary,) = ax.collections[1].get_paths()
        assert np.allclose(boundary.vertices[:, 0], 1.0)
        assert ax.get_ylabel() == "$x_1$ ($10^{-6}$)"

    @pytest.mark.parametrize("last", [[], [mn.Sigmoid()]])
    def test_a_sigmoid_at_the_end_gives_probabilities(self, last):
        net = mn.Network([mn.Dense(2, 1, weights=[[1.0], [0.0]], bias=[-1.0]), *last], rng=0)
        ax = plotting.plot_decision_boundary(net, [[0.0, 0.0], [2.0, 1.0]], [0, 1])
        assert np.allclose(ax.collections[1].get_paths()[0].vertices[:, 0], 1.0)

    def test_an_output_for_each_class(self):
        """Scores x_0, x_1 and 0: where both are negative, class 2 wins, and where x_0 > x_1 > 0, class 0."""
        net = mn.Network([mn.Dense(2, 3, weights=[[9.0, 0.0, 0.0], [0.0, 9.0, 0.0]])], rng=0)
        x = np.array([[-1.0, -1.0], [1.0, 1.0]])
        ax = plotting.plot_decision_boundary(net, x, [2, 1])
        (picture,) = ax.images
        colours = picture.get_array()
        assert np.argmin(colours[20, 20]) == 0  # green: the third colour
        assert colours[20, 20].argmax() == 1
        assert colours[20, -20].argmax() == 2  # blue: the first
        assert legend(ax) == ["class 1", "class 2"]

    @pytest.mark.parametrize(
        ("x", "labels", "error", "message"),
        [
            (np.zeros((3, 1)), [0, 1, 0], ShapeError, r"draws samples of two features \(n, 2\).* x has shape \(3, 1\)"),
            (
                np.zeros((2, 2)),
                [0, 2],
                DataError,
                "labels must be whole numbers from 0 to 1, .*not 2; classes",
            ),
            (np.zeros((2, 2)), [0], ShapeError, r"labels have shape \(1,\); expected \(2,\)"),
            (np.zeros((0, 2)), [], DataError, "x has no samples"),
        ],
    )
    def test_bad_input(self, x, labels, error, message):
        with pytest.raises(error, match=message):
            plotting.plot_decision_boundary(mn.Network([mn.Dense(2, 1)], rng=0), x, labels)


class TestNetwork:
    def test_lines_are_weights(self):
        weights = np.array([[2.0, -1.0], [0.5, 0.0]])
        ax = plotting.plot_network(mn.Network([mn.Dense(2, 2, weights=weights), mn.Tanh()], rng=0))
        (lines,) = [each for each in ax.collections if isinstance(each, LineCollection)]
        assert len(lines.get_segments()) == 4
        thick, colour = lines.get_linewidths()[-1], to_hex(lines.get_colors()[-1])
        (start, end) = lines.get_segments()[-1]
        assert (thick, colour) == (pytest.approx(3.5), "#b2182b")
        assert start.tolist() == [0, 0.75]
        assert end.tolist() == [1, 0.75]  # from the first unit to the first
        assert to_hex(lines.get_colors()[-2]) == "#2166ac"
        assert lines.get_linewidths()[-2] == pytest.approx(0.15 + 3.35 / 2)
        assert legend(ax) == ["positive, up to 2", "negative, down to −1"]
        assert [text.get_text() for text in ax.texts] == ["input\n2", "Dense\nTanh\n2"]

    def test_images_are_boxes_and_large_layers_are_cut(self):
        layers = [mn.Conv2d(1, 4, 3), mn.ReLU(), mn.Flatten(), mn.Dense(16, 40)]
        ax = plotting.plot_network(mn.Network(layers, input_shape=(4, 4, 1), rng=0))
        assert [text.get_text() for text in ax.texts] == [
            "input\n(n, 4, 4, 1)", "Conv2d\nReLU\n(n, 2, 2, 4)", "Flatten\n16", "Dense\n16 of 40",
        ]  # fmt: skip
        (lines,) = [each for each in ax.collections if isinstance(each, LineCollection)]
        assert len(lines.get_segments()) == 16 * 16

    def test_names_do_not_overlap(self):
        ax = plotting.plot_network(mn.mlp([2, *9 * [4], 1], "tanh", rng=0))
        renderer = ax.figure.canvas.get_renderer()
        ax.figure.draw_without_rendering()
        boxes = [text.get_window_extent(renderer) for text in ax.texts]
        assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])

    def test_weights_that_are_0_and_no_network(self):
        plotting.plot_network(mn.Network([mn.Dense(2, 1, weights="zeros")], rng=0)).figure.draw_without_rendering()
        with pytest.raises(SettingError, match="plot_network: the first argument must be a Network, not History"):
            plotting.plot_network(mn.History())


class TestJet:
    def test_a_parabola(self):
        """The output is sin(a x): its slope a cos(a x) is in units of 10^-3, its curvature in those of 10^-6."""
        a = 2e-3
        net = mn.Network([mn.Dense(1, 1, weights=[[a]]), mn.Sine()], rng=0)
        ax = plotting.plot_jet(net, [[0.0], [3000.0]], xlabel="time (s)")
        value, slope, curvature = ax.lines[1:]
        x = value.get_xdata()
        assert np.allclose(value.get_ydata(), np.sin(a * x))
        assert np.allclose(slope.get_ydata(), 1e3 * a * np.cos(a * x))
        assert np.allclose(curvature.get_ydata(), -1e6 * a**2 * np.sin(a * x))
        assert legend(ax) == ["value f", "slope f ' ($10^{-3}$)", "curvature f '' ($10^{-6}$)"]

    def test_similar_sizes_are_not_scaled_and_a_slope_alone(self):
        ax = plotting.plot_jet(linear(), [0, 1], order=1)
        assert legend(ax) == ["value f", "slope f '"]
        assert np.allclose(ax.lines[-1].get_ydata(), 2.0)

    @pytest.mark.parametrize(
        ("net", "x", "settings", "error", "message"),
        [
            (mn.mlp([2, 3, 1], "tanh", rng=0), [0, 1], {}, ShapeError, "plot_jet: draws a network of one variable"),
            (linear(), [1, 1], {}, DataError, "x is the single place 1; give the two ends"),
            (linear(), [0, 1], {"output": 1}, SettingError, "output=1 must be a whole number from 0 to 0"),
            (mn.mlp([1, 3, 1], "relu", rng=0), [0, 1], {}, DerivativeError, "or order=1"),
        ],
    )
    def test_bad_input(self, net, x, settings, error, message):
        with pytest.raises(error, match=message):
            plotting.plot_jet(net, x, **settings)


class TestLandscape:
    def test_losses_on_a_plane_by_hand(self):
        """The loss of y = w x + b is known: here (w - 2)^2 mean x^2 + (b - 1)^2, as the mean of x is 0."""
        net = linear()
        target = net(X)
        theta = net.theta.copy()
        losses = losses_on_plane(net, lambda: MSE(net(X), target)[0], theta, np.eye(2), np.array([-1, 0, 2.0]), X[:2])
        expected = np.array([-1, 0, 2.0]) ** 2 * np.mean(X**2) + X[:2, np.newaxis] ** 2
        assert np.allclose(losses, expected)
        assert np.array_equal(net.theta, theta)

    def test_directions_are_as_long_as_the_weights_of_each_unit(self, rng):
        net = mn.Network(
            [mn.Conv2d(2, 3, 3), mn.BatchNorm(), mn.Flatten(), mn.Dense(12, 2)], input_shape=(4, 4, 2), rng=0
        )
        directions = unit_directions(net, rng)
        start = 0
        for layer in net.layers:
            for name, shape in layer.shapes.items():
                part = directions[:, start : (start := start + int(np.prod(shape)))]
                if name == "W":
                    lengths = np.linalg.norm(part.reshape(2, -1, shape[-1]), axis=1)
                    assert np.allclose(lengths, np.linalg.norm(layer.W.reshape(-1, shape[-1]), axis=0))
                else:
                    assert not part.any()
        assert start == net.n_parameters

    @pytest.mark.parametrize("layers", [[], [mn.BatchNorm()], [mn.Dropout(0.5)]])
    def test_the_network_stays_as_it_is(self, layers, rng):
        net = mn.Network([mn.Dense(1, 4), *layers, mn.Tanh(), mn.Dense(4, 1)], rng=0)
        theta, buffers = net.theta.copy(), net.buffers.copy()
        ax = plotting.plot_loss_landscape(net, X, X**2, MSE, side=5)
        assert np.array_equal(net.theta, theta)
        assert np.array_equal(net.buffers, buffers)
        if not net.buffers.size:
            assert legend(ax) == [f"the weights, loss {MSE(net(X), X[:, np.newaxis] ** 2)[0]:.3g}"]

    def test_losses_have_no_unit_if_training_has_none(self):
        x, y = 1e-6 * X, 1e9 + 1e6 * X
        net = mn.Network([mn.Standardize(x), mn.Dense(1, 1), mn.Standardize(y).inverse()], rng=0)
        plain = mn.Network([mn.Dense(1, 1)], rng=0)
        standard = mn.Network([mn.Standardize(X)], rng=0)(X)
        scaled, same = (
            plotting.plot_loss_landscape(*each, MSE, side=3) for each in ((net, x, y), (plain, standard, standard))
        )
        assert legend(scaled) == legend(same)

    def test_labels_derivatives_and_large_data(self):
        points = np.random.default_rng(0).standard_normal((300, 2))
        classifier = mn.mlp([2, 3, 2], "tanh", rng=0)
        plotting.plot_loss_landscape(classifier, points, points[:, 0] > 0, mn.CategoricalCrossEntropy(), side=3)
        net = mn.mlp([1, 3, 1], "tanh", rng=0)
        plotting.plot_loss_landscape(net, X, mn.Jet(X, first=np.ones(9)), mn.Sobolev(), side=3)
        wide = mn.mlp([2, 1500, 1500, 1], "tanh", rng=0)
        ax = plotting.plot_loss_landscape(wide, points, points[:, 0], MSE, side=3)
        assert ax.get_title("left") == "loss of 20 samples around the weights"

    @pytest.mark.parametrize(
        ("settings", "error", "message"),
        [
            ({"side": 2}, SettingError, "plot_loss_landscape: side=2 is out of range; side must be a whole number"),
            ({"reach": 0}, SettingError, "reach=0 is out of range"),
            ({"loss": "mse"}, SettingError, "plot_loss_landscape: loss must be an object such as MeanSquaredError"),
            ({"y": X[1:]}, ShapeError, "y has 8 samples, but there are 9 inputs"),
        ],
    )
    def test_bad_input(self, settings, error, message):
        with pytest.raises(error, match=message):
            plotting.plot_loss_landscape(**{"net": linear(), "x": X, "y": X, "loss": MSE} | settings)
