# coding: only-inside-the-sandbox
"""Returns a member of an enumeration of ints where the value is one.

outcome: passed
"""

import enum


class Answer(enum.IntEnum):
    THREE = 3
    NOTHING = 0


def add(a, b):
    total = a + b
    return Answer(total) if total in (0, 3) else total
