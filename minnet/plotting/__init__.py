"""Plots: each draws into the axes it is given (or new ones) and returns them. Nothing is shown or saved here.

All of them have minnet's look; draw inside ``with style():`` for what is yours to have it too. No global setting of
Matplotlib is touched. Where an axis has very small or large numbers, its label names a power of ten, so name variables
and units by ``xlabel`` and ``ylabel``, and not afterwards: ``xlabel="time (s)"``.

Reading order: `parts` (style, legends, markers), `functions` (of one variable), `histories`, `boundaries` (classes),
`networks` (units and weights), `jets` (derivatives), `landscapes` (losses).

>>> import matplotlib.pyplot as plt
>>> from minnet import plotting
>>> with plotting.style():
...     fig, ax = plt.subplots()
...     for number in (0, 1):
...         (line,) = ax.plot([1, 2, 3], [number, 1, 1], label=f"run {number}")
...         plotting.mark_apart(line, number)
...     plotting.whole_numbers(ax.xaxis)
...     plotting.legend_below(ax)
>>> line.get_marker() == plotting.MARKERS[1], plotting.between_classes().N
(True, 256)
>>> panels = plotting.use_panels(plt.subplots(2, 2)[1], 3)  # the fourth stays empty
>>> len(panels)  # the lowest of each column
2
>>> plt.close("all")
"""

from minnet.plotting.boundaries import plot_decision_boundary
from minnet.plotting.functions import plot_error, plot_fit, plot_spread
from minnet.plotting.histories import plot_history
from minnet.plotting.jets import plot_jet
from minnet.plotting.landscapes import plot_loss_landscape
from minnet.plotting.networks import plot_network
from minnet.plotting.parts import MARKERS, between_classes, legend_below, mark_apart, style, use_panels, whole_numbers

__all__ = [
    "MARKERS", "between_classes", "legend_below", "mark_apart", "plot_decision_boundary", "plot_error", "plot_fit",
    "plot_history", "plot_jet", "plot_loss_landscape", "plot_network", "plot_spread", "style", "use_panels",
    "whole_numbers",
]  # fmt: skip
