"""Where compiled kernels are kept between processes.

Numba's disk cache looks only at the file of the function it caches; a change in a formula that the function calls
goes unseen. So the folder is named after a hash of the whole source of `minnet/kernels`: any change starts a new
one. It lies in the user's cache folder, in the one that `NUMBA_CACHE_DIR` names, or, when that cannot be written
(a read-only home, a container), in the system's temporary folder.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numba
from numba.extending import overload

from minnet.kernels.compiled.linkage import KernelCompiler, PartCompiler


def source_hash() -> str:
    """Hash of every source file of the kernels."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def candidates() -> list[Path]:
    """Folders to try, best first."""
    folders = []
    setting = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    if setting:
        folders.append(Path(setting) / "minnet")
    else:
        with suppress(RuntimeError):  # there is no home
            folders.append(Path.home() / ".cache" / "minnet")
    return [*folders, Path(tempfile.gettempdir()) / f"minnet-{USER}"]


def writable_folder() -> Path | None:
    """The first candidate that can be written and is owned by this user, or None: each process then compiles anew."""
    for parent in candidates():
        folder = parent / source_hash()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            owned = os.name != "posix" or folder.stat().st_uid == USER  # what lies there is run
            with tempfile.TemporaryFile(dir=folder):
                if owned:
                    return folder
        except OSError:
            continue
    return None


USER = os.getuid() if os.name == "posix" else 0
_FOLDER = writable_folder()

# Products may be fused with sums (one rounding instead of two), and a division by zero is inf as in NumPy.
# Nothing here lets the compiler assume that there are no NaNs.
# Kernels own no memory, so Numba need not count references to arrays (`_nrt`): half the time of a small step.
COMMON: dict[str, Any] = {
    "fastmath": {"contract"},
    "error_model": "numpy",
    "_nrt": False,
    "no_cfunc_wrapper": True,
}
OPTIONS = {**COMMON, "nogil": True}
INNER: Any = {
    **COMMON,
    "no_cpython_wrapper": True,
    "pipeline_class": PartCompiler,
}  # for what is compiled into a kernel


def kernel(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: compile a function, and keep the result on disk."""

    def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
        former = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(_FOLDER)  # read once, when the decorator below runs
        try:
            caching: Any = {"cache": _FOLDER is not None, "pipeline_class": KernelCompiler}
            return numba.njit(**caching, **{**OPTIONS, **options})(function)
        finally:
            numba.config.CACHE_DIR = former

    return compiled


def inner(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """Decorator: let kernels call a function, and pass it to each other; it is compiled into the kernel.

    The function stays a plain one. Were it compiled by itself, a kernel that passes it on would hold the address
    of its machine code, and could not be kept on disk.
    """
    jit_options: Any = {**INNER, **options}
    overload(function, strict=False, jit_options=jit_options)(lambda *arguments: function)
    return function


def reduction(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator like `inner` for sums that the compiler may split into several partial ones, one per vector lane."""
    return inner(function, fastmath={"contract", "reassoc", "nsz"})
