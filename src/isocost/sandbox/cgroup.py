"""A cgroup for each zygote, where one was handed over: a bound on all that its programs hold together.

Covers: memory of all processes and scratch files of one worker together, and its number of processes and threads, which
resource limits bound for each process or user alone.
Does not cover: CPU, input and output; and nothing at all unless `ISOCOST_CGROUP` names folders of a cgroup hierarchy that
this user may write, separated by colons. None is taken unasked: a group that somebody else made may be counted by them,
and could not be removed while ours is in it.

Both versions of cgroups are understood; a folder of version 2 has `memory` and `pids` in its `cgroup.subtree_control`.
Source: the kernel's Documentation/admin-guide/cgroup-v2.rst, and cgroup-v1/memory.rst and pids.rst.
"""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from isocost.errors import SandboxError

VARIABLE = "ISOCOST_CGROUP"
"""Environment variable that names the folders."""
_PREFIX = "isocost-"
_OWN_BYTES = 256 << 20
"""Room for the zygote, and for files in the scratch folder's memory."""
_PROCESSES = 128
"""Processes and threads of a worker: the zygote, a program, and the 64 threads that a program may have, twice over."""
_MEMORY_BOUNDS = "memory.max", "memory.limit_in_bytes"
_BOUNDS = (*_MEMORY_BOUNDS, "pids.max")
_KILLS = "memory.events", "memory.oom_control"


class Cgroup:
    """The groups of one zygote; made by `handed_over`."""

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._bytes = 0
        self._kills = self._count_kills()

    def take_in(self, pid: int) -> None:
        """Put a process into every group, and with it all that it will fork. Raises SandboxError where that is refused."""
        for folder in self._folders:
            try:
                (folder / "cgroup.procs").write_text(str(pid), encoding="ascii")
            except OSError as error:
                raise SandboxError(
                    f"no process can be put into {str(folder.parent)!r}, which {VARIABLE} names: {error.strerror}"
                ) from None
            _set(folder / "pids.max", _PROCESSES)

    def allow(self, memory_bytes: int) -> None:
        """Bound the memory of all processes together to what one program may have, and room for the zygote."""
        if memory_bytes == self._bytes:
            return
        self._bytes = memory_bytes
        for folder in self._folders:
            for name in _MEMORY_BOUNDS:
                _set(folder / name, memory_bytes + _OWN_BYTES)

    def ran_out(self) -> bool:
        """Whether the kernel killed something for want of memory since this was asked last."""
        before, self._kills = self._kills, self._count_kills()
        return self._kills > before

    def remove(self) -> None:
        """Remove the groups. All processes in them must have ended."""
        for folder in self._folders:
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _count_kills(self) -> int:
        total = 0
        for folder in self._folders:
            for name in _KILLS:
                with contextlib.suppress(OSError):
                    for line in (folder / name).read_text(encoding="ascii").splitlines():
                        key, _, value = line.partition(" ")
                        total += int(value) if key == "oom_kill" else 0
        return total


def handed_over() -> Cgroup | None:
    """Make groups below the folders that were handed over; None where none was.

    What judges that were killed left behind, empty groups named by their process ids, is removed on the way. Raises
    SandboxError for a folder in which no group can be made: what was asked for is never silently left out.
    """
    made: list[Path] = []
    for parent in (Path(part) for part in os.environ.get(VARIABLE, "").split(":") if part):
        try:
            _sweep(parent)
            number = 0
            while (folder := parent / f"{_PREFIX}{os.getpid()}-{number}").exists():
                number += 1
            folder.mkdir()
            if not (folder / "cgroup.procs").exists():  # the kernel fills a group of its own
                folder.rmdir()
                raise NotADirectoryError(errno.ENOTDIR, "it is in no cgroup hierarchy")
        except OSError as error:
            Cgroup(made).remove()
            raise SandboxError(
                f"{VARIABLE} names {str(parent)!r}, where no group can be made: {error.strerror}; "
                "name a folder below the mount of a cgroup hierarchy that you may write, or unset it"
            ) from None
        made.append(folder)
    if made and not any((folder / name).exists() for folder in made for name in _BOUNDS):
        Cgroup(made).remove()
        raise SandboxError(
            f"{VARIABLE} names {os.environ[VARIABLE]!r}, where groups bound neither memory nor processes; "
            "delegate these controllers (`cgroup.subtree_control` of version 2), name other folders, or unset it"
        )
    return Cgroup(made) if made else None


def _set(bound: Path, value: int) -> None:
    """Write a bound, where the group has it: each hierarchy of version 1 has one controller."""
    if bound.exists():
        bound.write_text(str(value), encoding="ascii")


def _sweep(parent: Path) -> None:
    """Remove groups of judges that are gone; one that still has a process refuses to be removed."""
    for folder in parent.glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdecimal() and not Path("/proc", pid).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()
