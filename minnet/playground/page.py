"""One page in one browser tab: its widgets, its views, and the process that trains for it."""

from collections import deque
from html import escape
from pathlib import Path
from time import perf_counter
from typing import Any

from bokeh.document import Document
from bokeh.events import DocumentReady
from bokeh.layouts import column, row
from bokeh.models import Button

from minnet.errors import SettingError
from minnet.playground import browser, shell
from minnet.playground.announcer import Announcer, standing
from minnet.playground.controls import Controls
from minnet.playground.export import Recording, offline_page
from minnet.playground.landscape_view import LandscapeView
from minnet.playground.lesson import TABS, Lesson
from minnet.playground.network_view import NetworkView
from minnet.playground.problems import OWN
from minnet.playground.race import Frame
from minnet.playground.race_view import RaceView
from minnet.playground.settings import RaceSettings
from minnet.playground.study_view import SIDE, StudyView
from minnet.playground.tabs import LazyTabs
from minnet.playground.theme import BESIDE, MAIN, WRAP, alert, choice
from minnet.playground.turns import Turn
from minnet.playground.worker import Answer, Worker
from minnet.playground.xray_view import XrayView

TICK = 10  # milliseconds between polls of the worker
AHEAD = 2  # frames on their way to the browser
NETWORK = 0.3  # seconds between drawings of a network: of all, the most to send
CURVES = 0.2  # seconds between drawings of curves, which cost more than most pictures and change less
TEXTS = 1.0  # seconds between changes of texts, for which the browser lays out the page anew
PACES: dict[str, float | None] = {
    "as fast as it goes": None, "1000 updates/s": 1000, "100 updates/s": 100, "10 updates/s": 10, "1 update/s": 1,
}  # fmt: skip


class Page:
    """A tab.

    Parameters
    ----------
    document : Document
    query : dict of str to list of str
        Of the address.
    stores : list of Path
        Studies that can be looked into.
    """

    def __init__(self, document: Document, query: dict[str, list[str]], stores: list[Path]) -> None:
        self.document = document
        self.running = self.ready = False
        self.drawn: deque[float] = deque(maxlen=200)  # when the last frames were drawn
        self.last_status: tuple[float, int] | None = None  # when the status was shown while running, and its updates
        self._resets = 0
        self._curves, self._network, self._texts = self._turns = Turn(CURVES), Turn(NETWORK), Turn(TEXTS)
        self.recording = Recording()
        self.controls = Controls(self.reset)
        self.race_view = RaceView(self._on_options)
        self.network_view = NetworkView(
            lambda racer, then: self.worker.request("network", racer, then=then),
            self._edit,
            self._resize,
            self.race_view.options,
        )
        self.xray_view = XrayView(lambda parameter: self.worker.request("watch", parameter, then=self._on_frame))
        self.landscape_view = LandscapeView(self._request_paths, lambda then: self.worker.request("slice", then=then))
        self.study_view = StudyView(stores, lambda run, then: self.worker.request("replay", run, SIDE, then=then))
        self.frames, self.download = browser.frame_counter(document), browser.download()
        self.address = browser.address()
        self.frames.on_change("drawn", lambda attribute, old, new: self._on_drawn())
        self._lay_out()
        self.worker = Worker(self._show_message)
        # not before the browser has made all widgets: those it is still making cannot be told of changes
        document.on_event(DocumentReady, lambda event: document.add_periodic_callback(self._tick, TICK))
        try:
            self.settings = RaceSettings.from_query(query)
        except ValueError as error:
            self._show_message(f"The address does not describe a race: {error}. This is the page's first race instead")
            self.settings = RaceSettings()
        self.controls.show(self.settings)
        self.race_view.choose(query.get("show", [""])[0].split())
        if query.get("tab", [""])[0] in TABS:
            self.tabs.active = TABS.index(query["tab"][0])
        try:
            self.lesson.hide(query.get("hide", [""])[0].split())
        except SettingError as error:
            self._show_message(str(error))
        self.reset(keep_message=True)

    def _lay_out(self) -> None:
        """Buttons above, controls at the left, the views in tabs."""
        self.start_button = Button(label="Start", button_type="success", width=90)
        self.step_button = Button(label="Step", width=70)
        self.reset_button = Button(label="Reset", width=70)
        self.pace = choice("Pace of the race", list(PACES), next(iter(PACES)), 150, titled=False)
        self.save_button = Button(label="Save as HTML", width=110)
        self.status = browser.live_text(min_width=300)
        self.message = alert()
        self.spoken = browser.live_text(stylesheets=[f":host {{ {shell.UNSEEN} }}"],
                                        html_attributes={"role": "status", "aria-live": "polite"})  # fmt: skip
        self.announcer = Announcer(lambda text: self.spoken.update(text=escape(text)))
        self.start_button.on_click(self._on_start)
        self.step_button.on_click(self._on_step)
        self.reset_button.on_click(self.reset)
        self.save_button.on_click(self._on_save)
        self.pace.on_change("value", lambda attribute, old, new: self._run() if self.running else None)
        views: list[Any] = [self.race_view, self.network_view, self.xray_view, self.landscape_view, self.study_view]
        self.views = LazyTabs({name: view.layout for name, view in zip(TABS, views, strict=True)})
        self.tabs = self.views.tabs
        self.tabs.on_change("active", lambda attribute, old, new: self._on_tab())
        buttons = (self.start_button, self.step_button, self.reset_button, self.pace, self.save_button)
        above = row(*buttons, self.status.div, stylesheets=[WRAP])
        self.lesson = Lesson(self._parts(), self.tabs, self._write_address)
        main = column(above, self.message, self.tabs, self.lesson.layout, sizing_mode="stretch_width",
                      stylesheets=[MAIN])  # fmt: skip
        parts = (self.controls.layout, main, self.address, self.spoken.div)
        self.document.title, self.document.template = "minnet playground", shell.PAGE
        self.document.theme = shell.THEME
        self.document.add_root(row(*parts, sizing_mode="stretch_width", stylesheets=[BESIDE]))
        keys = shell.keys(self.start_button, self.step_button, self.reset_button, self.tabs)
        self.document.js_on_event("document_ready", keys)
        self.document.add_root(self.frames)
        self.document.add_root(self.download)

    def _parts(self) -> dict[str, list[Any]]:
        """What can be hidden besides tabs: see `minnet.playground.lesson.PARTS`."""
        return self.controls.parts() | {
            "start": [self.start_button], "step": [self.step_button], "reset": [self.reset_button],
            "pace": [self.pace], "save": [self.save_button], "show": [self.race_view.options],
        }  # fmt: skip

    def close(self) -> None:
        """The tab is gone."""
        self.worker.close()

    def _show_message(self, message: str) -> None:
        self.message.text = escape(message)

    def reset(self, event: Any = None, *, keep_message: bool = False) -> None:
        """Begin what the widgets say, at its start."""
        self._resets += 1
        if not keep_message:
            self._show_message("")
        if self.running:
            self._show_running(False)
            self.worker.request("pause")
        self._show_ready(False)
        try:
            settings = self.controls.settings()
        except ValueError as error:
            self._show_message(str(error))
            return
        if settings.data == OWN and self.controls.upload is None:
            self._show_message(
                "Choose a CSV file: one column for a series, two (x, y) for a curve, or three (x1, x2, class)."
            )
            return
        if not self.worker.alive:
            self.worker.close()
            self.worker = Worker(self._show_message)

        def begun(answer: Any, number: int = self._resets) -> None:
            if number != self._resets:
                return  # something else was chosen meanwhile
            problem, net, frame = answer
            self.settings, self.problem, self.recording = settings, problem, Recording()
            self.frame = frame
            self.race_view.begin(settings, problem)
            self.landscape_view.begin(self.race_view.labels)
            self.network_view.begin(settings, problem, self.race_view.labels)
            self._show_ready(True)
            self._draw(frame)
            self.xray_view.begin(net)
            self._on_tab()

        self.worker.request("begin", settings, self.controls.upload or "", then=begun)

    def _edit(self, name: str, *arguments: Any) -> None:
        """Change a network of the race by hand."""
        self._show_message("")
        self.worker.request(name, *arguments, then=self._on_frame)

    def _resize(self, hidden: tuple[int, ...]) -> None:
        """Begin a race with other hidden layers: as if they were typed."""
        self.controls.hidden.value = " ".join(map(str, hidden))

    def _request_paths(self, name: str, start: tuple[float, float], steps: int, factor: float, then: Answer) -> None:
        self.worker.request("trajectories", name, start, steps, factor, self.settings.entries, then=then)

    def _on_tab(self) -> None:
        """Fill a tab when it is opened."""
        self._write_address()
        tab = self.views.name
        if tab == "Race" and self.ready:
            self.race_view.show(self.frame)
        elif tab == "Landscape" and self.ready:
            self.landscape_view.update()
        elif tab == "Network" and self.ready:
            self.network_view.update()
        elif tab == "X-ray" and self.ready:
            self.xray_view.show(self.frame.moments)
        elif tab == "Study" and not self.study_view.all:
            self.study_view.open()
        self.views.fill()  # as it is now: a browser that is making plots cannot be told of changes as well

    def _write_address(self) -> None:
        """The race, the tab and what is hidden in the browser's address, so that it can be shared."""
        tab = "" if self.views.name == "Race" else f"tab={self.views.name}"
        show = f"show={'+'.join(self.race_view.shown)}" if self.race_view.shown else ""
        hide = f"hide={'+'.join(self.lesson.hidden)}" if self.lesson.hidden else ""
        self.address.value = "&".join(filter(None, (self.settings.query(), show, hide, tab)))

    def _on_options(self) -> None:
        """Something else of the same race is to be seen, which goes on."""
        if self.ready:
            self.race_view.show(self.frame)
            self.network_view.show(alone="classes" in self.race_view.shown)
            self._write_address()

    def _on_start(self) -> None:
        if self.running:
            self._show_running(False)
            self.worker.request("pause", then=self._on_frame)
        else:
            self._run()

    def _run(self) -> None:
        for turn in self._turns:  # else one that was begun before the pause would take that for drawing
            turn.free()
        self._show_running(True)
        self.worker.request("run", PACES[str(self.pace.value)])

    def _on_step(self) -> None:
        self._show_running(False)
        self.worker.request("step", then=self._on_frame)

    def _on_save(self) -> None:
        def save(network: Any) -> None:
            shown = self.race_view.shown
            self.download.content = offline_page(self.settings, self.problem, self.recording, shown, network)
            self.download.number += 1

        if self.ready:
            self.worker.request("network", self.network_view.number, then=save)

    def _show_ready(self, ready: bool) -> None:
        """Whether there is a race that is what the widgets say."""
        self.ready = ready
        for button in (self.start_button, self.step_button, self.save_button):
            button.disabled = not ready

    def _show_running(self, running: bool) -> None:
        self.running = running
        label, kind = ("Pause", "warning") if running else ("Start", "success")
        self.start_button.update(label=label, button_type=kind)

    def _on_frame(self, answer: Any) -> None:
        if answer is None:  # there is no race
            self._show_running(False)
            return
        frame, running = answer
        if self.running and not running and not self.worker.busy:  # else "run" may be requested, and not answered yet
            self._show_running(False)
        self._draw(frame)

    def _on_drawn(self) -> None:
        self.drawn.append(perf_counter())
        for turn in self._turns:
            turn.end(self.frames.drawn)

    def _draw(self, frame: Frame) -> None:
        self.frame = frame
        curves, network, texts = (turn.is_due or not self.running for turn in self._turns)
        self.recording.add(frame)
        self.frames.sent += 1
        tab = self.views.name  # the browser is not kept busy with what nobody sees
        if tab == "Race":
            self.race_view.show(frame, slow=curves)
        if tab == "X-ray" and curves:
            self.xray_view.show(frame.moments)
        if curves:
            self._curves.begin(self.frames.sent)
        if tab == "Network" and network:
            self._network.begin(self.frames.sent + 1)  # it is asked for, and comes before the next frame
            self.network_view.update()
        if texts:
            self._texts.begin(self.frames.sent)
            self.race_view.show_standings(frame)
            self._show_status(frame)
            self.announcer.give(standing(frame, [entry.short for entry in self.settings.entries]))

    def _show_status(self, frame: Frame) -> None:
        """How far the race is, and how fast."""
        speed, now = "", perf_counter()
        if self.running and self.last_status is not None:
            speed = f", {(frame.step - self.last_status[1]) / (now - self.last_status[0]):,.0f} updates/s of each"
        self.last_status = (now, frame.step) if self.running else None
        rate = f", {sum(now - moment < 2 for moment in self.drawn) / 2:.0f} frames/s" if self.running else ""
        self.status.text = f"{frame.step:,} updates{speed}{rate}"

    def _tick(self) -> None:
        """Poll the worker; ask for the next frame, if the browser keeps up."""
        self.document.hold("combine")
        try:
            self.worker.poll()
            self.announcer.tick()
            if self.running and not self.worker.alive:
                self._show_running(False)
            if self.running and not self.worker.busy and self.frames.sent - self.frames.drawn < AHEAD:
                self.worker.request("frame", then=self._on_frame)
        finally:
            self.document.unhold()
