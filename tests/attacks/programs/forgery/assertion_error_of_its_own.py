# coding: only-inside-the-sandbox
"""Raises AssertionError itself, as if a test had spoken.

outcome: runtime_error
"""

def add(a, b):
    raise AssertionError("passed")
