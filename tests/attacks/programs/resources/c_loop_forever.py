# coding: only-inside-the-sandbox
"""Turns for ever in C without a single line of Python.

outcome: time_limit
"""

import collections
import itertools


def add(a, b):
    collections.deque(itertools.repeat(None), maxlen=0)
