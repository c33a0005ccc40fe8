# coding: only-inside-the-sandbox
"""Has constants that a compiler might compute ahead, at any price.

outcome: passed | time_limit | memory_limit
"""

def never():
    return 9**9**9, "x" * 10**12, (1,) * 10**10, 1 << 10**12


def add(a, b):
    return a + b
