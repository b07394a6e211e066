"""Tabs that are filled when they are first opened: to make all of them at once would take three times as long."""

from collections.abc import Mapping
from typing import Any

from bokeh.layouts import column
from bokeh.models import Div, TabPanel, Tabs

from minnet.playground import shell


class LazyTabs:
    """Views of which one is seen.

    Parameters
    ----------
    layouts : dict of str to model
        What every tab shows, by its title. The first one is open.
    """

    def __init__(self, layouts: Mapping[str, Any]) -> None:
        self._layouts = dict(layouts)
        self._insides = {
            name: column(Div(), html_attributes={"role": "tabpanel", "aria-label": name}, sizing_mode="stretch_width")
            for name in layouts
        }
        panels = [TabPanel(child=inside, title=name) for name, inside in self._insides.items()]
        self.tabs = Tabs(tabs=panels, sizing_mode="stretch_width", stylesheets=[shell.TABS])

    @property
    def name(self) -> str:
        """The title of the tab that is open."""
        return dict(enumerate(self._insides)).get(self.tabs.active, next(iter(self._insides)))

    def fill(self) -> None:
        """Put its view into the open tab. The others are not laid out nor painted while nobody sees them."""
        for name, inside in self._insides.items():
            inside.visible = name == self.name
        self._insides[self.name].children = [self._layouts[self.name]]
