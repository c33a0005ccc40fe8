"""Which user a program runs as, seen from outside its sandbox, and how many processes that user may have.

Started by root, programs get a user id that owns nothing: files, signals and process limits of root are then out of
reach even before the other layers say no. Where the interpreter can be read by root alone, that id keeps the one
right to read past the modes of files (CAP_DAC_READ_SEARCH); Landlock still bounds what it reads.
With namespaces, a root that has no such id to spare (in a user namespace that does not know it) stays who it is outside.
Not covered: started by root that may not change ids (a container without CAP_SETUID, a nested user namespace),
programs stay root by name, without a single capability. Landlock, seccomp and the signal filter then stand alone,
and the number of threads is bounded by memory only, because the kernel never counts root's.
Started by an ordinary user at `contained`, programs are that user: what this user owns is closed by Landlock, and
calls that Landlock does not know (mode and times of files) by seccomp.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

FIRST_ID = 1_900_000_000
"""Ids from here on belong to nobody; each judge process takes its own."""
THREADS = 64
"""Processes and threads of a program whose user id is its own."""
_MORE_THREADS = 4096
"""The same where other processes share the id: theirs vary, and count too."""

_CHOWN, _DAC_READ_SEARCH, _SETGID, _SETUID = 0, 2, 6, 7  # linux/capability.h


class OuterUser(msgspec.Struct, frozen=True, kw_only=True):
    """The user that a program is at `contained`."""

    uid: int | None
    """Id to take; None to stay who one is."""
    reads_past_modes: bool
    """Whether it keeps CAP_DAC_READ_SEARCH, without which it could not read the interpreter."""
    processes: int | None
    """Bound of RLIMIT_NPROC; None where the kernel would not count."""


def spare_id() -> int:
    """Give an id that nobody has, this process's own."""
    return FIRST_ID + os.getpid()


def knows_spare_id() -> bool:
    """Tell whether this process's user namespace has the spare id, for users and for groups."""
    return all(
        any(int(first) <= spare_id() < int(first) + int(count) for first, _outer, count in map(str.split, lines))
        for lines in (
            Path(f"/proc/self/{kind}_map").read_text(encoding="ascii").splitlines() for kind in ("uid", "gid")
        )
    )


def without_namespaces(executable: str, scratch: str) -> OuterUser:
    """Choose the user of programs where there are no namespaces, and give the scratch folder to it."""
    own = os.getuid()
    if own != 0:
        return OuterUser(uid=None, reads_past_modes=False, processes=_processes_of(own) + _MORE_THREADS)
    stay = OuterUser(uid=None, reads_past_modes=False, processes=None)
    readable = _readable_by_others(executable)
    needed = {_CHOWN, _SETGID, _SETUID} | (set() if readable else {_DAC_READ_SEARCH})
    if not needed <= _capabilities() or not knows_spare_id():
        return stay
    os.chown(scratch, spare_id(), spare_id())
    return OuterUser(uid=spare_id(), reads_past_modes=not readable, processes=THREADS)


def _readable_by_others(path: str) -> bool:
    return all(part.stat().st_mode & 0o005 == 0o005 for part in (Path(path), *Path(path).parents))


def _capabilities() -> set[int]:
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("CapEff:"):
            mask = int(line.split()[1], 16)
            return {bit for bit in range(64) if mask >> bit & 1}
    return set()


def _processes_of(uid: int) -> int:
    """Count processes and threads of a user, as far as they can be seen."""
    total = 0
    with os.scandir("/proc") as entries:
        for entry in entries:
            try:
                if entry.name.isdecimal() and entry.stat().st_uid == uid:
                    total += sum(1 for _task in Path(entry.path, "task").iterdir())
            except OSError:  # it has ended
                continue
    return total
