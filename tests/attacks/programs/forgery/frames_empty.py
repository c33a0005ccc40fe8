# coding: only-inside-the-sandbox
"""Sends frames without a body.

outcome: runtime_error
"""

import os

os.write(3, b"\x00\x00\x00\x00" * 100)


def add(a, b):
    return 3
