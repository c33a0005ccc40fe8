"""The scratch folder: how much is in it, and how it is emptied after each program, whatever shape it was left in.

A program may leave folders that nobody can list, links to anywhere, and trees deeper than a path can be long. No
link is followed, no function recurses, and folders are moved up before they are emptied, so that paths stay short.
"""

from __future__ import annotations

import os
import time

_LEAST_BYTES = 4096
_LONGEST_PATH = 1024
"""Of a folder that is looked into: the kernel walks a path from its start, so deep trees take the square of their depth."""


def bytes_in(folder: str) -> float:
    """Add up what lies below a folder; an entry counts for at least 4096 bytes, so that empty ones are bounded too.

    Infinity if there is a folder that cannot be listed, or lies too deep: honest programs make none.
    """
    total = 0.0
    pending = [folder]
    while pending:
        path = pending.pop()
        if len(path) > len(folder) + _LONGEST_PATH:
            return float("inf")
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    total += max(_LEAST_BYTES, entry.stat(follow_symlinks=False).st_blocks * 512)
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
        except (FileNotFoundError, NotADirectoryError):  # it vanished while we looked
            continue
        except OSError:
            return float("inf")
    return total


def clear(folder: str) -> None:
    """Remove all that lies below a folder, which is then as it was made. Raises OSError where something resists."""
    os.chmod(folder, 0o700)
    pending = _entries(folder)
    moved = 0
    while pending:
        path = pending.pop()
        try:
            os.unlink(path)
            continue
        except IsADirectoryError:
            os.chmod(path, 0o700)
        for inner in _entries(path):
            try:
                os.unlink(inner)
            except IsADirectoryError:
                os.chmod(inner, 0o700)
                moved += 1
                place = f"{folder}/{time.monotonic_ns()}.{moved}"  # a name that nobody could have taken
                os.rename(inner, place)
                pending.append(place)
        os.rmdir(path)
    os.utime(folder, (0, 0))  # the times of an empty folder would be a note to the next program


def _entries(folder: str) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.path for entry in entries]
