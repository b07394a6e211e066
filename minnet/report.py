"""The report: every experiment's table and figures on one self-contained page."""

import base64
import json
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from minnet import experiments, storage

STYLE = """
body { font: 16px/1.55 system-ui, sans-serif; color: #222; background: #fff; max-width: 72rem; margin: auto;
       padding: 1rem 1.5rem 4rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 3rem; border-top: 1px solid #ccc; padding-top: 1.5rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem; text-align: right; border-bottom: 1px solid #ddd; } td { white-space: nowrap; }
th { vertical-align: bottom; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(24rem, 1fr)); gap: 1.5rem; }
figure { margin: 0; } img { width: 100%; } figcaption, .small { font-size: .875rem; color: #555; }
"""
SMALLER = (
    "<p><strong>Not at full size:</strong> numbers in the text above are those of the full run; table and figures are "
    "of the settings named below.</p>\n"
)


def write_report(out: Path) -> Path:
    """Write ``out / "index.html"`` from the experiments found in `out`; returns its path."""
    folders = [out / name for name in experiments.NAMES if (out / name / "report.json").is_file()]
    sections = [_section(folder) for folder in folders]
    links = " · ".join(f'<a href="#{folder.name}">{escape(folder.name)}</a>' for folder in folders)
    page = (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>minnet: results</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>\n'
        f"<h1>minnet: results</h1>\n<p>The experiments of the documents, run again. {links}</p>\n"
        f"{''.join(sections)}</body></html>\n"
    )
    path = out / "index.html"
    storage.write_text(path, page)
    return path


def _section(folder: Path) -> str:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    settings = json.loads(json.dumps(asdict(experiments.find(folder.name).Config())))
    smaller = "" if config["settings"] == settings else SMALLER
    return (
        f'<h2 id="{folder.name}">{escape(report["title"])}</h2>\n<p>{escape(report["text"])}</p>\n{smaller}'
        f'{_table(report["table"])}<div class="figures">'
        f"{''.join(_figure(folder, figure) for figure in report['figures'])}</div>\n"
        f'<p class="small">Experiment <code>{folder.name}</code>, seed {config["seed"]}. {_settings(config)}</p>\n'
    )


def _table(table: dict[str, Any]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in table["headers"])
    rows = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>\n" for row in table["rows"])
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>\n'


def _figure(folder: Path, figure: dict[str, str]) -> str:
    data = base64.b64encode((folder / figure["file"]).read_bytes()).decode()
    caption = escape(figure["caption"])
    return (
        f'<figure><img alt="{caption}" src="data:image/png;base64,{data}"><figcaption>{caption}</figcaption></figure>\n'
    )


def _settings(config: dict[str, Any]) -> str:
    pairs = {**config["settings"], **config["versions"]}
    return escape("; ".join(f"{name}: {value}" for name, value in pairs.items()))
