"""What plots are made of: the style, axes, legends, markers, and what they are given, checked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numpy as np

from minnet.checks import as_real, check_finite
from minnet.errors import DataError, SettingError, ShapeError
from minnet.network import Network
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.colors import Colormap
    from matplotlib.lines import Line2D

P = ParamSpec("P")
R = TypeVar("R")
MARKERS = "os^Dv<>"  # of as many lines as there are colours
STYLE = Path(__file__).parents[1] / "minnet.mplstyle"


@contextmanager
def style() -> Iterator[None]:
    """minnet's style sheet, for the length of a ``with`` block.

    Only what it sets is set back. `matplotlib.style.context` would also set back that a notebook's backend, which is
    loaded at the first figure, made Matplotlib interactive, and no later figure would be shown.
    """
    import matplotlib

    parameters: Any = matplotlib.rcParams
    before = {name: parameters[name] for name in _settings()}
    parameters.update(_settings())
    try:
        yield
    finally:
        parameters.update(before)


@cache
def _settings() -> dict[str, Any]:
    """Of the style sheet."""
    import matplotlib

    settings: Any = matplotlib.rc_params_from_file(STYLE, use_default_template=False)
    return dict(settings)


def styled(plot: Callable[P, R]) -> Callable[P, R]:
    """A plot that is drawn in minnet's style, wherever it is called."""

    @wraps(plot)
    def drawn(*arguments: P.args, **settings: P.kwargs) -> R:
        with style():
            return plot(*arguments, **settings)

    return drawn


def axes(ax: Any, owner: str) -> "Axes":
    """The axes that were given, or new ones.

    Raises
    ------
    SettingError
        Something else was given.
    """
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes

    if ax is None:
        return plt.subplots()[1]
    if not isinstance(ax, Axes):
        hint = "; of several, choose one: ax=axes[0]" if isinstance(ax, np.ndarray) else ""
        raise SettingError(f"{owner}: ax must be Matplotlib's Axes or None, not {type(ax).__name__}{hint}")
    return ax


def colour(number: int) -> str:
    """The colour of a line in the style that is in use: names such as C1 mean another one later, when all is drawn."""
    from matplotlib.colors import to_hex

    return to_hex(f"C{number}")


def check_network(net: Any, owner: str) -> None:
    """Raise `SettingError` unless it is a network."""
    if not isinstance(net, Network):
        raise SettingError(f"{owner}: the first argument must be a Network, not {type(net).__name__}")


def one_variable(x: Any, name: str, owner: str) -> Array:
    """Places (n,) along one variable, given as (n,) or (n, 1).

    Raises
    ------
    ShapeError, DataError, DtypeError
        They are of several variables, none, not finite or no numbers.
    """
    places = as_real(x, f"{owner}: {name}").astype(float)
    if places.ndim == 2 and places.shape[1] == 1:
        places = places[:, 0]
    if places.ndim != 1:
        raise ShapeError(f"{owner}: {name} has shape {places.shape}; expected (n,) or (n, 1), one variable")
    if not len(places):
        raise DataError(f"{owner}: {name} has no samples")
    check_finite(places, f"{owner}: {name}")
    return places


def label(ax: "Axes", xlabel: str, ylabel: str) -> None:
    """Labels, and then numbers along the axes that can be read: a factor of theirs goes into the label."""
    from minnet.ticks import readable_ticks

    ax.set(xlabel=xlabel, ylabel=ylabel)
    readable_ticks(ax)


def whole_numbers(*axes: "Axis") -> None:
    """Ticks at whole numbers only, where something is counted."""
    from minnet import ticks

    for axis in axes:
        ticks.whole_numbers(axis)


def use_panels(axes: Array, count: int) -> "list[Axes]":
    """Draw only the first so many panels of a grid (rows, columns). Returns the lowest drawn of each column, which get
    the numbers along x, also where Matplotlib would have them at a panel further down that is not drawn."""
    columns = axes.shape[1]
    for ax in axes.flat[count:]:
        ax.set_axis_off()
    lowest = [axes[(count - 1 - column) // columns, column] for column in range(min(columns, count))]
    for ax in lowest:
        ax.tick_params(labelbottom=True)
    return lowest


def mark_apart(line: "Line2D", number: int) -> None:
    """Markers along a line that others may hide or coincide with: those of each number stand at other places."""
    seen = np.isfinite(np.asarray(line.get_xydata(), float)).all(axis=1).any()
    places = (0.025 * number, 0.17) if seen else None  # as fractions of the panel's diagonal
    line.set(marker=MARKERS[number % len(MARKERS)], markersize=4, markevery=places)


def legend_below(ax: "Axes", ncols: int = 6, **style: Any) -> None:
    """What is labelled in a panel, as a legend below its whole figure, in as many columns as fit."""
    figure = ax.figure
    handles, labels = ax.get_legend_handles_labels()
    for columns in range(min(ncols, len(labels)), 0, -1):
        legend = figure.legend(handles, labels, loc="outside lower center", ncols=columns, **style)
        if columns == 1 or legend.get_window_extent().width < 0.97 * figure.bbox.width:
            return
        legend.remove()


def between_classes() -> "Colormap":
    """Pale versions of the two classes' colours, white where the network cannot tell."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("classes", ["#7FB8D8", "#FFFFFF", "#EAAE7F"])
