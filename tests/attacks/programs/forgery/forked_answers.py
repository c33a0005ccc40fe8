# coding: only-inside-the-sandbox
"""Forks, so that parent and child both answer.

outcome: runtime_error
"""

import os


def add(a, b):
    if os.fork() == 0:
        return 3
    return 0
