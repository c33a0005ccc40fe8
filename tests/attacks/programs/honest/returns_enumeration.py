# coding: only-inside-the-sandbox
"""Returns members of IntEnum and IntFlag, and a bool.

outcome: passed
"""

import enum


class Sum(enum.IntEnum):
    THREE = 3
    ALL = 42


class Flags(enum.IntFlag):
    ONE = 1
    TWO = 2


def add(a, b):
    return {3: Flags.ONE | Flags.TWO, 0: False, 42: Sum.ALL}[a + b]
