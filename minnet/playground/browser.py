"""What page and browser exchange besides widgets: numbers of frames, files to save, the address."""

from typing import Any

from bokeh.core.properties import Instance, Int, String
from bokeh.document import Document
from bokeh.model import DataModel
from bokeh.models import CustomJS, Div, TextInput

SAVE = """
const file = new Blob([download.content], {type: "text/html"})
const link = document.createElement("a")
link.href = URL.createObjectURL(file)
link.download = "race.html"
link.click()
URL.revokeObjectURL(link.href)
"""


class FrameCounter(DataModel):
    """Frames that were sent to the browser, and the last that it has drawn: no more are sent than it can draw."""

    sent = Int(default=0)
    drawn = Int(default=0)


WRITE = """
const {text, div} = live
div.setv({text}, {silent: true})
const view = Bokeh.index.find_one(div)
if (view != null) { view.markup_el.innerHTML = text }
"""


class LiveText(DataModel):
    """HTML that changes while a race runs, in a `Div`.

    When the text of a `Div` itself changes, Bokeh lays out the whole page anew and paints all of its plots, which takes
    longer than several frames. This is written where it stands.
    """

    text = String(default="")
    div = Instance(Div)


class Download(DataModel):
    """A file that the browser saves when its number goes up."""

    content = String(default="")
    number = Int(default=0)


def frame_counter(document: Document) -> Any:
    """A `FrameCounter` that the browser answers; also for the frames that were there before it had loaded the page."""
    counter = FrameCounter()
    code = "requestAnimationFrame(() => counter.drawn = counter.sent)"
    answer = CustomJS(args={"counter": counter}, code=code)
    counter.js_on_change("sent", answer)
    document.js_on_event("document_ready", answer)
    return counter


def live_text(**looks: Any) -> Any:
    """A `LiveText`, in a `Div` that looks so."""
    live = LiveText(div=Div(**looks))
    live.div.tags = [live]  # so that it is on the page wherever the `Div` is
    live.js_on_change("text", CustomJS(args={"live": live}, code=WRITE))

    def keep(attribute: str, old: str, new: str) -> None:
        if live.document is None:  # there is no browser yet that would write it
            live.div.text = new

    live.on_change("text", keep)
    return live


def download() -> Any:
    """A `Download` that the browser saves."""
    file = Download()
    file.js_on_change("number", CustomJS(args={"download": file}, code=SAVE))
    return file


def address() -> TextInput:
    """An invisible widget whose value is the query of the browser's address."""
    query = TextInput(visible=False)
    query.js_on_change("value", CustomJS(code="window.history.replaceState(null, '', '?' + cb_obj.value)"))
    return query
