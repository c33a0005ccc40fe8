# coding: only-inside-the-sandbox
"""Turns every uncaught exception into status 0.

outcome: runtime_error | wrong_answer
"""

import os
import sys
import threading

sys.excepthook = lambda *_: os._exit(0)
threading.excepthook = lambda *_: os._exit(0)
sys.unraisablehook = lambda *_: os._exit(0)


def add(a, b):
    raise ValueError("not today")
