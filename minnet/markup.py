"""Prose on a page: paragraphs, lists, emphasis, code and mathematics, from the text as it is written in a docstring.

Markdown (CommonMark) is read by markdown-it-py, formulas between dollar signs become MathML by latex2mathml: browsers
draw it themselves, and nothing is loaded from anywhere.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


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


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark", {"html": False})
    return reader.use(dollarmath_plugin, renderer=_formula, allow_digits=False, double_inline=True)


def _formula(content: str, options: dict[str, bool]) -> str:
    from latex2mathml.converter import convert

    return str(convert(content, display="block" if options.get("display_mode") else "inline"))
