# coding: only-inside-the-sandbox
"""Closes the channel and waits for nothing.

outcome: runtime_error | wrong_answer | time_limit
"""

import os


def add(a, b):
    os.close(3)
    return 3
