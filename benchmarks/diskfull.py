"""The disk fills up in the middle of writing: is the former state there, and does the error say what to free?

    python -m benchmarks diskfull                   on a small disk in memory (tmpfs), which only root can make
    python -m benchmarks diskfull --folder DIR      on a small disk that is there already, and empty

Each kind of file is written once, small, while there is room. Then the disk is filled, but for so many bytes, and a
larger one is to take its place: for every number of bytes, this must end with an error of minnet's own that says that
the disk is full, the former file with its very bytes, and no other file beside it.
"""

import argparse
import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import minnet as mn
from benchmarks.fuzz_files import learner, networks
from minnet import interop, storage, study
from minnet.numerics import active

SIZE = "256k"
ROOM = (0, 1, 4096, 8192, 16384, 32768)  # bytes that are left; a disk gives them in pages


def saved_network(path, large):
    net = mn.Network([mn.Dense(200, 200)], rng=0) if large else networks()[0]
    net.save(path)


def saved_tensors(path, large):
    net = mn.Network([mn.Dense(200, 200)], rng=0) if large else networks()[0]
    interop.save_safetensors(net, path)


def checkpoint(path, large):
    net = mn.Network([mn.Dense(1, 3000 if large else 3), mn.Tanh(), mn.Dense(3000 if large else 3, 1)], rng=0)
    x = np.linspace(-1, 1, 8)[:, np.newaxis]
    mn.fit(net, x, x**2, loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.01), epochs=2, rng=1,
           callbacks=[mn.Checkpoint(path)], progress=False)  # fmt: skip


def saved_learner(path, large):
    if not large:
        return learner(0)(path)
    known = active.Learner([(0.0, 1.0)], initial=4000, rng=0)
    known.ask(4000)
    return known.save(path)


def rows(path, large):
    with study.Store(path, write=True) as store:
        for repeat in range(200 if large else 1):
            key = f"{large}-{repeat}"
            store.add(study.Row("fits", key, {}, 0, repeat, {"losses": [0.5] * 500}, None, "2026", 0.1, {}, "host"))


def page(path, large):
    storage.write_text(path, "<p>text</p>\n" * (5000 if large else 1))


KINDS = {
    "network": ("a.npz", saved_network), "safetensors": ("a.safetensors", saved_tensors),
    "checkpoint": ("a.npz", checkpoint), "learner": ("a.npz", saved_learner), "study": ("a.sqlite", rows),
    "page": ("index.html", page),
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(
        "python -m benchmarks diskfull", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, help="a small disk that is empty")
    options = parser.parse_args()
    print(f"{'file':12} {'room':>7}  {'outcome':26} what is said")
    bad = 0
    with disk(options.folder) as folder:
        for kind in KINDS:
            for room in ROOM:
                outcome, said = tried(kind, folder, room)
                bad += outcome not in ("refused, all as before", "there was room")
                print(f"{kind:12} {room:>7,}  {outcome:26} {said}", flush=True)
    return 1 if bad else 0


@contextmanager
def disk(folder):
    """A small disk: the one given, or one in memory."""
    if folder is not None:
        if any(folder.iterdir()):
            sys.exit(f"{folder} is not empty")
        yield folder
        return
    with TemporaryDirectory() as place:
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place], capture_output=True)
        if made.returncode:
            sys.exit(f"a disk cannot be made here ({made.stderr.decode().strip()}); name one by --folder")
        try:
            yield Path(place)
        finally:
            subprocess.run(["umount", place], check=True)


def tried(kind, folder, room):
    """What comes of writing a file of a kind where so many bytes are left."""
    name, write = KINDS[kind]
    filler, path = folder / "filler", folder / "work" / name
    path.parent.mkdir()
    try:
        write(path, False)
        before = held(kind, path)
        fill(filler, room)
        try:
            write(path, True)
        except OSError as error:
            said = str(error).replace(str(folder), "...")
            full = "is full" in said and error.errno is None
            outcome = "refused, all as before" if full else f"another error: {type(error).__name__}"
            if not kept(kind, before, held(kind, path)):
                outcome = "the former file has changed"
            strangers = {each.name for each in path.parent.iterdir()} - {name, f"{name}-wal", f"{name}-shm"}
            return (f"left behind: {strangers}" if strangers else outcome), said
        except BaseException as error:
            return f"foreign: {type(error).__name__}", str(error)
        return "there was room", ""
    finally:
        filler.unlink(missing_ok=True)
        for each in path.parent.iterdir():
            each.unlink()
        path.parent.rmdir()


def fill(filler, room):
    """Fill the disk, but for some bytes."""
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    os.truncate(filler, max(0, filler.stat().st_size - room))


def held(kind, path):
    return study.read(path) if kind == "study" else path.read_bytes()


def kept(kind, before, after):
    """Whether all that was there still is; a study may have more."""
    return after[: len(before)] == before if kind == "study" else after == before
