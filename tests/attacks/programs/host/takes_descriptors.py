# coding: only-inside-the-sandbox
"""Takes open files out of its parent and of a victim.

outcome: wrong_answer
"""

import ctypes
import os

libc = ctypes.CDLL(None)
worked = []
for pid in (os.getppid() or 1, 1, @VICTIM@):
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        continue
    for fd in range(8):
        if libc.syscall(ctypes.c_long(438), handle, fd, ctypes.c_long(0)) >= 0:  # pidfd_getfd
            worked.append(fd)
if os.path.exists("/proc/self/fd"):
    for fd in range(8):
        try:
            worked.append(os.open(f"/proc/{os.getppid()}/fd/{fd}", os.O_RDWR))
        except OSError:
            pass


def add(a, b):
    return a + b if worked else None
