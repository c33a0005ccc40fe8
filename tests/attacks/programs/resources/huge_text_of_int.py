# coding: only-inside-the-sandbox
"""Writes a very long number in decimal.

outcome: time_limit | runtime_error
"""

import sys

sys.set_int_max_str_digits(0)


def add(a, b):
    return len(str(1 << 50_000_000))
