# coding: only-inside-the-sandbox
"""Prints lone surrogates on both outputs, and answers right.

outcome: passed
"""

import sys

print("\udc80\udcff")
print("\ud800", file=sys.stderr)


def add(a, b):
    return a + b
