"""Peak resident memory of some processes over a stretch of time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from isocost.records import Record

RESET_PEAK = b"5"
"""What, written to `clear_refs`, sets the peak of resident memory back to what is resident now (proc(5))."""


class MemoryRead(Record, frozen=True):
    """Peak memory, or why there is none."""

    memory_bytes: int | None
    """Sum of each process's peak; above the peak of their sum where they peak at different times."""
    scope: str | None
    """What it is of."""
    absent: str | None
    """Why there is no number."""


class ProcessMemory:
    """Watches processes from `start` to `read`.

    The kernel keeps each process's peak (VmHWM) and can set it back where we may write to `clear_refs` (same user, or
    root). Elsewhere resident memory is sampled: a peak between two samples is missed, and the scope says so.
    """

    def __init__(self, pids: Sequence[int], *, root: Path, absent: str) -> None:
        """Watch `pids`, whose files are below `root`/proc; `absent` is the reason given where there are none."""
        self._proc = root / "proc"
        self._absent = absent
        self._pids = tuple(dict.fromkeys(pids))
        self._sampled: dict[int, int] = {}

    @property
    def samples(self) -> bool:
        """Whether `sample` has to be called again and again; known after `start`."""
        return bool(self._sampled)

    def start(self) -> None:
        """Set peaks back, or find out that this is not allowed."""
        for pid in self._pids:
            if not _reset_peak(self._proc / str(pid) / "clear_refs"):
                self._sampled[pid] = _status_bytes(self._proc / str(pid) / "status", "VmRSS") or 0

    def sample(self) -> None:
        """Look at what is resident now, of processes whose peak could not be set back."""
        for pid, most in self._sampled.items():
            now = _status_bytes(self._proc / str(pid) / "status", "VmRSS")
            self._sampled[pid] = max(most, now or 0)

    def read(self, every_seconds: float) -> MemoryRead:
        """Say what the peak was; `every_seconds` is how often samples were taken, if they were."""
        if not self._pids:
            return MemoryRead(memory_bytes=None, scope=None, absent=self._absent)
        self.sample()
        total = 0
        for pid in self._pids:
            peak = self._sampled.get(pid) or _status_bytes(self._proc / str(pid) / "status", "VmHWM")
            if peak is None:
                return MemoryRead(
                    memory_bytes=None, scope=None, absent=f"process {pid} ended before the window did, or tells no peak"
                )
            total += peak
        whose = "1 process" if len(self._pids) == 1 else f"{len(self._pids)} processes, the sum of their peaks"
        how = f"sampled every {every_seconds * 1000:g} ms" if self._sampled else "peak by the kernel"
        return MemoryRead(memory_bytes=total, scope=f"resident, {whose}, {how}", absent=None)


def _reset_peak(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.write(descriptor, RESET_PEAK)
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True


def _status_bytes(path: Path, key: str) -> int | None:
    """Read one `Key:  123 kB` of a file of /proc; None where it is not there."""
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    for line in text.splitlines():
        name, _, value = line.partition(":")
        words = value.split()
        if name == key and words and words[0].isdigit():
            return int(words[0]) << 10
    return None
