# coding: only-inside-the-sandbox
"""Writes over the object that stands for None.

outcome: wrong_answer | runtime_error | time_limit
"""

import ctypes


def add(a, b):
    ctypes.c_size_t.from_address(id(None) + 8).value = id(int)
    return None
