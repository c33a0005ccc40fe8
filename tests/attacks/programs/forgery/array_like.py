# coding: only-inside-the-sandbox
"""Returns what looks like an array that decides comparisons by itself.

outcome: runtime_error | wrong_answer
"""

class Array:
    __array_priority__ = 1e9
    __array_ufunc__ = None
    ndim = 0
    shape = ()

    def __array__(self, *_):
        return self

    def __eq__(self, other):
        return self

    def __bool__(self):
        return True

    def all(self):
        return True

    any = all


def add(a, b):
    return Array()
