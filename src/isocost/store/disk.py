"""Writes that survive a crash, and one-line errors for those that fail."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from isocost.errors import IsocostError, OwnFaultError, UsageError

_MACHINE_FAULTS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE})


def replace_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Put `chunks` at `path` so that a reader, or a crash, sees the old file or the new one whole, never a mixture.

    Writes beside it (`<name>.tmp`, one writer only), syncs, renames, and syncs the folder. Raises OSError, also where
    something is there that is no file.
    """
    path = place_of(path)
    beside = path.with_name(path.name + ".tmp")
    try:
        with beside.open("wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def place_of(path: Path) -> Path:
    """Follow links to where a file is to be put; a device or a pipe there is left alone. Raises OSError for these."""
    place = path.resolve() if path.is_symlink() else path
    if place.exists() and not place.is_file() and not place.is_dir():
        raise OSError(errno.EINVAL, "it is a device or a pipe, and no file")
    return place


def write_whole(descriptor: int, data: bytes) -> None:
    """Write all of `data`, however many calls the kernel wants, and wait until it is on the disk. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable; a file's own fsync does not cover its name. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def disk_error(path: Path, error: OSError) -> IsocostError:
    """Say in one line that writing `path` failed: a full or failing disk is the machine's fault, the rest is usage."""
    reason = error.strerror or type(error).__name__
    if error.errno in _MACHINE_FAULTS:
        message = f"cannot write {str(path)!r}: {reason}; make room, then type the same command again: it goes on"
        return OwnFaultError(message)
    return UsageError(f"cannot write {str(path)!r}: {reason}; expected a folder you can write to: give another --out")
