"""The scratch folder where there is no private root: made, locked as long as its judge lives, and removed.

A judge that is killed cannot remove its folder; the next one to start does. The lock tells whose judge is dead, also
across process namespaces. Such a folder is empty, because its zygote empties it when the judge is gone, and is removed
only if it is: nothing is ever done inside a folder that somebody else may have made.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from pathlib import Path

from isocost.sandbox.jail import scratch

_PREFIX = "isocost-scratch-"


class ScratchFolder:
    """A folder of this process's own below the machine's temporary folder."""

    def __init__(self) -> None:
        _sweep()
        while True:
            self.path = tempfile.mkdtemp(prefix=_PREFIX)
            try:
                self._lock = _locked(self.path)
            except OSError:  # swept away between the two lines
                continue
            return

    def remove(self) -> None:
        """Remove it with all that is in it, as far as it lets itself be removed. No program may run in it any more."""
        with contextlib.suppress(OSError):
            scratch.clear(self.path)
            Path(self.path).rmdir()
        os.close(self._lock)


def _locked(path: str) -> int:
    """Open and lock a folder. Raises OSError if it is not there, is not ours to open, or is locked."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        Path(path).stat()
    except OSError:
        os.close(fd)
        raise
    return fd


def _sweep() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            lock = _locked(str(path))
            try:
                path.rmdir()
            finally:
                os.close(lock)
