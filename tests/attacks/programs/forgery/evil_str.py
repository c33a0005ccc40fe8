# coding: only-inside-the-sandbox
"""Raises an exception whose text, representation and class all raise.

outcome: runtime_error
"""

class Evil(Exception):
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__

    def __getattribute__(self, name):
        raise RuntimeError(name)

    @property
    def __class__(self):
        raise RuntimeError("no class")


def add(a, b):
    raise Evil
