# coding: only-inside-the-sandbox
"""Returns iterators inside iterators, a hundred thousand deep.

outcome: runtime_error | wrong_answer
"""

def add(a, b):
    value = iter(())
    for _ in range(100_000):
        value = iter((value,))
    return value
