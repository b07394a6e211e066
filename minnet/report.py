"""The report: every experiment's table and figures on one self-contained page."""

import json
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from minnet import experiments, storage
from minnet.presentation import Table, figures_html, page_html, prose_html

SMALLER = (
    "<p><strong>Not at full size:</strong> numbers in the text above are those of the full run; table and figures are "
    "of the settings named below. Times say nothing where other experiments ran beside.</p>\n"
)


def write_report(out: Path) -> Path:
    """Write ``out / "index.html"`` from the experiments found in `out`; returns its path."""
    folders = [out / name for name in experiments.NAMES if (out / name / "report.json").is_file()]
    sections = [_section(folder) for folder in folders]
    links = " · ".join(f'<a href="#{folder.name}">{escape(folder.name)}</a>' for folder in folders)
    heading = f"<h1>minnet: results</h1>\n<p>The experiments of the documents, run again. {links}</p>\n"
    page = page_html("minnet: results", [heading, *sections])
    path = out / "index.html"
    storage.write_text(path, page)
    return path


def _section(folder: Path) -> str:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    settings = json.loads(json.dumps(asdict(experiments.find(folder.name).Config())))
    smaller = "" if config["settings"] == settings else SMALLER
    figures = [((folder / figure["file"]).read_bytes(), figure["caption"]) for figure in report["figures"]]
    return (
        f'<h2 id="{folder.name}">{escape(report["title"])}</h2>\n{prose_html(report["text"])}{smaller}'
        f"{Table.from_json(report['table']).html()}{figures_html(figures)}"
        f'<p class="small">Experiment <code>{folder.name}</code>, seed {config["seed"]}. {_settings(config)}</p>\n'
    )


def _settings(config: dict[str, Any]) -> str:
    pairs = {**config["settings"], **config["versions"]}
    return escape("; ".join(f"{name}: {value}" for name, value in pairs.items()))
