"""What is hidden of the page, so that a class sees no more than its lesson is about: by the address, or by a list."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import CheckboxGroup, Div, Tabs, Toggle

from minnet.errors import SettingError, nearest
from minnet.playground.settings import TITLES
from minnet.playground.shell import BUTTONS
from minnet.playground.theme import BOXES

TABS = ("Race", "Network", "X-ray", "Landscape", "Study")
LIST = "lesson"
PARTS = (
    {"preset": "Preset", "settings": "All settings"}
    | TITLES
    | {
        "file": "File of one's own", "redraw": "Draw anew", "optimizers": "All of the optimizers",
        "rate": "Learning rates", "schedule": "Schedules", "arguments": "More arguments", "start": "Start",
        "step": "Step", "reset": "Reset", "pace": "Pace", "save": "Save as HTML", "show": "What is drawn",
    }
    | {name: f"Tab {name}" for name in TABS[1:]}
    | {LIST: "This list (to have it back, take +lesson or lesson out of the address)"}
)  # fmt: skip
"""What can be hidden, by what an address calls it, and what a visitor does."""
EXPLAINED = (
    "What is ticked is hidden, but what it is set to counts. The address of this page remembers it all: give your "
    "class that link."
)


class Lesson:
    """What is hidden, and the list in which it is chosen.

    Parameters
    ----------
    models : dict of str to list of models
        What is seen of each of `PARTS` but the tabs and this list.
    tabs : Tabs
    changed : function
        Called when the user has hidden something, or shown it again.
    """

    def __init__(self, models: Mapping[str, Sequence[Any]], tabs: Tabs, changed: Callable[[], None]) -> None:
        self._tabs, self._looks, self._changed = tabs, list(tabs.stylesheets), changed
        self.boxes = CheckboxGroup(labels=list(PARTS.values()), active=[], inline=True, stylesheets=[BOXES],
                                   html_attributes={"role": "group", "aria-label": "What is hidden"})  # fmt: skip
        self.unfold = Toggle(label="For a lesson: hide parts of this page", width=260, stylesheets=[BUTTONS])
        self.layout = column(self.unfold, sizing_mode="stretch_width")
        folded = [Div(text=EXPLAINED), self.boxes]
        self.unfold.on_change("active", lambda attribute, old, new: self._show(folded if new else []))
        self._models = {**models, LIST: [self.layout]}
        self.boxes.on_change("active", lambda attribute, old, new: self._on_boxes())

    @property
    def hidden(self) -> tuple[str, ...]:
        """Which of `PARTS`."""
        return tuple(name for number, name in enumerate(PARTS) if number in self.boxes.active)

    def hide(self, names: Sequence[str]) -> None:
        """Hide these of `PARTS`, and no others.

        Raises
        ------
        SettingError
            One of them is no part of the page.
        """
        for name in names:
            if name not in PARTS:
                raise SettingError(f"hide: the page has no {name[:40]!r}; {nearest(name[:40], PARTS)}")
        self.boxes.active = [number for number, name in enumerate(PARTS) if name in names]

    def _show(self, folded: list[Any]) -> None:
        """The list, which is not on the page before: its boxes are called like the parts themselves."""
        self.layout.children = [self.unfold, *folded]

    def _on_boxes(self) -> None:
        hidden = self.hidden
        for name, models in self._models.items():
            for model in models:
                model.visible = name not in hidden
        headings = (f".bk-tab:nth-child({number})" for number, name in enumerate(TABS, 1) if name in hidden)
        self._tabs.stylesheets = [*self._looks, *(f"{heading} {{ display: none; }}" for heading in headings)]
        if TABS[self._tabs.active] in hidden:
            self._tabs.active = 0
        self._changed()
