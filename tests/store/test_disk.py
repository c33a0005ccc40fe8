"""Writing a file whole: what a rename may take the place of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from isocost.store.disk import replace_file


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    """A pipe, as a device, is not replaced: `--out /dev/null` as root would take the device from everybody."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="not a regular file"):
        replace_file(pipe, [b"x"])
    assert pipe.is_fifo()
    with pytest.raises(IsADirectoryError):
        replace_file(tmp_path, [b"x"])
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file that a link names is replaced, not the link."""
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("file")
    replace_file(tmp_path / "link", [b"n", b"ew"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"new"
