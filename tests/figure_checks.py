"""What makes a figure unreadable, found in its layout; nothing is rendered, which would take most of the time."""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import Bbox

from minnet.presentation import without_screen

SLACK = 1.0  # pixels that boxes of texts, which are a little larger than their ink, may share
GAP = 3.0  # pixels between ticks side by side: less, and two numbers read as one
COUNTS = re.compile(
    r"(1 \+ )?(epochs?|steps?|updates?|runs?|points|evaluations|units|batch size|samples|networks|parameters|modes|"
    r"state|surrogates|random starts|numbers given|given at so many|embedding dimension|number of)\b(?! h\b)[^/]*$"
)
TIMES = re.compile(r"(training time|seconds|time (of|until|to|per)\b)")
UNIT = re.compile(r"\(([^()]* )?(µs|ms|s|min)\)")


def names_of_figures(module: Any, result: Any) -> list[str]:
    """Draw the figures of an experiment; their names, in order, if all of them can be read.

    Raises
    ------
    AssertionError
        Something is wrong with one, and what.
    """
    with without_screen():
        found = {drawing.name: problems(drawing.figure) for drawing in module.figures(result)}
    assert not any(found.values()), {name: texts for name, texts in found.items() if texts}
    return list(found)


def problems(figure: Figure) -> list[str]:
    """Everything that is wrong with a figure, each as a sentence; none for a good one."""
    figure.set_dpi(110)
    figure.draw_without_rendering()
    shown = [ax for ax in figure.axes if ax.get_visible()]
    axes = [(ax, axis) for ax in shown for axis in _axes_of(ax)]
    texts = list(_texts(figure, shown))
    return [
        *_outside(figure, texts),
        *_overlapping(texts),
        *(problem for ax in shown for problem in _under_its_legend(ax)),
        *(problem for ax, axis in axes for problem in _ticks(ax, axis)),
        *(problem for ax, axis in axes for problem in _label(figure, ax, axis)),
    ]


def _axes_of(ax: Axes) -> list[Axis]:
    """The axes of a panel that are drawn and say something; a colour bar has one, along its longer side."""
    if not getattr(ax, "_axis3don", ax.axison):
        return []
    if not _is_colorbar(ax):
        return [getattr(ax, f"{name}axis") for name in ax._axis_names]
    box = ax.get_window_extent()
    return [ax.xaxis if box.width > box.height else ax.yaxis]


def _is_colorbar(ax: Axes) -> bool:
    return ax.get_label() == "<colorbar>"


def _shown_ticks(axis: Axis) -> list[tuple[float, Text]]:
    """Places and labels of the ticks, larger and smaller, that have a label within the limits."""
    low, high = sorted(axis.get_transform().transform(axis.get_view_interval()))
    slack = 1e-6 * (high - low)
    labels = []
    for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
        place = float(axis.get_transform().transform(np.array([tick.get_loc()]))[0])
        if low - slack <= place <= high + slack:
            labels += [(tick.get_loc(), text) for text in (tick.label1, tick.label2) if _is_shown(text)]
    return labels


def _is_shown(text: Text) -> bool:
    return text.get_visible() and bool(text.get_text().strip())


def _texts(figure: Figure, shown: Iterable[Axes]) -> Iterator[tuple[str, Bbox]]:
    """Names and boxes, in pixels, of all that is written; a legend is one box."""
    written = [text for text in figure.texts if _is_shown(text)]
    for legend in figure.legends:
        yield "the legend of the figure", legend.get_window_extent()
    for ax in shown:
        legend = ax.get_legend()
        if legend is not None and legend.get_visible():
            yield f"the legend of {_name(ax)}", legend.get_window_extent()
        written += [text for text in (ax.title, ax._left_title, ax._right_title) if _is_shown(text)]
        for text in filter(_is_shown, ax.texts):
            if not text.get_clip_on():
                written.append(text)
            elif (inside := Bbox.intersection(text.get_window_extent(), ax.bbox)) is not None:
                yield repr(text.get_text()), inside
        for axis in filter(Axis.get_visible, _axes_of(ax)):
            if _is_shown(axis.label):
                written.append(axis.label)
            written += [text for _, text in _shown_ticks(axis)]
    for text in written:
        yield repr(text.get_text()), text.get_window_extent()


def _name(ax: Axes) -> str:
    return repr(ax.get_title() or ax.get_title("left") or ax.get_ylabel() or ax.get_xlabel() or "a panel")


def _outside(figure: Figure, texts: list[tuple[str, Bbox]]) -> Iterator[str]:
    for name, box in texts:
        if min(box.x0, box.y0, figure.bbox.x1 - box.x1, figure.bbox.y1 - box.y1) < -SLACK:
            yield f"{name} reaches out of the figure"


def _overlapping(texts: list[tuple[str, Bbox]]) -> Iterator[str]:
    for (first, a), (second, b) in combinations(texts, 2):
        if min(a.x1, b.x1) - max(a.x0, b.x0) > SLACK and min(a.y1, b.y1) - max(a.y0, b.y0) > SLACK:
            yield f"{first} and {second} overlap"


def _under_its_legend(ax: Axes) -> Iterator[str]:
    """Lines and dots that its legend is written over."""
    legend = ax.get_legend()
    if legend is None or not legend.get_visible() or ax.name == "3d":
        return
    box = Bbox.intersection(legend.get_window_extent().padded(-SLACK), ax.bbox)
    for line in ax.lines if box is not None else ():
        path, dots = line.get_transform().transform_path(line.get_path()), line.get_linestyle() == "None"
        hidden = box.count_contains(path.vertices) > 0 if dots else path.intersects_bbox(box, filled=False)
        if line.get_visible() and len(path.vertices) and hidden:
            yield f"the legend of {_name(ax)} is written over {line.get_label()!r}"


def _ticks(ax: Axes, axis: Axis) -> Iterator[str]:
    """Ticks: two at least (categories may be one), distinct, no factor in the corner, whole numbers for counts."""
    if not axis.get_visible():
        return
    ticks, where = _shown_ticks(axis), f"{axis.axis_name} of {_name(ax)}"
    texts = [text.get_text() for _, text in ticks]
    if axis.axis_name == "x" and ax.name != "3d":
        boxes = sorted((text.get_window_extent() for _, text in ticks), key=lambda box: box.x0)
        if any(right.x0 - left.x1 < GAP for left, right in pairwise(boxes)):
            yield f"{where}: ticks run into each other: {texts}"
    if len(set(texts)) < len(texts):
        yield f"{where}: ticks are the same: {texts}"
    categories = isinstance(axis.get_major_locator(), FixedLocator) and axis.get_scale() == "linear"
    if len(texts) < 2 and not categories and _labels_are_on(axis):
        yield f"{where}: less than two ticks: {texts}"
    if axis.get_offset_text().get_text() and texts:
        yield f"{where}: a factor stands apart: {axis.get_offset_text().get_text()}"
    if _counts(axis) and any(abs(place - round(place)) > 1e-6 for place, _ in ticks):
        yield f"{where}: counts are whole numbers: {texts}"


def _counts(axis: Axis) -> bool:
    return any(COUNTS.match(one.label.get_text()) for one in (axis, *_sharing(axis)))


def _labels_are_on(axis: Axis) -> bool:
    """Whether the labels of ticks are shown: those of shared axes may stand at another panel only."""
    parameters = axis.get_tick_params()
    return any(parameters.get(f"label{side}", False) for side in ("left", "right", "bottom", "top")) or (
        axis.axis_name == "z"
    )


def _sharing(axis: Axis) -> list[Axis]:
    name = axis.axis_name
    return [getattr(ax, f"{name}axis") for ax in axis.axes._shared_axes[name].get_siblings(axis.axes)]


def _label(figure: Figure, ax: Axes, axis: Axis) -> Iterator[str]:
    """A label, with the unit of a time; axes that are shared, and the figure, may have it for others."""
    ticks = [text.get_text() for _, text in _shown_ticks(axis)]
    label, kind = axis.label.get_text(), "the colour bar" if _is_colorbar(ax) else axis.axis_name
    if TIMES.search(label) and not UNIT.search(label):
        yield f"{label!r} has no unit"
    of_all = figure._supxlabel if axis.axis_name == "x" else figure._supylabel
    labelled = (
        label.strip()
        or (of_all is not None and not _is_colorbar(ax))
        or any(one.label.get_text() for one in _sharing(axis))
    )
    if not labelled and axis.get_visible() and any(map(_is_number, ticks)):
        yield f"{kind} of {_name(ax)} has no label"


def _is_number(text: str) -> bool:
    return bool(re.search(r"\d", text)) and not re.search(
        r"[A-Za-z]{3}", text.replace("mathdefault", "").replace("times", "")
    )
