# coding: only-inside-the-sandbox
"""Returns three million numbers.

outcome: output_limit | memory_limit | time_limit | runtime_error
limits: default
"""

def add(a, b):
    return list(range(3_000_000))
