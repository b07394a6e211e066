"""One page in one browser tab: its widgets, its views, and the process that trains for it."""

from html import escape
from time import perf_counter
from typing import Any

from bokeh.core.properties import Int
from bokeh.document import Document
from bokeh.layouts import column, row
from bokeh.model import DataModel
from bokeh.models import Button, CustomJS, Div, Select, TabPanel, Tabs, TextInput

from minnet.playground.controls import Controls
from minnet.playground.look import WRAP
from minnet.playground.problems import OWN
from minnet.playground.race import Frame
from minnet.playground.race_view import RaceView
from minnet.playground.settings import RaceSettings
from minnet.playground.worker import Worker

TICK = 20  # milliseconds between looks at the worker
PACES: dict[str, float | None] = {
    "as fast as it goes": None, "1000 updates/s": 1000, "100 updates/s": 100, "10 updates/s": 10, "1 update/s": 1,
}  # fmt: skip
TABS = ("race", "xray", "landscape", "study")


class Beat(DataModel):
    """Frames that were sent to the browser, and the last that it has drawn: no more are sent than it can draw."""

    sent = Int(default=0)
    drawn = Int(default=0)


class Page:
    """A tab.

    Parameters
    ----------
    document : Document
    query : dict of str to list of str
        Of the address.
    """

    def __init__(self, document: Document, query: dict[str, list[str]]) -> None:
        self.document = document
        self.message = Div(text="", styles={"color": "#B00020", "font-weight": "bold"}, sizing_mode="stretch_width")
        self.status = Div(text="", min_width=300)
        self.controls = Controls(self.reset)
        self.race_view = RaceView()
        self.running = self.ready = False
        self.frames: list[float] = []  # when the last ones were drawn
        self.last: Frame | None = None
        self.start = Button(label="Start", button_type="success", width=90)
        self.step = Button(label="Step", width=70)
        self.again = Button(label="Reset", width=70)
        self.pace = Select(options=list(PACES), value=next(iter(PACES)), width=150)
        self.start.on_click(self._on_start)
        self.step.on_click(self._on_step)
        self.again.on_click(self.reset)
        self.pace.on_change("value", lambda attribute, old, new: self._run() if self.running else None)
        self.beat = Beat()
        drawn = CustomJS(args={"beat": self.beat}, code="requestAnimationFrame(() => { beat.drawn = beat.sent })")
        self.beat.js_on_change("sent", drawn)
        self.beat.on_change("drawn", lambda attribute, old, new: self.frames.append(perf_counter()))
        self.address = TextInput(visible=False)
        self.address.js_on_change("value", CustomJS(code="window.history.replaceState(null, '', '?' + cb_obj.value)"))
        self.tabs = Tabs(tabs=[TabPanel(child=self.race_view.layout, title="Race")], sizing_mode="stretch_width")
        buttons = row(self.start, self.step, self.again, self.pace, self.status, stylesheets=[WRAP])
        main = column(buttons, self.message, self.tabs, sizing_mode="stretch_width")
        document.title = "minnet playground"
        document.add_root(row(self.controls.layout, main, self.address, sizing_mode="stretch_width"))
        document.add_root(self.beat)
        self.worker = Worker(self._tell)
        document.add_periodic_callback(self._tick, TICK)
        try:
            self.controls.show(RaceSettings.of(query))
        except ValueError as error:
            self._tell(f"The address does not describe a race: {error}. This is the usual one instead")
            self.controls.show(RaceSettings())
        self.reset(keep_message=True)

    def close(self) -> None:
        """The tab is gone."""
        self.worker.close()

    def _tell(self, message: str) -> None:
        self.message.text = escape(message)

    def reset(self, event: Any = None, *, keep_message: bool = False) -> None:
        """Begin what the widgets say, at its start."""
        if not keep_message:
            self._tell("")
        self._show_running(False)
        try:
            settings = self.controls.settings()
        except ValueError as error:
            self._tell(str(error))
            return
        upload = self.controls.upload
        if settings.data == OWN and not upload.text:
            self._tell("Choose a CSV file: two columns (x, y) for a curve, or three (x1, x2, class).")
            return
        self.address.value = settings.query()
        if not self.worker.alive:
            self.worker.close()
            self.worker = Worker(self._tell)
        self.ready = False

        def begun(answer: Any) -> None:
            problem, frame = answer
            self.race_view.begin(settings, problem)
            self.ready = True
            self._draw(frame)

        self.worker.ask("begin", settings, upload.text, upload.name, then=begun)

    def _on_start(self) -> None:
        if self.running:
            self._show_running(False)
            self.worker.ask("pause", then=self._on_frame)
        elif self.ready:
            self._run()

    def _run(self) -> None:
        self._show_running(True)
        self.worker.ask("run", PACES[str(self.pace.value)])

    def _on_step(self) -> None:
        if self.ready:
            self._show_running(False)
            self.worker.ask("step", then=self._on_frame)

    def _show_running(self, running: bool) -> None:
        self.running = running
        self.start.label, self.start.button_type = ("Pause", "warning") if running else ("Start", "success")

    def _on_frame(self, answer: Any) -> None:
        if answer is None or not self.ready:
            return
        frame, running = answer
        if self.running and not running:
            self._show_running(False)
        self._draw(frame)

    def _draw(self, frame: Frame) -> None:
        self.race_view.show(frame)
        speed = ""
        if self.last is not None and frame.step > self.last.step:
            seconds = max(frame.seconds - self.last.seconds, 1e-9)
            speed = f", {(frame.step - self.last.step) / seconds:,.0f} updates/s of each"
        self.last = frame
        now = perf_counter()
        self.frames = [moment for moment in self.frames if now - moment < 2]
        rate = f", {len(self.frames) / 2:.0f} frames/s" if self.running else ""
        self.status.text = f"{frame.step:,} updates{speed}{rate}"
        self.beat.sent += 1

    def _tick(self) -> None:
        """Look at the worker; ask for the next frame when the last one is drawn."""
        self.document.hold("combine")
        try:
            self.worker.poll()
            if self.running and self.ready and not self.worker.busy and self.beat.drawn == self.beat.sent:
                self.worker.ask("frame", then=self._on_frame)
        finally:
            self.document.unhold()
