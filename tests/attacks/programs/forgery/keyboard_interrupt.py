# coding: only-inside-the-sandbox
"""Raises KeyboardInterrupt, which many a harness takes for its own user's.

outcome: runtime_error
"""

def add(a, b):
    raise KeyboardInterrupt
