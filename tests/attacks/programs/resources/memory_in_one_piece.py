# coding: only-inside-the-sandbox
"""Asks for a terabyte at once.

outcome: memory_limit
"""

def add(a, b):
    return len(bytearray(1 << 40))
