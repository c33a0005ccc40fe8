# coding: only-inside-the-sandbox
"""Starts worker processes.

outcome: runtime_error | time_limit
"""

import multiprocessing


def add(a, b):
    with multiprocessing.Pool(4) as pool:
        return sum(pool.map(int, [a, b]))
