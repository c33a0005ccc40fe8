# coding: only-inside-the-sandbox
"""Makes anonymous and secret memory files, to run code from or to leave.

outcome: wrong_answer
"""

import ctypes
import os

libc = ctypes.CDLL(None)
worked = []
try:
    worked.append(os.memfd_create("x"))
except OSError:
    pass
if libc.syscall(ctypes.c_long(447), ctypes.c_long(0)) >= 0:  # memfd_secret
    worked.append("secret")


def add(a, b):
    return a + b if worked else None
