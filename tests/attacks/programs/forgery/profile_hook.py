# coding: only-inside-the-sandbox
"""Sets a profile function that changes arguments and locals of its callers.

outcome: wrong_answer | runtime_error
"""

import ctypes
import sys


def profile(frame, event, argument):
    while frame is not None:
        for name in ("value", "text", "passed", "result"):
            if name in frame.f_locals:
                frame.f_locals[name] = "3"
                ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
        frame = frame.f_back


def add(a, b):
    if hasattr(ctypes.pythonapi, "PyFrame_LocalsToFast"):
        sys.setprofile(profile)
    return "4"
