# coding: only-inside-the-sandbox
"""Returns a list nested a hundred thousand deep.

outcome: runtime_error | wrong_answer
"""

def add(a, b):
    value = []
    for _ in range(100_000):
        value = [value]
    return value
