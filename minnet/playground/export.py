"""A race as one HTML file that plays without a network: everything it needs is inside."""

from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
from bokeh.embed import file_html
from bokeh.layouts import column, row
from bokeh.models import Button, ColumnDataSource, CustomJS, Div, Slider, Span
from bokeh.resources import INLINE

from minnet.playground.look import CLASS_COLOURS, COLOURS, WRAP, chip, fixed, line_of, plot, rgba
from minnet.playground.problems import Problem
from minnet.playground.race import SIDE, Frame, History
from minnet.playground.settings import RaceSettings

FRAMES = 90
SAMPLES = 300

PLAY = """
if (window.minnet_timer) {
    clearInterval(window.minnet_timer)
    window.minnet_timer = null
    button.label = "Play"
    return
}
button.label = "Pause"
if (slider.value == slider.end) { slider.value = 0 }
window.minnet_timer = setInterval(() => {
    if (slider.value < slider.end) { slider.value += 1; return }
    clearInterval(window.minnet_timer)
    window.minnet_timer = null
    button.label = "Play"
}, 80)
"""


@dataclass
class Recording:
    """The planes of a race on its way, at most `FRAMES` of them, and its last frame."""

    planes: History = field(default_factory=lambda: History(FRAMES))
    last: Frame | None = None

    def add(self, frame: Frame) -> None:
        """One more frame."""
        self.planes.add(frame.step, frame.planes)
        self.last = frame


def offline_page(settings: RaceSettings, problem: Problem, recording: Recording) -> str:
    """The page of a recorded race; it needs one frame at least."""
    frame = recording.last
    assert frame is not None
    steps, planes = recording.planes.arrays()
    labels = [entry.label for entry in settings.entries]
    low, high = problem.box
    shown, kept, plots = [], [], []
    for number, entry in enumerate(settings.entries):
        made = plot(entry.short, 250, 265, x_axis_label=problem.names[0], y_axis_label=problem.names[1])
        made.title.text_color = COLOURS[number]
        made.x_range = fixed(low[0], high[0])
        x, y = problem.some(SAMPLES)
        if problem.classes:
            made.y_range = fixed(low[1], high[1])
            frames = [rgba(plane[number], SIDE) for plane in planes]
            source = ColumnDataSource({"image": [frames[-1]]})
            made.image_rgba("image", x=low[0], y=low[1], dw=high[0] - low[0], dh=high[1] - low[1], source=source)
            colours = [CLASS_COLOURS[int(label)] for label in y]
            made.scatter(x[:, 0], x[:, 1], color=colours, line_color="white", line_width=0.4, size=4.5)
        else:
            frames = [plane[number, :, 0] for plane in planes]
            source = ColumnDataSource({"x": problem.grid(SIDE)[:, 0], "value": frames[-1]})
            made.scatter(x[:, 0], y, color="#999999", size=4)
            made.line("x", "value", source=source, line_color=COLOURS[number], line_width=2.5)
        shown.append(source)
        kept.append(ColumnDataSource({"frame": frames}))
        plots.append(made)
    loss, marker_loss = _curve("Loss of all samples", "loss", frame.steps, frame.losses, "log")
    accuracy, marker_accuracy = _curve("Accuracy", "accuracy", frame.steps, frame.accuracies, "linear")
    accuracy.visible = bool(problem.classes)
    slider = Slider(start=0, end=max(1, len(steps) - 1), value=len(steps) - 1, step=1, title="Frame", width=420)
    text = Div(text=f"after {steps[-1]} updates of each", width=260)
    button = Button(label="Play", width=90, button_type="success")
    slider.js_on_change("value", CustomJS(args={
        "slider": slider, "shown": shown, "kept": kept, "steps": [int(step) for step in steps], "text": text,
        "marker_loss": marker_loss, "marker_accuracy": marker_accuracy,
    }, code=_show(bool(problem.classes))))  # fmt: skip
    button.js_on_click(CustomJS(args={"slider": slider, "button": button}, code=PLAY))
    rows = "".join(
        f"<li>{chip(i)} {escape(label)} {escape(frame.states[i])}: loss {frame.losses[-1, i]:.3g}</li>"
        for i, label in enumerate(labels)
    )
    head = Div(text=f"<h2>A race of optimizers</h2>{escape(_task(settings))}<ul>{rows}</ul>", width=900)
    page = column(
        head, row(button, slider, text), row(*plots, stylesheets=[WRAP]), row(loss, accuracy, stylesheets=[WRAP])
    )
    return file_html(page, INLINE, "minnet: a race of optimizers")


def _show(classes: bool) -> str:
    """What the slider does: an image is the one entry of its column, a curve is all of it."""
    frame = "{...shown[k].data, image: [frame]}" if classes else "{...shown[k].data, value: frame}"
    return f"""
const i = Math.min(slider.value, steps.length - 1)
for (let k = 0; k < shown.length; k++) {{
    const frame = kept[k].data.frame[i]
    shown[k].data = {frame}
}}
marker_loss.location = steps[i]
marker_accuracy.location = steps[i]
text.text = `after ${{steps[i]}} updates of each`
"""


def _curve(title: str, name: str, steps: Any, values: Any, kind: str) -> tuple[Any, Span]:
    made = plot(title, 440, 280, x_axis_label="updates", y_axis_label=name, y_axis_type=kind)
    for number in range(values.shape[1]):
        with np.errstate(invalid="ignore"):
            drawn = np.where((values[:, number] > 0) & (values[:, number] < 1e30), values[:, number], np.nan)
        made.line(steps, drawn if kind == "log" else values[:, number], **line_of(number))
    marker = Span(location=int(steps[-1]), dimension="height", line_color="black", line_width=1)
    made.add_layout(marker)
    return made, marker


def _task(settings: RaceSettings) -> str:
    batch = f"batches of {settings.batch_size}" if settings.batch_size else "all samples in every update"
    return (
        f"Data: {settings.data}, noise {settings.noise:g}, seed {settings.seed}. Hidden units: "
        f"{' '.join(map(str, settings.hidden)) or 'none'}, {settings.activation}; first weights "
        f"{settings.initializer} times {settings.gain:g}; {batch}."
    )
