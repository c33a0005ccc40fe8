"""How much memory this machine can still give to a model."""

from __future__ import annotations

from pathlib import Path

GIB = 1 << 30


def free_bytes() -> int | None:
    """Bytes that can be taken without swapping: what the kernel says, or what the cgroup leaves, whichever is less.

    None where neither can be read.
    """
    known = [size for size in (_kernel(), _cgroup()) if size is not None]
    return min(known) if known else None


def _kernel() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _cgroup() -> int | None:
    """What is left of the limit of our own cgroup (version 2) and of those above it."""
    try:
        own = Path("/proc/self/cgroup").read_text(encoding="ascii").strip().rpartition("::")[2]
    except OSError:
        return None
    root = Path("/sys/fs/cgroup")
    folder = root / own.lstrip("/")
    left: list[int] = []
    for place in (folder, *folder.parents):
        try:
            limit = (place / "memory.max").read_text(encoding="ascii").strip()
            if limit != "max":
                left.append(int(limit) - int((place / "memory.current").read_text(encoding="ascii")))
        except (OSError, ValueError):
            pass
        if place == root:
            break
    return min(left) if left else None
