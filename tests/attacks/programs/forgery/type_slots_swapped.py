# coding: only-inside-the-sandbox
"""Makes the class of integers write itself as something else.

outcome: wrong_answer
"""

import ctypes

one = ctypes.string_at(id(1), 28)


def add(a, b):
    number = 5000 + a
    ctypes.c_uint32.from_address(id(number) + 24).value = 7
    return number
