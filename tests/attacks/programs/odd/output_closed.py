# coding: only-inside-the-sandbox
"""Closes its outputs, and answers right.

outcome: passed | runtime_error
"""

import os
import sys

sys.stdout.close()
sys.stderr = None
os.close(1)
os.close(2)


def add(a, b):
    return a + b
