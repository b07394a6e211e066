"""What a history shows as curves, and the small picture of them that a notebook gets.

The picture is SVG, written here: Matplotlib would take a second to load. However many epochs there are, it stays small:
of those that share a column of the picture, the least and the largest value are drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from minnet.types import Array

LOSSES = {"loss": "training loss", "val_loss": "validation loss"}
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#888888")
DASHES = ("none", "6 3", "2 2", "9 3 2 3")
WIDTH, HEIGHT = 450, 236  # pixels
LEFT, RIGHT, TOP, BOTTOM = 74, 14, 28, 40  # margins
COLUMN = 2  # pixels of a column
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Curves:
    """Curves over the epochs, by what they are called.

    Attributes
    ----------
    values : dict of str to array (epochs,)
    names : tuple of str
        What the history calls them.
    quantity : str
        What they all measure.
    is_log : bool
        Whether the scale is logarithmic: that of losses, unless one is negative, or none positive.
    """

    values: dict[str, Array]
    names: tuple[str, ...]
    quantity: str
    is_log: bool

    @classmethod
    def of(cls, history: Mapping[str, Sequence[float]]) -> "Curves":
        """The loss and the validation loss; of a step that measures other numbers, all of them.

        >>> curves = Curves.of({"loss": [1.0, 0.1], "accuracy": [0.5, 0.9]})
        >>> list(curves.values), curves.quantity, curves.is_log
        (['training loss'], 'loss', True)
        """
        losses = tuple(name for name in LOSSES if history.get(name))
        names = losses or tuple(name for name, numbers in history.items() if numbers)
        values = {LOSSES.get(name, name.replace("_", " ")): np.asarray(history[name], float) for name in names}
        together = np.concatenate([*values.values(), np.empty(0)])
        finite = together[np.isfinite(together)]
        is_log = bool(losses) and bool((finite > 0).any() and not (finite < 0).any())
        return cls(values, names, "loss" if losses else "measured", is_log)

    @property
    def epochs(self) -> int:
        return max(map(len, self.values.values()), default=0)

    def html(self) -> str:
        """The picture and its legend; a sentence in its place where nothing is finite."""
        drawn = {label: self._drawn(values) for label, values in self.values.items()}
        seen = np.concatenate([values[np.isfinite(values)] for values in drawn.values()] or [np.empty(0)])
        legend = "".join(self._entry(k, label, values) for k, (label, values) in enumerate(self.values.items()))
        if not len(seen):
            return legend
        low, high = _widened(float(seen.min()), float(seen.max()), self.is_log)
        first, last = (1, self.epochs) if self.epochs > 1 else (0.5, 1.5)
        x_ticks = [tick for tick in _even_ticks(first, last, 5) if tick == round(tick) and tick >= 1]
        parts = [_frame(), *(_tick_x(float(_across(tick, first, last)), f"{tick:,.0f}") for tick in x_ticks)]
        for tick, label in _log_ticks(low, high) if self.is_log else _linear_ticks(low, high):
            parts.append(_tick_y(float(_up(tick, low, high)), label))
        for k, values in enumerate(drawn.values()):
            parts.append(_curve(k, values, (first, last), (low, high)))
        scale = ", logarithmic" if self.is_log else ""
        parts += [
            f'<text x="{LEFT + (WIDTH - LEFT - RIGHT) / 2:g}" y="{HEIGHT - 6}" text-anchor="middle">epoch</text>',
            f'<text x="4" y="14">{escape(self.quantity)}{scale}</text>',
        ]
        label = escape(
            f"{', '.join(self.values)} of {self.epochs:,} epoch{'s' * (self.epochs != 1)}{scale}", quote=True
        )
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{label}" '
            f'font-size="12" fill="currentColor">{"".join(parts)}</svg>{legend}'
        )

    def _drawn(self, values: Array) -> Array:
        """Heights on the scale of the picture; NaN for what is not on it."""
        finite = np.isfinite(values)
        if not self.is_log:
            return np.where(finite, values, np.nan)
        shown = finite & (values > 0)
        return np.where(shown, np.log10(np.where(shown, values, 1.0)), np.nan)

    def _entry(self, number: int, label: str, values: Array) -> str:
        """A line of the legend: how the curve is drawn, its last value, its least, and what is not drawn."""
        words = f"{label}: last {values[-1]:.4g}"
        finite = np.isfinite(values)
        if self.quantity == "loss" and finite.any():
            best = int(np.nanargmin(np.where(finite, values, np.nan)))
            words += f", least {values[best]:.4g} in epoch {best + 1:,}" if best + 1 < len(values) else ", its least"
        missing = [
            ("not finite in", int((~finite).sum())),
            ("0, which a logarithmic scale does not have, in", int((values == 0).sum()) if self.is_log else 0),
        ]
        words += "".join(f"; {what} {count:,} of {len(values):,} epochs" for what, count in missing if count)
        line = f'<line x1="0" y1="5" x2="30" y2="5" {_stroke(number)}/>'
        return f'<div><svg width="30" height="10" aria-hidden="true">{line}</svg> {escape(words)}</div>'


def _curve(number: int, values: Array, epochs: tuple[float, float], limits: tuple[float, float]) -> str:
    """Lines through what is finite, and a dot where one value stands alone."""
    at, values = _thinned(values)
    x, y = _across(at + 1, *epochs), _up(values, *limits)
    parts = []
    for run in np.split(np.arange(len(y)), np.flatnonzero(np.diff(np.isfinite(y))) + 1):
        if not len(run) or not np.isfinite(y[run[0]]):
            continue
        if len(run) == 1:
            parts.append(f'<circle cx="{x[run[0]]:.1f}" cy="{y[run[0]]:.1f}" r="2.5" fill="{_colour(number)}"/>')
        else:
            points = " ".join(f"{x[k]:.1f},{y[k]:.1f}" for k in run)
            parts.append(f'<polyline points="{points}" {_stroke(number)}/>')
    return "".join(parts)


def _thinned(values: Array) -> tuple[Array, Array]:
    """Places and values of which a line looks the same: the extremes of each column of the picture, in their order."""
    columns = (WIDTH - LEFT - RIGHT) // COLUMN
    if len(values) <= 2 * columns:
        return np.arange(len(values)), values
    chosen = []
    for part in np.array_split(np.arange(len(values)), columns):
        finite = part[np.isfinite(values[part])]
        ends = [finite[values[finite].argmin()], finite[values[finite].argmax()]] if len(finite) else [part[0]]
        chosen += sorted(set(map(int, ends)))
    chosen = sorted({*chosen, len(values) - 1})
    return np.array(chosen), values[chosen]


def _across(epoch: Array | float, first: float, last: float) -> Array:
    return np.asarray(LEFT + (WIDTH - LEFT - RIGHT) * (np.asarray(epoch, float) - first) / (last - first))


def _up(value: Array | float, low: float, high: float) -> Array:
    size = max(abs(low), abs(high))  # differences of very large numbers could overflow
    share = (np.asarray(value, float) / size - low / size) / (high / size - low / size)
    return np.asarray(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share)


def _widened(low: float, high: float, is_log: bool) -> tuple[float, float]:
    """Limits of the axis around values from low to high."""
    if not high > low:
        room = 0.3 if is_log else 0.5 * abs(low) or 0.5
        return low - room, high + room
    room = 0.04 * (high / 2 - low / 2) * 2
    return max(low - room, -1.7e308), min(high + room, 1.7e308)


def _even_ticks(low: float, high: float, most: int) -> Array:
    """At most so many and one more round numbers, evenly spaced, between the limits."""
    least = high / most - low / most
    power = 10.0 ** np.floor(np.log10(least))
    step = next(multiple * power for multiple in (1, 2, 5, 10) if multiple * power >= 0.999 * least)
    return np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step


def _linear_ticks(low: float, high: float) -> list[tuple[float, str]]:
    return [(float(tick), f"{tick + 0.0:.10g}".replace("-", "−", 1)) for tick in _even_ticks(low, high, 6)]


def _log_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Places, which are logarithms, with labels: powers of ten, or where these are fewer than two, numbers between."""
    powers = np.arange(np.ceil(low - 1e-9), np.floor(high + 1e-9) + 1)
    if len(powers) >= 2:
        powers = powers[powers % -(-len(powers) // 6) == 0]
        return [(float(power), _power(int(power))) for power in powers]
    bottom = np.floor(low)
    numbers = _even_ticks(10 ** (low - bottom), 10 ** (high - bottom), 6)  # over the power below them
    return [(float(np.log10(number) + bottom), _number(number, int(bottom))) for number in numbers if number > 0]


def _power(power: int) -> str:
    return f"{10.0**power:g}" if -3 <= power <= 4 else f"10{str(power).translate(SUPERSCRIPTS)}"


def _number(number: float, power: int) -> str:
    return f"{number * 10.0**power:.10g}" if -3 <= power <= 4 else f"{number:.10g}×{_power(power)}"


def _frame() -> str:
    bottom = HEIGHT - BOTTOM
    return f'<path d="M{LEFT} {TOP}V{bottom}H{WIDTH - RIGHT}" fill="none" stroke="currentColor"/>'


def _tick_x(x: float, label: str) -> str:
    bottom = HEIGHT - BOTTOM
    line = f'<path d="M{x:.1f} {bottom}v4" stroke="currentColor"/>'
    x, anchor = (WIDTH, "end") if x > WIDTH - RIGHT - 1 and len(label) > 4 else (x, "middle")
    return f'{line}<text x="{x:.1f}" y="{bottom + 17}" text-anchor="{anchor}">{label}</text>'


def _tick_y(y: float, label: str) -> str:
    grid = f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="currentColor" stroke-opacity=".2"/>'
    return f'{grid}<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _stroke(number: int) -> str:
    dashes = DASHES[number % len(DASHES)]
    return f'fill="none" stroke="{_colour(number)}" stroke-width="1.6" stroke-dasharray="{dashes}"'
