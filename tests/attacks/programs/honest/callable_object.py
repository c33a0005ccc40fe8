# coding: only-inside-the-sandbox
"""Has an object with a call for its function.

outcome: passed
"""

import functools


class Adder:
    def __call__(self, a, b=0):
        return a + b


add = functools.partial(Adder())
