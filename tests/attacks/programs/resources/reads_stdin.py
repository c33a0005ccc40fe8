# coding: only-inside-the-sandbox
"""Waits for input.

outcome: runtime_error | wrong_answer
"""

import sys


def add(a, b):
    return input() + sys.stdin.read()
