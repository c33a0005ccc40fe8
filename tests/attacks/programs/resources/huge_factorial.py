# coding: only-inside-the-sandbox
"""Computes a factorial that takes hours.

outcome: time_limit | memory_limit
"""

import math


def add(a, b):
    return math.factorial(10**9)
