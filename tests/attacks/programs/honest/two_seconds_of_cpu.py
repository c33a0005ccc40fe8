# coding: only-inside-the-sandbox
"""Computes for two seconds.

outcome: passed
limits: default
"""

import time

end = time.process_time() + 2
while time.process_time() < end:
    pass


def add(a, b):
    return a + b
