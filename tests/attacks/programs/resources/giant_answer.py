# coding: only-inside-the-sandbox
"""Returns a string of a hundred megabytes.

outcome: output_limit | memory_limit
limits: default
"""

def add(a, b):
    return "x" * 100_000_000
