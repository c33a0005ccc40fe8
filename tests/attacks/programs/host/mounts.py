# coding: only-inside-the-sandbox
"""Mounts file systems, unmounts its own root, and moves it.

outcome: wrong_answer
"""

import ctypes
import os

libc = ctypes.CDLL(None)
worked = []
scratch = os.fsencode(os.getcwd())
for source, kind, flags in ((b"x", b"tmpfs", 0), (b"x", b"proc", 0), (b"/", None, 4096), (b"x", b"sysfs", 0), (b"x", None, 32)):
    if libc.mount(source, scratch, kind, ctypes.c_ulong(flags), None) == 0:
        worked.append(source)
for target in (scratch, b"/", b"/usr/lib", b"/tmp"):
    if libc.umount2(target, 2) == 0:
        worked.append(target)
numbers = {"x86_64": 155, "aarch64": 41}[os.uname().machine]
for number in (numbers, 428, 429, 430, 432, 442):  # pivot_root; open_tree and its kin
    if libc.syscall(ctypes.c_long(number), scratch, scratch, ctypes.c_long(0)) >= 0:
        worked.append(number)


def add(a, b):
    return a + b if worked else None
