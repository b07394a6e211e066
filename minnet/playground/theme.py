"""Colours and plots that all views share."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh import plotting
from bokeh.models import Div, Label, NumeralTickFormatter, PlainText, Range1d, Select, TextInput

from minnet.playground.shell import FOCUS, UNSEEN, named_image, unstyled
from minnet.types import Array

# Okabe and Ito (2008), told apart by all kinds of colour vision: lines of the racers.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000")
# Of classes: far from those of all racers and from each other; the first two differ in lightness, too.
CLASS_COLOURS = ("#7B4FFF", "#F0E442", "#88CCEE", "#882255", "#225522", "#EE3333", "#8C510A")
DASHES = ("solid", "dashed", "dotted", "dashdot", "dotdash", "solid")
COMPACT = (
    FOCUS
    + """
:host { font-size: 12px; max-width: calc(100vw - 16px); }
.bk-input { height: 26px; min-height: 26px; padding: 2px 5px; font-size: 12px; }
select.bk-input { padding-right: 18px; background-position-x: right 6px; }
"""
)
WRAP = ":host { flex-wrap: wrap; }"
BOXES = COMPACT + ".bk-input-group { gap: 0 10px; flex-wrap: wrap; } label { min-height: 24px; min-width: 24px; }"
UNTITLED = COMPACT + f"label {{ {UNSEEN} }}"  # fields whose titles are for screen readers
NARROW = "@media (max-width: 760px)"  # windows in which the settings lie above the views, and can be folded away
BESIDE = f"{NARROW} {{ :host {{ flex-direction: column; }} }}"
MAIN = f"""
:host {{ max-width: calc(100vw - 300px); }}  /* rows of plots then break instead of growing beyond the window */
{NARROW} {{ :host {{ max-width: 100vw; flex: none; }} }}
"""
FITTING = ":host { max-width: calc(100vw - 24px); }"  # plots are never wider than the window
GREY = "#999999"  # of samples of a curve
TEST_GREY = "#444444"  # of test samples of a curve
PALE = 0.4  # opacity of their lines
_RGB = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in CLASS_COLOURS], float)


def plot(title: str, width: int, height: int, *, name: str = "", stylesheet: str = "", **options: Any) -> Any:
    """An empty figure in the common style; `name` is what screen readers call it, the title if there is no other."""
    figure = plotting.figure(
        title=title, width=width, height=height, toolbar_location=None, tools="", output_backend="canvas",
        stylesheets=[FITTING, stylesheet], html_attributes=named_image(name or title), **options,
    )  # fmt: skip
    figure.grid.grid_line_color = "#E5E5E5"
    figure.outline_line_color = None
    figure.title.text_font_size = "12px"
    figure.xaxis.formatter = NumeralTickFormatter(format="0.[00]a")
    for axis in figure.xaxis:
        axis.ticker.desired_num_ticks = 5
    figure.js_on_change("inner_width", unstyled())
    return figure


def label_axes(figure: Any, *names: str) -> None:
    """What is called so by a visitor's file, along x and along y: no formulas, whatever is in it."""
    for axis, name in zip(figure.axis, names, strict=False):
        axis.axis_label = PlainText(text=name)


def entitle(figure: Any, title: str) -> None:
    """Another title, by which screen readers call the figure, too."""
    figure.title.text = title
    figure.html_attributes = named_image(title.replace("\n", " "))


def rgba(probabilities: Array, side: int, *, alone: bool = False) -> Array:
    """Probabilities of classes (side^2, classes) as packed colours (side, side): the less certain, the paler.

    With the classes `alone`, the likeliest is as if it were certain; NaN stays unknown.
    """
    classes = probabilities.shape[1]
    if alone:
        known = np.isfinite(probabilities).all(axis=1, keepdims=True)
        probabilities = np.where(known, np.eye(classes)[probabilities.argmax(axis=1)], np.nan)
    largest = probabilities.max(axis=1, keepdims=True)
    certainty = (largest - 1 / classes) / (1 - 1 / classes)
    mixed = probabilities @ _RGB[:classes]
    colours = 255 - (0.25 + 0.45 * certainty) * (255 - mixed)
    packed = np.empty((side * side, 4), np.uint8)
    packed[:, :3] = np.clip(np.nan_to_num(colours, nan=200.0), 0, 255)
    packed[:, 3] = 255
    return packed.view(np.uint32).reshape(side, side)


def luminance(colour: str) -> float:
    """Relative luminance of "#RRGGBB", from 0 to 1 (WCAG 2.1)."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def markers(labels: Array) -> dict[str, list[str]]:
    """Colours of samples of classes, and of their edges: black around light ones, white around dark ones."""
    colours = [CLASS_COLOURS[int(label)] for label in labels]
    edges = {colour: "#000000" if luminance(colour) > 0.18 else "#FFFFFF" for colour in CLASS_COLOURS}
    return {"colour": colours, "edge": [edges[colour] for colour in colours]}


def samples_of(x: Array, y: Array, classes: int, grey: str = GREY) -> dict[str, Any]:
    """Columns of samples x (n, i) and y (n,) as they are drawn: in the colours of their classes; or grey, in a plane or
    on a curve."""
    if classes:
        return {"x": x[:, 0], "y": x[:, 1]} | markers(y)
    up = x[:, 1] if x.shape[1] == 2 else y
    return {"x": x[:, 0], "y": up, "colour": [grey] * len(x), "edge": ["#FFFFFF"] * len(x)}


def on_log_axis(values: Array) -> Array:
    """The same, NaN where they cannot be drawn."""
    with np.errstate(invalid="ignore"):
        return np.where((values > 0) & (values < 1e30), values, np.nan)


def note(x: float, y: float, state: str = "") -> Label:
    """How a racer has ended, in the middle of its plot, where that is at x and y; not visible yet."""
    return Label(x=x, y=y, text=state.replace(" at ", "\nat "), text_align="center", text_baseline="middle",
                 text_font_size="13px", background_fill_color="white", background_fill_alpha=0.8,
                 visible=False)  # fmt: skip


def line_of(number: int) -> dict[str, Any]:
    """Colour and dash of a racer."""
    return {"line_color": COLOURS[number], "line_dash": DASHES[number], "line_width": 2}


def swatch(number: int) -> str:
    """A coloured square in HTML."""
    return f'<span style="color:{COLOURS[number]}">&#9632;</span>'


def alert() -> Div:
    """What is wrong, in words that screen readers say at once."""
    return Div(text="", styles={"color": "#B00020", "font-weight": "bold"}, sizing_mode="stretch_width",
               html_attributes={"role": "alert"})  # fmt: skip


def choice(
    title: str, options: Sequence[str | tuple[str, str]], value: str, width: int, *, titled: bool = True
) -> Select:
    """A choice of one; not `titled` where what stands around it says what it is."""
    looks = [COMPACT if titled else UNTITLED]
    return Select(title=title, options=list(options), value=value, width=width, stylesheets=looks)


def text_field(title: str, value: str, width: int, hint: str = "", *, titled: bool = True) -> TextInput:
    """A field to type in."""
    looks = [COMPACT if titled else UNTITLED]
    return TextInput(title=title, value=value, width=width, placeholder=hint, stylesheets=looks)


def fixed_range(low: float, high: float) -> Range1d:
    return Range1d(start=float(low), end=float(high))
