# coding: only-inside-the-sandbox
"""Raises an exception that is its own cause.

outcome: runtime_error
"""

def add(a, b):
    error = ValueError("a")
    other = ValueError("b")
    error.__cause__ = other
    other.__cause__ = error
    error.__context__ = other
    raise error
