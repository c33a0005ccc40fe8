# coding: only-inside-the-sandbox
"""Sorts by a comparison that never ends.

outcome: time_limit
"""

class Slow:
    def __lt__(self, other):
        while True:
            pass


def add(a, b):
    return sorted([Slow(), Slow()])
