"""Memory, open files and number of processes of a command and all below it, sampled while it runs."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

INTERVAL_SECONDS = 0.05
_PROC = Path("/proc")
_ZYGOTE = b"isocost.sandbox.jail import zygote"


class Look(NamedTuple):
    """A process tree at one moment."""

    seconds: float
    """Since the watch began."""
    pss_bytes: int
    """Memory of all processes: a page shared by several counts once."""
    own_bytes: int
    """The same without the processes of judged programs, each of which may fill its own allowance."""
    rss_bytes: int
    """The same with shared pages counted in each process."""
    processes: int
    """Processes."""
    descriptors: int
    """Open files of all processes, as far as they can be seen."""


class Measured(NamedTuple):
    """A command that ran."""

    seconds: float
    """Wall-clock seconds."""
    peak_bytes: int
    """Most memory that all its processes held together: a page shared by several counts once (PSS)."""
    peak_own_bytes: int
    """The same without the processes of judged programs."""
    peak_rss_bytes: int
    """The same with shared pages counted in each process."""
    processes: int
    """Most processes at once."""
    output: str
    """What it wrote to stdout."""
    looks: tuple[Look, ...]
    """All that was seen, in order."""


class Watch:
    """Looks at a process tree at an even pace, from a thread of this process, while the block runs."""

    def __init__(self, root: int, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self.looks: list[Look] = []
        self._root = root
        self._interval = interval_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._begun = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._interval):
            self.looks.append(look(self._root, time.monotonic() - self._begun))


def measured(
    command: Sequence[str], environment: Mapping[str, str], interval_seconds: float = INTERVAL_SECONDS
) -> Measured:
    """Run a command to its end and watch its process tree, every 50 ms if nothing else is said.

    Raises subprocess.CalledProcessError when it fails.
    """
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    with Watch(process.pid, interval_seconds) as watch:
        output, _ = process.communicate()
    seconds = time.monotonic() - begun
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    pss, own, rss, processes = (max((int(item[place]) for item in watch.looks), default=0) for place in (1, 2, 3, 4))
    return Measured(seconds, pss, own, rss, processes, output, tuple(watch.looks))


def look(root: int, seconds: float = 0.0) -> Look:
    """Add up what a process and all its descendants hold now."""
    members = dict(_tree(root))
    # The command line first: a program that ends in between then has its memory counted as a program's, or not at all.
    zygotes = {pid for pid in members if _ZYGOTE in _command(pid)}
    found = {pid: _pss(pid) for pid in members}
    return Look(
        seconds,
        sum(pss for pss, _rss in found.values()),
        # A program is what a zygote forked: it has the zygote's command line, and a zygote for a parent.
        sum(pss for pid, (pss, _rss) in found.items() if not (pid in zygotes and members[pid] in zygotes)),
        sum(rss for _pss, rss in found.values()),
        len(members),
        sum(_descriptors(pid) for pid in members),
    )


def _command(pid: int) -> bytes:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:  # it has ended
        return b""


def _tree(root: int) -> Iterator[tuple[int, int]]:
    """The process and all its descendants, each with its parent. A process that ends meanwhile is left out."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting = [(root, 0)]
    while waiting:
        pid, parent = waiting.pop()
        yield pid, parent
        waiting += [(child, pid) for child in children.get(pid, [])]


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


def _descriptors(pid: int) -> int:
    try:
        return sum(1 for _ in (_PROC / str(pid) / "fd").iterdir())
    except OSError:  # it has ended, or hides them
        return 0
