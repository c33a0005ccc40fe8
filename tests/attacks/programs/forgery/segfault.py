# coding: only-inside-the-sandbox
"""Reads address 0.

outcome: runtime_error
"""

import ctypes


def add(a, b):
    return ctypes.string_at(0)
