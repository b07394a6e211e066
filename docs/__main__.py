"""`python -m docs`: the site, in the folder ``build/site``, ready to be put on any server or opened from the disk."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from docs.links import broken_links
from docs.pages import ROOT, pages, tutorials

BUILD = ROOT / "build/docs"
SOURCE, SITE = BUILD / "source", ROOT / "build/site"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m docs", description=__doc__)
    parser.add_argument("--report", type=Path, metavar="HTML", help="a report to link to: results/index.html, say")
    options = parser.parse_args()
    report = options.report.read_text(encoding="utf-8") if options.report else ""
    for name, content in pages(report).items():
        write(SOURCE / name, content if isinstance(content, bytes) else content.encode())
    run_tutorials()
    call("sphinx", "-q", "-W", "--keep-going", "-c", ROOT / "docs", "-d", BUILD / "doctrees", SOURCE, SITE)
    (SITE / "report.html").unlink(missing_ok=True)
    if report:
        shutil.copy(options.report, SITE / "report.html")
    if wrong := broken_links(SITE):
        sys.exit("\n".join(wrong))
    print(f"made: {SITE / 'index.html'}")


def run_tutorials() -> None:
    """Put the tutorials with their outputs beside the other pages; those that are there, and no older, stay."""
    unfinished = BUILD / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    changed = [path for path in tutorials() if not newer(SOURCE / f"tutorials/{path.stem}.ipynb", path)]
    if not changed:
        return
    for path in changed:
        shutil.copy(path, unfinished)
    call("jupytext", "--quiet", "--to", "notebook", *unfinished.glob("*.py"))
    call("pytest", "-q", "-n", os.cpu_count(), "--nbmake", "--overwrite", *sorted(unfinished.glob("*.ipynb")))
    for path in unfinished.glob("*.ipynb"):
        path.replace(SOURCE / "tutorials" / path.name)


def newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime > source.stat().st_mtime


def write(path: Path, content: bytes) -> None:
    """Write a file that is not there as it should be; one that is keeps its time, and Sphinx what it made of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def call(module: str, *arguments: object) -> None:
    """Run a tool as `python -m` does, where `minnet` and `docs` are found, and a notebook's figures are its own."""
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    subprocess.run([sys.executable, "-m", module, *map(str, arguments)], check=True, cwd=ROOT, env=environment)


if __name__ == "__main__":
    main()
