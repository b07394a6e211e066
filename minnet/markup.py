"""Prose on a page: paragraphs, lists, emphasis, code and mathematics, from the text as it is written in a docstring.

Markdown (CommonMark) is read by markdown-it-py, formulas between dollar signs become MathML by latex2mathml: browsers
draw it themselves, and nothing is loaded from anywhere.
"""

from functools import cache
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

MATHML = {
    *("math", "mrow", "mi", "mo", "mn", "ms", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot"),
    *("mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose"),
}
"""Elements that a formula may be made of: in text of its own it could write any."""


def prose_html(text: str) -> str:
    """HTML of a text; what looks like a tag in it is text.

    >>> prose_html("Two\\nlines of ``code``.\\n\\n- One\\n  item, a < b.")
    '<p>Two\\nlines of <code>code</code>.</p>\\n<ul>\\n<li>One\\nitem, a &lt; b.</li>\\n</ul>\\n'
    """
    return str(_reader().render(text))


def phrase_html(text: str) -> str:
    """HTML of a phrase, without a paragraph around it.

    >>> phrase_html("``lr`` of 0.1")
    '<code>lr</code> of 0.1'
    """
    return str(_reader().renderInline(text))


def formula_html(latex: str, block: bool = False) -> str:
    """A formula as MathML, on a line of its own if it is a block; as it is written, where that is none.

    >>> formula_html("x^{2}").partition("<msup>")[2].partition("</msup>")[0]
    '<mi>x</mi><mrow><mn>2</mn></mrow>'
    """
    return _formula(latex, {"display_mode": block})


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark", {"html": False})
    reader.disable("image")  # it would be loaded
    return reader.use(dollarmath_plugin, renderer=_formula, allow_space=False, allow_digits=False, double_inline=True)


def _formula(content: str, options: dict[str, bool]) -> str:
    """MathML, or the formula as it is written where that is none."""
    from latex2mathml.converter import convert

    try:
        mathml = str(convert(content, display="block" if options.get("display_mode") else "inline"))
        names = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(mathml).iter()}
    except Exception:  # the converter has a dozen errors of its own, and others besides
        return f"<code>{escape(content)}</code>"
    return mathml if names <= MATHML else f"<code>{escape(content)}</code>"
