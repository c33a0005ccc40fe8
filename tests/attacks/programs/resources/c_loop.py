# coding: only-inside-the-sandbox
"""Sums for ever in C, where no handler is ever called.

outcome: time_limit
"""

def add(a, b):
    return sum(range(10**12))
