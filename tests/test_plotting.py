"""Plots: labelled, drawn into the axes that are given, and without any effect on global settings."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import minnet as mn
from minnet import plotting

X = np.linspace(0, 1, 5)
HISTORY = mn.History({"loss": [1.0, 0.5], "val_loss": [1.1, 0.7]})
POINTS = np.random.default_rng(0).standard_normal((20, 2))

PLOTS = {
    "fit": lambda ax: plotting.plot_fit(X, X, X**2, ax=ax),
    "error": lambda ax: plotting.plot_error(X, X, X**2, ax=ax),
    "history": lambda ax: plotting.plot_history(HISTORY, ax=ax),
    "other history": lambda ax: plotting.plot_history(mn.History({"real_score": [0.1, -0.5], "penalty": [1.0]}), ax=ax),
    "empty history": lambda ax: plotting.plot_history(mn.History(), ax=ax),
    "boundary": lambda ax: plotting.plot_decision_boundary(
        mn.Network([mn.Dense(2, 1)], rng=0), POINTS, POINTS[:, 0] > 0, ax=ax
    ),
}


@pytest.mark.parametrize("name", PLOTS)
def test_plots_are_labelled_and_return_their_axes(name):
    before = dict(plt.rcParams)
    with plotting.style():
        ax = plt.subplots()[1]
        assert PLOTS[name](ax) is ax
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert dict(plt.rcParams) == before
    plt.close("all")


def test_a_history_without_a_loss_shows_what_it_has():
    ax = PLOTS["other history"](None)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["real score", "penalty"]
    assert ax.get_yscale() == "linear"
    plt.close("all")


def test_new_axes_are_made_when_none_are_given():
    assert PLOTS["fit"](None) is not PLOTS["fit"](None)
    plt.close("all")


def test_error_is_network_minus_target():
    line = PLOTS["error"](plt.subplots()[1]).lines[-1]
    assert np.allclose(line.get_ydata(), X**2 - X)
    plt.close("all")
