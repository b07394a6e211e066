"""`minnet warm`: compile the kernels ahead, and say where they are."""

import argparse
import shutil
from pathlib import Path
from time import perf_counter
from typing import Any

from minnet import kernels
from minnet.terminal import folded, jobs


def add_parser(commands: Any) -> None:
    """Add the command to argparse's sub-commands."""
    parser = commands.add_parser(
        "warm",
        help="compile the kernels ahead",
        description="Compile the kernels ahead, once for this version of minnet and this kind of processor; then the "
        "first training starts at once. Without it, each is compiled when it is first used. They lie in your cache "
        "folder, or in that which the environment variable NUMBA_CACHE_DIR names.",
        epilog="In a Dockerfile, as the user who will train: ENV NUMBA_CACHE_DIR=/srv/kernels, and RUN minnet warm",
    )
    parser.add_argument(
        "--dtype", nargs="+", choices=("float32", "float64"), default=["float32", "float64"], help="both by default"
    )
    parser.add_argument(
        "--all", action="store_true", help="also convolutions, recurrence, normalisation, pooling and flows"
    )
    parser.add_argument("--clean", action="store_true", help="remove the kernels of other versions of minnet")
    parser.add_argument("--jobs", type=jobs, metavar="N", help="processes at once (as many as there are processors)")
    parser.set_defaults(command=warm, parser=parser)


def warm(options: argparse.Namespace) -> int:
    """Compile what is not there yet, and tell of the folder."""
    from tqdm import tqdm

    from minnet.kernels.compiled import cache
    from minnet.warming.parts import parts
    from minnet.warming.processes import compile_all

    folder, began = cache.folder(), perf_counter()
    dtypes = list(dict.fromkeys(options.dtype))
    before = _kernels(folder)
    done = compile_all(dtypes, options.all, options.jobs or kernels.available_processors())
    for _ in tqdm(done, "kernels", len(parts(dtypes, options.all)), unit="part", leave=False):
        pass
    after = _kernels(folder)
    new, seconds = len(after - before), perf_counter() - began
    what = f"{new} kernels compiled in {seconds:.0f} s" if new else "Nothing to do: these kernels are all compiled"
    print(folded(f"{what}. The folder is {folder}, with {len(after)} kernels ({_megabytes(folder):.1f} MB)."))
    _former(cache.former_folders(), options.clean)
    return 0


def _former(folders: list[Path], clean: bool) -> None:
    """Say what other versions have left, or remove it."""
    if not folders:
        return
    size = f"{len(folders)} folders of other versions of minnet ({sum(map(_megabytes, folders)):.1f} MB)"
    if clean:
        for folder in folders:
            shutil.rmtree(folder)
        print(f"{size} were removed.")
    else:
        print(f"{size} lie beside it; minnet warm --clean removes them.")


def _kernels(folder: Path) -> set[Path]:
    return set(folder.rglob("*.nbc"))


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
