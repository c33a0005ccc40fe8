# coding: only-inside-the-sandbox
"""Calls itself for ever.

outcome: runtime_error
"""

def add(a, b):
    return add(a, b)
