# coding: only-inside-the-sandbox
"""Loads itself again under other names until the calls are answered.

outcome: wrong_answer | runtime_error
"""

import sys

if "again" not in sys.modules:
    sys.modules["again"] = sys.modules["__main__"]
    sys.modules["__main__"] = sys
    raise SystemExit("passed")


def add(a, b):
    return a + b
