"""Running an experiment into a folder: all of its results, or none.

Work goes on in a hidden folder beside the target, `.NAME.partial`, which takes the target's place only when
everything has been written. An interrupted run leaves its checkpoints there, and `resume` goes on from them.
"""

import json
import os
import platform
import shutil
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from minnet import experiments, plotting, storage
from minnet.errors import FileFormatError
from minnet.experiments.parts import Table


def execute(name: str, config: Any, *, seed: int, out: Path, progress: bool, resume: bool) -> Table:
    """Run one experiment and write its results into ``out / name``; returns its table.

    Raises
    ------
    OSError
        The folder cannot be written.
    FileFormatError
        `resume` is asked for, but what is there was run with other settings.
    """
    module = experiments.find(name)
    target, partial = out / name, out / f".{name}.partial"
    description = describe(name, config, seed)
    if resume and _same_settings(target, description, name) and not partial.exists():
        return _read_table(target)
    _prepare(partial, description, resume, name)
    try:
        result = module.run(config, rng=seed, progress=progress, checkpoints=partial / "checkpoints")
    except (ValueError, TypeError):  # going on would only fail again
        shutil.rmtree(partial)
        raise
    table = module.table(result)
    storage.write_json(partial / "metrics.json", result.metrics())
    np.savez_compressed(partial / "arrays.npz", **result.arrays())
    drawings = _write_figures(module, result, partial / "figures")
    first, _, rest = (module.__doc__ or "").strip().partition("\n")
    report = {"title": first, "text": rest.strip(), "table": asdict(table), "figures": drawings}
    storage.write_json(partial / "report.json", report)
    shutil.rmtree(partial / "checkpoints")
    _replace(target, partial)
    return table


def describe(name: str, config: Any, seed: int) -> dict[str, Any]:
    """What was run, with which settings and versions."""
    packages = {package: version(package) for package in ("minnet", "numpy", "scipy", "numba")}
    versions = {"python": platform.python_version(), **packages}
    return {"experiment": name, "seed": seed, "settings": asdict(config), "versions": versions}


def _write_figures(module: Any, result: Any, folder: Path) -> list[dict[str, str]]:
    import matplotlib

    former = matplotlib.get_backend()
    matplotlib.use("agg")  # draws files, needs no screen
    import matplotlib.pyplot as plt

    folder.mkdir(exist_ok=True)
    try:
        with plotting.style():
            drawings = module.figures(result)
            for drawing in drawings:
                drawing.figure.savefig(folder / f"{drawing.name}.png")
                plt.close(drawing.figure)
    finally:
        matplotlib.use(former)
    return [{"file": f"figures/{drawing.name}.png", "caption": drawing.caption} for drawing in drawings]


def _prepare(partial: Path, description: dict[str, Any], resume: bool, name: str) -> None:
    """The folder to work in: a new one, or the one to go on in."""
    if partial.exists() and resume and not _same_settings(partial, description, name):
        raise FileFormatError(
            f"{partial} was begun with other settings; repeat those, or leave out --resume to start anew"
        )
    if partial.exists() and not resume:
        shutil.rmtree(partial)
    try:
        (partial / "checkpoints").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise type(error)(f"cannot write results to {partial.parent}: {error.strerror}. Choose another --out") from None
    storage.write_json(partial / "config.json", description)


def _same_settings(folder: Path, description: dict[str, Any], name: str) -> bool:
    try:
        found = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return found == json.loads(json.dumps(description))


def _read_table(target: Path) -> Table:
    table = json.loads((target / "report.json").read_text(encoding="utf-8"))["table"]
    return Table(tuple(table["headers"]), tuple(map(tuple, table["rows"])))


def _replace(target: Path, partial: Path) -> None:
    """Put the finished folder in the place of the former one."""
    former = target.with_name(f".{target.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if target.exists():
        os.replace(target, former)
    os.replace(partial, target)
    shutil.rmtree(former, ignore_errors=True)
