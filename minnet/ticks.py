"""Numbers along axes that can be read: enough of them, none over another, no factor in a corner.

Matplotlib's own are good over many powers of ten and for numbers near 1. Over less than a few powers of ten its labels
lie over each other or one stands alone; for small and large numbers it sets a factor apart, which nobody sees.

Matplotlib is imported here: import this module where something is drawn, in a function.
"""

import re
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import Formatter, LogLocator, MaxNLocator, NullFormatter, ScalarFormatter

from minnet.types import Array

STEPS = (1, 2, 2.5, 5, 10)  # by which ticks may be apart, times a power of ten
PLAIN = (1e-3, 1e5)  # numbers between these are written out
UNSCALED = (-2, 4)  # so are those of a linear axis whose greatest has a power of ten between these


def readable_ticks(ax: Axes) -> None:
    """Ticks and labels of all axes of a panel, after all is drawn and labelled; those set by hand stay.

    A logarithmic axis gets `LogTicks`. A linear one of very small or large numbers gets a factor, which its label
    names: "time (s)" becomes "time (10⁻⁴ s)".
    """
    for name in ax._axis_names:  # type: ignore[attr-defined]
        axis: Axis = getattr(ax, f"{name}axis")
        if axis.get_scale() == "log" and type(axis.get_major_locator()) is LogLocator:
            _label_powers(axis)
        elif axis.get_scale() == "linear" and isinstance(axis.get_major_formatter(), ScalarFormatter | ScaledLabels):
            _label_factor(axis)


def whole_numbers(axis: Axis) -> None:
    """Ticks at whole numbers only, where something is counted."""
    axis.set_major_locator(MaxNLocator("auto", integer=True, steps=STEPS))


def _label_powers(axis: Axis) -> None:
    axis.set_major_locator(LogTicks())
    axis.set_major_formatter(LogLabels())
    axis.set_minor_locator(LogLocator(subs="auto"))
    axis.set_minor_formatter(NullFormatter())


def _label_factor(axis: Axis) -> None:
    formatter = axis.get_major_formatter()
    if not isinstance(formatter, ScaledLabels):  # if it is, the axis is shared: another has set it, for its own label
        greatest = np.abs(axis.get_view_interval()).max()
        power = int(np.floor(np.log10(greatest))) if greatest > 0 else 0
        if UNSCALED[0] <= power <= UNSCALED[1]:
            return
        formatter = ScaledLabels(power)
        axis.set_major_formatter(formatter)
    label, factor = axis.label.get_text(), f"$10^{{{formatter.power}}}$"
    if label and factor not in label:
        with_unit = re.fullmatch(r"(.+) \(([^()]+)\)", label)
        axis.set_label_text(f"{with_unit[1]} ({factor} {with_unit[2]})" if with_unit else f"{label} ({factor})")


class ScaledLabels(Formatter):
    """Numbers divided by a power of ten."""

    def __init__(self, power: int) -> None:
        self.power = power

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The label of the tick at x."""
        return self.fix_minus(f"{x / 10.0**self.power:.10g}")


class LogTicks(LogLocator):
    """Ticks of a logarithmic axis: powers of ten; where these are fewer than three, also others, as many as fit.

    These are 2 and 5 times the powers; where there is no room for them, 3 times; and over a part of a power of ten,
    evenly spaced numbers.
    """

    def tick_values(self, vmin: float, vmax: float) -> Array:  # type: ignore[override]  # arrays, as Matplotlib's own
        """Places of the ticks between the limits."""
        low, high = sorted((vmin, vmax))
        if not low > 0:
            return np.asarray(super().tick_values(vmin, vmax))
        exponents = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
        powers, *others = (
            _inside(np.outer(10.0**exponents, multiples).ravel(), low, high) for multiples in ((1,), (1, 3), (1, 2, 5))
        )
        if len(powers) >= 3:
            return np.asarray(super().tick_values(vmin, vmax))
        room = max(2, int(0.8 * self.axis.get_tick_space()))  # type: ignore[union-attr]
        for ticks, least in ((others[1], 3), (others[0], 2), (powers, 2)):
            if least <= len(ticks) <= room:
                return ticks
        crowded = [ticks for ticks in (powers, *others) if len(ticks) > room]
        if crowded:
            return crowded[0]
        even = _inside(np.asarray(MaxNLocator(min(4, room), steps=(1, 2, 5, 10)).tick_values(low, high)), low, high)
        return even[:: -(-len(even) // room)]


def _inside(ticks: Array, low: float, high: float) -> Array:
    return ticks[(ticks >= low * (1 - 1e-9)) & (ticks <= high * (1 + 1e-9))]


class LogLabels(Formatter):
    """Numbers written out where all ticks of the axis are of moderate size, and else with powers of ten."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The label of a tick at x by itself."""
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """The labels of all ticks."""
        low, high = sorted(self.axis.get_view_interval())  # type: ignore[union-attr]
        plain = all(PLAIN[0] * (1 - 1e-9) <= x < PLAIN[1] for x in _inside(np.array(values), low, high))
        return [f"{x:.10g}" if plain else _with_power(x) for x in values]


def _with_power(x: float) -> str:
    digits, power = f"{x:.9e}".split("e")
    factor = "" if float(digits) == 1 else rf"{float(digits):.10g}\times"
    return rf"$\mathdefault{{{factor}10^{{{int(power)}}}}}$"
