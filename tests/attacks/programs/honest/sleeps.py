# coding: only-inside-the-sandbox
"""Sleeps for a tenth of a second.

outcome: passed
"""

import time


def add(a, b):
    start = time.perf_counter()
    time.sleep(0.1)
    return a + b if time.perf_counter() > start else None
