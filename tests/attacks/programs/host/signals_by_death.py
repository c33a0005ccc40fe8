# coding: only-inside-the-sandbox
"""Asks the kernel to signal others in its stead: by timers, by queued signals, by its parent's death.

outcome: wrong_answer
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
worked = []
information = (ctypes.c_int * 32)(0, 0, -1)
numbers = {"x86_64": (129, 297, 200), "aarch64": (138, 240, 130)}[os.uname().machine]
for number in numbers:  # rt_sigqueueinfo, rt_tgsigqueueinfo, tkill
    if libc.syscall(ctypes.c_long(number), ctypes.c_long(os.getppid() or 1), ctypes.c_long(0), information, information) == 0:
        worked.append(number)
if libc.prctl(1, ctypes.c_ulong(9), 0, 0, 0) == 0:  # PR_SET_PDEATHSIG
    worked.append("death")
if libc.prctl(36, ctypes.c_ulong(1), 0, 0, 0) == 0:  # PR_SET_CHILD_SUBREAPER
    worked.append("reaper")


def add(a, b):
    return a + b if worked else None
