# coding: only-inside-the-sandbox
"""Returns a list whose own iterator never ends, in an iterator that never ends.

outcome: runtime_error | memory_limit | time_limit | output_limit
"""

class Endless(list):
    def __iter__(self):
        while True:
            yield 3


def nest():
    while True:
        yield Endless()


def add(a, b):
    return nest()
