"""Files that are nearly right are refused with a sentence of minnet's own: `python -m benchmarks fuzz` makes 10 000 of
each kind, here are a few."""

import zipfile

import numpy as np
import pytest

import minnet as mn
from benchmarks.fuzz import genuine, is_ours, spoilt
from benchmarks.fuzz_files import KINDS, networks
from benchmarks.mutations import archived, array_entry
from minnet import archives, storage
from minnet.archives import read_arrays
from minnet.checks import generator_of
from minnet.errors import FileFormatError

FILES = 40


@pytest.mark.parametrize("name", KINDS)
def test_a_file_that_is_nearly_right_is_read_or_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kind = KINDS[name]
    path, contents = genuine(kind, tmp_path)
    for content in contents:
        path.write_bytes(content)
        kind.read(path)
    for index in range(FILES):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(spoilt(kind, name, contents, 1, index))
        try:
            kind.read(path)
        except Exception as error:
            if not is_ours(error):
                raise AssertionError(f"file {index} of the kind {name}") from error


def test_what_is_written_is_read(tmp_path):
    arrays = {"a": np.arange(6.0).reshape(2, 3).T, "b": np.array("ä"), "c": np.zeros((0, 3), bool), "d": np.float32(1)}
    arrays["e"] = arrays["a"].astype(">i4")
    np.savez(tmp_path / "a.npz", **arrays)
    np.savez_compressed(tmp_path / "b.npz", **arrays)
    for file in "ab":
        held = read_arrays(tmp_path / f"{file}.npz", "it")
        assert list(held) == list(arrays)
        for name, array in arrays.items():
            assert held[name].dtype == array.dtype
            np.testing.assert_array_equal(held[name], array)
            assert held[name].flags.writeable


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (array_entry("<f8", (2**40,), bytes(8)), r"float64 \(1099511627776,\), and has 8 bytes"),
        (array_entry("<f8", (0, 2**63), b""), "not a readable"),
        (array_entry("|O", (1,), bytes(8)), "objects, a pickle"),
        (array_entry("|V8", (1,), bytes(8)), "neither numbers nor texts"),
        (array_entry("<U1", (1,), b"\xff" * 4), "characters that there are not"),
        (b"text", "is no array"),
        (b"\x93NUMPY", "is no array"),
    ],
)
def test_what_an_array_says_of_itself_is_not_believed(tmp_path, entry, message):
    (tmp_path / "a.npz").write_bytes(archived([("a.npy", entry)]))
    with pytest.raises(FileFormatError, match=message):
        read_arrays(tmp_path / "a.npz", "it")


def test_little_does_not_become_much(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "UNPACKED", 4 * 2528)
    entries = [(f"{k}.npy", array_entry("<f8", (300,), bytes(2400))) for k in range(4)]
    (tmp_path / "a.npz").write_bytes(archived(entries, zipfile.ZIP_DEFLATED))
    read_arrays(tmp_path / "a.npz", "it")
    (tmp_path / "a.npz").write_bytes(archived([*entries, ("4.npy", entries[0][1])], zipfile.ZIP_DEFLATED))
    with pytest.raises(FileFormatError, match=r"bytes would become 12,640; more than 10,112"):
        read_arrays(tmp_path / "a.npz", "it")


def test_a_changed_number_is_noticed_by_its_checksum(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.full(1000, np.pi))
    content = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(content.replace(np.float64(np.pi).tobytes(), np.float64(3).tobytes(), 1))
    with pytest.raises(FileFormatError, match="CRC"):
        read_arrays(tmp_path / "a.npz", "it")


def test_no_memory_is_taken_for_a_network_that_is_not_there(tmp_path):
    net = networks()[0]
    header = net.header()
    header["layers"][1:] = [{"layer": "Dense", "n_inputs": 2, "n_outputs": 10**12}]
    storage.write(tmp_path / "net.npz", "network", header, net.arrays())
    with pytest.raises(FileFormatError, match=r"1\.W.*expected float64 \(2, 1000000000000\)"):
        mn.load(tmp_path / "net.npz")


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_states_of_generators(kind):
    rng = np.random.Generator(kind(3))
    rng.random(5)
    assert generator_of(rng.bit_generator.state).random() == rng.random()
    for spoils in ({"bit_generator": "seed"}, {"state": {"key": [0] * 624, "pos": 10**6}}, {"buffer_pos": -5}):
        if kind is np.random.Philox or "buffer_pos" not in spoils:
            with pytest.raises(ValueError, match="no state of a random generator"):
                generator_of(rng.bit_generator.state | spoils)
