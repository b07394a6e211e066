"""Running an experiment into a folder: all of its results, or none.

Work goes on in a hidden folder beside the target, `.NAME.partial`, which takes the target's place only when
everything has been written. An interrupted run leaves its checkpoints there, and the next one goes on from them.
"""

import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from minnet import experiments, storage
from minnet.errors import DivergenceError, FileFormatError, SettingError
from minnet.experiments.parts import STORE
from minnet.kernels.blas import one_blas_thread
from minnet.presentation import without_screen
from minnet.tables import Table

try:
    import fcntl
except ImportError:  # not on Windows, where two runs at once are not noticed
    fcntl = None  # type: ignore[assignment]


def execute(name: str, config: Any, *, seed: int, out: Path, progress: bool, restart: bool = False) -> Table:
    """Run one experiment and write its results into ``out / name``; returns its table.

    What is there already, with the same settings, seed and versions, is not made again: results are read, and an
    interrupted run goes on. `restart` forgets both.

    Raises
    ------
    OSError
        The folder cannot be written.
    SettingError
        What stands in the place of the results is not minnet's; another run is at work there, or one with other
        settings was interrupted.
    """
    module = experiments.find(name)
    target, partial = out / name, out / f".{name}.partial"
    if target.exists() and not (target / "config.json").is_file():
        raise SettingError(f"{target} is not a folder of minnet's results, and stays; choose another --out")
    description = describe(name, config, seed)
    if not restart and is_finished(name, config, seed=seed, out=out):
        return _read_table(target)
    kept = "results of an earlier run have not changed, and this one goes on where it was when it is called again"
    with _locked(out, name), storage.full_disk_explained(partial / "results", kept):
        _prepare(partial, description, restart)
        try:
            with one_blas_thread():  # so that the bits do not depend on how many processors there are
                result = module.run(config, rng=seed, progress=progress, checkpoints=partial / "checkpoints")
        except (ValueError, TypeError) as error:
            files = [path.name for path in (partial / "checkpoints").iterdir()]
            if not files or (isinstance(error, DivergenceError) and STORE not in files):
                shutil.rmtree(partial)  # nothing here is worth going on with
            raise
        table = module.table(result)
        storage.write_json(partial / "metrics.json", result.metrics())
        _write_arrays(partial, result.arrays())
        drawings = _write_figures(module, result, partial / "figures")
        first, _, rest = (module.__doc__ or "").strip().partition("\n")
        beside = [asdict(pair) for pair in module.beside(result)] if module.PUBLISHED else []
        report = {"title": first, "text": rest.strip(), "table": asdict(table), "beside": beside, "figures": drawings}
        storage.write_json(partial / "report.json", report)
        if (partial / "checkpoints" / STORE).exists():
            os.replace(partial / "checkpoints" / STORE, partial / STORE)
        shutil.rmtree(partial / "checkpoints")
        _replace(target, partial)
    return table


def is_finished(name: str, config: Any, *, seed: int, out: Path) -> bool:
    """Whether the results are there, with the same settings, seed and versions."""
    same = _same_settings(out / name, describe(name, config, seed))
    return same and (out / name / "report.json").is_file() and not is_begun(name, out=out)


def is_begun(name: str, *, out: Path) -> bool:
    """Whether a run was interrupted, which the next one goes on with."""
    return (out / f".{name}.partial").exists()


def make_folder(out: Path) -> None:
    """Make the folder of all results.

    Raises
    ------
    OSError
        It cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(out, error) from None


def _not_writable(out: Path, error: OSError) -> OSError:
    return type(error)(f"cannot write results to {out}: {error.strerror}. Choose another --out")


@contextmanager
def _locked(out: Path, name: str) -> Iterator[None]:
    """Keep other runs of the same experiment out of the folder. The lock ends with the process, however it ends."""
    make_folder(out)
    path = out / f".{name}.lock"
    try:
        file = path.open("w")
    except OSError as error:
        raise _not_writable(out, error) from None
    with file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise SettingError(
                    f"another run of {name} is at work in {out}; wait, or choose another --out"
                ) from None
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def describe(name: str, config: Any, seed: int) -> dict[str, Any]:
    """What was run, with which settings and versions."""
    packages = {package: version(package) for package in ("minnet", "numpy", "scipy", "numba")}
    versions = {"python": platform.python_version(), **packages}
    return {"experiment": name, "seed": seed, "settings": asdict(config), "versions": versions}


def _write_arrays(folder: Path, arrays: dict[str, Any]) -> None:
    """All in `arrays.npz`, but those whose names have a slash: they are files by themselves, for other programs."""
    for name, array in arrays.items():
        if "/" in name:
            path = folder / f"{name}.npy"
            path.parent.mkdir(exist_ok=True)
            np.save(path, array, allow_pickle=False)
    np.savez_compressed(folder / "arrays.npz", **{name: array for name, array in arrays.items() if "/" not in name})


def _write_figures(module: Any, result: Any, folder: Path) -> list[dict[str, Any]]:
    folder.mkdir(exist_ok=True)
    written = []
    with without_screen():
        for drawing in module.figures(result):
            shown = drawing.shown()
            file = f"{drawing.name}.{shown.kind}"
            (folder / file).write_bytes(shown.content)
            written.append({"file": f"figures/{file}", "caption": shown.caption, "size": shown.size})
    return written


def _prepare(partial: Path, description: dict[str, Any], restart: bool) -> None:
    """The folder to work in: a new one, or the one to go on in."""
    if partial.exists() and not restart and not _same_settings(partial, description):
        raise SettingError(
            f"{partial} holds an interrupted run with other settings, seed or versions; go on with those, or forget "
            "it by --restart"
        )
    if partial.exists() and restart:
        shutil.rmtree(partial)
    (partial / "checkpoints").mkdir(parents=True, exist_ok=True)
    storage.write_json(partial / "config.json", description)


def _same_settings(folder: Path, description: dict[str, Any]) -> bool:
    try:
        content = storage.from_json((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return content == json.loads(json.dumps(description))


def _read_table(target: Path) -> Table:
    path = target / "report.json"
    try:
        return Table.from_json(storage.from_json(path.read_text(encoding="utf-8"))["table"])
    except (ValueError, LookupError, TypeError) as error:
        raise FileFormatError(f"{path} is damaged ({error}); --restart makes the results anew") from None


def _replace(target: Path, partial: Path) -> None:
    """Put the finished folder in the place of the former one."""
    former = target.with_name(f".{target.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if target.exists():
        os.replace(target, former)
    os.replace(partial, target)
    shutil.rmtree(former, ignore_errors=True)
