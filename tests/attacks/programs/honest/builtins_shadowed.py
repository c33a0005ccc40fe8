# coding: only-inside-the-sandbox
"""Gives builtin names to its own things.

outcome: passed
"""

sum = lambda a, b: a + b
list = str = id = input = print = None
__all__ = ["add"]


def add(a, b, *, type=int):
    return type(sum(a, b))
