"""Peak memory of a command and all below it, sampled while it runs."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

INTERVAL_SECONDS = 0.05
_PROC = Path("/proc")


class Measured(NamedTuple):
    """A command that ran."""

    seconds: float
    """Wall-clock seconds."""
    peak_bytes: int
    """Most memory that all its processes held together: a page shared by several counts once (PSS)."""
    peak_rss_bytes: int
    """The same with shared pages counted in each process."""
    processes: int
    """Most processes at once."""
    output: str
    """What it wrote to stdout."""


def measured(command: Sequence[str], environment: Mapping[str, str]) -> Measured:
    """Run a command to its end and watch its process tree every 50 ms.

    Raises subprocess.CalledProcessError when it fails.
    """
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    peaks = [0, 0, 0]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(INTERVAL_SECONDS):
            members = list(_tree(process.pid))
            found = [_pss(pid) for pid in members]
            now = (sum(pss for pss, _rss in found), sum(rss for _pss, rss in found), len(members))
            peaks[:] = [max(old, new) for old, new in zip(peaks, now, strict=True)]

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        output, _ = process.communicate()
    finally:
        ended.set()
        watcher.join()
    seconds = time.monotonic() - begun
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measured(seconds, peaks[0], peaks[1], peaks[2], output)


def _tree(root: int) -> Iterator[int]:
    """The process and all its descendants. A process that ends meanwhile is left out."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += children.get(pid, [])


def _pss(pid: int) -> tuple[int, int]:
    """Proportional and resident bytes; resident for both where the kernel keeps the shares to itself."""
    sizes: dict[str, int] = {}
    for name in ("smaps_rollup", "status"):
        try:
            lines = (_PROC / str(pid) / name).read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            key, _, rest = line.partition(":")
            if key in {"Pss", "Rss", "VmRSS"}:
                sizes.setdefault(key, int(rest.split()[0]) * 1024)
    resident = sizes.get("Rss", sizes.get("VmRSS", 0))
    return sizes.get("Pss", resident), resident
