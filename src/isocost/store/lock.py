"""One writer per folder: a lock that ends with its process, however that ends."""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path

from isocost.errors import UsageError

LOCK_NAME = ".lock"

# A POSIX record lock belongs to a process: a child that is forked does not inherit it, so a worker that outlives its
# killed parent cannot keep the folder shut (an flock would be kept). The price is that the same process may lock twice
# and that closing any descriptor of the file frees it; hence this set of the folders that this process holds, by inode.
_held: set[tuple[int, int]] = set()


class FolderLock:
    """The right to write in one folder; held from construction until `release` or the end of the process."""

    def __init__(self, folder: Path) -> None:
        """Take the lock of an existing folder.

        Raises UsageError when another writer has it, naming its process id, and OSError when the folder is unwritable.
        """
        self._pid = os.getpid()
        status = folder.stat()
        self._identity = (status.st_dev, status.st_ino)
        if self._identity in _held:
            raise _refusal(folder, str(self._pid))
        # Nothing before this line may open the lock file: closing it again would free a lock that this process holds.
        self._descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            if error.errno in (errno.EACCES, errno.EAGAIN):
                raise _refusal(folder, holder or "unknown") from error
            raise
        _held.add(self._identity)
        with suppress(OSError):  # The number is a courtesy to others; on a full disk the lock holds without it.
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{self._pid}\n".encode("ascii"), 0)

    @property
    def mine(self) -> bool:
        """True in the process that took the lock, False in a child forked from it."""
        return os.getpid() == self._pid

    def release(self) -> None:
        """Let others write. The file stays: removing it would let two processes lock two files of one name."""
        if self.mine and self._descriptor >= 0:
            _held.discard(self._identity)
            os.close(self._descriptor)
            self._descriptor = -1


def _refusal(folder: Path, pid: str) -> UsageError:
    return UsageError(
        f"run folder {str(folder)!r} is being written by process {pid}; expected one writer at a time: "
        "wait until it ends, or give another --out"
    )
