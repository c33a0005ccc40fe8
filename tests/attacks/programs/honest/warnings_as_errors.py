# coding: only-inside-the-sandbox
"""Turns warnings into errors and back.

outcome: passed
"""

import warnings

warnings.simplefilter("error")


def add(a, b):
    try:
        warnings.warn("careful", DeprecationWarning, stacklevel=1)
    except DeprecationWarning:
        return a + b
    return None
