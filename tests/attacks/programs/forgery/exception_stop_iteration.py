# coding: only-inside-the-sandbox
"""Stops the iteration of whoever calls.

outcome: runtime_error
"""

def add(a, b):
    raise StopIteration(a + b)
