# coding: only-inside-the-sandbox
"""Returns a small object that is written as a huge one: the same list, twice in itself, forty times over.

outcome: runtime_error | wrong_answer | output_limit | memory_limit | time_limit
"""

def add(a, b):
    value = [1]
    for _ in range(40):
        value = [value, value]
    return value
