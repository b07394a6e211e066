"""The checks of figures, on figures made wrong on purpose, one fault in each, and on good ones."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from minnet import plotting
from minnet.presentation import Drawing
from tests.figure_checks import problems

X = np.linspace(0, 1, 50)


def good(rows=1, columns=1, **settings):
    """Panels side by side, with a curve and all labels."""
    figure, axes = plt.subplots(rows, columns, squeeze=False, layout="constrained", **settings)
    for ax in axes.flat:
        ax.plot(X, X**2, label="square")
        ax.set(xlabel="x", ylabel="f(x)", title="A square")
        ax.legend()
    return figure, axes[0, 0]


def test_good_figures_pass():
    assert problems(good()[0]) == []
    figure, ax = good(2, 3, sharex=True, figsize=(9, 6))
    ax.set_xlabel("")  # that of the panels below is enough
    figure.colorbar(figure.axes[5].imshow([[0.0, 1.0]], aspect="auto"), ax=figure.axes[5], label="height")
    plotting.legend_below(ax)
    ax.text(0.5, 0.5, "here")
    assert problems(figure) == []


def test_panels_in_three_dimensions():
    figure = plt.figure(figsize=(5, 5))
    ax = figure.add_subplot(projection="3d")
    ax.scatter(X, X, X)
    ax.set(xlabel="x", ylabel="y")
    assert problems(figure) == ["z of 'y' has no label"]
    ax.set_zlabel("height")
    assert problems(figure) == []


FAULTS = {}


def fault(expected):
    """A function that spoils a good figure, and part of the sentence about it."""

    def enter(spoil):
        FAULTS[spoil.__name__] = spoil, expected
        return spoil

    return enter


@fault("the legend of the figure reaches out of the figure")
def wide_legend(figure, ax):
    ax.plot(X, X, label="a long name of a curve " * 6)
    figure.legend(loc="outside lower center")
    ax.get_legend().remove()


@fault("reaches out of the figure")
def long_title(figure, ax):
    ax.set_title("a title " * 9, loc="left")


@fault("'first' and 'second' overlap")
def annotations_at_one_place(figure, ax):
    ax.annotate("first", (0.5, 0.5))
    ax.annotate("second", (0.51, 0.5))


@fault("the legend of 'A square' and 'here' overlap")
def text_under_the_legend(figure, ax):
    ax.legend(loc="upper left")
    ax.text(0.02, 0.95, "here")


@fault("the legend of 'A square' is written over 'square'")
def a_curve_under_the_legend(figure, ax):
    ax.legend(loc="lower left")


@fault("the legend of 'A square' is written over 'dot'")
def a_dot_under_the_legend(figure, ax):
    ax.plot(0.05, 0.92, ".", label="dot")
    ax.legend(loc="upper left")


@fault("overlap")
def a_text_over_the_title(figure, ax):
    ax.text(0.5, 1.03, "written above the panel", transform=ax.transAxes, ha="center")


@fault("ticks run into each other")
def crowded_ticks(figure, ax):
    ax.set_xticks(np.linspace(0.111, 0.999, 30))


@fault("ticks are the same: ['0', '0', '0', '1', '1', '1']")
def rounded_ticks(figure, ax):
    ax.xaxis.set_major_locator(FixedLocator([0, 0.2, 0.4, 0.6, 0.8, 1]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))


@fault("less than two ticks: ['$\\\\mathdefault{10^{1}}$']")
def a_lone_tick(figure, ax):
    ax.set(xscale="log", xlim=(6, 40))
    ax.xaxis.set_minor_formatter(NullFormatter())


@fault("less than two ticks: ['20']")
def a_lone_tick_set_by_hand(figure, ax):
    ax.set(xscale="log", xlim=(15, 40))
    ax.set_xticks([10, 20, 50], ["10", "20", "50"])
    ax.set_xticks([], minor=True)
    ax.set_xlim(15, 40)


@fault("less than two ticks: []")
def no_ticks(figure, ax):
    ax.yaxis.set_major_formatter(NullFormatter())


@fault("a factor stands apart: 1e−6")
def a_factor_in_the_corner(figure, ax):
    ax.set_ylim(0, 1e-6)


@fault("counts are whole numbers")
def halves_of_epochs(figure, ax):
    ax.set(xlabel="epoch", xlim=(1, 4))


@fault("counts are whole numbers")
def halves_of_runs_where_the_label_is_at_another_panel(figure, ax):
    other = figure.add_axes((0.3, 0.3, 0.2, 0.2), sharey=ax)
    other.tick_params(labelleft=False, labelbottom=False)
    ax.set(ylabel="runs", ylim=(0, 2))


@fault("x of 'A square' has no label")
def no_label(figure, ax):
    ax.set_xlabel("")


@fault("'training time' has no unit")
def no_unit(figure, ax):
    ax.set_ylabel("training time")


@fault("the colour bar of 'a panel' has no label")
def no_label_of_a_colour_bar(figure, ax):
    figure.colorbar(ax.imshow([[0.0, 1.0]], aspect="auto", extent=(0, 1, 0, 1)), ax=ax)


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_found(name):
    spoil, expected = FAULTS[name]
    figure, ax = good(figsize=(5, 4))
    spoil(figure, ax)
    assert any(expected in problem for problem in problems(figure)), problems(figure)


def test_categories_need_no_label_and_may_be_one():
    figure, ax = good()
    ax.set(xticks=[0.5], xticklabels=["phase-randomised"], xlabel="")
    assert problems(figure) == []


@pytest.mark.parametrize(("low", "high"), [(20, 500), (5, 50), (1, 10), (0.06, 0.6), (2.1e-3, 2.6e-3), (3e-9, 8e-7)])
@pytest.mark.parametrize("width", [2, 3, 6])
def test_drawings_have_good_logarithmic_axes(low, high, width):
    figure, ax = plt.subplots(figsize=(width, width), layout="constrained")
    ax.loglog([low, high], [low, high])
    ax.set(xlabel="x", ylabel="y")
    Drawing("line", "A line.", figure)
    assert problems(figure) == []
