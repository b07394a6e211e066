"""The report: what was published beside what was found, and every experiment's table and figures, on one page."""

import json
from dataclasses import asdict
from html import escape
from pathlib import Path

from minnet import experiments, storage
from minnet.markup import phrase_html, prose_html
from minnet.page import Shown, figures_html, page_html
from minnet.tables import Table

TITLES = {
    "gaussian": "Fits of a gaussian, and the quantum oscillator",
    "adam": "Adam and other optimizers",
    "integration": "Integrals by networks",
    "gradients": "Training with derivatives, and active learning",
    "lorenz": "The Lorenz system: equations, forecasts, generated series",
}
SHORT, OTHER = "short run", "other settings"
MEANINGS = {
    SHORT: "was made with smaller settings, which show how an experiment works and not what it finds: its table and "
    "figures need not agree with the findings, which are those of the full size. <code>minnet reproduce</code> without "
    "<code>--fast</code> makes all experiments at full size.",
    OTHER: "was made with other settings than the full size, to which the findings belong.",
}
DAMAGED = OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError
BESIDE = "quantity", "published", "found"


class Section:
    """An experiment's folder of results."""

    def __init__(self, folder: Path) -> None:
        self.name, self.folder = folder.name, folder
        self.report, self.config = (
            storage.from_json((folder / name).read_text(encoding="utf-8")) for name in ("report.json", "config.json")
        )
        if self.config["experiment"] != self.name:
            raise ValueError(f"these are results of {self.config['experiment']}")
        full, fast = (
            json.loads(json.dumps(asdict(config)))
            for config in (experiments.find(self.name).Config(), experiments.find(self.name).Config.fast())
        )
        self.size = {json.dumps(full): "", json.dumps(fast): SHORT}.get(json.dumps(self.config["settings"]), OTHER)
        self.title = self.report["title"]
        self.html = self._html()
        pairs = [[pair[name] for name in BESIDE] for pair in self.report.get("beside", [])]
        self.beside = Table.from_json({"headers": BESIDE, "rows": pairs}).rows

    def _inside(self, file: str) -> Path:
        """A file of the folder: a page that is passed on has nothing in it from elsewhere."""
        path = (self.folder / file).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise ValueError(f"{file!r} is not in it")
        return path

    @property
    def mark(self) -> str:
        return f" {_mark(self.size)}" if self.size else ""

    def _html(self) -> str:
        figures = [
            Shown(self._inside(figure["file"]).read_bytes(), Path(figure["file"]).suffix[1:], figure["caption"],
                  tuple(figure.get("size", (6.4, 4.8))))
            for figure in self.report["figures"]
        ]  # fmt: skip
        text = prose_html(self.report["text"])
        if self.size:
            text = f'<div class="full-size"><p>At full size:</p>\n{text}</div>\n<p>{_mark(self.size)}:</p>\n'
        settings = "; ".join(f"{name}: {value}" for name, value in self.config["settings"].items())
        versions = ", ".join(f"{name} {value}" for name, value in self.config["versions"].items())
        return (
            f'<section id="{self.name}">\n<h3>{phrase_html(self.title)}{self.mark}</h3>\n{text}'
            f"{Table.from_json(self.report['table']).html()}{figures_html(figures)}"
            f'<p class="small"><code>minnet run {self.name}</code>, seed {self.config["seed"]}. Settings: '
            f"{escape(settings)}. Versions: {escape(versions)}.</p>\n</section>\n"
        )


class Unreadable:
    """A folder of which there are no results to show, and why."""

    size, mark, beside = "", "", ()

    def __init__(self, folder: Path, error: Exception) -> None:
        self.name = self.title = folder.name
        self.html = (
            f'<section id="{self.name}">\n<h3>{self.name}</h3>\n<p>The results in <code>{escape(str(folder))}</code> '
            f"cannot be read ({escape(f'{type(error).__name__}: {error}')}). <code>minnet run {self.name} --restart"
            "</code> makes them anew.</p>\n</section>\n"
        )


def write_report(out: Path) -> Path:
    """Write ``out / "index.html"`` from the experiments found in `out`, which says of a damaged one that it is; returns
    its path."""
    chapters = {
        document: [_section(out / name) for name in names if (out / name / "config.json").is_file()]
        for document, names in experiments.DOCUMENTS.items()
    }
    chapters = {document: sections for document, sections in chapters.items() if sections}
    body = [_summary([section for sections in chapters.values() for section in sections]), _contents(chapters)]
    for document, sections in chapters.items():
        body += [f'<h2 id="document-{document}">{TITLES[document]}</h2>\n', *(section.html for section in sections)]
    path = out / "index.html"
    storage.write_text(path, page_html("minnet: results", body))
    return path


def _section(folder: Path) -> Section | Unreadable:
    try:
        return Section(folder)
    except DAMAGED as error:
        return Unreadable(folder, error)


def _mark(size: str) -> str:
    return f'<span class="mark">{size}</span>'


def _summary(sections: list[Section | Unreadable]) -> str:
    rows = [(section.name, *pair, section.size) for section in sections for pair in section.beside]
    sizes = [size for size in MEANINGS if any(section.size == size for section in sections)]
    counts = f"{_counted(len(sections), 'experiment')}, {_counted(len(rows), 'number')} beside the published ones"
    said = f"<h1>minnet: results</h1>\n<p>The experiments of the documents, run again: {counts}.</p>\n"
    marked = "".join(f"<p>{_mark(size)} {MEANINGS[size]}</p>\n" for size in sizes)
    headers = ("experiment", "quantity", "published", "found", "size")[: 5 if sizes else 4]
    table = Table(headers, tuple(row[: len(headers)] for row in rows)).html() if rows else ""
    return f"{said}{marked}{table}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _contents(chapters: dict[str, list[Section | Unreadable]]) -> str:
    parts = []
    for document, sections in chapters.items():
        items = "".join(
            f'<li><a href="#{section.name}">{phrase_html(section.title)}</a>{section.mark}</li>\n'
            for section in sections
        )
        parts.append(f'<p><a href="#document-{document}">{TITLES[document]}</a></p>\n<ul>\n{items}</ul>\n')
    return f'<nav aria-label="contents">\n{"".join(parts)}</nav>\n'
