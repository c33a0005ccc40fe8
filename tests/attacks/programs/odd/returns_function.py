# coding: only-inside-the-sandbox
"""Returns a function.

outcome: runtime_error | wrong_answer
"""

def add(a, b):
    return add
