# coding: only-inside-the-sandbox
"""Uses numpy where it is installed.

outcome: passed
"""

try:
    import numpy as np
except ImportError:
    np = None


def add(a, b):
    return np.add(np.int64(a), np.int64(b)) if np is not None else a + b
