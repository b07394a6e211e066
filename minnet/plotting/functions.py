"""Functions of one variable: a fit beside its target, the error, and the spread over runs."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minnet.checks import as_real
from minnet.errors import ShapeError
from minnet.frames import name_of
from minnet.network import Network
from minnet.plotting.parts import axes, colour, label, one_variable, styled
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 1000  # at which a network is evaluated, between the first and the last place
CURVES = 6  # outputs that are drawn


@styled
def plot_fit(
    x: Any,
    target: Any,
    prediction: Any,
    ax: "Axes | None" = None,
    *,
    xlabel: str | None = None,
    ylabel: str | None = None,
) -> "Axes":
    """A function and its approximation over x.

    Parameters
    ----------
    x : array (n,) or (n, 1)
        In any order.
    target : array (n,) or (n, o)
        Values that were to be learned; NaN where there are none. Drawn as pale lines, or as dots where x has the same
        place twice.
    prediction : Network, or array (n,) or (n, o)
        A network is evaluated between the places, too.
    ax : Axes, optional
    xlabel, ylabel : str, optional
        When not given, what a series or a column is called; or "x" and "f(x)".

    Raises
    ------
    ShapeError, DataError, DtypeError
        x is of several variables, or is not finite; shapes do not fit.

    Examples
    --------
    >>> import minnet as mn
    >>> year, people = np.linspace(1900, 2000, 51), np.linspace(1.6e9, 6.1e9, 51)
    >>> layers = [mn.Standardize(year), mn.Dense(1, 1), mn.Standardize(people).inverse()]
    >>> ax = mn.plotting.plot_fit(year, people, mn.Network(layers, rng=0), xlabel="year", ylabel="people")
    >>> ax.get_ylabel(), [text.get_text() for text in ax.get_legend().get_texts()]
    ('people ($10^{9}$)', ['target', 'network'])
    """
    owner = "plot_fit"
    xlabel, ylabel = xlabel or name_of(x, "x"), ylabel or name_of(target, "f(x)")
    ax, x = axes(ax, owner), one_variable(x, "x", owner)
    order = np.argsort(x, kind="stable")
    x = x[order]
    wanted = _outputs(target, len(x), "target", owner)[order]
    if isinstance(prediction, Network):
        along = np.unique(np.concatenate([x, np.linspace(x[0], x[-1], POINTS)]))
        values = prediction(along[:, np.newaxis])
        values = _outputs(values, len(along), "the network's output", owner)
    else:
        along, values = x, _outputs(prediction, len(x), "prediction", owner)[order]
    if values.shape[1] != wanted.shape[1]:
        raise ShapeError(f"{owner}: target has {wanted.shape[1]} outputs, and the prediction {values.shape[1]}")
    repeated, count = bool((np.diff(x) == 0).any()) or len(x) == 1, min(wanted.shape[1], CURVES)
    for k in range(count):
        of = f" {k}" if wanted.shape[1] > 1 else ""
        known = np.isfinite(wanted[:, k])
        shade, hue = ("0.6", colour(0)) if count == 1 else (colour(k), colour(k))
        kind = {"linestyle": "", "marker": ".", "markersize": 5} if repeated else {"linewidth": 4}
        gaps = np.where(known, wanted[:, k], np.nan)
        ax.plot(x, gaps, color=shade, alpha=1.0 if count == 1 else 0.35, label=f"target{of}", **kind)
        ax.plot(along, values[:, k], color=hue, marker="." if len(along) == 1 else "", label=f"network{of}")
    label(ax, xlabel, ylabel)
    ax.legend(ncols=2 if count > 2 else 1, frameon=count > 1)
    if wanted.shape[1] > count:
        ax.set_title(f"{count} of {wanted.shape[1]} outputs")
    return ax


@styled
def plot_error(x: Any, target: Any, prediction: Any, ax: "Axes | None" = None, *, xlabel: str | None = None) -> "Axes":
    """Network minus target, both (n,), over x (n,), on its own scale; `xlabel` as for `plot_fit`.

    Raises
    ------
    ShapeError, DataError, DtypeError
        x is of several variables, or is not finite; shapes do not fit.

    Examples
    --------
    >>> import minnet as mn
    >>> ax = mn.plotting.plot_error([0.0, 1.0], [0.0, 1.0], [0.1, 0.9])
    >>> ax.lines[-1].get_ydata().round(3).tolist()
    [0.1, -0.1]
    """
    owner = "plot_error"
    xlabel = xlabel or name_of(x, "x")
    ax, x = axes(ax, owner), one_variable(x, "x", owner)
    wanted, values = (_outputs(y, len(x), name, owner) for y, name in ((target, "target"), (prediction, "prediction")))
    if wanted.shape != values.shape:
        raise ShapeError(f"{owner}: target has shape {wanted.shape}, and prediction {values.shape}")
    order = np.argsort(x, kind="stable")
    ax.axhline(0, color="0.6")
    ax.plot(x[order], (values - wanted)[order], color=colour(1))
    label(ax, xlabel, "network - target")
    return ax


@styled
def plot_spread(x: Array, samples: Array, ax: "Axes | None" = None, label: str = "median", color: str = "C0") -> "Axes":
    """Samples (n, runs) over x (n,): each a dot, their median a line, and a band between the quartiles.

    Raises
    ------
    ShapeError, DtypeError
        There is not a row of samples for each x.

    Examples
    --------
    >>> import minnet as mn
    >>> ax = mn.plotting.plot_spread(np.array([1, 2]), np.array([[1.0, 2.0, 4.0], [2.0, 3.0, 5.0]]))
    >>> ax.lines[-1].get_ydata().tolist()
    [2.0, 3.0]
    """
    from matplotlib.colors import to_hex

    samples = as_real(samples, "plot_spread: samples")
    if samples.ndim != 2 or samples.shape[:1] != np.shape(x) or not samples.size:
        raise ShapeError(
            f"plot_spread: samples have shape {samples.shape}; expected ({np.size(x)}, runs), a row for each x"
        )
    ax, color = axes(ax, "plot_spread"), to_hex(color)
    lower, median, upper = np.quantile(samples, [0.25, 0.5, 0.75], axis=1)
    ax.plot(x, samples, ".", color=color, alpha=0.3, markersize=4)
    ax.fill_between(x, lower, upper, color=color, alpha=0.2, linewidth=0)
    ax.plot(x, median, color=color, label=label)
    return ax


def _outputs(values: Any, n: int, name: str, owner: str) -> Array:
    """Values (n, o), given as (n,) or (n, o); they may be NaN."""
    array = as_real(np.ma.filled(values, np.nan) if np.ma.is_masked(values) else values, f"{owner}: {name}")
    array = array.astype(float)
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2 or len(array) != n or not array.shape[1]:
        raise ShapeError(f"{owner}: {name} has shape {np.shape(values)}; expected ({n},) or ({n}, o), one for each x")
    return array
