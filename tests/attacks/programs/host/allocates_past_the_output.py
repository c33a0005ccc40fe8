# coding: only-inside-the-sandbox
"""Leaves memory allocated past the end of its output, which stays empty.

outcome: wrong_answer
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.fallocate(1, 1, ctypes.c_long(0), ctypes.c_long(8 << 20))
libc.fallocate(2, 1, ctypes.c_long(1 << 20), ctypes.c_long(4 << 20))


def add(a, b):
    return None
