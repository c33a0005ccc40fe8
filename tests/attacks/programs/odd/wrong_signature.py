# coding: only-inside-the-sandbox
"""Takes another number of arguments.

outcome: runtime_error
"""

def add(a):
    return a
