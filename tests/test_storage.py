"""Files: what is written takes the place of a file, and of nothing else."""

import os
from threading import Thread

import pytest

from minnet import storage


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
