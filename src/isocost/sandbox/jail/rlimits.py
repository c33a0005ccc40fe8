"""Resource limits: the kernel's own bounds on one process.

Covers: CPU seconds, address space, size of a file, open files, processes and threads of this user id, core files,
locked memory, message queues.
Does not cover: wall-clock time (the zygote keeps it), memory of several processes together, number of files.
"""

from __future__ import annotations

import resource

STACK_BYTES = 64 << 20
"""Room for deep recursion; set after exec, so that threads keep their default stacks."""
OPEN_FILES = 128


def lower(file_bytes: int, processes: int | None) -> None:
    """Set the limits that are the same for every program of a zygote; children inherit them."""
    for what, amount in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_STACK, STACK_BYTES),
    ):
        _bound(what, amount)
    if processes is not None:
        _bound(resource.RLIMIT_NPROC, processes)


def bound(cpu_seconds: int, memory_bytes: int) -> None:
    """Set the limits of one program; soft and hard are one, so no signal handler can delay the end of its CPU time."""
    _bound(resource.RLIMIT_CPU, cpu_seconds)
    _bound(resource.RLIMIT_AS, memory_bytes)


def _bound(what: int, amount: int) -> None:
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        amount = min(amount, hard)
    resource.setrlimit(what, (amount, amount))
