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
MARK = '<span class="mark">short run</span>'
SHORT = (
    f"<p>{MARK} What is marked so was made with smaller settings, which show how an experiment works and not what it "
    "finds: their tables and figures need not agree with the findings, which are those of the full size. <code>minnet "
    "reproduce</code> without <code>--fast</code> makes all of them at full size.</p>\n"
)


class Section:
    """An experiment's folder of results."""

    def __init__(self, folder: Path) -> None:
        self.name, self.folder = folder.name, folder
        self.report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        self.config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        settings = json.loads(json.dumps(asdict(experiments.find(self.name).Config())))
        self.is_short = self.config["settings"] != settings

    @property
    def mark(self) -> str:
        return f" {MARK}" if self.is_short else ""

    def html(self) -> str:
        figures = [
            Shown((self.folder / figure["file"]).read_bytes(), Path(figure["file"]).suffix[1:], figure["caption"],
                  tuple(figure["size"]))
            for figure in self.report["figures"]
        ]  # fmt: skip
        text = prose_html(self.report["text"])
        if self.is_short:
            text = f'<div class="full-size"><p>At full size:</p>\n{text}</div>\n<p>{MARK} with smaller settings:</p>\n'
        settings = "; ".join(f"{name}: {value}" for name, value in self.config["settings"].items())
        versions = ", ".join(f"{name} {value}" for name, value in self.config["versions"].items())
        return (
            f'<section id="{self.name}">\n<h3>{phrase_html(self.report["title"])}{self.mark}</h3>\n{text}'
            f"{Table.from_json(self.report['table']).html()}{figures_html(figures)}"
            f'<p class="small"><code>minnet run {self.name}</code>, seed {self.config["seed"]}. Settings: '
            f"{escape(settings)}. Versions: {escape(versions)}.</p>\n</section>\n"
        )


def write_report(out: Path) -> Path:
    """Write ``out / "index.html"`` from the experiments found in `out`; returns its path."""
    chapters = {
        document: [Section(out / name) for name in names if (out / name / "report.json").is_file()]
        for document, names in experiments.DOCUMENTS.items()
    }
    chapters = {document: sections for document, sections in chapters.items() if sections}
    body = [_summary([section for sections in chapters.values() for section in sections]), _contents(chapters)]
    for document, sections in chapters.items():
        body += [f'<h2 id="document-{document}">{TITLES[document]}</h2>\n', *(section.html() for section in sections)]
    path = out / "index.html"
    storage.write_text(path, page_html("minnet: results", body))
    return path


def _summary(sections: list[Section]) -> str:
    rows = [
        (section.name, pair["quantity"], pair["published"], pair["found"], "short run" if section.is_short else "")
        for section in sections
        for pair in section.report["beside"]
    ]
    short = sum(section.is_short for section in sections)
    counts = f"{_counted(len(sections), 'experiment')}, {_counted(len(rows), 'number')} beside the published ones"
    said = f"<h1>minnet: results</h1>\n<p>The experiments of the documents, run again: {counts}.</p>\n"
    marked = SHORT if short else ""
    headers = ("experiment", "quantity", "published", "found", "size")[: 5 if short else 4]
    table = Table(headers, tuple(row[: len(headers)] for row in rows)).html() if rows else ""
    return f"{said}{marked}{table}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _contents(chapters: dict[str, list[Section]]) -> str:
    parts = []
    for document, sections in chapters.items():
        items = "".join(
            f'<li><a href="#{section.name}">{phrase_html(section.report["title"])}</a>{section.mark}</li>\n'
            for section in sections
        )
        parts.append(f'<p><a href="#document-{document}">{TITLES[document]}</a></p>\n<ul>\n{items}</ul>\n')
    return f'<nav aria-label="contents">\n{"".join(parts)}</nav>\n'
