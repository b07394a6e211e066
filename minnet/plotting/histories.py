"""How a training went."""

from typing import TYPE_CHECKING

import numpy as np

from minnet.curves import Curves
from minnet.errors import SettingError
from minnet.plotting.parts import axes, colour, label, styled, whole_numbers
from minnet.training import History

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled
def plot_history(history: History, ax: "Axes | None" = None) -> "Axes":
    """Loss (and validation loss) after every epoch, on a logarithmic scale unless one is negative; of a step that
    measures other numbers, all of them, on a linear one. What is not finite is a gap.

    Raises
    ------
    SettingError
        It is given something else.

    Examples
    --------
    >>> import minnet as mn
    >>> ax = mn.plotting.plot_history(mn.History({"loss": [1.0, 0.1], "val_loss": [1.1, 0.2]}))
    >>> ax.get_yscale(), [text.get_text() for text in ax.get_legend().get_texts()]
    ('log', ['training loss', 'validation loss'])
    """
    if not isinstance(history, History):
        raise SettingError(
            f"plot_history: the first argument must be the History that fit returns, not {history!r:.60}"
        )
    ax, curves = axes(ax, "plot_history"), Curves.of(history.history)
    for k, (name, values) in enumerate(curves.values.items()):
        values = np.where(np.isfinite(values), values, np.nan)
        ax.plot(np.arange(1, len(values) + 1), values, color=colour(k), label=name)
        alone = np.isfinite(values) & ~np.isfinite([np.nan, *values[:-1]]) & ~np.isfinite([*values[1:], np.nan])
        ax.plot(1 + np.flatnonzero(alone), values[alone], ".", color=colour(k))
    ax.set(yscale="log" if curves.is_log else "linear")
    whole_numbers(ax.xaxis)
    label(ax, "epoch", curves.quantity)
    if curves.epochs == 1:
        ax.set(xlim=(0.5, 1.5), xticks=[1])
    if curves.values:
        ax.legend()
    else:
        ax.text(0.5, 0.5, "no epochs", transform=ax.transAxes, ha="center")
    return ax
