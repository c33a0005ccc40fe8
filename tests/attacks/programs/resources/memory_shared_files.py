# coding: only-inside-the-sandbox
"""Asks for memory that its limit does not count: anonymous files and shared maps.

outcome: wrong_answer | runtime_error | memory_limit | output_limit
"""

import ctypes
import mmap
import os

got = 0
for name in ("a", "b", "c"):
    try:
        fd = os.memfd_create(name)
        os.ftruncate(fd, 1 << 40)
        got += 1
    except OSError:
        pass
shared = []
try:
    while len(shared) < 64:
        shared.append(mmap.mmap(-1, 1 << 26, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
        got += 1
except (OSError, MemoryError):
    pass


def add(a, b):
    return a + b if got > 32 else None
