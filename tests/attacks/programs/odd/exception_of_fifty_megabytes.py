# coding: only-inside-the-sandbox
"""Raises an exception with fifty megabytes of text and arguments.

outcome: runtime_error | memory_limit
"""

def add(a, b):
    raise ValueError('x' * (50 << 20), b'y' * (1 << 20), [0] * 10**6)
