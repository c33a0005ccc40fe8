# coding: only-inside-the-sandbox
"""Leaves with status 0 when it is first called.

outcome: runtime_error
"""

import sys


def add(a, b):
    sys.exit(0)
