# coding: only-inside-the-sandbox
"""Takes memory from the C library, past Python's own account.

outcome: memory_limit | runtime_error | wrong_answer
limits: default
"""

import ctypes

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
while (place := libc.malloc(ctypes.c_size_t(1 << 22))) is not None:
    ctypes.memset(place, 1, 1 << 22)


def add(a, b):
    return None
