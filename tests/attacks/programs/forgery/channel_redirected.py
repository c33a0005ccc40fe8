# coding: only-inside-the-sandbox
"""Puts other files in the place of the channel.

outcome: runtime_error | wrong_answer | time_limit
"""

import os

os.dup2(os.open("/dev/zero", os.O_RDWR), 3)


def add(a, b):
    return 3
