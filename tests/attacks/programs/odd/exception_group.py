# coding: only-inside-the-sandbox
"""Raises a group of groups of exceptions.

outcome: runtime_error
"""

def add(a, b):
    group = ExceptionGroup("x", [ValueError("y")])
    for _ in range(500):
        group = ExceptionGroup("x", [group])
    raise group
