"""The side that runs a student's file: loads it, and answers calls of its functions until the other side has enough."""

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from minnet.exercises.lines import located, named
from minnet.exercises.running.peer import Peer, description

KEPT = "PATH", "LANG", "LC_ALL", "TZ"


def run(connection: int, alone: bool) -> NoReturn:
    """Say that all is ready, load the file that comes, tell which functions it has, answer calls; ends the process.

    Parameters
    ----------
    connection : int
        Number of the open socket.
    alone : bool
        Whether the file cannot import what stands beside it.
    """
    send, receive = _whole(os.write), _whole_reader(os.read)
    peer = Peer(lambda content: send(connection, content), lambda count: receive(connection, count), "student")
    peer.tell("ready")
    file = peer.hear()
    path, functions = file["path"], file["functions"]
    if not alone:
        sys.path.insert(0, str(Path(path).resolve().parent))
    try:
        module = load(file.pop("source"), path)
    except BaseException as error:
        name, text, *_ = description(error)
        peer.tell({"failed": [name, text, _line(error, path)]})
        os._exit(0)
    namespace = vars(module)
    found = {name: located(value, path) for name, value in named(functions, namespace).items()}
    peer.tell({"loaded": {name: peer.export(function) for name, function in found.items()}})
    try:
        peer.serve()
    finally:
        os._exit(0)


def load(source: str, path: str) -> ModuleType:
    """The module that a text makes."""
    module = ModuleType(f"exercise_{Path(path).stem}")
    module.__file__ = path
    sys.modules[module.__name__] = module  # dataclasses and enums look for it
    exec(compile(source, path, "exec", dont_inherit=True), vars(module))
    return module


def _line(error: BaseException, path: str) -> int:
    """In which the file failed; 0 if that is not known."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno or 0
    # No texts of lines, for which Python imports: the file may have left nothing that imports.
    lines = [number for frame, number in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == path]
    return (lines or [0])[-1] or 0


def _whole(write: Callable[[int, Any], int]) -> Callable[[int, bytes], None]:
    def send(number: int, content: bytes) -> None:
        view = memoryview(content)
        while view:
            view = view[write(number, view) :]

    return send


def _whole_reader(read: Callable[[int, int], bytes]) -> Callable[[int, int], bytes]:
    def receive(number: int, count: int) -> bytes:
        content = b""
        while len(content) < count:
            part = read(number, min(count - len(content), 2**20))
            if not part:
                os._exit(0)
            content += part
        return content

    return receive


def sealed(folder: Path) -> None:
    """Let this process begin in an empty world: working folder, home and temporary files in `folder`, no secrets."""
    os.chdir(folder)
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.endswith("_NUM_THREADS")}
    os.environ.clear()
    os.environ.update(kept, HOME=str(folder), TMPDIR=str(folder), MPLBACKEND="agg", MPLCONFIGDIR=str(folder))
    os.environ.update(MINNET_KERNELS="numpy", MINNET_THREADS="1")  # each file would compile kernels anew
    sys.dont_write_bytecode = True
