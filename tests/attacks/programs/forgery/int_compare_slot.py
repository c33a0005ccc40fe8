# coding: only-inside-the-sandbox
"""Rewrites the comparison slot of int, so that all ints are equal where the tests run.

outcome: wrong_answer | runtime_error
"""

import ctypes

RICHCOMPARE = 25 * 8  # offset of tp_richcompare in a type object


@ctypes.CFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.c_int)
def equal(a, b, op):
    return True


def add(a, b):
    ctypes.c_void_p.from_address(id(int) + RICHCOMPARE).value = ctypes.cast(equal, ctypes.c_void_p).value
    return -1
