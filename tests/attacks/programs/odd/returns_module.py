# coding: only-inside-the-sandbox
"""Returns a module, a frame and a type.

outcome: runtime_error | wrong_answer
"""

import sys


def add(a, b):
    return [sys, sys._getframe(), type]
