# coding: only-inside-the-sandbox
"""Returns objects whose truth is never decided.

outcome: time_limit
"""

class Slow:
    def __bool__(self):
        while True:
            pass


def add(a, b):
    return Slow()
