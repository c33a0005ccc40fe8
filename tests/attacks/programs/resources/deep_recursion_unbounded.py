# coding: only-inside-the-sandbox
"""Calls itself for ever, with the limit of recursion out of the way.

outcome: runtime_error | memory_limit | time_limit
"""

import sys

sys.setrecursionlimit(2**31 - 1)


def add(a, b):
    return add(a, b) + 1
