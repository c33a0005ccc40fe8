# coding: only-inside-the-sandbox
"""Aborts the process.

outcome: runtime_error
"""

import os


def add(a, b):
    os.abort()
