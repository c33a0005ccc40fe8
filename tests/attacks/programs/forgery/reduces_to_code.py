# coding: only-inside-the-sandbox
"""Returns an object that would run code where somebody unpickles it.

outcome: runtime_error | wrong_answer
"""

import os


class Reduced:
    def __reduce__(self):
        return (os._exit, (0,))

    __reduce_ex__ = lambda self, _: self.__reduce__()

    def __getstate__(self):
        raise SystemExit(0)


def add(a, b):
    return Reduced()
