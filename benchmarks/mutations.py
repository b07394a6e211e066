"""Files that are nearly right: what a bad disk, a broken download, another program or ill will make of a genuine one.

A mutation takes the bytes of a genuine file and a random generator. Those of bytes know nothing of formats. The others
go through a format's own checks (checksums, lengths) to what lies behind them: entries of an archive, the header of an
array, values in JSON, the cells of a table, the rows of a database.
"""

import io
import json
import sqlite3
import struct
import warnings
import zipfile
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

BYTES = (0, 1, 0x7F, 0x80, 0xFF, ord('"'), ord("["), ord("-"), ord("\n"))
NUMBERS = (0, -1, 1, 2, 3, 1000, 2**31 - 1, 2**31, 2**62, 2**63, 2**64, 10**30, -(2**63), 0.5, -0.0, 1e-300, 1e308)
ODD = (float("nan"), float("inf"), -float("inf"), None, True, False, "", "x", "0", "nan", "\ud800", "\0", "a" * 10_000)
FOLDED = ([], {}, [[]], [1, 2], [None], {"": {}}, {"layer": "Dense"}, {"layer": {}}, [1e400], ["x"] * 100)
NAMES = ("", "x", "header", "../outside", "/tmp/outside", "a/b", "header.npy", "__class__", "\0", "n" * 70_000)
SHAPES = ((), (0,), (1,), (-1,), (2**31,), (2**40,), (2**63,), (2**64,), (10**30,), (0, 2**62), (2**32,) * 2, (1,) * 70)
DTYPES = ("O", "|O", "<f8", ">f8", "<f2", "<f4", "<c16", "|b1", "|S0", "<U0", "<U1000", "|V0", "|V8", "<M8[s]", "<i8",
          "f" * 50, "<f1", "", "(2,3)<f8", "<f8,<f8", "<U999999999")  # fmt: skip
CELLS = ("", "nan", "inf", "-1e999", "1e308", "-1e308", "5e-324", "0x10", "1_000", "١", "=1+1", '"', '""', "a,b", ";",
         "\t", "\r", "\0", "\ufeff", "9" * 400, "1,5", "None", "😀", "a" * 200_000)  # fmt: skip
DEEP = 100_000


def of_bytes(content, rng):
    """Bits, bytes and spans changed, lost, doubled, moved."""
    data = bytearray(content)
    for _ in range(rng.integers(1, 5)):
        size = len(data)
        start, stop = sorted(int(i) for i in rng.integers(0, size + 1, 2))
        kind = rng.integers(9)
        if kind == 0 and size:
            data[rng.integers(size)] ^= 1 << int(rng.integers(8))
        elif kind == 1 and size:
            data[rng.integers(size)] = BYTES[rng.integers(len(BYTES))]
        elif kind == 2:
            del data[start:]
        elif kind == 3:
            del data[start:stop]
        elif kind == 4:
            data[start:start] = data[start:stop]
        elif kind == 5:
            data[start:stop] = bytes(stop - start)
        elif kind == 6:
            data[start:start] = rng.bytes(int(rng.integers(1, 64)))
        elif kind == 7 and size >= 8:
            number = (0, 2**31, 2**32 - 1, 2**63, 2**64 - 1)[rng.integers(5)]
            at = int(rng.integers(size - 7))
            data[at : at + 8] = struct.pack("<Q", number)
        elif kind == 8:
            data += data[start:stop]
    return bytes(data)


def spliced(contents):
    """The beginning of one file and the end of another."""

    def mutate(content, rng):
        other = contents[rng.integers(len(contents))]
        return content[: rng.integers(len(content) + 1)] + other[rng.integers(len(other) + 1) :]

    return mutate


def of_json_text(content, rng):
    """A text of JSON with one value or name exchanged; or nested without end."""
    if rng.random() < 0.03:
        return b"[" * DEEP if rng.random() < 0.5 else b'{"a":' * DEEP + b"1" + b"}" * DEEP
    return json.dumps(of_json(json.loads(content), rng)).encode()


def of_json(value, rng):
    """A value with one or two of its parts exchanged, lost or renamed."""
    for _ in range(rng.integers(1, 3)):
        places = list(_places(value))
        if not places:
            return _odd(rng)
        owner, key = places[rng.integers(len(places))]
        kind = rng.integers(6)
        if kind == 0:
            del owner[key]
        elif kind == 1 and isinstance(owner, dict):
            owner[NAMES[rng.integers(len(NAMES) - 1)]] = owner.pop(key)
        elif kind == 2:
            other, its_key = places[rng.integers(len(places))]
            owner[key] = json.loads(json.dumps(other[its_key]))  # a copy: JSON has no circles
        else:
            owner[key] = _odd(rng)
    return value


def _places(value):
    """Owners and keys of all parts."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in list(pairs):
        yield value, key
        yield from _places(part)


def _odd(rng):
    kinds = (NUMBERS, ODD, FOLDED, SHAPES, DTYPES)
    values = kinds[rng.integers(len(kinds))]
    return json.loads(json.dumps(values[rng.integers(len(values))]))


def of_archive(content, rng):
    """An archive of arrays with entries that are changed, lost, renamed, doubled or compressed, its checksums right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [[name, archive.read(name)] for name in archive.namelist()]
    compression = zipfile.ZIP_STORED
    kind, at = rng.integers(9), int(rng.integers(len(entries)))
    header = next((entry for entry in entries if entry[0] == "header.npy"), entries[at])
    if kind == 0:
        del entries[at]
    elif kind == 1:
        name = NAMES[rng.integers(len(NAMES) - 1)]
        entries[at][0] = name + (".npy" if rng.random() < 0.7 else "")
    elif kind == 2:
        entries.append([entries[rng.integers(len(entries))][0], entries[at][1]])
    elif kind == 3:  # of zeros, which take a thousandth of what they are
        entries[at][1] = array_entry("<f8", (2**22,), bytes(2**25))
        compression = zipfile.ZIP_DEFLATED
    elif kind in (4, 5):
        shape, dtype = SHAPES[rng.integers(len(SHAPES))], DTYPES[rng.integers(len(DTYPES))]
        held = np.load(io.BytesIO(entries[at][1]), allow_pickle=False)
        told = (dtype, held.shape) if kind == 4 else (held.dtype.str, shape)
        entries[at][1] = array_entry(*told, held.tobytes())
    elif kind == 6:
        entries[at][1] = of_bytes(entries[at][1], rng)
    elif header[0] == "header.npy":
        text = str(np.load(io.BytesIO(header[1]), allow_pickle=False))
        header[1] = _saved(np.array(of_json_text(text, rng).decode(errors="surrogatepass")))
    else:
        held = np.load(io.BytesIO(entries[at][1]), allow_pickle=False)
        held = held.copy() if held.dtype.kind == "f" else held.astype(str).astype("<U40")
        held.flat[rng.integers(held.size)] = (np.nan, np.inf, 1e308, 5e-324)[rng.integers(4)]
        entries[at][1] = _saved(held)
    return archived(entries, compression)


def archived(entries, compression=zipfile.ZIP_STORED):
    """An archive of names and contents."""
    file = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(file, "w", compression) as archive:  # names twice
        for name, data in entries:
            entry = zipfile.ZipInfo(name[:60_000] or "-")
            entry.compress_type = compression
            with archive.open(entry, "w") as opened:
                opened.write(data)
    return file.getvalue()


def array_entry(dtype, shape, data):
    """What a file `.npy` would be that says this of its numbers."""
    text = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape!r}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + data


def _saved(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def of_tensors(content, rng):
    """A safetensors file with another header, whose length is right."""
    (size,) = struct.unpack("<Q", content[:8])
    header, data = json.loads(content[8 : 8 + size]), content[8 + size :]
    if rng.random() < 0.5:
        ours = json.loads(header["__metadata__"]["minnet"])
        header["__metadata__"]["minnet"] = json.dumps(of_json(ours, rng))
    else:
        header = of_json(header, rng)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def of_table(content, rng):
    """A text of lines and cells, some of them exchanged, lost or moved."""
    lines = content.decode().split("\n")
    for _ in range(rng.integers(1, 4)):
        at = int(rng.integers(len(lines)))
        cells = lines[at].split(",")
        kind, cell = rng.integers(5), CELLS[rng.integers(len(CELLS))]
        if kind == 0 and len(lines) > 1:
            del lines[at]
            continue
        if kind == 1:
            cells.insert(int(rng.integers(len(cells) + 1)), cell)
        elif kind == 2 and len(cells) > 1:
            del cells[rng.integers(len(cells))]
        else:
            cells[rng.integers(len(cells))] = cell
        lines[at] = ",".join(cells)
    encoding = "utf-16" if rng.random() < 0.05 else "utf-8"
    return "\n".join(lines).encode(encoding, errors="surrogatepass")


def of_words(content, rng):
    """A text with some of its words and signs exchanged, lost or doubled."""
    words = content.decode().replace("=", " = ").replace("&", " & ").split(" ")
    for _ in range(rng.integers(1, 4)):
        at, kind = int(rng.integers(len(words))), rng.integers(4)
        if kind == 0:
            words.insert(at, words[rng.integers(len(words))])
        elif kind == 1 and len(words) > 1:
            del words[at]
        else:
            odd = (*map(str, NUMBERS), *CELLS[:-1], "[", "]" * 10, "(" * 10, "[" * DEEP, "%00", "%ff", "1e999")
            words[at] = odd[rng.integers(len(odd))]
    return " ".join(words).replace(" = ", "=").replace(" & ", "&").encode(errors="surrogatepass")


def of_database(content, rng):
    """A database with one cell of a table exchanged, or its table, by SQL."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            columns = [column[1] for column in file.execute("PRAGMA table_info(runs)")]
            column = columns[rng.integers(len(columns))]
            kind = rng.integers(6)
            if kind == 0:
                file.execute(f"ALTER TABLE runs DROP COLUMN {column if column != 'key' else 'host'}")
            elif kind == 1:
                file.execute(f"ALTER TABLE runs RENAME COLUMN {column} TO other")
            elif kind == 2:
                file.execute("DROP TABLE runs")
                file.execute(f"CREATE VIEW runs AS SELECT {', '.join(f'1 AS {name}' for name in columns)}")
            elif kind == 3:
                name, number = (("application_id", "user_version"), (0, -1, 2, 2**31 - 1))
                file.execute(f"PRAGMA {name[rng.integers(2)]} = {number[rng.integers(4)]}")
            else:
                values = (None, -1, 2**63 - 1, 0.5, "", "x", "[" * DEEP, b"\xff", "\0", "1e999", "[]")
                odd = values[rng.integers(len(values))]
                file.execute("PRAGMA ignore_check_constraints = 1")
                try:
                    file.execute(f"UPDATE runs SET {column} = ? WHERE rowid = 1", [odd])
                except sqlite3.IntegrityError:  # there must be something
                    file.execute(f"UPDATE runs SET {column} = '' WHERE rowid = 1")
        return path.read_bytes()
