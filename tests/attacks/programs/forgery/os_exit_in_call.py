# coding: only-inside-the-sandbox
"""Answers the first call right, then ends its process with status 0.

outcome: runtime_error
"""

import os

seen = []


def add(a, b):
    seen.append(a)
    if len(seen) > 1:
        os._exit(0)
    return 3
