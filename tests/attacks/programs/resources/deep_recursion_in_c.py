# coding: only-inside-the-sandbox
"""Recurses through C until the stack is gone.

outcome: runtime_error | memory_limit | time_limit
"""

import sys

sys.setrecursionlimit(2**31 - 1)


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "x"[:0])

    def __repr__(self):
        return "%r" % (self,)


def add(a, b):
    return repr(Deep())
