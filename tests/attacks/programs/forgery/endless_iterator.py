# coding: only-inside-the-sandbox
"""Returns an iterator that never ends.

outcome: runtime_error | memory_limit | time_limit | output_limit
"""

import itertools


def add(a, b):
    return itertools.repeat(3)
