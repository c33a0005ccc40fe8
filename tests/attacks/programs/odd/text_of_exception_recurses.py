# coding: only-inside-the-sandbox
"""Raises an exception whose text is its own text.

outcome: runtime_error
"""

class Deep(ValueError):
    def __str__(self):
        return str(self)


def add(a, b):
    raise Deep
