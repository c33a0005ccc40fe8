# coding: only-inside-the-sandbox
"""Keeps what it knows in globals, deletes and makes them anew.

outcome: passed
"""

memory = None


def reset():
    global memory
    memory = {}


def add(a, b):
    global memory
    if memory is None:
        reset()
    memory[a, b] = globals()["memory"].get((a, b), a + b)
    value = memory[a, b]
    del memory
    globals()["memory"] = None
    return value
