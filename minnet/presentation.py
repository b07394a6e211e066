"""How results are shown: tables and figures, on a terminal and on a page that loads nothing from anywhere."""

import base64
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from minnet import plotting

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLE = """
body { font: 16px/1.55 system-ui, sans-serif; color: #222; background: #fff; max-width: 72rem; margin: auto;
       padding: 1rem 1.5rem 4rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 3rem; border-top: 1px solid #ccc; padding-top: 1.5rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem; text-align: right; border-bottom: 1px solid #ddd; } td { white-space: nowrap; }
th { vertical-align: bottom; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); gap: 1.5rem; }
figure { margin: 0; } img { width: 100%; } figcaption, .small { font-size: .875rem; color: #555; }
"""


@dataclass(frozen=True)
class Table:
    """Rows of text under headers; so many columns of `words`, the first ones, are set to the left."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 0

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Table":
        """A table from what JSON makes of its fields: lists instead of tuples."""
        return cls(tuple(content["headers"]), tuple(map(tuple, content["rows"])))

    def __str__(self) -> str:
        """Columns side by side, for a terminal."""
        widths = [max(map(len, column)) for column in zip(self.headers, *self.rows, strict=True)]
        lines = [
            "  ".join(
                text.ljust(w) if column < self.words else text.rjust(w)
                for column, (text, w) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in (self.headers, *self.rows)
        ]
        return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])

    def html(self) -> str:
        """The same for a page, on which a wide table scrolls by itself."""
        head = self._cells("th", self.headers)
        rows = "".join(f"<tr>{self._cells('td', row)}</tr>\n" for row in self.rows)
        return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>\n'

    def _cells(self, tag: str, row: tuple[str, ...]) -> str:
        left = ' style="text-align: left"'
        return "".join(f"<{tag}{left * (k < self.words)}>{escape(text)}</{tag}>" for k, text in enumerate(row))


@dataclass(frozen=True)
class Drawing:
    """A figure, the name of its file (without ending), and a sentence about it. Its axes get readable numbers."""

    name: str
    caption: str
    figure: "Figure"

    def __post_init__(self) -> None:
        from minnet.ticks import readable_ticks

        for ax in self.figure.axes:
            readable_ticks(ax)

    def png(self) -> bytes:
        """The figure as the content of a PNG file: what `Figure.savefig` writes, which would draw it twice."""
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        self.figure.set_dpi(matplotlib.rcParams["savefig.dpi"])
        canvas, file = FigureCanvasAgg(self.figure), io.BytesIO()
        canvas.draw()
        matplotlib.image.imsave(file, canvas.buffer_rgba(), format="png", dpi=self.figure.dpi)
        return file.getvalue()


@contextmanager
def without_screen() -> Iterator[None]:
    """Draw with minnet's style into files alone; the figures drawn meanwhile are closed, others stay open."""
    import matplotlib

    backend = matplotlib.get_backend()
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    open_before = set(plt.get_fignums())
    try:
        with plotting.style():
            yield
    finally:
        for number in set(plt.get_fignums()) - open_before:
            plt.close(number)
        matplotlib.use(backend)


def figures_html(figures: Iterable[tuple[bytes, str]]) -> str:
    """Figures side by side, each a PNG file within the page itself and its caption."""
    html = []
    for png, caption in figures:
        data, text = base64.b64encode(png).decode(), escape(caption)
        image = f'<img alt="{text}" src="data:image/png;base64,{data}">'
        html.append(f"<figure>{image}<figcaption>{text}</figcaption></figure>\n")
    return f'<div class="figures">{"".join(html)}</div>\n'


def prose_html(text: str) -> str:
    """Paragraphs, which empty lines part, and lists of what begins with a dash.

    >>> prose_html("Two\\nlines.\\n\\n- One\\n  item.\\n- Another.")
    '<p>Two\\nlines.</p>\\n<ul><li>One\\n  item.</li><li>Another.</li></ul>\\n'
    """
    return "".join(_block_html(block) for block in text.split("\n\n"))


def _block_html(block: str) -> str:
    before, *items = f"\n{block.strip()}".split("\n- ")
    paragraph = f"<p>{escape(before.strip())}</p>\n" if before.strip() else ""
    return paragraph + (f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>\n" if items else "")


def page_html(title: str, body: Iterable[str]) -> str:
    """A whole page from the parts of its body."""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>\n'
        f"{''.join(body)}</body></html>\n"
    )
