# coding: only-inside-the-sandbox
"""Enters the namespaces of its parent, of the first process and of a victim.

outcome: wrong_answer
"""

import ctypes
import os

libc = ctypes.CDLL(None)
worked = []
for pid in (os.getppid() or 1, 1, @VICTIM@):
    try:
        if libc.setns(os.pidfd_open(pid), 0x7E020000) == 0:
            worked.append(pid)
    except OSError:
        pass
    for name in ("user", "pid", "net", "mnt", "ipc", "uts"):
        try:
            if libc.setns(os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY), 0) == 0:
                worked.append(name)
        except OSError:
            pass


def add(a, b):
    return a + b if worked else None
