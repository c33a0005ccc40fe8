# coding: only-inside-the-sandbox
"""Raises builtin exceptions that cannot be made from a text.

outcome: runtime_error
"""

def add(a, b):
    raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no")
