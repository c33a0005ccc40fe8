# coding: only-inside-the-sandbox
"""Counts its calls in a global, and gets each of them once, in order.

outcome: passed
"""

calls = 0
EXPECTED = [(1, 2), (-5, 5), (2, 40)]


def add(a, b):
    global calls
    if EXPECTED[calls] != (a, b):
        raise ValueError(calls)
    calls += 1
    return a + b
