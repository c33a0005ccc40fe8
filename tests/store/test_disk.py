"""Files that are put in place whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from isocost.store.disk import replace_file


def test_a_link_stays_and_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    """What a link names is replaced, not the link; a pipe or a device never is: `--out /dev/null` by root would be."""
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("file")
    replace_file(tmp_path / "link", [b"n", b"ew"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"new"
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "to-pipe").symlink_to("pipe")
    for name in ("pipe", "to-pipe"):
        with pytest.raises(OSError, match="no file"):
            replace_file(tmp_path / name, [b"new"])
    assert (tmp_path / "pipe").is_fifo()
    assert len(list(tmp_path.iterdir())) == 4
