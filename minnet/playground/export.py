"""A race as one HTML file that plays without a network: everything it needs is inside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from textwrap import fill
from typing import Any

import numpy as np
from bokeh.document import Document
from bokeh.embed import file_html
from bokeh.layouts import column, row
from bokeh.models import Button, ColumnDataSource, CustomJS, Div, Slider, Span
from bokeh.resources import INLINE

from minnet.playground.features import COORDINATES
from minnet.playground.problems import RaceProblem
from minnet.playground.race import SIDE, Frame, ThinnedHistory
from minnet.playground.race_view import loss_title
from minnet.playground.settings import RaceSettings
from minnet.playground.shell import ALONE, THEME, named_handle
from minnet.playground.theme import (
    COLOURS,
    PALE,
    TEST_GREY,
    TEST_SIZE,
    WRAP,
    fixed_range,
    line_of,
    note,
    on_log_axis,
    plot,
    rgba,
    samples_of,
    swatch,
)

FRAMES = 90
SAMPLES = 300
TITLE_WIDTH = 32  # characters above a plot
TITLE_LINE = 15  # pixels

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
    """The planes of a race, at most `FRAMES` of them, and its last frame."""

    planes: ThinnedHistory = field(default_factory=lambda: ThinnedHistory(FRAMES))
    last: Frame | None = None

    def add(self, frame: Frame) -> None:
        """One more frame."""
        self.planes.add(frame.step, frame.planes)
        self.last = frame


def offline_page(settings: RaceSettings, problem: RaceProblem, recording: Recording, shown: Sequence[str] = ()) -> str:
    """The page of a recorded race, which needs one frame at least; with what is `shown` of `race_view.OPTIONS`."""
    frame = recording.last
    assert frame is not None
    steps, planes = recording.planes.arrays()
    labels = [entry.label for entry in settings.entries]
    low, high = problem.box
    sources, recorded, plots = [], [], []
    titles = [fill(entry.short, TITLE_WIDTH, break_on_hyphens=False) for entry in settings.entries]
    lines = 1 + max(title.count("\n") for title in titles)
    notes = []  # of those that have diverged, with the recorded step from which on they say so
    for number, title in enumerate(titles):
        axes = {"x_axis_label": problem.names[0], "y_axis_label": problem.names[1]}
        spoken = f"{labels[number]}{outcome(frame, number)}"
        figure = plot(title, 250, 250 + TITLE_LINE * lines, name=spoken, **axes)
        figure.update(outline_line_color=COLOURS[number], outline_line_width=2)
        figure.x_range = fixed_range(low[0], high[0])
        figure.y_range = fixed_range(*problem.heights)
        if problem.classes:
            frames = [rgba(plane[number], SIDE, alone="classes" in shown) for plane in planes]
            source = ColumnDataSource({"image": [frames[-1]]})
            figure.image_rgba("image", x=low[0], y=low[1], dw=high[0] - low[0], dh=high[1] - low[1], source=source)
            _draw_samples(figure, problem, shown)
        else:
            frames = [plane[number, :, 0] for plane in planes]
            source = ColumnDataSource({"x": problem.grid(SIDE)[:, 0], "value": frames[-1]})
            _draw_samples(figure, problem, shown)
            figure.line("x", "value", source=source, line_color=COLOURS[number], line_width=2.5)
        if frame.states[number].startswith("diverged"):
            lost = note((low[0] + high[0]) / 2, sum(problem.heights) / 2, frame.states[number])
            lost.visible = True
            figure.add_layout(lost)
            notes.append((lost, int(frame.steps[np.isnan(frame.losses[:, number])][0])))
        sources.append(source)
        recorded.append(ColumnDataSource({"frame": frames}))
        plots.append(figure)
    tested = None if problem.test is None else frame.test_losses
    loss, marker_loss = _curve(loss_title(problem), "loss", frame.steps, frame.losses, "log", pale=tested)
    accuracy, marker_accuracy = _curve("Accuracy", "accuracy", frame.steps, frame.accuracies, "linear")
    accuracy.visible = bool(problem.classes)  # a curve has none
    slider = Slider(start=0, end=max(1, len(steps) - 1), value=len(steps) - 1, step=1, title="Frame", max_width=420,
                    sizing_mode="stretch_width")  # fmt: skip
    text = Div(text=f"after {steps[-1]} updates of each")
    button = Button(label="Play", width=90, button_type="success")
    slider.js_on_change("value", CustomJS(args={
        "slider": slider, "sources": sources, "recorded": recorded, "text": text,
        "notes": [text for text, _ in notes], "lost": [step for _, step in notes],
        "steps": [int(step) for step in steps], "marker_loss": marker_loss, "marker_accuracy": marker_accuracy,
    }, code=_show(bool(problem.classes))))  # fmt: skip
    button.js_on_click(CustomJS(args={"slider": slider, "button": button}, code=PLAY))
    rows = "".join(f"<li>{swatch(i)} {escape(label)}{escape(outcome(frame, i))}</li>" for i, label in enumerate(labels))
    head = Div(text=f"<h1>A race of optimizers</h1>{escape(_task(settings))}<ul>{rows}</ul>", max_width=900,
               sizing_mode="stretch_width", stylesheets=["h1 { font-size: 20px; }"])  # fmt: skip
    parts = (row(button, slider, text), row(*plots), row(loss, accuracy))
    for part in parts:
        part.update(stylesheets=[WRAP], sizing_mode="stretch_width")
    document = Document()
    document.add_root(column(head, *parts, sizing_mode="stretch_width"))
    document.js_on_event("document_ready", named_handle(slider))
    return file_html(document, INLINE, "minnet: a race of optimizers", template=ALONE, theme=THEME)


def _draw_samples(figure: Any, problem: RaceProblem, shown: Sequence[str]) -> None:
    samples = {"circle": samples_of(*problem.subset(SAMPLES), problem.classes)}
    if "test" in shown:
        samples["square"] = samples_of(*problem.test_subset(SAMPLES), problem.classes, TEST_GREY)
    for marker, of in samples.items():
        edges = {"line_color": of["edge"], "line_width": 0.6} if problem.classes else {}
        size = TEST_SIZE if marker == "square" else 5 if problem.classes else 4
        figure.scatter(of["x"], of["y"], marker=marker, color=of["colour"], size=size, **edges)


def outcome(frame: Frame, number: int) -> str:
    """How a racer stands, after its name."""
    loss, test_loss, state = frame.losses[-1, number], frame.test_losses[-1, number], frame.states[number]
    tested = "" if np.isnan(test_loss) else f", test loss {test_loss:.3g}"
    return f" {state}" if state.startswith("diverged") else f"{state and ' ' + state}: loss {loss:.3g}{tested}"


def _show(classes: bool) -> str:
    """What the slider does: an image is the one entry of its column, a curve is all of it."""
    frame = "{...sources[k].data, image: [frame]}" if classes else "{...sources[k].data, value: frame}"
    return f"""
const i = Math.min(slider.value, steps.length - 1)
for (let k = 0; k < sources.length; k++) {{
    const frame = recorded[k].data.frame[i]
    sources[k].data = {frame}
}}
notes.forEach((note, k) => {{ note.visible = steps[i] >= lost[k] }})
marker_loss.location = steps[i]
marker_accuracy.location = steps[i]
text.text = `after ${{steps[i]}} updates of each`
"""


def _curve(title: str, name: str, steps: Any, values: Any, kind: str, pale: Any = None) -> tuple[Any, Span]:
    figure = plot(title, 440, 280, x_axis_label="updates", y_axis_label=name, y_axis_type=kind)
    for number in range(values.shape[1]):
        drawn = on_log_axis(values[:, number]) if kind == "log" else values[:, number]
        figure.line(steps, drawn, **line_of(number))
        if pale is not None:
            figure.line(steps, on_log_axis(pale[:, number]), **line_of(number), line_alpha=PALE)
    marker = Span(location=int(steps[-1]), dimension="height", line_color="black", line_width=1)
    figure.add_layout(marker)
    return figure, marker


def _task(settings: RaceSettings) -> str:
    batch = f"batches of {settings.batch_size}" if settings.batch_size else "all samples in every update"
    scale = "" if settings.gain == 1 else f" scaled by {settings.gain:g}"
    test = f"{settings.test} % of the samples held out for a test, " if settings.test else ""
    inputs = "" if settings.inputs == COORDINATES else f"Inputs: {', '.join(settings.inputs)}. "
    return (
        f"Data: {settings.data}, noise {settings.noise:g}, {test}seed {settings.seed}. {inputs}Hidden units: "
        f"{' '.join(map(str, settings.hidden)) or 'none'}, {settings.activation}; first weights "
        f"{settings.initializer}{scale}; {batch}."
    )
