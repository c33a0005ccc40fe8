# coding: only-inside-the-sandbox
"""Prints more than is allowed, swallows the error and answers wrong.

outcome: output_limit
"""

import os


def add(a, b):
    try:
        while True:
            os.write(1, bytes(1 << 20))
    except OSError:
        raise ValueError from None
