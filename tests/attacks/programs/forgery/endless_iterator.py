# coding: only-inside-the-sandbox
"""Returns an iterator that never ends, of the right answer; in one process it is not equal to it.

outcome: wrong_answer | memory_limit | time_limit | output_limit
"""

import itertools


def add(a, b):
    return itertools.repeat(3)
