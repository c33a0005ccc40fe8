# coding: only-inside-the-sandbox
"""Answers through `__getattr__` of its module, which is not a function.

outcome: runtime_error
"""

def __getattr__(name):
    return lambda a, b: a + b
