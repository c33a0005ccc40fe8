"""How long processes were ready to run and had no core: what a busy machine adds to a time, by the kernel's own count."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

CALM_SHARE = 0.05
"""Share of a time that threads may have waited for a core."""
FEWEST_CALM = 3
"""Rounds that make a figure at least, the calmest where hardly one is calm."""


def waited_seconds(pids: Sequence[int], root: Path = Path("/")) -> float | None:
    """Seconds that all threads of these processes have waited for a core so far, summed over threads.

    The second number of `/proc/PID/task/TID/schedstat`. None where there are no processes, or the kernel does not count.
    Threads that ended are no longer in it. Not in it either: cores that a host took away (steal), and a neighbour's use of
    shared memory and caches.
    """
    total, found = 0, False
    for pid in pids:
        for path in (root / "proc" / str(pid) / "task").glob("*/schedstat"):
            try:
                total += int(path.read_text(encoding="ascii").split()[1])
            except (OSError, ValueError, IndexError):
                continue
            found = True
    return total / 1e9 if found else None


def calm_rounds(waited: Sequence[float | None]) -> list[int]:
    """Rounds whose threads waited for a core for at most 5% of the time; at least the 3 calmest.

    A round in which something else ran tells of that, and not of the model. It is told by the kernel's count and not by the
    time itself, so that rounds which are slow for other reasons stay in.

    >>> calm_rounds([0.0, 0.3, 0.01, None, 0.02])
    [0, 2, 3, 4]
    >>> calm_rounds([0.1, 0.3, 0.4, 0.2])
    [0, 1, 3]
    """
    shares = [0.0 if share is None else share for share in waited]
    fewest = min(len(shares), FEWEST_CALM)
    calmest = sorted(range(len(shares)), key=shares.__getitem__)
    return sorted(number for place, number in enumerate(calmest) if place < fewest or shares[number] <= CALM_SHARE)


def share_of(before: float | None, after: float | None, seconds: float) -> float | None:
    """Waited seconds between two looks, as a share of the time between them; None where they were not told."""
    return None if before is None or after is None or seconds <= 0.0 else max(0.0, after - before) / seconds
