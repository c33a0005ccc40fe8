# coding: only-inside-the-sandbox
"""Runs its own doctests at load.

outcome: passed
"""

import doctest


def add(a, b):
    """Add.

    >>> add(1, 1)
    2
    """
    return a + b


assert doctest.testmod().failed == 0
