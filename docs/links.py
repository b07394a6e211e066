"""Links of a built site: each leads to a page, and a place on it, that is there; nothing is loaded from elsewhere."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


class Page(HTMLParser):
    """The links of a page, and the places that links may lead to.

    >>> page = Page('<h1 id="top">A</h1><a href="b.html#end">B</a><img src="c.png">')
    >>> page.places, page.links, page.loaded
    ({'top'}, ['b.html#end', 'c.png'], ['c.png'])
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.places.add(value)
            if name in ("href", "src") and value:
                self.links.append(value)
                if (tag, name) in LOADED:
                    self.loaded.append(value)


def broken_links(folder: Path) -> list[str]:
    """What is wrong with the links of the pages in a folder, a sentence each.

    Links to other sites are not followed: they are right or wrong whatever is written here.
    """
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    wrong = []
    for path, page in pages.items():
        name = path.relative_to(folder.resolve())
        wrong += [f"{name} loads {link}" for link in page.loaded if urlsplit(link).netloc]
        for link in page.links:
            if urlsplit(link).scheme or urlsplit(link).netloc:
                continue
            file, place = urldefrag(link)
            target = (path.parent / unquote(urlsplit(file).path)).resolve() if file else path
            if not target.is_file():
                wrong.append(f"{name} has a link to {link}, and there is no such file")
            elif place and target in pages and unquote(place) not in pages[target].places:
                wrong.append(f"{name} has a link to {link}, and there is no such place in it")
    return wrong
