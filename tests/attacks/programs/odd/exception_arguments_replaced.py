# coding: only-inside-the-sandbox
"""Raises exceptions whose arguments are not what an exception has.

outcome: runtime_error
"""

class Odd(OSError):
    args = property(lambda self: (_ for _ in "abc"))
    filename = property(lambda self: 1 / 0)


def add(a, b):
    raise Odd(2, "x")
