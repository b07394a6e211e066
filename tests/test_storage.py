"""Files: what is written takes the place of a file, and of nothing else."""

import errno
import os
from contextlib import closing
from threading import Thread

import numpy as np
import pytest

from minnet import storage, study


def test_what_is_no_file_is_written_to_and_stays(tmp_path):
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = Thread(target=lambda: heard.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    storage.write_text(pipe, "text")
    reader.join(10)
    assert heard == ["text"]
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "file").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    storage.write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text(encoding="utf-8") == "new"


def test_a_folder_is_not_written(tmp_path):
    with pytest.raises(OSError, match="cannot write"):
        storage.write_text(tmp_path, "text")
    assert tmp_path.is_dir()


def test_a_disk_that_fills_up_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "a.npz"
    storage.write(path, "thing", {"x": 1}, {"a": np.ones(3)})
    before = path.read_bytes()

    def half(file, **arrays):
        file.write(b"PK half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(
        OSError, match=r"disk of .* is full \(about 8,0\d\d are needed, .* are free\). Free some"
    ) as caught:
        storage.write(path, "thing", {"x": 2}, {"a": np.ones(1000)})
    assert caught.value.errno is None  # the sentence is minnet's
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_study_on_a_full_disk_keeps_its_runs(tmp_path):
    def row(repeat):
        losses = {"losses": [0.5] * 2000}
        return study.Row("fits", f"{repeat}", {}, 0, repeat, losses, None, "2026-11-30", 0.1, {}, "host")

    with study.Store(tmp_path / "runs.sqlite", write=True) as store:
        store.add(row(0))
        with closing(store._file.execute("PRAGMA max_page_count = 8")):  # SQLite is as full then as the disk would be
            pass
        full = pytest.raises(OSError, match=r"disk of its folder is full .* and call again: the runs .* are kept")
        with full:
            any(store.add(row(repeat)) for repeat in range(1, 9))
        kept = store.rows()
    assert kept[0] == row(0)
    assert study.read(tmp_path / "runs.sqlite") == kept
