# coding: only-inside-the-sandbox
"""Calls the kernel by the numbers of another architecture, past a filter that knows one only.

outcome: runtime_error | wrong_answer
"""

import ctypes
import os

libc = ctypes.CDLL(None)
worked = False
if os.uname().machine == "x86_64":
    worked = libc.syscall(ctypes.c_long(0x40000000 | 41), 2, 1, 0) >= 0  # x32: socket


def add(a, b):
    return a + b if worked else None
