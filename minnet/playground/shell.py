"""What surrounds Bokeh's widgets: the head of the document, its landmarks, its keys, and the looks of all widgets.

Bokeh draws every widget in a shadow root, which styles of the document do not reach: styles of all widgets are a theme.
"""

from typing import Any

from bokeh.models import Button, CustomJS, Slider, Tabs
from bokeh.themes import Theme

HEAD = """
{% block preamble %}<meta name="viewport" content="width=device-width, initial-scale=1">{% endblock %}
{% block postamble %}<style>
  body { font-family: Helvetica, Arial, sans-serif; font-size: 13px; }
  header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 18px; padding: 6px 6px 0; }
  h1 { font-size: 16px; margin: 0; }
  header p { margin: 0; color: #444444; }
  kbd { border: 1px solid #767676; border-radius: 3px; padding: 0 4px; }
</style>{% endblock %}
"""
ALONE = HEAD + "{% block contents %}<main>{{ super() }}</main>{% endblock %}"
PAGE = (
    HEAD
    + """{% block contents %}
<header>
  <h1>minnet playground</h1>
  <p>Keys: <kbd>Space</kbd> starts and pauses, <kbd>S</kbd> makes one step, <kbd>R</kbd> begins anew.</p>
</header>
<main>{{ super() }}</main>
{% endblock %}"""
)
"""Templates for Bokeh: of a page that is saved, and of the playground."""

FOCUS = ":focus-visible { outline: 2px solid #0B57D0 !important; outline-offset: 1px; }"
BUTTONS = (
    FOCUS
    + """
.bk-btn { min-height: 28px; }
.bk-btn-success, .bk-btn-success:hover { background-color: #1E7B34; border-color: #1E7B34; color: white; }
.bk-btn-warning, .bk-btn-warning:hover { background-color: #8A4B00; border-color: #8A4B00; color: white; }
"""
)
TABS = (
    FOCUS
    + """
:host { grid-template-columns: minmax(0, 1fr) !important; }
:host > [style*="visibility: hidden"] { height: 0; overflow: hidden; }  /* or the page would be as long as all tabs */
.bk-tab { min-height: 24px; }
"""
)
THEME = Theme(json={"attrs": {
    "Button": {"stylesheets": [BUTTONS]}, "Div": {"disable_math": True}, "FileInput": {"stylesheets": [FOCUS]},
    "Slider": {"stylesheets": [FOCUS]}, "MultiChoice": {"stylesheets": [FOCUS]},
}})  # fmt: skip
"""What is touched is large enough, texts stand out from their buttons (4.5 to 1), and the focus is seen.
Texts are no formulas: what a visitor or a file calls something may have dollars in it, and formulas may be links."""

UNSEEN = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);"
"""Style of what is there for screen readers alone."""

KEYS = """
const owner = "input[type=text], input[type=file], input[type=search], select, textarea"
const pressed = {s: step, r: reset}
document.addEventListener("keydown", event => {
    const focused = event.composedPath()[0]
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || focused.matches?.(owner)) return
    const free = !focused.matches?.("input, button, [tabindex]")
    const button = event.key == " " ? (free ? start : null) : pressed[event.key.toLowerCase()]
    if (!button?.visible) return  // there is no such key, or the button is hidden from a class
    event.preventDefault()
    Bokeh.index.find_one(button)?.button_el.click()
})
const headers = Bokeh.index.find_one(tabs).header_els
headers[0].parentElement.setAttribute("role", "tablist")
const show = () => headers.forEach((header, i) => header.setAttribute("aria-selected", i == tabs.active))
headers.forEach((header, i) => {
    header.setAttribute("role", "tab")
    header.addEventListener("keydown", event => {
        const seen = headers.filter(header => header.checkVisibility())
        const at = seen.indexOf(header)
        const to = {ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1, Enter: at, " ": at}[event.key]
        if (to == null) return
        event.preventDefault()
        const other = seen.at(to % seen.length)
        other.focus()
        other.click()
    })
})
tabs.properties.active.change.connect(show)
show()
"""


UNSTYLED = """
let visual = Bokeh.index.find_one(cb_obj).visuals.border_fill
while (visual != null && !Object.hasOwn(visual, "_get_css_value")) visual = Object.getPrototypeOf(visual)
if (visual != null) { visual._get_css_value = () => "" }  // of all lines and texts, in every plot
"""


def keys(start: Button, step: Button, reset: Button, tabs: Tabs) -> CustomJS:
    """What the browser does when the page is there: keys press buttons, and tabs are tabs for screen readers, too."""
    return CustomJS(args={"start": start, "step": step, "reset": reset, "tabs": tabs}, code=KEYS)


def unstyled() -> CustomJS:
    """What the browser does when it has laid out a plot: it paints without asking for styles that there are not.

    Whenever Bokeh paints a line or a text, it looks for each of its properties among the styles of the page (as
    ``--bk-axis-label-text-color``), which takes longer than the painting. This page has none of them.
    """
    return CustomJS(code=UNSTYLED)


def named_handle(slider: Slider) -> CustomJS:
    """What the browser does when the page is there: a slider's handle is called by the slider's title."""
    code = "Bokeh.index.find_one(slider).shadow_el.querySelector('[role=slider]').ariaLabel = slider.title"
    return CustomJS(args={"slider": slider}, code=code)


def named_image(text: str) -> dict[str, Any]:
    """HTML attributes of a plot that screen readers shall call so: what is drawn on a canvas says nothing itself."""
    return {"role": "img", "aria-label": text}


def region(text: str) -> dict[str, Any]:
    """HTML attributes of a frame that scrolls, which the keyboard can do when it has the focus."""
    return {"role": "region", "aria-label": text, "tabindex": "0"}
