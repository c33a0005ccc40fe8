# coding: only-inside-the-sandbox
"""Catches its own RecursionError.

outcome: passed
"""

def down(n):
    return down(n + 1)


def add(a, b):
    try:
        down(0)
    except RecursionError:
        return a + b
    return None
