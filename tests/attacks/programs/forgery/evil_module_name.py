# coding: only-inside-the-sandbox
"""Raises an exception whose module compares equal to every name.

outcome: runtime_error
"""

class Equal(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class Evil(Exception):
    __module__ = Equal("x")


Evil.__name__ = "print"


def add(a, b):
    raise Evil("forged")
