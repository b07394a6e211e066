"""What a notebook shows of an object in place of its text: a title, and parts of HTML below it, in one plain style.

The style belongs to the output, holds for nothing outside of it, and takes the notebook's own colours, dark or light.
Its rules name two classes, because Jupyter's own, which set all cells to the right, do.
"""

from collections.abc import Sequence
from html import escape

STYLE = """
.minnet p, .minnet ul { max-width: 60em; margin: .4em 0; overflow-wrap: anywhere; }
.minnet .scroll { overflow-x: auto; max-width: 100%; padding: .15em 0; }
.minnet .scroll table { border-collapse: collapse; border: none; margin: .3em 0; color: inherit; font-size: .95em;
                        font-variant-numeric: tabular-nums; }
.minnet .scroll th, .minnet .scroll td { border: none; background: none; color: inherit; padding: .2em 1.2em .2em 0;
                                         max-width: 26em; text-align: left; vertical-align: top; white-space: normal; }
.minnet .scroll thead th { border-bottom: 1px solid; vertical-align: bottom; }
.minnet .scroll .number { text-align: right; }
.minnet .scroll td.number, .minnet .scroll td.word { white-space: nowrap; }
.minnet .scroll .phrase { min-width: 12em; }
.minnet svg { max-width: 100%; height: auto; vertical-align: middle; }
.minnet math { font-size: 1.15em; }
"""


def output(title: str, *parts: str) -> str:
    """What ``_repr_html_`` returns: a title, which is text, and parts, which are HTML.

    >>> output("a < b", "<p>more</p>").partition("</style>")[2]
    '<p><strong>a &lt; b</strong></p><p>more</p></div>'
    """
    return f'<div class="minnet"><style>{STYLE}</style><p><strong>{escape(title)}</strong></p>{"".join(parts)}</div>'


def paragraph(text: str) -> str:
    """A paragraph of text; none where there is nothing to say.

    >>> paragraph("a < b"), paragraph("")
    ('<p>a &lt; b</p>', '')
    """
    return f"<p>{escape(text)}</p>" if text else ""


def bullets(texts: Sequence[str]) -> str:
    """A list of texts; none where there are none."""
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>" if texts else ""
