"""What the page and the browser tell each other besides widgets: frames drawn, files to keep, the address."""

from typing import Any

from bokeh.core.properties import Int, String
from bokeh.model import DataModel
from bokeh.models import CustomJS, TextInput

SAVE = """
const file = new Blob([download.content], {type: "text/html"})
const link = document.createElement("a")
link.href = URL.createObjectURL(file)
link.download = "race.html"
link.click()
URL.revokeObjectURL(link.href)
"""


class Beat(DataModel):
    """Frames that were sent to the browser, and the last that it has drawn: no more are sent than it can draw."""

    sent = Int(default=0)
    drawn = Int(default=0)


class Download(DataModel):
    """A file for the browser to keep, when its number goes up."""

    content = String(default="")
    number = Int(default=0)


def beat() -> Any:
    """A `Beat` that the browser answers."""
    made = Beat()
    made.js_on_change("sent", CustomJS(args={"beat": made}, code="requestAnimationFrame(() => beat.drawn = beat.sent)"))
    return made


def download() -> Any:
    """A `Download` that the browser keeps."""
    made = Download()
    made.js_on_change("number", CustomJS(args={"download": made}, code=SAVE))
    return made


def address() -> TextInput:
    """An invisible widget whose value is the query of the browser's address."""
    made = TextInput(visible=False)
    made.js_on_change("value", CustomJS(code="window.history.replaceState(null, '', '?' + cb_obj.value)"))
    return made
