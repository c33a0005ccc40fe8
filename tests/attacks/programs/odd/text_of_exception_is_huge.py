# coding: only-inside-the-sandbox
"""Raises an exception whose text has a hundred megabytes.

outcome: runtime_error
"""

def add(a, b):
    raise ValueError("x" * 100_000_000)
