# coding: only-inside-the-sandbox
"""Raises an exception whose text takes for ever.

outcome: time_limit
"""

class Slow(ValueError):
    def __str__(self):
        while True:
            pass


def add(a, b):
    raise Slow
