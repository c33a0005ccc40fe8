# coding: only-inside-the-sandbox
"""Raises exceptions whose text is not a string, or has surrogates and NULs.

outcome: runtime_error
"""

class Wrong(ValueError):
    def __str__(self):
        return 7


def add(a, b):
    if a == 1:
        raise ValueError("\ud800\x00\udfff\n\nv\n3")
    raise Wrong
