"""Plots: labelled, drawn into the axes that are given, and without any effect on global settings.

What each of those of networks shows is asked in `test_plotting_networks`.
"""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

import minnet as mn
from minnet import plotting
from minnet.errors import ShapeError
from minnet.ticks import readable_ticks

X = np.linspace(0, 1, 5)
HISTORY = mn.History({"loss": [1.0, 0.5], "val_loss": [1.1, 0.7]})
POINTS = np.random.default_rng(0).standard_normal((20, 2))

YEAR = np.linspace(1900, 2000, 11)
PEOPLE = 2e9 + 1e9 * np.tanh((YEAR - 1960) / 20)


def growth():
    """A network of data in odd units."""
    layers = [mn.Standardize(YEAR), mn.Dense(1, 3), mn.Tanh(), mn.Dense(3, 1), mn.Standardize(PEOPLE).inverse()]
    return mn.Network(layers, rng=0)


PLOTS = {
    "fit": lambda ax: plotting.plot_fit(X, X, X**2, ax=ax),
    "fit by a network": lambda ax: plotting.plot_fit(YEAR, PEOPLE, growth(), ax, xlabel="year", ylabel="people"),
    "error": lambda ax: plotting.plot_error(X, X, X**2, ax=ax),
    "history": lambda ax: plotting.plot_history(HISTORY, ax=ax),
    "other history": lambda ax: plotting.plot_history(mn.History({"real_score": [0.1, -0.5], "penalty": [1.0]}), ax=ax),
    "empty history": lambda ax: plotting.plot_history(mn.History(), ax=ax),
    "boundary": lambda ax: plotting.plot_decision_boundary(
        mn.Network([mn.Dense(2, 1)], rng=0), POINTS, POINTS[:, 0] > 0, ax=ax
    ),
    "jet": lambda ax: plotting.plot_jet(growth(), YEAR, ax),
    "landscape": lambda ax: plotting.plot_loss_landscape(growth(), YEAR, PEOPLE, mn.MeanSquaredError(), ax, side=5),
}


@pytest.mark.parametrize("name", PLOTS)
def test_plots_are_labelled_and_return_their_axes(name):
    before = dict(plt.rcParams)
    ax = plt.subplots()[1]
    assert PLOTS[name](ax) is ax
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert dict(plt.rcParams) == before
    plt.close("all")


def test_the_look_is_minnets_whoever_calls():
    ax = PLOTS["fit by a network"](None)
    ax.figure.canvas.draw()
    assert to_hex(ax.lines[-1].get_color()) == "#0072b2"
    assert not ax.spines["top"].get_visible()
    error = PLOTS["error"](plt.subplots()[1]).lines[-1]
    assert to_hex(error.get_color()) == "#d55e00"


def test_what_matplotlib_sets_meanwhile_stays():
    """A notebook's backend is loaded at the first figure, and makes Matplotlib interactive."""
    before = matplotlib.is_interactive()
    try:
        with plotting.style():
            matplotlib.interactive(not before)
        assert matplotlib.is_interactive() is not before
    finally:
        matplotlib.interactive(before)


def test_a_history_without_a_loss_shows_what_it_has():
    ax = PLOTS["other history"](None)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["real score", "penalty"]
    assert ax.get_yscale() == "linear"
    plt.close("all")


def test_new_axes_are_made_when_none_are_given():
    assert PLOTS["fit"](None) is not PLOTS["fit"](None)
    plt.close("all")


def labels(axis):
    """What is written along an axis, within its limits."""
    axis.get_figure().draw_without_rendering()
    low, high = axis.get_view_interval()
    return [tick.label1.get_text() for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((20, 500), ["20", "50", "100", "200", "500"]),
        ((0.06, 0.6), ["0.1", "0.2", "0.5"]),
        ((0.5, 2000), ["1", "10", "100", "1000"]),
        ((6, 9), ["6", "7", "8", "9"]),
        ((1e-9, 1e-6), [rf"$\mathdefault{{10^{{-{power}}}}}$" for power in (9, 8, 7, 6)]),
        ((1.5e-5, 6.1e-5), [rf"$\mathdefault{{{digit}\times10^{{-5}}}}$" for digit in (2, 4, 6)]),
    ],
)
def test_ticks_of_logarithmic_axes(limits, expected):
    ax = plt.subplots()[1]
    ax.set(xscale="log", xlim=limits)
    readable_ticks(ax)
    readable_ticks(ax)  # once more changes nothing
    assert labels(ax.xaxis) == expected


def test_on_a_narrow_panel_there_are_fewer():
    ax = plt.subplots(figsize=(2, 2))[1]
    ax.set(xscale="log", xlim=(20, 500))
    readable_ticks(ax)
    assert labels(ax.xaxis) == ["30", "100", "300"]


def test_small_and_large_numbers_have_a_factor_in_the_label():
    _, (left, right) = plt.subplots(1, 2, sharey=True)
    left.set(ylim=(-4.5e-4, 8.5e-4), ylabel="time (s)", xlabel="f(x)", xlim=(0, 3e6))
    right.set(ylabel="error")
    for ax in (left, right, left):
        readable_ticks(ax)
    assert labels(left.yaxis) == ["\N{MINUS SIGN}4", "\N{MINUS SIGN}2", "0", "2", "4", "6", "8"]
    assert [left.get_ylabel(), right.get_ylabel()] == ["time ($10^{-4}$ s)", "error ($10^{-4}$)"]
    assert left.get_xlabel() == "f(x) ($10^{6}$)"
    assert right.get_xlabel() == ""


def test_ticks_set_by_hand_stay():
    ax = plt.subplots()[1]
    ax.set(xscale="log", xlim=(1, 50), xticks=[3, 30], xticklabels=["few", "many"])
    readable_ticks(ax)
    assert labels(ax.xaxis) == ["few", "many"]


def test_whole_numbers():
    ax = plt.subplots()[1]
    ax.set_xlim(1, 4)
    plotting.whole_numbers(ax.xaxis)
    assert labels(ax.xaxis) == ["1", "2", "3", "4"]


def test_lines_that_coincide_have_markers_at_other_places():
    ax = plt.subplots()[1]
    lines = ax.plot(X, np.column_stack([X, X, np.full(5, np.nan)]))
    for number, line in enumerate(lines):
        plotting.mark_apart(line, number)
    assert len({line.get_marker() for line in lines}) == 3
    assert lines[0].get_markevery() != lines[1].get_markevery()
    ax.figure.canvas.draw()  # Matplotlib cannot space the markers of a line of which nothing is seen


@pytest.mark.parametrize(("width", "columns"), [(20, 4), (5, 3), (1, 1)])
def test_a_legend_below_has_as_many_columns_as_fit(width, columns):
    figure, ax = plt.subplots(figsize=(width, 4))
    for letter in "abcdefgh":
        ax.plot(X, X, label=10 * letter)
    plotting.legend_below(ax, ncols=4)
    (legend,) = figure.legends
    assert legend._ncols == columns
    assert len(legend.get_texts()) == 8


def test_panels_above_those_that_are_not_drawn_have_the_numbers():
    figure, axes = plt.subplots(3, 3, sharex=True)
    lowest = plotting.use_panels(axes, 7)
    assert lowest == [axes[2, 0], axes[1, 1], axes[1, 2]]
    figure.draw_without_rendering()
    assert all(ax.axison == (ax not in axes.flat[7:]) for ax in axes.flat)
    numbers = [ax for ax in axes.flat[:7] if ax.xaxis.get_major_ticks()[0].label1.get_visible()]
    assert set(numbers) == set(lowest)
    assert plotting.use_panels(plt.subplots(1, 3, squeeze=False)[1], 2)[-1].get_subplotspec().colspan.start == 1
    plt.close("all")


def test_error_is_network_minus_target():
    line = PLOTS["error"](plt.subplots()[1]).lines[-1]
    assert np.allclose(line.get_ydata(), X**2 - X)
    plt.close("all")


def test_a_spread_needs_a_row_of_samples_for_each_place():
    ax = plotting.plot_spread(X, X[:, np.newaxis] + [0.0, 1.0, 5.0])
    assert np.allclose(ax.lines[-1].get_ydata(), X + 1.0)
    with pytest.raises(ShapeError, match=r"plot_spread: samples have shape \(5,\); expected \(5, runs\)"):
        plotting.plot_spread(X, X)
