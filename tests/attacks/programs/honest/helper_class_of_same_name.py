# coding: only-inside-the-sandbox
"""Has a class named like its function's helper, and a method like the function.

outcome: passed
"""

class Add:
    def add(self, a, b):
        return a + b

    __call__ = add


def add(a, b):
    return Add()(a, b)
