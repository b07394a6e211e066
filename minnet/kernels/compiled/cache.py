"""Where compiled kernels are kept between processes.

Numba's disk cache looks only at the file of the function it caches; a change in a formula that the function calls
goes unseen. So the folder is named after a hash of the whole source of `minnet/kernels`: any change starts a new
one. It lies in the user's cache folder, in the one that `NUMBA_CACHE_DIR` names, or, when that cannot be written
(a read-only home, a container), in the system's temporary folder.

There, every kernel has a file for each kind of arguments. Numba itself keeps an index for each kernel and numbers its
files; two processes that compile the same kernel at once, one for float32 and one for float64, would take the same
number, and a third would load the one for the other. Its folders are named after where the source lies; ours is not,
so what is compiled once serves every environment in which the same minnet is installed.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

import numba
from numba.core.caching import IndexDataCacheFile
from numba.extending import overload

from minnet.errors import SettingError
from minnet.kernels.compiled.linkage import KernelCompiler, PartCompiler
from minnet.waiting import COMPILING


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


def folder() -> Path:
    """Where compiled kernels are kept.

    Raises
    ------
    SettingError
        Nowhere.
    """
    if numba.config.DISABLE_JIT:
        raise SettingError("nothing is compiled where NUMBA_DISABLE_JIT is set; unset it")
    if _FOLDER is None:
        tried = ", ".join(map(str, candidates()))
        raise SettingError(
            f"compiled kernels cannot be kept: none of these folders can be written by this user: {tried}; set "
            "NUMBA_CACHE_DIR to one that can"
        )
    return _FOLDER


def former_folders() -> list[Path]:
    """Those of other versions of minnet, beside the one that is in use."""
    beside = sorted(path for path in folder().parent.iterdir() if path.is_dir() and not path.is_symlink())
    return [path for path in beside if re.fullmatch("[0-9a-f]{16}", path.name) and path != _FOLDER]


_SETTING = Lock()
"""Held while Numba is told the folder: another thread would put the former one back too early, and its kernel would be
kept wherever the process happens to be."""
USER = os.getuid() if os.name == "posix" else 0
HERE = Path(__file__).parent
_FOLDER = writable_folder()
if _FOLDER is None:
    COMPILING.text = (
        "minnet is compiling kernels, which takes some seconds in every run: no folder can be written to keep them. "
        "The environment variable NUMBA_CACHE_DIR can name one."
    )

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
# What is compiled into a kernel is never called from Python, and never compiled by itself.
INNER: Any = {**COMMON, "no_cpython_wrapper": True, "pipeline_class": PartCompiler}


class Files(IndexDataCacheFile):
    """Compiled kernels on disk, without an index. What Numba keeps there beside (when the source was last changed) says
    no more than the name of our folder."""

    def save(self, key: Any, data: Any) -> None:
        self._save_data(self._file(key), (key, data))

    def load(self, key: Any) -> Any:
        try:
            saved_key, data = self._load_data(self._file(key))
        except FileNotFoundError:
            return None
        return data if saved_key == key else None

    def _file(self, key: Any) -> str:
        digest = hashlib.sha256(repr((self._version, key)).encode()).hexdigest()
        return self._data_name_pattern.replace("{number:d}", digest[:16])


def kernel(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: compile a function, and keep the result on disk."""

    def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
        with _SETTING:
            former = numba.config.CACHE_DIR
            numba.config.CACHE_DIR = str(_FOLDER)  # read once, when the decorator below runs
            try:
                caching: Any = {"cache": _FOLDER is not None, "pipeline_class": KernelCompiler}
                result = numba.njit(**caching, **{**OPTIONS, **options})(function)
            finally:
                numba.config.CACHE_DIR = former
        if _FOLDER is not None and not numba.config.DISABLE_JIT:
            cache = result._cache
            ours = Path(function.__code__.co_filename).parent == HERE
            path = str(_FOLDER) if ours else cache.cache_path  # elsewhere two files may have the same name
            cache._cache_file = Files(path, cache._impl.filename_base, source_stamp=None)
        return result

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
