# coding: only-inside-the-sandbox
"""Fills all room, swallows the error, and answers.

outcome: memory_limit | wrong_answer
limits: default
"""

kept = []
size = 1 << 26
while size > 16:
    try:
        kept.append(bytearray(size))
    except MemoryError:
        size //= 2


def add(a, b):
    return None
