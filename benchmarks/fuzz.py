"""Files that are nearly right, thousands of each kind: is each read, or refused with a sentence of minnet's own?

    python -m benchmarks fuzz                             10 000 of every kind
    python -m benchmarks fuzz network study --files 300   some of these
    python -m benchmarks fuzz network --seed 0 --keep DIR what was found, to be looked at

A child process reads them. It may take 1 GiB more memory than it has when it begins, and 20 s for a file; it runs
nothing, starts nothing and writes nowhere but in its own folder, or says so (`sys.addaudithook`). Counted are files
that are read as the genuine one, as another one (a digit changed in a name is no damage that could be told), or
refused; and what must never be: another error or a warning, which is `foreign`; too much `memory`; `ran`, something
that reading has no business with; `hung`; and `crashed`, the interpreter ended.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

import numpy as np

from benchmarks import mutations
from minnet import errors

MEMORY = 1 << 30
SECONDS = 20
FINE = "same", "other", "refused"
BAD = "foreign", "memory", "ran", "hung", "crashed"
OURS = tuple(kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__)
FORBIDDEN = ("os.system", "os.exec", "os.fork", "os.posix_spawn", "subprocess.Popen", "pickle.find_class",
             "socket.connect", "ctypes.dlopen")  # fmt: skip


class Hung(BaseException):
    """A file took too long."""


class Ran(BaseException):
    """Reading did what reading has no business with."""


def main():
    parser = argparse.ArgumentParser(
        "python -m benchmarks fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="of files (all)")
    parser.add_argument("--files", type=int, default=10_000, help="of each kind (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the mutations (%(default)s)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the files that were badly read")
    parser.add_argument("--child", type=int, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    from benchmarks.fuzz_files import KINDS

    unknown = [kind for kind in options.kinds if kind not in KINDS]
    if unknown:
        parser.error(f"there is no kind {unknown[0]!r}; known: {', '.join(KINDS)}")
    if options.child:
        child(options.kinds[0], options.seed, *options.child)
        return 0
    print(f"{'kind':12}" + "".join(f"{word:>9}" for word in (*FINE, *BAD)))
    bad = {}
    for kind in options.kinds or KINDS:
        counts, bad[kind] = outcomes(kind, options.seed, options.files)
        print(f"{kind:12}" + "".join(f"{counts[word]:>9,}" for word in (*FINE, *BAD)), flush=True)
        if options.keep and bad[kind]:
            keep(options.keep, kind, options.seed, [index for index, _, _ in bad[kind]])
    for kind, seen in bad.items():
        for place, number in Counter(reason.partition("\n")[2] for _, _, reason in seen).most_common():
            index, word, reason = next(each for each in seen if each[2].partition("\n")[2] == place)
            print(f"\n{kind}: {word}, {number} times, first in file {index}\n{reason}")
    return 1 if any(bad.values()) else 0


def outcomes(kind, seed, files):
    """Counts by outcome, and those that are bad as (number of the file, outcome, what was seen)."""
    counts, bad, index = Counter(), [], 0
    while index < files:
        command = [sys.executable, "-m", "benchmarks", "fuzz", kind, "--seed", str(seed), "--child"]
        with subprocess.Popen([*command, str(index), str(files)], stdout=subprocess.PIPE, text=True) as process:
            for begun, line in enumerate(process.stdout):
                word, reason = json.loads(line)
                counts[word] += 1
                if word in BAD:
                    bad.append((index + begun, word, reason))
        index = sum(counts.values())
        if process.returncode > 0:
            raise SystemExit(f"the child that reads files of the kind {kind} ended at file {index}")
        if index < files:
            word = "hung" if process.returncode == -signal.SIGPROF else "crashed"
            counts[word] += 1
            bad.append((index, word, f"  the process ended with {process.returncode}"))
            index += 1
    return counts, bad


def spoilt(kind, name, contents, seed, index):
    """The bytes of one file."""
    rng = np.random.default_rng([seed, crc32(name.encode()), index])
    ways = [mutations.of_bytes, mutations.spliced(contents), *kind.mutations * 3]
    way = ways[rng.integers(len(ways))]
    return way(contents[rng.integers(len(contents))], rng)


def keep(folder, name, seed, indices):
    from benchmarks.fuzz_files import KINDS

    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        contents = genuine(KINDS[name], Path(scratch))[1]
    for index in indices[:100]:
        path = folder / f"{name}-{index}{Path(KINDS[name].file).suffix}"
        path.write_bytes(spoilt(KINDS[name], name, contents, seed, index))


def genuine(kind, folder):
    """The path of files of a kind in a folder, and the contents of genuine ones."""
    path = folder / kind.file
    path.parent.mkdir(parents=True, exist_ok=True)
    return path, kind.make(path)


def child(name, seed, start, stop):
    """Read files, and print a line of each."""
    from benchmarks.fuzz_files import KINDS

    kind, lines = KINDS[name], sys.stdout
    sys.stdout = sys.stderr
    warnings.simplefilter("error")
    with TemporaryDirectory() as scratch:
        os.chdir(scratch)
        tempfile.tempdir = scratch
        path, contents = genuine(kind, Path(scratch))
        known = []
        for content in contents:  # and all that is imported late is there
            path.write_bytes(content)
            known.append(kind.read(path))
        guard = Guard(scratch)
        sys.addaudithook(guard)
        signal.signal(signal.SIGALRM, _hung)
        limit = _memory() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        for index in range(start, stop):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(spoilt(kind, name, contents, seed, index))
            print(json.dumps(outcome(kind, path, known, guard)), file=lines, flush=True)


def outcome(kind, path, known, guard):
    """What comes of a file: a word, and where it is bad, what was seen."""
    try:
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # where Python does not come to hear: this ends the process
        guard.watching = True
        try:
            held = kind.read(path)
        finally:
            guard.watching = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.setitimer(signal.ITIMER_PROF, 0)
    except Hung as error:
        return "hung", _seen(error)
    except Ran as error:
        return "ran", _seen(error)
    except MemoryError as error:
        return "memory", _seen(error)
    except BaseException as error:
        return ("refused", "") if is_ours(error) else ("foreign", _seen(error))
    return ("same" if held in known else "other"), ""


def is_ours(error):
    """Whether an error is one of minnet's own, with a sentence: one of `minnet.errors`, or what the system says of a
    file, in minnet's words."""
    plain = isinstance(error, OSError) and error.errno is None and len(str(error)) > 20
    return isinstance(error, OURS) or plain or type(error).__module__.split(".")[0] in ("minnet", "benchmarks")


def _seen(error):
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[2:]]
    return f"  {type(error).__name__}: {str(error)[:200]}\n  {' < '.join(reversed(places))[:400]}"


def _hung(number, frame):
    raise Hung(f"more than {SECONDS} s")


def _memory():
    """Bytes of the address space of this process."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


class Guard:
    """An audit hook that ends what reading has no business with."""

    def __init__(self, folder):
        self.folder, self.watching = folder, False

    def __call__(self, event, arguments):
        if not self.watching:
            return
        is_own = event == "exec" and not os.path.isfile(getattr(arguments[0], "co_filename", ""))  # no module's code
        if event in FORBIDDEN or is_own:
            raise Ran(f"{event} {arguments!r:.100}")
        if event == "open" and isinstance(arguments[0], str) and _writes(arguments):
            place = os.path.realpath(arguments[0])
            if not place.startswith((self.folder, os.devnull)):
                raise Ran(f"{event} {arguments!r:.100}")


def _writes(arguments):
    _, mode, flags = arguments
    return any(letter in (mode or "") for letter in "wax+") or bool((flags or 0) & (os.O_WRONLY | os.O_RDWR))
