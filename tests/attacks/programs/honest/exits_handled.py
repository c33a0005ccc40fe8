# coding: only-inside-the-sandbox
"""Calls exit where it catches it, and registers work for the end.

outcome: passed
"""

import atexit
import sys

atexit.register(print, "bye")


def add(a, b):
    try:
        sys.exit("no")
    except SystemExit:
        return a + b
