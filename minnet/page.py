"""A page that loads nothing from anywhere: its style, its figures, and the few lines of script that show them."""

import base64
import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from minnet.markup import phrase_html

STYLE = """
:root { color-scheme: light dark; --text: #222; --pale: #555; --line: #ccc; --ground: #fff; --band: #f4f4f1;
        --link: #00558a; --mark: #8a3b00; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e4e0; --pale: #b4b4ae; --line: #4a4a48; --ground: #191918;
        --band: #262624; --link: #7cc4f5; --mark: #f0a868; } }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--text); background: var(--ground); max-width: 76rem;
       margin: auto; padding: 1rem clamp(.75rem, 3vw, 2rem) 4rem; overflow-wrap: anywhere; }
p, ul, ol { max-width: 46rem; } a { color: var(--link); }
h1 { margin-bottom: .25rem; line-height: 1.2; } h2, h3 { line-height: 1.25; }
h2 { margin-top: 3.5rem; border-bottom: 2px solid var(--line); padding-bottom: .25rem; }
section > h3 { margin-top: 3rem; font-size: 1.25rem; }
code { font: .9em ui-monospace, monospace; background: var(--band); padding: .05em .25em; border-radius: 3px; }
nav ul { padding-left: 1.2rem; columns: 22rem; max-width: none; } nav li { break-inside: avoid; }
nav > p { margin-bottom: 0; font-weight: 600; }
.scroll { overflow-x: auto; max-width: 100%; margin: 1rem 0; }
table { border-collapse: separate; border-spacing: 0; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; text-align: left; border-bottom: 1px solid var(--line); max-width: 22rem;
         background: var(--ground); overflow-wrap: normal; }
th { vertical-align: bottom; } td { vertical-align: top; min-width: 4rem; }
.number { text-align: right; } td.number { white-space: pre; } td.phrase { min-width: 12rem; }
tr > :first-child { position: sticky; left: 0; border-right: 1px solid var(--line);
                    max-width: min(22rem, 42vw); min-width: 0; }
tr > td.phrase:first-child { min-width: min(14rem, 38vw); }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(30rem, 100%), 1fr)); gap: 1.5rem;
           align-items: start; }
figure { margin: 0; } figure.wide { grid-column: 1 / -1; }
figure button { all: unset; cursor: zoom-in; display: block; width: 100%; }
figure button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
figure img { display: block; width: 100%; background: #fff; border-radius: 4px; }
figcaption, .small { font-size: .875rem; color: var(--pale); max-width: 46rem; }
.mark { color: var(--mark); border: 1px solid currentColor; border-radius: 1em; padding: .05em .6em; font-size: .8rem;
        font-weight: 600; white-space: nowrap; }
.full-size { border-left: 4px solid var(--mark); padding-left: 1rem; }
dialog { width: 96vw; max-width: 96vw; height: 94vh; max-height: 94vh; padding: 0; border: 0; background: #fff; }
dialog img { width: 100%; height: 100%; object-fit: contain; cursor: zoom-out; }
dialog::backdrop { background: #000c; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } nav, dialog { display: none; }
  .scroll { overflow: visible; } th, td { font-size: 7.5pt; padding: .1rem .3rem; position: static !important; }
  figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } }
"""

# SVG files lie in the page compressed, a fifth of their size; a click opens any figure in full.
SCRIPT = """
const full = document.createElement('dialog'), large = full.appendChild(new Image());
full.setAttribute('aria-label', 'figure in full; a click or Escape closes it');
document.body.append(full);
full.onclick = () => full.close();
for (const small of document.querySelectorAll('figure img'))
  small.parentElement.onclick = () => { large.src = small.src; large.alt = small.alt; full.showModal(); };
for (const image of document.querySelectorAll('img[data-svg]')) (async () => {
  const packed = await (await fetch('data:application/gzip;base64,' + image.dataset.svg)).blob();
  const text = await new Response(packed.stream().pipeThrough(new DecompressionStream('gzip'))).blob();
  image.removeAttribute('data-svg');
  image.src = URL.createObjectURL(new Blob([text], {type: 'image/svg+xml'}));
})();
"""


@dataclass(frozen=True)
class Shown:
    """A figure for a page: the content of its file, "svg" or "png", its caption, and width and height in inches."""

    content: bytes
    kind: str
    caption: str
    size: tuple[float, float]

    @property
    def is_wide(self) -> bool:
        """Whether it needs all of a page's width to be read."""
        return self.size[0] > 9.0

    def html(self) -> str:
        alt, width, height = escape(self.caption), *(round(96 * inches) for inches in self.size)
        if self.kind == "svg":
            packed = base64.b64encode(gzip.compress(self.content, mtime=0)).decode()
            source = f'src="{BLANK}" data-svg="{packed}"'
        else:
            source = f'src="data:image/png;base64,{base64.b64encode(self.content).decode()}"'
        image = f'<img alt="{alt}" width="{width}" height="{height}" style="height: auto" {source}>'
        button = f'<button type="button" title="show in full">{image}</button>'
        kind = ' class="wide"' if self.is_wide else ""
        return f"<figure{kind}>{button}<figcaption>{phrase_html(self.caption)}</figcaption></figure>\n"


BLANK = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"  # one pixel, until then


def figures_html(figures: Iterable[Shown]) -> str:
    """Figures side by side, wide ones by themselves."""
    return f'<div class="figures">{"".join(figure.html() for figure in figures)}</div>\n'


def page_html(title: str, body: Iterable[str]) -> str:
    """A whole page from the parts of its body."""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>\n'
        f"<main>\n{''.join(body)}</main>\n<script>{SCRIPT}</script></body></html>\n"
    )
