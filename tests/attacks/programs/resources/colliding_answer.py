# coding: only-inside-the-sandbox
"""Returns a dict and a set whose keys all collide.

outcome: wrong_answer | time_limit
"""

P = (1 << 61) - 1


def add(a, b):
    return {n * P: n for n in range(1, 2000)} if a == 1 else {n * P for n in range(1, 2000)}
