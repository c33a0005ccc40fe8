# coding: only-inside-the-sandbox
"""Recurses ten thousand deep.

outcome: passed
"""

import sys

sys.setrecursionlimit(20_000)


def count(n):
    return 0 if n == 0 else 1 + count(n - 1)


def add(a, b):
    return a + b if count(10_000) == 10_000 else None
