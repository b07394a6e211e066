"""A race as one HTML file that plays without a network: everything it needs is inside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
from bokeh.document import Document
from bokeh.embed import file_html
from bokeh.layouts import column, row
from bokeh.models import Button, ColumnDataSource, CustomJS, Div, Slider, Span
from bokeh.resources import INLINE

from minnet.playground.diagram import LEGEND, Diagram, layer_name
from minnet.playground.features import COORDINATES
from minnet.playground.network_state import NetworkState
from minnet.playground.pictures import PICTURES
from minnet.playground.problem import RaceProblem
from minnet.playground.race import Frame
from minnet.playground.race_view import loss_title
from minnet.playground.settings import PLAIN, RaceSettings
from minnet.playground.shell import ALONE, THEME, named_handle
from minnet.playground.theme import PALE, WRAP, line_of, on_log_axis, plot, swatch
from minnet.playground.thinned import ThinnedHistory

FRAMES = 90
WIDEST = 900  # pixels of a diagram and its text
HEADINGS = "h1 { font-size: 20px; } h2 { font-size: 16px; }"

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
SHOW = """
const i = Math.min(slider.value, steps.length - 1)
sources.forEach((source, k) => {
    const data = {...source.data}
    for (const name in recorded[k].data) { data[name] = recorded[k].data[name][i] }
    source.data = data
})
notes.forEach((note, k) => { note.visible = steps[i] >= lost[k] })
marker_loss.location = steps[i]
marker_accuracy.location = steps[i]
text.text = `after ${steps[i]} updates of each`
"""


@dataclass
class Recording:
    """What was drawn of the racers, at most `FRAMES` times, and the last frame."""

    pictures: ThinnedHistory = field(default_factory=lambda: ThinnedHistory(FRAMES))
    last: Frame | None = None

    def add(self, frame: Frame) -> None:
        """One more frame."""
        self.pictures.add(frame.step, frame.pictures)
        self.last = frame


def offline_page(
    settings: RaceSettings,
    problem: RaceProblem,
    recording: Recording,
    shown: Sequence[str] = (),
    network: NetworkState | None = None,
) -> str:
    """The page of a recorded race, which needs one frame at least.

    With what is `shown` of `race_view.OPTIONS`, and with the diagram of a network, if there is one.
    """
    frame = recording.last
    assert frame is not None
    steps, numbers = recording.pictures.arrays()
    labels = [entry.label for entry in settings.entries]
    sources, recorded, panels = [], [], []
    notes = []  # of those that have diverged, with the recorded step from which on they say so
    for number, entry in enumerate(settings.entries):
        picture = PICTURES[problem.kind](number, axes=True)
        picture.begin(problem, shown)
        picture.show(numbers[-1, number], frame.states[number], shown)
        lost = np.inf  # step from which on it has diverged
        if picture.note.visible:
            lost = int(frame.steps[np.isnan(frame.losses[:, number])][0])
            notes.append((picture.note, lost))
        moments = zip(steps, numbers[:, number], strict=True)
        drawn = [picture.columns(None if step >= lost else each, shown) for step, each in moments]
        for name, source in picture.sources.items():
            sources.append(source)
            changing = drawn[0][name]
            recorded.append(ColumnDataSource({key: [columns[name][key] for columns in drawn] for key in changing}))
        picture.call(f"{labels[number]}{outcome(frame, number)}")
        title = Div(text=f"{swatch(number)} {escape(entry.short)}", width=picture.width, styles={"font-weight": "bold"})
        panels.append(column(title, picture.layout))
    tested = None if problem.test is None else frame.test_losses
    loss, marker_loss = _curve(loss_title(problem), "loss", frame.steps, frame.losses, "log", pale=tested)
    accuracy, marker_accuracy = _curve("Accuracy", "accuracy", frame.steps, frame.accuracies, "linear")
    accuracy.visible = bool(problem.classes)  # values have none
    slider = Slider(start=0, end=max(1, len(steps) - 1), value=len(steps) - 1, step=1, title="Frame", max_width=420,
                    sizing_mode="stretch_width")  # fmt: skip
    text = Div(text=f"after {steps[-1]} updates of each")
    button = Button(label="Play", width=90, button_type="success")
    slider.js_on_change("value", CustomJS(args={
        "slider": slider, "sources": sources, "recorded": recorded, "text": text,
        "notes": [text for text, _ in notes], "lost": [step for _, step in notes],
        "steps": [int(step) for step in steps], "marker_loss": marker_loss, "marker_accuracy": marker_accuracy,
    }, code=SHOW))  # fmt: skip
    button.js_on_click(CustomJS(args={"slider": slider, "button": button}, code=PLAY))
    rows = "".join(f"<li>{swatch(i)} {escape(label)}{escape(outcome(frame, i))}</li>" for i, label in enumerate(labels))
    head = _paragraph(f"<h1>A race of optimizers</h1>{escape(_task(settings))}<ul>{rows}</ul>")
    diagram = [] if network is None or problem.undrawn else _diagram(network, labels, problem, alone="classes" in shown)
    legend = _paragraph(PICTURES[problem.kind].legend(problem, shown))
    parts = [_wrapped(button, slider, text), _wrapped(*panels), legend, _wrapped(loss, accuracy), *diagram]
    document = Document()
    document.add_root(column(head, *parts, sizing_mode="stretch_width"))
    document.js_on_event("document_ready", named_handle(slider))
    return file_html(document, INLINE, "minnet: a race of optimizers", template=ALONE, theme=THEME)


def _paragraph(text: str) -> Div:
    return Div(text=text, max_width=WIDEST, sizing_mode="stretch_width", stylesheets=[HEADINGS])


def _wrapped(*parts: Any) -> Any:
    return row(*parts, stylesheets=[WRAP], sizing_mode="stretch_width")


def _diagram(network: NetworkState, labels: Sequence[str], problem: RaceProblem, *, alone: bool) -> list[Any]:
    """A network as it was, to be pointed at."""
    drawing, layers = Diagram(), len(network.sizes)
    drawing.begin(network.sizes, problem)
    drawing.show(network, alone=alone)
    drawing.figure.max_width = WIDEST
    sizes = ", ".join(f"{layer_name(layer, layers)}: {size}" for layer, size in enumerate(network.sizes))
    title = f"The network of {labels[network.racer]} after {network.step} updates"
    return [_paragraph(f"<h2>{escape(title)}</h2>{sizes}. {LEGEND}"), drawing.figure]


def outcome(frame: Frame, number: int) -> str:
    """How a racer stands, after its name."""
    loss, test_loss, state = frame.losses[-1, number], frame.test_losses[-1, number], frame.states[number]
    tested = "" if np.isnan(test_loss) else f", test loss {test_loss:.3g}"
    return f" {state}" if state.startswith("diverged") else f"{state and ' ' + state}: loss {loss:.3g}{tested}"


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
        f"Data: {settings.data}, noise {settings.noise:g} %, {test}seed {settings.seed}. {inputs}Hidden units: "
        f"{' '.join(map(str, settings.hidden)) or 'none'}, {settings.activation}; first weights "
        f"{settings.initializer}{scale}; {batch}{_against_overfitting(settings)}."
    )


def _against_overfitting(settings: RaceSettings) -> str:
    """What keeps the networks simple or their layers in scale, where anything does."""
    parts = [f"L1 penalty {settings.l1:g}"] if settings.l1 else []
    parts += [f"L2 penalty {settings.l2:g}"] if settings.l2 else []
    parts += [f"dropout {settings.dropout} %"] if settings.dropout else []
    parts += [settings.normalization] if settings.normalization != PLAIN else []
    return "".join(f"; {part}" for part in parts)
