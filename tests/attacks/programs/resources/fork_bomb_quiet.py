# coding: only-inside-the-sandbox
"""Forks by every way there is, and hides that it was refused.

outcome: wrong_answer | runtime_error | time_limit
"""

import ctypes
import os
import subprocess

libc = ctypes.CDLL(None)
for _ in range(200):
    for way in (os.fork, os.forkpty, lambda: subprocess.Popen(["true"]), lambda: os.posix_spawn("/bin/true", ["x"], {})):
        try:
            way()
        except OSError:
            pass
    libc.vfork.restype = ctypes.c_int
    libc.syscall(ctypes.c_long(435), None, ctypes.c_long(0))


def add(a, b):
    return None
