# coding: only-inside-the-sandbox
"""Keeps a memory in a default argument and in an attribute of the function.

outcome: passed
"""

def add(a, b, memory={}, *, calls=[]):
    calls.append((a, b))
    add.count = getattr(add, "count", 0) + 1
    assert add.count == len(calls)
    return memory.setdefault((a, b), a + b)
